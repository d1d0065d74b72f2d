"""Lost state: drift that took most of what Terraform knew."""

import pytest

from guardrail.findings.model import Kind
from guardrail.plan.model import Mode
from guardrail.settings.model import Settings


@pytest.fixture
def lost(build):
    """Return a function from what is gone and what is left to the count observed, or None."""

    def run(gone, left=(), *, mode=None, again=True, settings=None):
        drift = tuple(build.change(a, "delete", before={}) for a in gone)
        changes = [build.change(a, "create") for a in gone] if again else []
        plan = build.plan(
            changes,
            [build.resource(a) for a in left],
            drift=drift,
            no_ops=len(left),
            saved=None if mode is None else build.saved(mode),
        )
        observations = build.findings(plan, settings).observations
        assert all(o.kind is Kind.STATE_LOSS for o in observations)
        return observations[0].count if observations else None

    return run


def vpcs(number: int, kind: str = "aws_vpc") -> list[str]:
    return [f"{kind}.v[{n}]" for n in range(number)]


def test_everything_gone_and_created_again_is_lost_state(lost):
    assert lost(vpcs(6)) == 6


def test_one_object_of_six_that_is_gone_is_plain_drift(lost):
    assert lost(vpcs(1), vpcs(5, "aws_subnet")) is None


@pytest.mark.parametrize(("gone", "left", "count"), [(3, 3, 3), (3, 4, None), (2, 1, None)])
def test_in_a_normal_plan_both_thresholds_count(lost, gone, left, count):
    assert lost(vpcs(gone), vpcs(left, "aws_subnet")) == count


def test_both_of_two_are_everything(lost):
    assert lost(vpcs(2)) == 2
    assert lost(vpcs(1)) is None


def test_a_refresh_only_plan_needs_one_object(lost):
    left = vpcs(1, "aws_subnet")
    assert lost(vpcs(1), left, mode=Mode.REFRESH_ONLY, again=False) == 1
    assert lost(vpcs(1), left * 1, mode=Mode.NORMAL, again=False) is None
    assert lost(vpcs(1), vpcs(4, "aws_subnet"), mode=Mode.REFRESH_ONLY, again=False) is None


def test_json_without_any_change_is_taken_for_refresh_only(lost):
    assert lost(vpcs(1), again=False) == 1


def test_thresholds_come_from_the_settings(lost):
    settings = Settings(rebuild_share=0.1, rebuild_minimum=1)
    assert lost(vpcs(1), vpcs(5, "aws_subnet"), settings=settings) == 1


def test_access_lost_to_one_provider_is_seen_beside_the_others(lost):
    assert lost(vpcs(3), vpcs(30, "google_compute_network")) == 3


def test_what_lives_in_the_state_itself_does_not_hide_it(lost):
    left = [*vpcs(50, "random_id"), *vpcs(50, "terraform_data"), *vpcs(9, "tls_private_key")]
    assert lost(vpcs(3), left) == 3


def test_local_things_that_vanish_are_no_lost_state(lost):
    assert lost(vpcs(3, "local_file")) is None


def test_drift_that_changes_or_concerns_data_sources_is_nothing(build):
    drift = (
        build.change("aws_vpc.v", "update", before={}),
        build.change("data.aws_ami.x", "delete", mode="data", before={}),
        build.change("aws_vpc.v", "delete", deposed="0a", before={}),
    )
    assert build.findings(build.plan(drift=drift)).observations == ()


def test_the_strictest_environment_and_lost_data_are_told(build):
    drift = (
        build.change("module.dev.aws_vpc.v", "delete", before={}),
        build.change("aws_s3_bucket.b", "delete", before={"tags": {"env": "prod"}}),
    )
    findings = build.findings(build.plan(drift=drift))
    (observation,) = findings.observations
    assert observation.environment == "production"
    assert observation.data
    assert observation.address == ""
    assert {e.name for e in findings.environments} == {"production", "development"}
