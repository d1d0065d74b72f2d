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
