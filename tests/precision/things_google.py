"""Google Cloud as the provider shows it (version 6)."""

from typing import Any

from things import SECRETS, TEMPLATES, Context, Json

API = "https://www.googleapis.com"


def gcp(kind: str, config: Any, computed: Any = None, *, labels: bool = False) -> None:
    """Add a type."""

    def template(c: Context, n: str) -> tuple[Json, Json]:
        said = {"name": n, **config(c, n)}
        if said["name"] is None:
            del said["name"]
        if labels:
            said["labels"] = c.labels()
        return said, computed(c, n) if computed else {}

    TEMPLATES[kind] = template


def link(kind: str) -> Any:
    """Return what computes the ``self_link`` of a Compute resource."""
    return lambda c, n: {
        "creation_timestamp": "2025-02-01T08:00:00.000-07:00",
        "self_link": f"{API}/compute/v1/projects/{c.project}/{kind}/{n}",
    }


def ports(*numbers: str) -> list[Json]:
    return [{"ports": list(numbers), "protocol": "tcp"}]


def sql_settings() -> Json:
    return {
        "activation_policy": "ALWAYS", "availability_type": "REGIONAL", "backup_configuration": [{
            "backup_retention_settings": [{"retained_backups": 14, "retention_unit": "COUNT"}],
            "binary_log_enabled": False, "enabled": True, "point_in_time_recovery_enabled": True,
            "start_time": "03:00", "transaction_log_retention_days": 7}],
        "database_flags": [{"name": "max_connections", "value": "300"}],
        "deletion_protection_enabled": True, "disk_autoresize": True, "disk_size": 200, "disk_type":
        "PD_SSD", "edition": "ENTERPRISE", "ip_configuration": [{"authorized_networks": [],
        "ipv4_enabled": False, "private_network": "projects/p/global/networks/main", "ssl_mode":
        "ENCRYPTED_ONLY"}], "maintenance_window": [{"day": 7, "hour": 4}], "tier": "db-custom-4-15360",
        "user_labels": {}, "version": 12,
    }  # fmt: skip


def container(c: Context, n: str, version: str = "1.41.0") -> Json:
    return {
        "env": [{"name": "LOG_LEVEL", "value": "info", "value_source": []},
                {"name": "QUEUE", "value": n, "value_source": []}],
        "image": f"{c.google_region}-docker.pkg.dev/{c.project}/apps/{n}:{version}",
        "ports": [{"container_port": 8080}], "resources": [{"cpu_idle": True, "limits":
        {"cpu": "1", "memory": "512Mi"}}],
    }  # fmt: skip


gcp("google_compute_network", lambda c, n: {"auto_create_subnetworks": False, "routing_mode": "GLOBAL",
    "delete_default_routes_on_create": False}, link("global/networks"))  # fmt: skip
gcp("google_compute_subnetwork", lambda c, n: {"ip_cidr_range": f"10.{c.draw.randrange(1, 250)}.0.0/20",
    "network": "main", "private_ip_google_access": True, "region": c.google_region, "secondary_ip_range":
    [], "stack_type": "IPV4_ONLY"}, link("regions/r/subnetworks"))  # fmt: skip
gcp("google_compute_firewall", lambda c, n: {"allow": ports("443", "8080"), "deny": [], "direction":
    "INGRESS", "disabled": False, "network": "main", "priority": 1000, "source_ranges": ["10.0.0.0/8"],
    "target_tags": [n]}, link("global/firewalls"))  # fmt: skip
gcp("google_compute_route", lambda c, n: {"dest_range": "10.20.0.0/16", "network": "main",
    "next_hop_ip": "10.0.0.4", "priority": 1000, "tags": []}, link("global/routes"))  # fmt: skip
gcp(
    "google_compute_router",
    lambda c, n: {"network": "main", "region": c.google_region},
    link("routers"),
)
gcp("google_compute_router_nat", lambda c, n: {"nat_ip_allocate_option": "AUTO_ONLY", "router": "main",
    "min_ports_per_vm": 64, "source_subnetwork_ip_ranges_to_nat": "ALL_SUBNETWORKS_ALL_IP_RANGES"})  # fmt: skip
gcp("google_compute_address", lambda c, n: {"address_type": "EXTERNAL", "region": c.google_region},
    lambda c, n: {"address": "34.90.11.7", **link("addresses")(c, n)}, labels=True)  # fmt: skip
gcp("google_compute_global_address", lambda c, n: {"address_type": "EXTERNAL"}, lambda c, n: {
    "address": "34.110.11.7", **link("global/addresses")(c, n)})  # fmt: skip
gcp("google_compute_instance", lambda c, n: {"allow_stopping_for_update": True, "boot_disk": [{
    "auto_delete": True, "initialize_params": [{"image": "debian-12", "size": 40}]}],
    "deletion_protection": True, "desired_status": "RUNNING", "machine_type": "e2-standard-4",
    "metadata": {"enable-oslogin": "TRUE"}, "metadata_startup_script": c.hexa(40), "network_interface": [
    {"network": "main", "subnetwork": "app"}], "tags": [n], "zone": f"{c.google_region}-b"},
    lambda c, n: {"current_status": "RUNNING", "instance_id": str(c.draw.randrange(10**18)),
    **link("zones/z/instances")(c, n)}, labels=True)  # fmt: skip
gcp("google_compute_disk", lambda c, n: {"physical_block_size_bytes": 4096, "size": 200, "type":
    "pd-ssd", "zone": f"{c.google_region}-b"}, link("zones/z/disks"), labels=True)  # fmt: skip
gcp("google_compute_snapshot", lambda c, n: {"source_disk": n, "storage_locations": ["eu"]},
    link("global/snapshots"), labels=True)  # fmt: skip
gcp("google_compute_instance_template", lambda c, n: {"disk": [{"auto_delete": True, "boot": True,
    "source_image": "debian-12-41"}], "machine_type": "e2-standard-4", "name_prefix": f"{n}-"},
    link("global/instanceTemplates"), labels=True)  # fmt: skip
gcp("google_compute_region_instance_group_manager", lambda c, n: {"base_instance_name": n, "region":
    c.google_region, "target_size": 6, "update_policy": [{"minimal_action": "REPLACE", "type":
    "PROACTIVE"}], "version": [{"instance_template": f"{n}-41", "name": "main"}]},
    link("regions/r/instanceGroupManagers"))  # fmt: skip
gcp("google_compute_region_autoscaler", lambda c, n: {"autoscaling_policy": [{"cooldown_period": 60,
    "cpu_utilization": [{"target": 0.6}], "max_replicas": 12, "min_replicas": 3, "mode": "ON"}],
    "region": c.google_region, "target": n}, link("regions/r/autoscalers"))  # fmt: skip
gcp("google_compute_backend_service", lambda c, n: {"backend": [{"balancing_mode": "UTILIZATION",
    "capacity_scaler": 1, "group": n}], "enable_cdn": False, "health_checks": [n], "protocol": "HTTP",
    "timeout_sec": 30}, link("global/backendServices"))  # fmt: skip
gcp("google_compute_url_map", lambda c, n: {"default_service": n, "host_rule": [{"hosts":
    [f"{n}.acme.example"], "path_matcher": "app"}], "path_matcher": [{"name": "app", "path_rule": []}]},
    link("global/urlMaps"))  # fmt: skip
gcp("google_compute_managed_ssl_certificate", lambda c, n: {"managed": [{"domains":
    [f"{n}.acme.example"]}], "type": "MANAGED"}, link("global/sslCertificates"))  # fmt: skip
gcp("google_compute_security_policy", lambda c, n: {"rule": [{"action": "allow", "priority": 2147483647},
    {"action": "deny(403)", "priority": 1000}], "type": "CLOUD_ARMOR"}, link("global/securityPolicies"))  # fmt: skip
gcp("google_sql_database_instance", lambda c, n: {"database_version": "POSTGRES_15",
    "deletion_protection": True, "region": c.google_region, "settings": [sql_settings()]}, lambda c, n: {
    "connection_name": f"{c.project}:{c.google_region}:{n}", "private_ip_address": "10.40.0.3",
    "self_link": f"{API}/sql/v1beta4/projects/{c.project}/instances/{n}"})  # fmt: skip
gcp("google_sql_database", lambda c, n: {"deletion_policy": "ABANDON", "instance": "main"}, lambda c, n: {
    "self_link": f"{API}/sql/v1beta4/projects/{c.project}/databases/{n}"})  # fmt: skip
gcp(
    "google_sql_user",
    lambda c, n: {"deletion_policy": "", "instance": "main", "password": c.hexa(24)},
)
gcp("google_storage_bucket", lambda c, n: {"autoclass": [], "force_destroy": False, "lifecycle_rule": [{
    "action": [{"type": "Delete"}], "condition": [{"age": 90, "matches_prefix": ["tmp/"]}]}], "location":
    "EU", "name": f"acme-{n}-{c.hexa(6)}", "public_access_prevention": "enforced", "retention_policy": [{
    "is_locked": False, "retention_period": 2592000}], "soft_delete_policy": [{
    "retention_duration_seconds": 604800}], "storage_class": "STANDARD", "uniform_bucket_level_access":
    True, "versioning": [{"enabled": True}]}, lambda c, n: {"self_link":
    f"{API}/storage/v1/b/acme-{n}", "url": f"gs://acme-{n}"}, labels=True)  # fmt: skip
gcp("google_storage_bucket_iam_member", lambda c, n: {"bucket": "acme-data", "member":
    f"serviceAccount:{n}@{c.project}.iam.gserviceaccount.com", "name": None, "role":
    "roles/storage.objectViewer"}, lambda c, n: {"etag": c.hexa(8)})  # fmt: skip
gcp("google_storage_bucket_object", lambda c, n: {"bucket": "acme-config", "content_type":
    "application/json", "detect_md5hash": c.hexa(24)}, lambda c, n: {"crc32c": c.hexa(8), "md5hash":
    c.hexa(24), "self_link": f"{API}/storage/v1/b/acme-config/o/{n}"})  # fmt: skip
gcp("google_cloud_run_v2_service", lambda c, n: {"deletion_protection": True, "ingress":
    "INGRESS_TRAFFIC_ALL", "location": c.google_region, "template": [{"containers": [container(c, n)],
    "max_instance_request_concurrency": 80, "scaling": [{"max_instance_count": 20,
    "min_instance_count": 2}], "service_account": n, "timeout": "300s"}], "traffic": [{"percent": 100,
    "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"}]}, lambda c, n: {"etag": c.hexa(20), "generation":
    "41", "latest_ready_revision": f"{n}-00041", "uri": f"https://{n}.a.run.app"}, labels=True)  # fmt: skip
gcp("google_cloudfunctions2_function", lambda c, n: {"build_config": [{"entry_point": "handle",
    "runtime": "python312", "source": [{"storage_source": [{"bucket": "acme-source", "object":
    f"{n}-41.zip"}]}]}], "location": c.google_region, "service_config": [{"available_memory": "512M",
    "environment_variables": {"LOG_LEVEL": "info", "QUEUE": n}, "max_instance_count": 20,
    "min_instance_count": 1}]}, lambda c, n: {"state": "ACTIVE", "update_time": "2026-10-01T08:00:00Z",
    "url": f"https://{n}.cloudfunctions.net"}, labels=True)  # fmt: skip
gcp("google_container_cluster", lambda c, n: {"deletion_protection": True, "initial_node_count": 1,
    "location": c.google_region, "logging_service": "logging.googleapis.com/kubernetes",
    "maintenance_policy": [{"daily_maintenance_window": [{"start_time": "03:00"}]}],
    "min_master_version": "1.30.5-gke.1014001", "network": "main", "release_channel": [{"channel":
    "REGULAR"}], "remove_default_node_pool": True, "resource_labels": c.labels()}, lambda c, n: {
    "endpoint": "34.91.1.2", "master_version": "1.30.5-gke.1014001", "self_link":
    f"{API}/container/v1/projects/{c.project}/clusters/{n}"})  # fmt: skip
gcp("google_container_node_pool", lambda c, n: {"autoscaling": [{"max_node_count": 8, "min_node_count":
    2}], "cluster": "main", "location": c.google_region, "management": [{"auto_repair": True,
    "auto_upgrade": True}], "node_config": [{"disk_size_gb": 100, "machine_type": "e2-standard-4"}],
    "node_count": 4, "version": "1.30.5-gke.1014001"}, lambda c, n: {"instance_group_urls": []})  # fmt: skip
gcp("google_service_account", lambda c, n: {"account_id": n, "disabled": False, "display_name": n,
    "name": f"projects/{c.project}/serviceAccounts/{n}"}, lambda c, n: {"email":
    f"{n}@{c.project}.iam.gserviceaccount.com", "unique_id": str(c.draw.randrange(10**20))})  # fmt: skip
gcp("google_project_iam_member", lambda c, n: {"member":
    f"serviceAccount:{n}@{c.project}.iam.gserviceaccount.com", "name": None, "role":
    "roles/logging.logWriter"}, lambda c, n: {"etag": c.hexa(8)})  # fmt: skip
gcp("google_project_iam_binding", lambda c, n: {"members": ["group:platform@acme.example",
    "group:sre@acme.example"], "name": None, "role": "roles/editor"}, lambda c, n: {"etag": c.hexa(8)})  # fmt: skip
gcp("google_project_iam_policy", lambda c, n: {"name": None, "policy_data":
    '{"bindings":[{"members":["group:platform@acme.example"],"role":"roles/owner"}]}'}, lambda c, n: {
    "etag": c.hexa(8)})  # fmt: skip
gcp("google_project", lambda c, n: {"auto_create_network": False, "billing_account": c.hexa(16),
    "deletion_policy": "PREVENT", "project_id": c.project}, lambda c, n: {"number": "41"}, labels=True)  # fmt: skip
gcp("google_project_service", lambda c, n: {"disable_dependent_services": False, "disable_on_destroy":
    False, "name": None, "service": "run.googleapis.com"})  # fmt: skip
gcp("google_kms_key_ring", lambda c, n: {"location": c.google_region})
gcp("google_kms_crypto_key", lambda c, n: {"destroy_scheduled_duration": "2592000s", "key_ring":
    f"projects/{c.project}/keyRings/main", "purpose": "ENCRYPT_DECRYPT", "rotation_period": "7776000s",
    "skip_initial_version_creation": False}, lambda c, n: {"primary": [{"name": "1", "state":
    "ENABLED"}]}, labels=True)  # fmt: skip
gcp("google_kms_crypto_key_version", lambda c, n: {"crypto_key": "main", "name": None, "state":
    "ENABLED"})  # fmt: skip
gcp("google_secret_manager_secret", lambda c, n: {"deletion_protection": True, "replication": [{"auto":
    [{}]}], "secret_id": n, "version_destroy_ttl": "86400s"}, lambda c, n: {"create_time":
    "2025-02-01T08:00:00Z"}, labels=True)  # fmt: skip
gcp("google_secret_manager_secret_version", lambda c, n: {"deletion_policy": "DELETE", "enabled": True,
    "name": None, "secret": n, "secret_data": c.hexa(30)}, lambda c, n: {"version": "12"})  # fmt: skip
gcp("google_dns_managed_zone", lambda c, n: {"dns_name": f"{n}.acme.example.", "dnssec_config": [{"state":
    "on"}], "force_destroy": False, "visibility": "public"}, lambda c, n: {"managed_zone_id": "41",
    "name_servers": [f"ns-cloud-a{i}.googledomains.example." for i in range(1, 5)]}, labels=True)  # fmt: skip
gcp("google_dns_record_set", lambda c, n: {"managed_zone": "main", "name": f"{n}.acme.example.",
    "routing_policy": [], "rrdatas": ["34.90.11.7"], "ttl": 300, "type": "A"})  # fmt: skip
gcp("google_pubsub_topic", lambda c, n: {"message_retention_duration": "604800s"}, labels=True)
gcp("google_pubsub_subscription", lambda c, n: {"ack_deadline_seconds": 30, "expiration_policy": [{"ttl":
    ""}], "message_retention_duration": "604800s", "topic": n}, labels=True)  # fmt: skip
gcp("google_bigquery_dataset", lambda c, n: {"dataset_id": n.replace("-", "_"),
    "default_table_expiration_ms": None, "delete_contents_on_destroy": False, "location": "EU",
    "max_time_travel_hours": "168", "name": None}, lambda c, n: {"etag": c.hexa(20),
    "last_modified_time": 1759305600000}, labels=True)  # fmt: skip
gcp("google_bigquery_table", lambda c, n: {"dataset_id": "app", "deletion_protection": True,
    "expiration_time": None, "name": None, "schema": '[{"name":"id","type":"STRING"}]', "table_id": n},
    lambda c, n: {"num_rows": 812443, "etag": c.hexa(20)}, labels=True)  # fmt: skip
gcp("google_bigtable_instance", lambda c, n: {"cluster": [{"cluster_id": n, "num_nodes": 3}],
    "deletion_protection": True}, labels=True)  # fmt: skip
gcp("google_spanner_instance", lambda c, n: {"config": "regional-europe-west1", "force_destroy": False,
    "num_nodes": 3}, labels=True)  # fmt: skip
gcp("google_spanner_database", lambda c, n: {"database_dialect": "GOOGLE_STANDARD_SQL",
    "deletion_protection": True, "enable_drop_protection": True, "instance": "main",
    "version_retention_period": "7d"})  # fmt: skip
gcp("google_firestore_database", lambda c, n: {"delete_protection_state": "DELETE_PROTECTION_ENABLED",
    "deletion_policy": "ABANDON", "location_id": "eur3", "point_in_time_recovery_enablement":
    "POINT_IN_TIME_RECOVERY_ENABLED", "type": "FIRESTORE_NATIVE"})  # fmt: skip
gcp("google_filestore_instance", lambda c, n: {"deletion_protection_enabled": True, "file_shares": [{
    "capacity_gb": 1024, "name": "data"}], "tier": "ENTERPRISE"}, labels=True)  # fmt: skip
gcp("google_redis_instance", lambda c, n: {"memory_size_gb": 5, "persistence_config": [{
    "persistence_mode": "RDB", "rdb_snapshot_period": "SIX_HOURS"}], "redis_version": "REDIS_7_0",
    "replica_count": 1, "tier": "STANDARD_HA"}, lambda c, n: {"host": "10.40.1.3"}, labels=True)  # fmt: skip
gcp("google_alloydb_cluster", lambda c, n: {"automated_backup_policy": [{"enabled": True,
    "quantity_based_retention": [{"count": 14}]}], "cluster_id": n, "continuous_backup_config": [{
    "enabled": True, "recovery_window_days": 14}], "deletion_policy": "DEFAULT", "name": None}, labels=True)  # fmt: skip
gcp("google_logging_project_sink", lambda c, n: {"destination": "bigquery.googleapis.com/audit",
    "disabled": False, "filter": "severity>=WARNING"}, lambda c, n: {"writer_identity": "x"})  # fmt: skip
gcp("google_logging_project_bucket_config", lambda c, n: {"bucket_id": n, "locked": False,
    "location": "global", "name": None, "retention_days": 90})  # fmt: skip
gcp("google_monitoring_alert_policy", lambda c, n: {"combiner": "OR", "conditions": [{
    "condition_threshold": [{"comparison": "COMPARISON_GT", "duration": "60s", "threshold_value": 0.8}],
    "display_name": n}], "display_name": n, "enabled": True, "notification_channels": ["ops"]})  # fmt: skip
gcp(
    "google_monitoring_dashboard",
    lambda c, n: {"dashboard_json": '{"displayName":"app"}', "name": None},
)
gcp("google_billing_budget", lambda c, n: {"amount": [{"specified_amount": [{"currency_code": "EUR",
    "units": "5000"}]}], "billing_account": c.hexa(16), "display_name": n, "name": None,
    "threshold_rules": [{"threshold_percent": 0.8}]})  # fmt: skip
gcp("google_artifact_registry_repository", lambda c, n: {"cleanup_policies": [], "format": "DOCKER",
    "location": c.google_region, "repository_id": n}, lambda c, n: {"name": n}, labels=True)  # fmt: skip
gcp("google_cloud_scheduler_job", lambda c, n: {"paused": False, "region": c.google_region, "schedule":
    "0 * * * *", "time_zone": "UTC"}, lambda c, n: {"state": "ENABLED"})  # fmt: skip
gcp("google_backup_dr_backup_vault", lambda c, n: {"backup_minimum_enforced_retention_duration":
    "2592000s", "backup_vault_id": n, "force_delete": False, "name": None}, labels=True)  # fmt: skip
gcp("google_compute_image", lambda c, n: {"family": "debian-12", "project": "debian-cloud"},
    link("global/images"))  # fmt: skip
gcp("google_client_config", lambda c, n: {"name": None}, lambda c, n: {"region": c.google_region})

SECRETS.update({
    "google_sql_user": ("password",),
    "google_secret_manager_secret_version": ("secret_data",),
})  # fmt: skip
