"""Updates that take a protection away: the first of the two steps in which things get lost."""

from typing import Any

from steps import Changes, Step, update
from things_aws import lifecycle

Row = tuple[str, str, Changes, Changes]
"""Type, what changes, and what was there before where the type's usual body lacks it."""


def row(kind: str, changes: Changes, had: Changes | None = None) -> Row:
    return kind, "disarm", changes, had or {}


def both(kind: str, attribute: str, old: Any, new: Any) -> Row:
    return row(kind, {attribute: new}, {attribute: old})


EXPIRE_ALL = {**lifecycle(1, key="everything"), "filter": [{"prefix": ""}]}
OLD_VERSIONS = {
    **lifecycle(1, key="old"), "expiration": [], "filter": [{"prefix": ""}],
    "noncurrent_version_expiration": [{"noncurrent_days": 1}],
}  # fmt: skip

AWS = [
    both("aws_db_instance", "deletion_protection", True, False),
    both("aws_db_instance", "skip_final_snapshot", False, True),
    both("aws_db_instance", "backup_retention_period", 14, 0),
    both("aws_db_instance", "backup_retention_period", 35, 1),
    both("aws_db_instance", "delete_automated_backups", False, True),
    both("aws_db_instance", "deletion_protection", True, None),
    both("aws_rds_cluster", "deletion_protection", True, False),
    both("aws_rds_cluster", "skip_final_snapshot", False, True),
    both("aws_rds_cluster", "backup_retention_period", 35, 1),
    both("aws_rds_global_cluster", "deletion_protection", True, False),
    both("aws_docdb_cluster", "deletion_protection", True, False),
    both("aws_neptune_cluster", "deletion_protection", True, False),
    both("aws_neptune_cluster", "skip_final_snapshot", False, True),
    both("aws_dynamodb_table", "deletion_protection_enabled", True, False),
    both("aws_dynamodb_table", "point_in_time_recovery", [{"enabled": True}], [{"enabled": False}]),
    both("aws_dynamodb_table", "point_in_time_recovery", [{"enabled": True}], []),
    both("aws_s3_bucket", "force_destroy", False, True),
    both("aws_s3_bucket", "versioning", [{"enabled": True}], [{"enabled": False}]),
    row("aws_s3_bucket_versioning", {"versioning_configuration.0.status": "Suspended"}),
    row("aws_s3_bucket_lifecycle_configuration", {"rule": [EXPIRE_ALL]}),
    row("aws_s3_bucket_lifecycle_configuration", {"rule": [lifecycle(30), OLD_VERSIONS]}),
    row("aws_s3_bucket_lifecycle_configuration", {"rule": [lifecycle(1, prefix="", key="all")]},
        {"rule": [lifecycle(3650, prefix="", key="all")]}),
    row("aws_s3_bucket_object_lock_configuration", {"rule.0.default_retention.0.days": 1}),
    row("aws_s3_bucket_object_lock_configuration", {"rule": []}),
    both("aws_kms_key", "is_enabled", True, False),
    both("aws_kms_key", "deletion_window_in_days", 30, 7),
    both("aws_lb", "enable_deletion_protection", True, False),
    both("aws_instance", "disable_api_termination", True, False),
    row("aws_instance", {"ebs_block_device.0.delete_on_termination": True},
        {"ebs_block_device": [{"delete_on_termination": False, "volume_size": 500}]}),
    both("aws_autoscaling_group", "force_delete", False, True),
    both("aws_autoscaling_group", "protect_from_scale_in", True, False),
    both("aws_cognito_user_pool", "deletion_protection", "ACTIVE", "INACTIVE"),
    both("aws_eks_cluster", "deletion_protection", True, False),
    both("aws_ecr_repository", "force_delete", False, True),
    both("aws_backup_vault", "force_destroy", False, True),
    row("aws_backup_plan", {"rule.0.lifecycle.0.delete_after": 1}),
    both("aws_backup_vault_lock_configuration", "min_retention_days", 30, 1),
    row("aws_efs_backup_policy", {"backup_policy.0.status": "DISABLED"}),
    both("aws_elasticache_replication_group", "snapshot_retention_limit", 7, 0),
    both("aws_elasticache_replication_group", "final_snapshot_identifier", "x-final", None),
    both("aws_memorydb_cluster", "snapshot_retention_limit", 7, 0),
    both("aws_redshift_cluster", "automated_snapshot_retention_period", 7, 0),
    both("aws_redshift_cluster", "skip_final_snapshot", False, True),
    both("aws_cloudtrail", "enable_logging", True, False),
    both("aws_secretsmanager_secret", "recovery_window_in_days", 30, 0),
    both("aws_route53_zone", "force_destroy", False, True),
    both("aws_ebs_volume", "final_snapshot", True, False),
    both("aws_networkfirewall_firewall", "delete_protection", True, False),
    both("aws_fsx_windows_file_system", "skip_final_backup", False, True),
    both("aws_fsx_lustre_file_system", "automatic_backup_retention_days", 30, 0),
    both("aws_dlm_lifecycle_policy", "state", "ENABLED", "DISABLED"),
    both("aws_ecs_service", "force_delete", False, True),
    both("aws_redshiftserverless_namespace", "final_snapshot_name", "final", ""),
]  # fmt: skip

AZURERM = [
    both("azurerm_key_vault", "purge_protection_enabled", True, False),
    both("azurerm_key_vault", "soft_delete_retention_days", 90, 7),
    row("azurerm_storage_account", {"blob_properties.0.delete_retention_policy": []}),
    row("azurerm_storage_account", {"blob_properties.0.delete_retention_policy.0.days": 1}),
    row("azurerm_storage_account", {"blob_properties.0.versioning_enabled": False}),
    row("azurerm_storage_account", {"blob_properties.0.container_delete_retention_policy": []}),
    row("azurerm_storage_account", {"blob_properties.0.restore_policy": []},
        {"blob_properties.0.restore_policy": [{"days": 7}]}),
    row("azurerm_storage_account", {
        "blob_properties.0.delete_retention_policy.0.permanent_delete_enabled": True}),
    row("azurerm_storage_management_policy", {"rule": [{"actions": [{"base_blob": [
        {"delete_after_days_since_modification_greater_than": 1}]}], "enabled": True, "filters": [
        {"blob_types": ["blockBlob"], "prefix_match": []}], "name": "everything"}]}),
    both("azurerm_recovery_services_vault", "soft_delete_enabled", True, False),
    both("azurerm_recovery_services_vault", "immutability", "Unlocked", "Disabled"),
    both("azurerm_backup_protected_vm", "protection_state", "Protected", "ProtectionStopped"),
    row("azurerm_mssql_database", {"short_term_retention_policy.0.retention_days": 1}),
    row("azurerm_mssql_database", {"long_term_retention_policy": []}),
    both("azurerm_mysql_flexible_server", "backup_retention_days", 14, 1),
    both("azurerm_postgresql_flexible_server", "backup_retention_days", 35, 7),
    row("azurerm_cosmosdb_account", {"backup.0.retention_in_hours": 8}),
    row("azurerm_redis_cache", {"redis_configuration.0.rdb_backup_enabled": False}),
    both("azurerm_data_protection_backup_vault", "soft_delete", "On", "Off"),
    both("azurerm_app_configuration", "purge_protection_enabled", True, False),
    both("azurerm_management_lock", "lock_level", "CanNotDelete", None),
]  # fmt: skip

BACKUP = "settings.0.backup_configuration.0."
GOOGLE = [
    both("google_sql_database_instance", "deletion_protection", True, False),
    row("google_sql_database_instance", {"settings.0.deletion_protection_enabled": False}),
    row("google_sql_database_instance", {f"{BACKUP}enabled": False}),
    row("google_sql_database_instance", {f"{BACKUP}point_in_time_recovery_enabled": False}),
    row("google_sql_database_instance", {
        f"{BACKUP}backup_retention_settings.0.retained_backups": 1}),
    row("google_sql_database_instance", {"settings.0.backup_configuration": []}),
    both("google_sql_database", "deletion_policy", "ABANDON", "DELETE"),
    both("google_container_cluster", "deletion_protection", True, False),
    both("google_cloud_run_v2_service", "deletion_protection", True, False),
    both("google_compute_instance", "deletion_protection", True, False),
    both("google_bigquery_table", "deletion_protection", True, False),
    both("google_bigquery_dataset", "delete_contents_on_destroy", False, True),
    both("google_bigquery_dataset", "max_time_travel_hours", "168", "48"),
    both("google_spanner_database", "deletion_protection", True, False),
    both("google_spanner_database", "enable_drop_protection", True, False),
    both("google_spanner_instance", "force_destroy", False, True),
    both("google_bigtable_instance", "deletion_protection", True, False),
    both("google_secret_manager_secret", "deletion_protection", True, False),
    both("google_alloydb_cluster", "deletion_policy", "DEFAULT", "FORCE"),
    row("google_alloydb_cluster", {"automated_backup_policy.0.enabled": False}),
    row("google_alloydb_cluster", {"continuous_backup_config.0.enabled": False}),
    both("google_storage_bucket", "force_destroy", False, True),
    row("google_storage_bucket", {"versioning.0.enabled": False}),
    row("google_storage_bucket", {"soft_delete_policy.0.retention_duration_seconds": 0}),
    row("google_storage_bucket", {"retention_policy": []}),
    row("google_storage_bucket", {"lifecycle_rule": [
        {"action": [{"type": "Delete"}], "condition": [{"age": 1, "matches_prefix": []}]}]}),
    both("google_filestore_instance", "deletion_protection_enabled", True, False),
    both("google_firestore_database", "delete_protection_state", "DELETE_PROTECTION_ENABLED",
         "DELETE_PROTECTION_DISABLED"),
    both("google_firestore_database", "point_in_time_recovery_enablement",
         "POINT_IN_TIME_RECOVERY_ENABLED", "POINT_IN_TIME_RECOVERY_DISABLED"),
    both("google_firestore_database", "deletion_policy", "ABANDON", "DELETE"),
    both("google_project", "deletion_policy", "PREVENT", "DELETE"),
    both("google_dns_managed_zone", "force_destroy", False, True),
    row("google_redis_instance", {"persistence_config.0.persistence_mode": "DISABLED"}),
    both("google_backup_dr_backup_vault", "force_delete", False, True),
    both("google_backup_dr_backup_vault", "backup_minimum_enforced_retention_duration", "2592000s",
         "86400s"),
]  # fmt: skip

RETENTION = "spec.0.persistent_volume_claim_retention_policy.0."
KUBERNETES = [
    both("kubernetes_persistent_volume_v1", "spec.0.persistent_volume_reclaim_policy", "Retain",
         "Delete"),
    both("kubernetes_persistent_volume", "spec.0.persistent_volume_reclaim_policy", "Retain",
         "Recycle"),
    row("kubernetes_stateful_set_v1", {f"{RETENTION}when_deleted": "Delete"}),
    row("kubernetes_stateful_set_v1", {f"{RETENTION}when_scaled": "Delete"}),
    row("kubernetes_stateful_set", {f"{RETENTION}when_deleted": "Delete"}),
    row("kubernetes_manifest", {"manifest.spec.persistentVolumeReclaimPolicy": "Delete",
                                "object.spec.persistentVolumeReclaimPolicy": "Delete"}, {
        side: {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "orders"},
               "spec": {"persistentVolumeReclaimPolicy": "Retain"}}
        for side in ("manifest", "object")}),
]  # fmt: skip

BY_PROVIDER = {"aws": AWS, "azurerm": AZURERM, "google": GOOGLE, "kubernetes": KUBERNETES}
UNKNOWN = {
    "aws": (
        ("aws_db_instance", "deletion_protection"),
        ("aws_db_instance", "backup_retention_period"),
        ("aws_rds_cluster", "skip_final_snapshot"),
        ("aws_s3_bucket", "force_destroy"),
        ("aws_s3_bucket_versioning", "versioning_configuration.0.status"),
        ("aws_dynamodb_table", "deletion_protection_enabled"),
        ("aws_dynamodb_table", "point_in_time_recovery"),
        ("aws_kms_key", "is_enabled"),
        ("aws_lb", "enable_deletion_protection"),
    ),
    "azurerm": (
        ("azurerm_key_vault", "purge_protection_enabled"),
        ("azurerm_storage_account", "blob_properties.0.versioning_enabled"),
        ("azurerm_mssql_database", "short_term_retention_policy.0.retention_days"),
    ),
    "google": (
        ("google_sql_database_instance", "deletion_protection"),
        ("google_sql_database_instance", f"{BACKUP}enabled"),
        ("google_storage_bucket", "force_destroy"),
        ("google_container_cluster", "deletion_protection"),
    ),
    "kubernetes": (("kubernetes_persistent_volume_v1", "spec.0.persistent_volume_reclaim_policy"),),
}
"""What becomes unknown: nobody can say that the protection stays."""


def disarms(provider: str) -> list[tuple[str, list[Step]]]:
    """Return the plans of one provider."""
    rows: list[tuple[str, list[Step]]] = [
        (word, [update(kind, changes, had=had)])
        for kind, word, changes, had in BY_PROVIDER[provider]
    ]
    rows += [("disarm unknown", [update(kind, unknown=[path])]) for kind, path in UNKNOWN[provider]]
    return rows
