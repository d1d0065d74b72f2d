"""What is observed in a plan, and what is not."""

import pytest

from guardrail.errors import PlanError
from guardrail.findings.model import Counts, Kind, Loss
from guardrail.plan.model import Configured, Mode, Provisioner
from guardrail.plan.parse import parse_plan


def kinds(observations):
    return [str(o.kind) for o in observations]


@pytest.mark.parametrize(
    ("actions", "fields", "expected"),
    [
        ("delete", {}, ["deleted"]),
        ("delete create", {}, ["replaced"]),
        ("create delete", {}, ["replaced"]),
        ("forget", {}, ["forgotten"]),
        ("create forget", {}, ["forgotten"]),
        ("delete", {"deposed": "0a"}, ["deposed_deleted"]),
        ("forget", {"deposed": "0a"}, ["forgotten"]),
        ("delete create", {"importing": True}, ["replaced", "imported_and_deleted"]),
        ("delete", {"importing": True}, ["deleted", "imported_and_deleted"]),
        ("update", {}, []),
        ("update", {"importing": True}, []),
        ("create", {}, []),
        ("no-op", {"importing": True}, []),
        ("no-op", {"previous_address": "aws_vpc.old"}, []),
    ],
)
def test_the_actions_alone_say_what_is_lost(build, actions, fields, expected):
    change = build.change("aws_vpc.v", actions, before={}, after={}, **fields)
    assert kinds(build.observations(change)) == expected


@pytest.mark.parametrize(
    ("address", "actions", "mode"),
    [("data.aws_ami.x", "read", "data"), ("ephemeral.aws_secret.s", "open", "ephemeral")],
)
def test_reads_and_opened_ephemerals_are_nothing(build, address, actions, mode):
    findings = build.findings(build.plan([build.change(address, actions, mode=mode)]))
    assert findings.observations == ()
    assert findings.touched == ()


def test_outputs_are_nothing(build):
    assert build.findings(build.plan(output_changes=3)).observations == ()


def test_an_observation_tells_everything_a_rule_needs(build):
    change = build.change(
        'module.prod.aws_db_instance.db["zoe"]',
        "create delete",
        before={},
        replace_paths=("identifier", "engine"),
        previous_address='aws_db_instance.db["adam"]',
    )
    (observation,) = build.observations(change)
    assert observation.kind is Kind.REPLACED
    assert observation.address == 'module.prod.aws_db_instance.db["#1"]'
    assert observation.previous_address == 'aws_db_instance.db["#1"]'
    assert observation.type == "aws_db_instance"
    assert observation.environment == "production"
    assert observation.causes == ("identifier", "engine")
    assert observation.create_first
    assert observation.data
    assert not observation.benign


def test_a_cause_that_is_no_attribute_name_stays_behind(build):
    change = build.change(
        "aws_vpc.v", "delete create", before={}, replace_paths=("cidr_block", "can ary", "", "a..b")
    )
    assert build.observations(change)[0].causes == ("cidr_block",)


@pytest.mark.parametrize(
    ("kind", "actions", "benign"),
    [
        ("aws_ecs_task_definition", "delete create", True),
        ("aws_ecs_task_definition", "delete", True),
        ("aws_lambda_permission", "delete create", True),
        ("aws_lambda_permission", "delete", False),
        ("null_resource", "delete create", True),
        ("terraform_data", "delete create", False),
        ("aws_vpc", "delete create", False),
    ],
)
def test_ordinary_churn_is_marked(build, kind, actions, benign):
    (observation,) = build.observations(build.change(f"{kind}.x", actions, before={}))
    assert observation.benign is benign


def test_an_import_with_an_update_is_watched_for_what_it_disarms(build):
    change = build.change(
        "aws_db_instance.db",
        "update",
        importing=True,
        before={"deletion_protection": True},
        after={"deletion_protection": False},
    )
    (observation,) = build.observations(change)
    assert observation.kind is Kind.DISARMED
    assert observation.causes == ("deletion_protection",)


def test_a_retagging_out_of_production_disarms(build):
    change = build.change(
        "aws_vpc.v", "update", before={"tags": {"env": "prod"}}, after={"tags": {"env": "dev"}}
    )
    (observation,) = build.observations(change)
    assert (observation.kind, observation.causes) == (Kind.DISARMED, ("tags",))
    assert observation.environment == "production"


# -- code that runs ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "runs"),
    [
        ("create", True),
        ("delete", True),
        ("delete create", True),
        ("create forget", True),
        ("update", False),
        ("forget", False),
    ],
)
def test_a_provisioner_runs_where_its_resource_comes_or_goes(build, actions, runs):
    change = build.change('module.a["k"].null_resource.n[0]', actions, before={}, after={})
    configuration = build.provisioned("module.a.null_resource.n", "null_resource.other")
    found = [
        o
        for o in build.observations(change, configuration=configuration)
        if o.kind is Kind.PROVISIONER
    ]
    assert [o.causes for o in found] == ([("local-exec",)] if runs else [])


def test_null_resource_with_a_provisioner_is_no_ordinary_churn(build):
    change = build.change("null_resource.n", "delete create", before={})
    configuration = build.provisioned("null_resource.n")
    replaced, _ = build.observations(change, configuration=configuration)
    assert not replaced.benign


def test_a_provisioner_of_a_removed_block_runs_when_its_resource_goes(build):
    removed = (Provisioner(resource="aws_vpc.v", type="local-exec"),)
    saved = build.saved(Mode.NORMAL, configured=Configured(removed_provisioners=removed))
    delete = build.change("aws_vpc.v", "delete", before={})
    other = build.change("aws_vpc.other", "delete", before={})
    found = build.observations(delete, other, saved=saved)
    assert kinds(found) == ["deleted", "deleted", "provisioner"]
    create = build.change("aws_vpc.v", "create")
    assert build.observations(create, saved=saved) == ()


def test_a_provisioner_type_that_is_no_identifier_is_not_shown(build):
    configuration = build.provisioned()
    odd = Provisioner(resource="aws_vpc.v", type="can ary")
    configuration = type(configuration)(provisioners=(odd,))
    (observation,) = build.observations(
        build.change("aws_vpc.v", "create"), configuration=configuration
    )
    assert observation.causes == ("provisioner",)


def test_an_unreadable_address_matches_no_provisioner(build):
    change = build.change("???", "create")
    assert build.observations(change, configuration=build.provisioned("aws_vpc.v")) == ()


def test_an_action_is_observed_in_the_environment_of_its_trigger(build):
    plan = build.plan(
        prior=[build.resource("aws_vpc.v", {"tags": {"env": "qa"}})],
        invocations=(
            build.invocation('action.aws_lambda_invoke.wipe["canary"]', "aws_vpc.v"),
            build.invocation("module.prod.action.aws_lambda_invoke.wipe", None),
        ),
    )
    findings = build.findings(plan)
    assert [(o.kind, o.address, o.environment) for o in findings.observations] == [
        (Kind.INVOCATION, 'action.aws_lambda_invoke.wipe["#1"]', "qa"),
        (Kind.INVOCATION, "module.prod.action.aws_lambda_invoke.wipe", "production"),
    ]
    assert findings.touched == ("production", "qa")


def test_a_deferred_deletion_is_observed_as_both(build):
    change = build.change("aws_vpc.v", "delete", before={})
    findings = build.findings(build.plan(deferred=(build.deferred(change),)))
    assert kinds(findings.observations) == ["deferred", "deleted"]
    assert findings.touched == ("unknown",)
    assert [e.loss for e in findings.environments] == [Loss.NONE]


# -- counts ------------------------------------------------------------------------------


def test_every_change_is_counted_once(build):
    words = ["create", "update", "delete", "delete create", "create delete", "forget"]
    changes = [build.change(f"aws_vpc.v[{n}]", w, before={}) for n, w in enumerate(words)]
    changes += [
        build.change("aws_vpc.f", "create forget", before={}),
        build.change("data.aws_ami.x", "read", mode="data"),
        build.change("ephemeral.aws_secret.s", "open", mode="ephemeral"),
        build.change("aws_vpc.i", "no-op", before={}, importing=True),
        build.change("aws_vpc.m", "no-op", before={}, previous_address="aws_vpc.o"),
    ]
    plan = build.plan(
        changes,
        no_ops=7,
        drift=(build.change("aws_vpc.d", "update", before={}),),
        deferred=(build.deferred(changes[0]),),
        invocations=(build.invocation("action.a_b.c", None),),
    )
    assert build.findings(plan).counts == Counts(
        create=1,
        update=1,
        delete=1,
        replace=2,
        forget=2,
        read=1,
        no_op=7,
        imported=1,
        moved=1,
        drift=1,
        deferred=1,
        invocations=1,
    )


# -- plans made by real Terraform --------------------------------------------------------

DELETED = {"deleted"}
REPLACED = {"replaced"}
SCENARIOS = {
    "td_delete_no_config": DELETED,
    "td_replace_triggers": REPLACED,
    "td_replace_triggered_by": REPLACED,
    "td_replace_by_request": REPLACED,
    "td_destroy_all": DELETED,
    "td_count_shrink": DELETED,
    "td_foreach_key_removed": DELETED,
    "td_module_removed": DELETED,
    "td_module_source_changed": {"recreated"},
    "td_no_move_target": DELETED,
    "td_rename_without_moved": {"recreated"},
    "td_removed_forget": {"forgotten"},
    "td_removed_destroy": DELETED,
    "td_provisioner_create": {"provisioner"},
    "td_provisioner_destroy_time": {"replaced", "provisioner"},
    "td_prevent_destroy_stops": REPLACED,
    "td_prevent_destroy_removed_with_block": DELETED,
    "td_ephemeral_variable": {"provisioner"},
    "aws_env_recreate_cidr": REPLACED,
    "aws_db_protection_off": {"disarmed"},
    "aws_destroy": DELETED,
    "aws_deposed": {"deposed_deleted"},
    "aws_import_and_replace": {"replaced", "imported_and_deleted"},
    "aws_kms_disable": {"disarmed"},
    "aws_replace_stateless_only": REPLACED,
    "aws_action_trigger_115": {"invocation"},
    "aws_action_invoke_only_115": {"invocation"},
    "aws_wrong_account_creates_all": {"state_loss"},
    "synthetic_create_forget_tf116": {"forgotten"},
    "synthetic_enabled_false_tofu111": DELETED,
    "synthetic_deferred_delete": {"deferred", "deleted"},
}
UNJUDGED = {"synthetic_unknown_action"}
"""The parser refuses it."""

LOSSES = {
    "td_destroy_all": ("unknown", Loss.DESTROYED),
    "td_module_removed": ("production", Loss.DESTROYED),
    "aws_destroy": ("unknown", Loss.DESTROYED),
    "aws_env_recreate_cidr": ("unknown", Loss.REBUILT),
}


def test_every_scenario_is_observed_as_what_it_is(build, scenarios):
    names = sorted(path.name for path in scenarios.iterdir() if path.is_dir())
    assert names
    for name in names:
        data = (scenarios / name / "plan.json").read_bytes()
        if name in UNJUDGED:
            with pytest.raises(PlanError):
                parse_plan(data)
            continue
        findings = build.findings(parse_plan(data))
        assert {str(o.kind) for o in findings.observations} == SCENARIOS.get(name, set()), name
        worst = findings.environments[0] if findings.environments else None
        loss = (worst.name, worst.loss) if worst and worst.loss is not Loss.NONE else None
        assert loss == LOSSES.get(name), name
