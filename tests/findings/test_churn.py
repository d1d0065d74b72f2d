"""What the settings call ordinary churn is ordinary, unless it holds data or runs code."""

import pytest

from guardrail.findings.churn import churn_lookup
from guardrail.findings.model import Kind
from guardrail.settings.model import Settings

QUIET = Settings(churn=("acme_job_*", "aws_db_*", "null_*"))


def test_a_type_of_the_settings_is_ordinary(build):
    plan = build.losing(["acme_job_run.a"], "delete")
    assert build.findings(plan, QUIET).observations[0].benign
    assert not build.findings(plan).observations[0].benign


@pytest.mark.parametrize("kind", ["aws_db_instance", "acme_other"])
def test_data_and_other_types_are_not(build, kind):
    plan = build.losing([f"{kind}.a"], "delete")
    assert not build.findings(plan, QUIET).observations[0].benign


def test_code_that_runs_is_not(build):
    plan = build.losing(
        ["acme_job_run.a"], "delete", configuration=build.provisioned("acme_job_run.a")
    )
    found = build.findings(plan, QUIET).observations
    assert [each.kind for each in found] == [Kind.DELETED, Kind.PROVISIONER]
    assert not found[0].benign


def test_what_the_catalog_says_stays(build):
    assert churn_lookup(("acme_job_*",))("aws_ecs_task_definition") is not None
    assert churn_lookup(("acme_job_*",)) is churn_lookup(("acme_job_*",))


def test_it_neither_makes_a_rebuild_nor_hides_one(build):
    jobs = [f"acme_job_run.a[{n}]" for n in range(20)]
    machines = [f"aws_instance.a[{n}]" for n in range(4)]
    plan = build.plan(
        [build.change(a, "delete create", before={}) for a in (*jobs, *machines[:2])],
        [build.resource(a) for a in (*jobs, *machines)],
    )
    (place,) = build.findings(plan, QUIET).environments
    assert (place.managed, place.lost) == (4, 2)


def test_what_is_gone_by_itself_is_no_lost_state(build):
    gone = [build.change(f"acme_job_run.a[{n}]", "delete", before={}) for n in range(5)]
    plan = build.plan([], [build.resource(each.address) for each in gone], drift=tuple(gone))
    kinds = {
        settings.churn: {each.kind for each in build.findings(plan, settings).observations}
        for settings in (Settings(), QUIET)
    }
    assert kinds == {(): {Kind.STATE_LOSS}, QUIET.churn: set()}


VERSION = "google_secret_manager_secret_version.v"
RULE, CERTIFICATE = "aws_security_group_rule.r", "aws_acm_certificate.c"


@pytest.fixture
def lost(build):
    def run(address, actions, before, after=None, unknown=None, **fields):
        change = build.change(
            address, actions, before=before, after=after, after_unknown=unknown or {}, **fields
        )
        (found,) = build.observations(change)
        return found.benign, found.data

    return run


@pytest.mark.parametrize("actions", ["create delete", "delete create"])
def test_the_next_version_of_a_secret_takes_no_data_with_it(lost, actions):
    old, new = ({"secret": "s", "secret_data": value} for value in ("old", "new"))
    assert lost(VERSION, actions, old, new) == (True, False)


@pytest.mark.parametrize(
    ("after", "unknown"),
    [({"secret": "other"}, None), ({}, {"secret": True}), ({}, None), (None, True)],
)
def test_a_version_of_another_secret_is_a_loss(lost, after, unknown):
    assert lost(VERSION, "delete create", {"secret": "s"}, after, unknown) == (False, True)


@pytest.mark.parametrize("fields", [{}, {"deposed": "00000001"}])
def test_a_version_that_only_goes_is_a_loss(lost, fields):
    assert lost(VERSION, "delete", {"secret": "s"}, **fields) == (False, True)


def test_a_rule_made_anew_for_the_same_group_is_ordinary(lost):
    old = {"security_group_id": "sg-1", "type": "ingress", "from_port": 80}
    assert lost(RULE, "delete create", old, {**old, "from_port": 443}) == (True, False)
    assert not lost(RULE, "delete create", old, {**old, "security_group_id": "sg-2"})[0]
    assert not lost(RULE, "delete", old)[0]


def test_a_certificate_is_ordinary_where_the_new_one_comes_first(lost):
    values = {"domain_name": "a"}, {"domain_name": "b"}
    assert lost(CERTIFICATE, "create delete", *values)[0]
    assert not lost(CERTIFICATE, "delete create", *values)[0]
    assert not lost(CERTIFICATE, "delete", values[0])[0]


def test_what_is_ordinary_only_sometimes_still_counts_as_something_that_is_managed(build):
    held = [build.resource(address) for address in (RULE, CERTIFICATE, "random_id.a")]
    change = build.change("aws_instance.a", "delete", before={})
    plan = build.plan([change], [*held, build.resource("aws_instance.a")])
    (place,) = build.findings(plan).environments
    assert (place.managed, place.lost) == (3, 1)
