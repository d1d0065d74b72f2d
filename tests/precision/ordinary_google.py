"""What platform teams do to Google Cloud every day; none of it needs a senior."""

from typing import Any

from ordinary_aws import drifted, output
from sites import Site
from steps import Step, adopt, create, keep, replace, update
from things_google import container, ports

RUN = "google_cloud_run_v2_service"
SQL = "google_sql_database_instance"
ALERT = "google_monitoring_alert_policy"
REVISED = ("etag", "generation", "latest_ready_revision")


def labels(**more: str) -> Any:
    return lambda s: {**s.context.labels(), **more}


def image(s: Site) -> list[Any]:
    return [container(s.context, s.service, "1.42.0")]


def module_renamed(*kinds: str) -> Step:
    def step(s: Site) -> None:
        s.call("storefront", "terraform-google-modules/app/google")
        for kind in kinds:
            s.moved(s.have(f"module.storefront.{kind}.main"), f"module.shop.{kind}.main")

    return step


def moved(kind: str, old: str, new: str) -> Step:
    return lambda s: s.moved(s.have(f"{kind}.{new}"), f"{kind}.{old}")


ROWS: list[tuple[str, list[Step]]] = [
    ("deploy", [update(RUN, {"template.0.containers": image}, unknown=REVISED)]),
    ("deploy", [update(RUN, {"template.0.containers.0.env": [
        {"name": "LOG_LEVEL", "value": "debug", "value_source": []},
        {"name": "QUEUE", "value": "orders", "value_source": []},
        {"name": "FEATURE_X", "value": "on", "value_source": []}]}, unknown=REVISED)]),
    ("deploy", [update("google_cloudfunctions2_function", {
        "build_config.0.source.0.storage_source.0.object": "orders-42.zip"}, unknown=["update_time"])]),
    ("deploy", [replace("google_compute_instance_template", "disk.0.source_image", {
        "disk.0.source_image": "debian-12-42"}, first=True, had={}),
                update("google_compute_region_instance_group_manager", unknown=["version.0.instance_template"])]),
    ("deploy", [update("google_storage_bucket_object", {"detect_md5hash": "n3w"}, unknown=["md5hash", "crc32c"])]),
    ("deploy", [update(RUN, {"traffic": [
        {"percent": 90, "revision": "orders-00041", "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"},
        {"percent": 10, "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"}]}, unknown=["etag"])]),
    ("scale up", [update("google_compute_region_instance_group_manager", {"target_size": 9})]),
    ("scale up", [update("google_container_node_pool", {"node_count": 6}), update("google_redis_instance", {
        "memory_size_gb": 8})]),
    ("scale up", [update("google_bigtable_instance", {"cluster.0.num_nodes": 5}), update(
        "google_spanner_instance", {"num_nodes": 5})]),
    ("scale down", [update("google_compute_region_instance_group_manager", {"target_size": 4})]),
    ("scale down", [update("google_container_node_pool", {"node_count": 4}, had={"node_count": 6})]),
    ("autoscaling bounds", [update("google_compute_region_autoscaler", {
        "autoscaling_policy.0.max_replicas": 20, "autoscaling_policy.0.min_replicas": 4})]),
    ("autoscaling bounds", [update("google_container_node_pool", {"autoscaling.0.max_node_count": 12}),
                            update(RUN, {"template.0.scaling": [{"max_instance_count": 40,
                                                            "min_instance_count": 1}]}, unknown=REVISED)]),
    ("labels", [update("google_storage_bucket", {"labels": labels(cost="4711")})]),
    ("labels", [update(kind, {"labels": labels(owner="commerce")}) for kind in (
        "google_compute_instance", "google_pubsub_topic", "google_kms_crypto_key",
        "google_bigquery_dataset", "google_dns_managed_zone", "google_secret_manager_secret")]),
    ("labels", [update(SQL, {"settings.0.user_labels": {"cost": "4711"}}), update("google_container_cluster", {
        "resource_labels": labels(cost="4711")})]),
    ("new service", [create("google_service_account"), create("google_project_iam_member", unknown=["member"]),
                     create(RUN, unknown=["template.0.service_account"]), create("google_pubsub_topic"),
                     create("google_pubsub_subscription", unknown=["topic"]), create(ALERT),
                     create("google_secret_manager_secret"), create("google_dns_record_set"),
                     create("google_project_service")]),
    ("new service", [create("random_password"), create(SQL, {"deletion_protection": True}),
                     create("google_sql_database", unknown=["instance"]),
                     create("google_sql_user", unknown=["password", "instance"])]),
    ("new service", [create("google_storage_bucket", {"versioning": [], "retention_policy": []}),
                     create("google_storage_bucket_iam_member", unknown=["bucket", "member"]),
                     create("google_bigquery_dataset"), create("google_bigquery_table", unknown=["dataset_id"])]),
    ("firewall", [create("google_compute_firewall", {"source_ranges": ["10.9.0.0/16"]})]),
    ("firewall", [update("google_compute_firewall", {"allow": ports("443", "8080", "9090")})]),
    ("firewall", [update("google_compute_firewall", {"source_ranges": ["10.0.0.0/8", "172.16.0.0/12"]}),
                  update("google_compute_security_policy", {"rule": [
                      {"action": "allow", "priority": 2147483647}, {"action": "deny(403)", "priority": 1000},
                      {"action": "throttle", "priority": 900}]})]),
    ("network", [create("google_compute_subnetwork", {"ip_cidr_range": "10.240.0.0/20"}),
                 create("google_compute_route", {"dest_range": "10.90.0.0/16"})]),
    ("network", [update("google_compute_subnetwork", {"secondary_ip_range": [
        {"ip_cidr_range": "10.200.0.0/16", "range_name": "pods"}]}), update("google_compute_router_nat", {
            "min_ports_per_vm": 128})]),
    ("dns", [update("google_dns_record_set", {"ttl": 60}), create("google_dns_record_set", {
        "type": "TXT", "rrdatas": ['"v=spf1 ~all"']}, name="spf")]),
    ("listener", [update("google_compute_url_map", {"host_rule": lambda s: [
        {"hosts": [f"{s.service}.acme.example", "www.acme.example"], "path_matcher": "app"}]}),
                  update("google_compute_backend_service", {"timeout_sec": 60})]),
    ("certificate", [create("google_compute_managed_ssl_certificate", {"managed": [{"domains": [
        "www.acme.example"]}]}), create("google_compute_global_address")]),
    ("moved", [module_renamed(SQL, "google_storage_bucket", RUN, "google_service_account")]),
    ("moved", [moved("google_container_cluster", "gke", "primary"), moved(
        "google_container_node_pool", "pool", "general")]),
    ("moved", [lambda s: [s.moved(s.have(f'google_pubsub_topic.event["{k}"]'),
                                  f"google_pubsub_topic.event[{i}]")
                          for i, k in enumerate(("paid", "sent", "lost"))]]),
    ("import", [adopt("google_storage_bucket"), adopt("google_bigquery_dataset")]),
    ("import", [adopt("google_compute_instance", None, {"labels": labels(adopted="yes")}),
                adopt("google_pubsub_topic", None, {"labels": labels(adopted="yes")})]),
    ("output", [output("url", "https://a.run.app", "https://b.run.app"), keep(RUN)]),
    ("drift", [drifted("google_container_node_pool", node_count=3), lambda s: s.vanish(s.keep(ALERT))]),
    ("churn", [replace("random_id", "keepers", {"keepers.image": "1.42.0"}), replace("null_resource", "triggers", {
        "triggers.hash": "77"}), replace("archive_file", "source_dir", {"source_dir": "./src/new"})]),
    ("provider upgrade", [update(RUN, unknown=["etag", "generation"]), update("google_storage_bucket", {
        "hierarchical_namespace": []}), update("google_project_iam_member", unknown=["etag"]),
        update("google_bigquery_dataset", unknown=["etag", "last_modified_time"])]),
    ("engine upgrade", [update(SQL, {"database_version": "POSTGRES_16"})]),
    ("engine upgrade", [update("google_container_cluster", {"min_master_version": "1.31.1-gke.1678000"},
                          unknown=["master_version"]), update("google_container_node_pool", {
                              "version": "1.31.1-gke.1678000"})]),
    ("instance class", [update(SQL, {"settings.0.tier": "db-custom-8-30720"})]),
    ("instance class", [update("google_compute_instance", {"machine_type": "e2-standard-8"})]),
    ("storage", [update(SQL, {"settings.0.disk_size": 400}), update("google_compute_disk", {"size": 400}),
                 update("google_filestore_instance", {"file_shares.0.capacity_gb": 2048})]),
    ("retention", [update(SQL, {"settings.0.backup_configuration.0.backup_retention_settings.0."
                           "retained_backups": 30}), update("google_pubsub_topic", {
                               "message_retention_duration": "1209600s"}),
                   update("google_logging_project_bucket_config", {"retention_days": 365})]),
    ("protection on", [update(SQL, {"deletion_protection": True, "settings.0.deletion_protection_enabled": True},
                         had={"deletion_protection": False,
                              "settings.0.deletion_protection_enabled": False}),
                       update("google_bigquery_table", {"deletion_protection": True},
                         had={"deletion_protection": False})]),
    ("versioning on", [update("google_storage_bucket", {"versioning": [{"enabled": True}]},
                         had={"versioning": [{"enabled": False}]})]),
    ("lifecycle", [update("google_storage_bucket", {"lifecycle_rule": [
        {"action": [{"type": "Delete"}], "condition": [{"age": 90, "matches_prefix": ["tmp/"]}]},
        {"action": [{"type": "SetStorageClass", "storage_class": "NEARLINE"}], "condition": [
            {"age": 30}]}]})]),
    ("secret rotation", [replace("google_secret_manager_secret_version", "secret_data",
                           {"secret_data": "n3w"}, first=True)]),
    ("secret rotation", [create("google_secret_manager_secret_version", {"secret_data": "n3w"}, name="v13"),
                         keep("google_secret_manager_secret_version")]),
    ("secret rotation", [replace("random_password", "keepers", {"keepers.rotation": "2026-11"}),
                         update("google_sql_user", unknown=["password"])]),
    ("kms rotation", [update("google_kms_crypto_key", {"rotation_period": "2592000s"})]),
    ("policy", [update("google_project_iam_binding", {"members": [
        "group:platform@acme.example", "group:sre@acme.example", "group:data@acme.example"]},
        unknown=["etag"]), create("google_project_iam_member")]),
    ("alarms", [update(ALERT, {"conditions.0.condition_threshold.0.threshold_value": 0.9}), create(
        ALERT, name="latency")]),
    ("dashboard", [update("google_monitoring_dashboard", {"dashboard_json": '{"displayName":"orders"}'})]),
    ("budget", [update("google_billing_budget", {"amount.0.specified_amount.0.units": "7500"})]),
    ("people", [create("google_project_iam_member", {"role": "roles/viewer"}), create("google_service_account",
                                                                            name="ci")]),
    ("schedule", [update("google_cloud_scheduler_job", {"schedule": "*/30 * * * *"})]),
    ("schema", [update("google_bigquery_table", {"schema":
        '[{"name":"id","type":"STRING"},{"name":"at","type":"TIMESTAMP"}]'}, unknown=["etag"])]),
    ("data reads", [lambda s: s.data("data.google_compute_image.base"), lambda s: s.data(
        "data.http.ranges"), update(RUN, {"template.0.timeout": "600s"}, unknown=REVISED)]),
    ("no changes", [keep(RUN), keep(SQL)]),
]  # fmt: skip
