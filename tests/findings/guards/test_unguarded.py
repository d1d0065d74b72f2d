"""Things that disarm by being created, beside what stood before and beside what is new."""

import pytest

from guardrail.findings.model import Kind

LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.logs"
VERSIONING = "aws_s3_bucket_versioning.logs"
POLICY = "azurerm_storage_management_policy.logs"


@pytest.fixture
def causes(build):
    def run(address, after, *others, unknown=None):
        change = build.change(address, "create", after=after, after_unknown=unknown or {})
        found = build.observations(change, *others)
        return [each.causes for each in found if each.kind is Kind.DISARMED]

    return run


def expiring(days, status="Enabled", bucket="logs"):
    rule = {"status": status, "expiration": [{"days": days}]}
    return {"bucket": bucket, "rule": [rule]}


def versioned(status, bucket="logs"):
    return {"bucket": bucket, "versioning_configuration": [{"status": status}]}


def deleting(days):
    base = {"delete_after_days_since_modification_greater_than": days}
    rule = {"enabled": True, "actions": [{"base_blob": [base]}]}
    return {"storage_account_id": "/subscriptions/x", "rule": [rule]}


@pytest.mark.parametrize("days", [1, 30, 365])
def test_an_expiry_of_everything_in_a_bucket_that_stands_is_named(causes, days):
    assert causes(LIFECYCLE, expiring(days)) == [("rule.expiration.days",)]


@pytest.mark.parametrize("values", [expiring(0), expiring(1, status="Disabled"), {}])
def test_an_idle_expiry_is_ordinary(causes, values):
    assert causes(LIFECYCLE, values) == []


def test_what_only_apply_will_know_counts_as_short(causes):
    unknown = {"rule": [{"expiration": [{"days": True}]}]}
    assert causes(LIFECYCLE, {"bucket": "logs", "rule": [{}]}, unknown=unknown)


def test_versioning_that_starts_suspended_is_named(causes):
    cause = ("versioning_configuration.status",)
    assert causes(VERSIONING, versioned("Suspended")) == [cause]
    assert causes(VERSIONING, versioned("Enabled")) == []


def test_a_management_policy_is_read_alike(causes):
    cause = ("rule.actions.base_blob.delete_after_days_since_modification_greater_than",)
    assert causes(POLICY, deleting(1)) == [cause]
    assert causes(POLICY, deleting(365)) == [cause]
    assert causes(POLICY, deleting(-1)) == []


@pytest.mark.parametrize("actions", ["create", "delete create"])
def test_together_with_its_bucket_it_is_ordinary(causes, build, actions):
    by_name = build.change("aws_s3_bucket.logs", actions, before={}, after={"bucket": "logs"})
    assert causes(LIFECYCLE, expiring(1), by_name) == []
    assert causes(VERSIONING, versioned("Suspended", None), by_name) == []
    assert causes(LIFECYCLE, expiring(1, bucket="other"), by_name) == [("rule.expiration.days",)]


def test_a_name_that_nothing_in_the_plan_makes_is_of_something_that_stands(causes, build):
    updated = build.change("aws_s3_bucket.logs", "update", before={}, after={"bucket": "logs"})
    assert causes(LIFECYCLE, expiring(1, bucket=None), updated) == [("rule.expiration.days",)]


@pytest.mark.parametrize("actions", ["create", "update"])
def test_what_protects_the_data_of_a_bucket_is_the_buckets_own_protection(build, actions):
    before = None if actions == "create" else expiring(365)
    change = build.change(LIFECYCLE, actions, before=before, after=expiring(1))
    (found,) = build.observations(change)
    assert (found.kind, found.data, found.holds) == (Kind.DISARMED, True, "objects")
    assert found.detail == "deletes objects sooner"


def test_several_things_at_once_are_a_protection_that_goes(build):
    older = {"noncurrent_version_expiration": [{"noncurrent_days": 1}]}
    after = expiring(1)
    after["rule"][0] |= older
    (found,) = build.observations(build.change(LIFECYCLE, "create", after=after))
    assert (len(found.causes), found.detail, found.data) == (2, "", True)
