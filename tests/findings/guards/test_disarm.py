"""Protections that an update takes away."""

import pytest

from guardrail.findings.guards.disarm import disarmed


@pytest.fixture
def causes(build):
    def run(kind, before, after, unknown=None, actions="update", **fields):
        change = build.change(
            f"{kind}.x",
            actions,
            before=before,
            after=after,
            after_unknown=unknown or {},
            **fields,
        )
        return disarmed(change)

    return run


@pytest.mark.parametrize(
    ("kind", "before", "after", "cause"),
    [
        (
            "aws_db_instance",
            {"deletion_protection": True},
            {"deletion_protection": False},
            "deletion_protection",
        ),
        (
            "aws_db_instance",
            {"skip_final_snapshot": False},
            {"skip_final_snapshot": True},
            "skip_final_snapshot",
        ),
        (
            "aws_db_instance",
            {"backup_retention_period": 7},
            {"backup_retention_period": 0},
            "backup_retention_period",
        ),
        (
            "aws_db_instance",
            {"delete_automated_backups": None},
            {"delete_automated_backups": True},
            "delete_automated_backups",
        ),
        ("aws_s3_bucket", {"force_destroy": None}, {"force_destroy": True}, "force_destroy"),
        (
            "aws_s3_bucket",
            {"versioning": [{"enabled": True}]},
            {"versioning": [{"enabled": False}]},
            "versioning.enabled",
        ),
        (
            "aws_s3_bucket_versioning",
            {"versioning_configuration": [{"status": "Enabled"}]},
            {"versioning_configuration": [{"status": "Suspended"}]},
            "versioning_configuration.status",
        ),
        (
            "aws_s3_bucket_versioning",
            {"versioning_configuration": [{"status": "Enabled"}]},
            {"versioning_configuration": []},
            "versioning_configuration.status",
        ),
        ("aws_kms_key", {"is_enabled": True}, {"is_enabled": False}, "is_enabled"),
        ("aws_kms_key", {}, {"is_enabled": False}, "is_enabled"),
        (
            "aws_kms_key",
            {"deletion_window_in_days": 30},
            {"deletion_window_in_days": 7},
            "deletion_window_in_days",
        ),
        (
            "aws_dynamodb_table",
            {"point_in_time_recovery": [{"enabled": True}]},
            {"point_in_time_recovery": [{"enabled": False}]},
            "point_in_time_recovery.enabled",
        ),
        (
            "aws_cloudwatch_log_group",
            {"retention_in_days": 0},
            {"retention_in_days": 30},
            "retention_in_days",
        ),
        (
            "aws_cognito_user_pool",
            {"deletion_protection": "ACTIVE"},
            {"deletion_protection": "INACTIVE"},
            "deletion_protection",
        ),
        (
            "aws_instance",
            {"disable_api_termination": True},
            {"disable_api_termination": None},
            "disable_api_termination",
        ),
        (
            "azurerm_key_vault",
            {"purge_protection_enabled": True},
            {"purge_protection_enabled": False},
            "purge_protection_enabled",
        ),
        (
            "azurerm_storage_account",
            {"blob_properties": [{"delete_retention_policy": [{"days": 30}]}]},
            {"blob_properties": [{"delete_retention_policy": [{"days": 1}]}]},
            "blob_properties.delete_retention_policy.days",
        ),
        (
            "google_sql_database_instance",
            {"deletion_protection": None},
            {"deletion_protection": False},
            "deletion_protection",
        ),
        (
            "google_sql_database_instance",
            {"settings": [{"backup_configuration": [{"enabled": True}]}]},
            {"settings": [{"backup_configuration": [{"enabled": False}]}]},
            "settings.backup_configuration.enabled",
        ),
        (
            "kubernetes_persistent_volume",
            {"spec": [{"persistent_volume_reclaim_policy": "Retain"}]},
            {"spec": [{"persistent_volume_reclaim_policy": "Delete"}]},
            "spec.persistent_volume_reclaim_policy",
        ),
        (
            "newcloud_database",
            {"deletion_protection": True},
            {"deletion_protection": False},
            "deletion_protection",
        ),
        (
            "newcloud_database",
            {"deletion_protection": "true"},
            {"deletion_protection": "false"},
            "deletion_protection",
        ),
    ],
)
def test_a_protection_that_goes_is_named(causes, kind, before, after, cause):
    assert causes(kind, before, after) == (cause,)
    assert causes(kind, after, before) == ()
    assert causes(kind, before, before) == ()


def test_several_protections_are_all_named(causes):
    before = {"deletion_protection": True, "skip_final_snapshot": False}
    after = {"deletion_protection": False, "skip_final_snapshot": True}
    assert causes("aws_db_instance", before, after) == (
        "deletion_protection",
        "skip_final_snapshot",
    )


@pytest.mark.parametrize(
    ("kind", "before", "unknown"),
    [
        ("aws_db_instance", {"deletion_protection": True}, {"deletion_protection": True}),
        ("aws_s3_bucket", {"force_destroy": False}, {"force_destroy": True}),
        ("aws_kms_key", {"deletion_window_in_days": 7}, {"deletion_window_in_days": True}),
        ("aws_s3_bucket", {"versioning": [{"enabled": True}]}, {"versioning": True}),
        (
            "aws_s3_bucket",
            {"versioning": [{"enabled": True}]},
            {"versioning": [{"enabled": True}]},
        ),
    ],
)
def test_what_is_not_known_before_apply_counts_as_the_worst(causes, kind, before, unknown):
    after = {name: value for name, value in before.items() if name not in unknown}
    assert causes(kind, before, after, unknown)
    assert causes(kind, before, before, unknown)


def test_a_wholly_unknown_result_protects_nothing(build):
    change = build.change(
        "aws_kms_key.k", "update", before={"is_enabled": True}, after={}, after_unknown=True
    )
    assert "is_enabled" in disarmed(change)


def test_values_that_are_missing_afterwards_protect_nothing(causes):
    assert "deletion_protection" in causes("aws_db_instance", {"deletion_protection": True}, None)


def test_values_that_are_missing_before_protected_nothing(causes):
    assert causes("aws_db_instance", None, {"deletion_protection": False}) == ()


def test_an_unknown_number_that_protected_nothing_before_is_no_loss(causes):
    assert causes("aws_kms_key", {}, {}, {"deletion_window_in_days": True}) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [(1, 7), (0, 35), ("7", "7"), (None, None), ("odd", "odder"), ([1], [2])],
)
def test_backups_that_are_not_kept_shorter_are_no_loss(causes, before, after):
    values = {"backup_retention_period": before}, {"backup_retention_period": after}
    assert causes("aws_db_instance", *values) == ()


def test_a_block_fewer_is_a_shorter_retention(causes):
    def rules(*days):
        return {"rule": [{"lifecycle": [{"delete_after": d}]} for d in days]}

    assert causes("aws_backup_plan", rules(30, 365), rules(30)) == ("rule.lifecycle.delete_after",)
    assert causes("aws_backup_plan", rules(30), rules(30, 365)) == ()
    assert causes("aws_backup_plan", rules(30), rules(7, 30)) == ()
    assert causes("aws_backup_plan", rules(None), rules(30)) == ("rule.lifecycle.delete_after",)
    assert causes("aws_backup_plan", rules(30), rules(None)) == ()


@pytest.mark.parametrize(("before", "after"), [(7, 1), (35, 7), (1, 0), ("14", "7")])
def test_backups_that_are_kept_shorter_are_lost(causes, before, after):
    values = {"backup_retention_period": before}, {"backup_retention_period": after}
    assert causes("aws_db_instance", *values) == ("backup_retention_period",)


@pytest.mark.parametrize(
    ("before", "after"),
    [([], [1]), ([90], [1]), ([90], [90, 120]), ([0], [1]), ([None], [7])],
)
def test_one_more_expiration_or_an_earlier_one_lets_data_go(causes, before, after):
    assert causes(*_expirations(before, after)) == ("rule.expiration.days",)


@pytest.mark.parametrize(
    ("before", "after"), [([30], [90]), ([30], [30, 0]), ([30, 3], [30]), ([30], []), ([0], [0])]
)
def test_an_expiration_fewer_or_a_later_one_keeps_data(causes, before, after):
    assert causes(*_expirations(before, after)) == ()


def _expirations(*sides):
    rules = ({"rule": [{"expiration": [{"days": d}]} for d in days]} for days in sides)
    return "aws_s3_bucket_lifecycle_configuration", *rules


@pytest.mark.parametrize(
    ("before", "after", "shorter"),
    [
        ("P1Y6M", "P1Y", True),
        ("P12W", "PT0S", True),
        ("P1D", "PT24H", False),
        ("PT0S", "P12W", False),
        ("P1M", "PT1M", True),
        ("odd", "P1D", False),
    ],
)
def test_a_duration_is_compared_by_its_length(causes, before, after, shorter):
    values = {"soft_delete_period": before}, {"soft_delete_period": after}
    found = causes("azurerm_kusto_database", *values)
    assert found == (("soft_delete_period",) if shorter else ())


def test_a_final_snapshot_without_a_name_is_none(causes):
    values = {"final_snapshot_identifier": "last"}, {"final_snapshot_identifier": None}
    kind = "aws_elasticache_replication_group"
    assert causes(kind, *values) == ("final_snapshot_identifier",)
    assert causes(kind, *reversed(values)) == ()


def test_one_of_several_blocks_that_loses_its_guard_is_seen(causes):
    def disks(*flags):
        return {"ebs_block_device": [{"delete_on_termination": flag} for flag in flags]}

    assert causes("aws_instance", disks(False, False), disks(True, False))
    assert not causes("aws_instance", disks(True, False), disks(False, True))


def test_a_list_that_is_only_unknown_is_walked_by_its_mask(causes):
    before = {"versioning": [{"enabled": True}]}
    assert causes("aws_s3_bucket", before, {}, {"versioning": [{"enabled": True}]})


def test_a_value_of_an_odd_shape_is_no_guard(causes):
    assert causes("aws_db_instance", {"deletion_protection": {"on": True}}, {}) == ()


@pytest.mark.parametrize("actions", ["no-op", "create", "delete", "delete create"])
def test_only_an_update_disarms(causes, actions):
    before, after = {"deletion_protection": True}, {"deletion_protection": False}
    assert causes("aws_db_instance", before, after, actions=actions) == ()


def test_an_import_that_also_updates_disarms(causes):
    before, after = {"deletion_protection": True}, {"deletion_protection": False}
    assert causes("aws_db_instance", before, after, importing=True) == ("deletion_protection",)
