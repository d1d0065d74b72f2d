"""How much of an environment is lost, and what that is called."""

import pytest

from guardrail.findings.model import Loss
from guardrail.plan.model import Mode
from guardrail.settings.model import EnvironmentClass, Settings


@pytest.fixture
def environments(build):
    """Return a function from a plan to its environments by name."""

    def run(plan, settings=None, **fields):
        return {e.name: e for e in build.findings(plan, settings, **fields).environments}

    return run


def vpcs(number: int, prefix: str = "") -> list[str]:
    return [f"{prefix}aws_vpc.v[{n}]" for n in range(number)]


def test_34_of_40_replaced_because_of_a_name_prefix_is_a_rebuild(build):
    addresses = [f"module.m{n % 6}.aws_thing.t[{n}]" for n in range(40)]
    plan = build.plan(
        [
            build.change(a, "delete create", before={}, replace_paths=("name_prefix",))
            for a in addresses[:34]
        ],
        [build.resource(a) for a in addresses],
    )
    findings = build.findings(plan, directory="live/shop")
    (environment,) = findings.environments
    assert findings.counts.delete == 0
    assert findings.counts.replace == 34
    assert (environment.name, environment.environment_class) == ("production", "production")
    assert (environment.managed, environment.replaced, environment.lost) == (40, 34, 34)
    assert environment.share == 0.85
    assert environment.loss is Loss.REBUILT
    assert {o.causes for o in findings.observations} == {("name_prefix",)}


def test_a_rename_without_moved_blocks_is_a_rebuild_too(build, environments):
    old, new = vpcs(30, "module.a."), vpcs(30, "module.b.")
    plan = build.plan(
        [build.change(a, "delete", before={}) for a in old[:20]]
        + [build.change(a, "create") for a in new[:20]],
        [build.resource(a) for a in old],
    )
    assert environments(plan)["unknown"].loss is Loss.REBUILT


@pytest.mark.parametrize(
    ("created", "loss"),
    [
        (["module.b.aws_vpc.v[0]", "module.b.aws_vpc.v[1]"], Loss.REBUILT),
        (["module.prod.aws_vpc.w[0]", "module.prod.aws_vpc.w[1]"], Loss.REBUILT),
        (["module.prod.aws_vpc.w[0]"], Loss.DESTROYED),
        (["module.prod.aws_instance.w[0]", "module.prod.aws_instance.w[1]"], Loss.DESTROYED),
        (["module.dev.aws_vpc.v[0]", "module.dev.aws_vpc.v[1]"], Loss.DESTROYED),
    ],
)
def test_what_is_all_deleted_comes_back_only_in_its_own_environment(
    build, environments, created, loss
):
    old = vpcs(4, "module.prod.")
    changes = [build.change(a, "delete", before={}) for a in old]
    changes += [build.change(a, "create") for a in created]
    plan = build.plan(changes, [build.resource(a) for a in old])
    assert environments(plan)["production"].loss is loss


def test_what_is_created_once_brings_back_one_environment_only(build, environments):
    gone = [*vpcs(4, "module.prod."), *vpcs(4, "module.staging.")]
    changes = [build.change(a, "delete", before={}) for a in gone]
    changes += [build.change(a, "create") for a in vpcs(4, "module.other.")]
    found = environments(build.plan(changes, [build.resource(a) for a in gone]))
    assert {name: found[name].loss for name in ("production", "staging")} == {
        "production": Loss.REBUILT,
        "staging": Loss.DESTROYED,
    }


def test_a_new_environment_in_place_of_an_old_one_is_a_rebuild_under_any_names(build, environments):
    gone = [f"aws_lb.old_{n}" for n in range(4)]
    changes = [build.change(a, "delete", before={"name": a}) for a in gone]
    changes += [build.change(f"aws_lb.new_{n}", "create", after={"name": n}) for n in "abcde"]
    findings = build.findings(build.plan(changes, [build.resource(a) for a in gone]))
    assert {str(o.kind) for o in findings.observations} == {"deleted"}
    assert [e.loss for e in findings.environments] == [Loss.REBUILT]


def test_most_of_an_environment_that_goes_for_good_is_destroyed(build, environments):
    changes = [build.change(a, "delete", before={}) for a in vpcs(34)]
    plan = build.plan(changes, [build.resource(a) for a in vpcs(40)])
    assert environments(plan)["unknown"].loss is Loss.DESTROYED


def test_the_same_rename_with_moved_blocks_is_nothing(build):
    old, new = vpcs(30, "module.a."), vpcs(30, "module.b.")
    changes = [
        build.change(n, "no-op", previous_address=o, before={})
        for o, n in zip(old, new, strict=True)
    ]
    findings = build.findings(build.plan(changes, [build.resource(a) for a in new]))
    assert findings.observations == ()
    assert findings.touched == ()
    assert findings.counts.moved == 30
    assert [e.loss for e in findings.environments] == [Loss.NONE]


@pytest.mark.parametrize(
    ("actions", "loss"),
    [
        ("delete", Loss.DESTROYED),
        ("forget", Loss.DESTROYED),
        ("delete create", Loss.REBUILT),
        ("create delete", Loss.REBUILT),
        ("create forget", Loss.DESTROYED),
        ("update", Loss.NONE),
    ],
)
def test_what_happens_to_everything_gives_the_loss_its_name(build, environments, actions, loss):
    assert environments(build.losing(vpcs(4), actions))["unknown"].loss is loss


def test_a_mixture_of_deletions_and_replacements_is_a_rebuild(build, environments):
    first, *rest = vpcs(4)
    plan = build.plan(
        [
            build.change(first, "delete create", before={}),
            *(build.change(a, "delete", before={}) for a in rest),
        ],
        [build.resource(a) for a in (first, *rest)],
    )
    assert environments(plan)["unknown"].loss is Loss.REBUILT


@pytest.mark.parametrize(
    ("number", "mode", "targets", "loss"),
    [
        (1, Mode.NORMAL, (), Loss.NONE),
        (2, Mode.NORMAL, (), Loss.DESTROYED),
        (1, Mode.DESTROY, (), Loss.DESTROYED),
        (1, Mode.DESTROY, ("aws_vpc.v",), Loss.NONE),
    ],
)
def test_one_last_object_counts_in_a_destroy_plan_only(
    build, environments, number, mode, targets, loss
):
    saved = build.saved(mode, targets=targets)
    plan = build.losing(vpcs(number), "delete", saved=saved)
    assert environments(plan)["unknown"].loss is loss


def test_thresholds_come_from_the_settings(build, environments):
    kept = [build.resource(a) for a in vpcs(10)]
    changes = [build.change(a, "delete create", before={}) for a in vpcs(2)]
    plan = build.plan(changes, kept)
    strict = Settings(rebuild_share=0.2, rebuild_minimum=2)
    assert environments(plan)["unknown"].loss is Loss.NONE
    assert environments(plan, strict)["unknown"].loss is Loss.REBUILT


def test_churn_makes_no_rebuild(build, environments):
    addresses = [f"aws_ecs_task_definition.t[{n}]" for n in range(5)]
    environment = environments(build.losing(addresses, "delete create"))["unknown"]
    assert (environment.replaced, environment.lost, environment.managed) == (5, 0, 0)
    assert environment.loss is Loss.NONE


def test_churn_hides_no_rebuild(build, environments):
    filler = [build.resource(f"random_id.r[{n}]") for n in range(100)]
    plan = build.plan(
        [build.change(a, "delete create", before={}) for a in vpcs(4)],
        [*filler, *(build.resource(a) for a in vpcs(4))],
    )
    environment = environments(plan)["unknown"]
    assert (environment.managed, environment.share) == (4, 1.0)


def test_a_deleted_type_of_churn_that_is_not_ordinary_when_deleted_counts(build, environments):
    addresses = [f"aws_lambda_permission.p[{n}]" for n in range(3)]
    environment = environments(build.losing(addresses, "delete"))["unknown"]
    assert (environment.managed, environment.lost, environment.share) == (3, 3, 1.0)


def test_an_object_the_state_did_not_know_counts_when_it_is_lost(build, environments):
    plan = build.plan([build.change("aws_vpc.v", "delete create", importing=True, before={})])
    environment = environments(plan)["unknown"]
    assert (environment.managed, environment.lost, environment.share) == (1, 1, 1.0)


def test_lost_data_is_counted_and_forgotten_data_is_not_lost(build, environments):
    addresses = ["aws_db_instance.a", "aws_db_instance.b", "aws_db_instance.c", "aws_vpc.v"]
    actions = ["delete", "delete create", "forget", "delete"]
    plan = build.plan(
        [build.change(a, w, before={}) for a, w in zip(addresses, actions, strict=True)],
        [build.resource(a) for a in addresses],
    )
    environment = environments(plan)["unknown"]
    assert environment.data_lost == 2
    assert (environment.deleted, environment.replaced, environment.forgotten) == (2, 1, 1)


def test_a_deposed_object_is_no_part_of_the_share(build, environments):
    changes = [build.change(a, "delete", deposed="0a", before={}) for a in vpcs(3)]
    plan = build.plan(changes, [build.resource(a) for a in vpcs(3)])
    environment = environments(plan)["unknown"]
    assert (environment.deleted, environment.loss) == (0, Loss.NONE)


def test_each_environment_is_measured_by_itself(build, environments):
    prod, dev = vpcs(4, "module.prod."), vpcs(40, "module.dev.")
    plan = build.plan(
        [build.change(a, "delete create", before={}) for a in prod],
        [build.resource(a) for a in (*prod, *dev)],
    )
    found = environments(plan)
    assert list(found) == ["production", "development"]
    assert found["production"].loss is Loss.REBUILT
    assert found["development"].loss is Loss.NONE


def test_tags_that_differ_from_object_to_object_cannot_hide_a_rebuild(build, environments):
    words = ["prod", "staging", "test", "qa", "dev", "demo", "uat", "preview"]
    resources = [
        build.resource(a, {"tags": {"env": words[n // 2]}}) for n, a in enumerate(vpcs(16))
    ]
    changes = [build.change(a, "delete create", before={}) for a in vpcs(16)]
    found = environments(build.plan(changes, resources))
    assert all(e.loss is Loss.NONE for name, e in found.items() if name != "all")
    whole = found["all"]
    assert whole.loss is Loss.REBUILT
    assert whole.environment_class is EnvironmentClass.PRODUCTION
    assert whole.evidence == ("tags",)
    assert (whole.managed, whole.lost, whole.share) == (16, 16, 1.0)


def test_an_environment_that_only_comes_into_being_is_listed(build, environments):
    plan = build.plan([build.change("module.prod.aws_vpc.v", "create", after={})])
    environment = environments(plan)["production"]
    assert (environment.managed, environment.share) == (0, 0.0)
    assert environment.loss is Loss.NONE


def test_an_empty_plan_has_no_environments(build, environments):
    assert environments(build.plan()) == {}
