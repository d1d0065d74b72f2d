"""Lifecycle rules: what lets everything go, or a part of it soon, is named; housekeeping is not."""

import pytest

from guardrail.findings.guards.disarm import disarmed

S3, GCS = "aws_s3_bucket_lifecycle_configuration", "google_storage_bucket"
AZURE = "azurerm_storage_management_policy"
DAYS, OLD = "rule.expiration.days", "rule.noncurrent_version_expiration.noncurrent_days"
AGE = "lifecycle_rule.condition.age"


@pytest.fixture
def causes(build):
    def run(kind, before, after, unknown=None):
        mask = {} if unknown is None else unknown
        return disarmed(
            build.change(f"{kind}.x", "update", before=before, after=after, after_unknown=mask)
        )

    return run


def rules(*each):
    return {"rule": [{"status": "Enabled", **one} for one in each]}


def expire(days, **narrowed):
    return {"expiration": [{"days": days}], "filter": [narrowed] if narrowed else []}


def noncurrent(days, kept=None):
    after = {"noncurrent_days": days, "newer_noncurrent_versions": kept}
    return {"noncurrent_version_expiration": [after]}


TMP = expire(30, prefix="tmp/")


@pytest.mark.parametrize(
    "rule",
    [
        expire(30, prefix="logs/"),
        expire(365, tag=[{"key": "class", "value": "log"}]),
        expire(90, **{"and": [{"prefix": "", "tags": {"class": "log"}}]}),
        {"prefix": "logs/", "expiration": [{"days": 365}]},
        noncurrent(90, 3),
        noncurrent(30),
        noncurrent(1, 5),
        {"expiration": [{"days": 0, "expired_object_delete_marker": True}]},
        {"abort_incomplete_multipart_upload": [{"days_after_initiation": 7}]},
        {"status": "Disabled", **expire(1)},
    ],
)
def test_housekeeping_in_a_bucket_is_ordinary(causes, rule):
    assert causes(S3, rules(TMP), rules(TMP, rule)) == ()


@pytest.mark.parametrize(
    ("rule", "cause"),
    [
        (expire(365), DAYS),
        (expire(365, prefix=""), DAYS),
        (expire(365, **{"and": [{"prefix": "", "tags": {}}]}), DAYS),
        (expire(365, object_size_greater_than=1), DAYS),
        (expire(29, prefix="logs/"), DAYS),
        (noncurrent(1), OLD),
        (noncurrent(1, 0), OLD),
        (
            {"filter": [{"prefix": "a/"}], "expiration": [{"date": "2026-11-01T00:00:00Z"}]},
            "rule.expiration.date",
        ),
    ],
)
def test_what_lets_everything_go_or_a_part_soon_is_named(causes, rule, cause):
    assert causes(S3, rules(TMP), rules(TMP, rule)) == (cause,)
    assert causes(S3, rules(TMP, rule), rules(TMP)) == ()


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (TMP, expire(30), True),
        (expire(7, prefix="tmp/"), expire(7, prefix="customers/"), True),
        (expire(365, prefix="a/"), expire(90, prefix="a/"), False),
        (expire(365, prefix="a/"), expire(7, prefix="a/"), True),
        (expire(7, prefix="a/"), expire(20, prefix="a/"), False),
        (expire(7), expire(7, prefix="a/"), False),
        (expire(90), expire(60), True),
    ],
)
def test_the_same_rule_is_compared_with_what_it_was(causes, before, after, named):
    assert causes(S3, rules(before), rules(after)) == (DAYS,) * named


def test_a_filter_that_only_apply_will_know_narrows_nothing(causes):
    unknown = {"rule": [{}, {"filter": [{"prefix": True}]}]}
    after = rules(TMP, {"expiration": [{"days": 365}], "filter": [{}]})
    assert causes(S3, rules(TMP), after, unknown) == (DAYS,)


def test_days_that_only_apply_will_know_are_soon(causes):
    after = rules(TMP, {"filter": [{"prefix": "logs/"}], "expiration": [{}]})
    assert causes(S3, rules(TMP), after, {"rule": [{}, {"expiration": [{"days": True}]}]})


def deletes(**condition):
    return {"lifecycle_rule": [{"action": [{"type": "Delete"}], "condition": [condition]}]}


@pytest.mark.parametrize(
    "condition",
    [
        {"age": 30, "matches_prefix": ["tmp/"]},
        {"age": 0, "num_newer_versions": 3, "with_state": "ARCHIVED"},
        {"age": 0, "days_since_noncurrent_time": 90},
        {"age": 90, "with_state": "ARCHIVED", "matches_prefix": []},
    ],
)
def test_housekeeping_in_a_bucket_of_google_is_ordinary(causes, condition):
    assert causes(GCS, {"lifecycle_rule": []}, deletes(**condition)) == ()


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"age": 365, "with_state": "ANY", "matches_prefix": []},
        {"age": 365, "matches_prefix": ["tmp/", ""]},
        {"age": 0, "matches_prefix": ["customers/"]},
        {"created_before": "2027-01-01"},
        {"age": 0, "with_state": "ARCHIVED"},
        {"num_newer_versions": 1},
        {"age": 60, "matches_storage_class": ["STANDARD"]},
    ],
)
def test_a_bucket_of_google_that_loses_more_is_named(causes, condition):
    assert causes(GCS, {"lifecycle_rule": []}, deletes(**condition)) == (AGE,)
    assert causes(GCS, deletes(**condition), {"lifecycle_rule": []}) == ()


def policy(days, *prefixes, part="base_blob"):
    word = {
        "base_blob": "delete_after_days_since_modification_greater_than",
        "version": "delete_after_days_since_creation",
    }[part]
    filters = [{"blob_types": ["blockBlob"], "prefix_match": list(prefixes)}]
    return {"rule": [{"enabled": True, "filters": filters, "actions": [{part: [{word: days}]}]}]}


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (policy(90, "logs/"), False),
        (policy(90, part="version"), False),
        (policy(-1), False),
        (policy(365), True),
        (policy(0), True),
        (policy(7, "logs/"), True),
        (policy(1, part="version"), True),
    ],
)
def test_a_management_policy_of_azure_is_read_alike(causes, after, named):
    assert bool(causes(AZURE, {"rule": []}, after)) is named
