"""Close calls: changes that look like a loss at first sight, and are somebody's ordinary day."""

from typing import Any

from ordinary_aws import tags
from ordinary_kubernetes import DEPLOYMENT, ENV, V1, env
from sites import Site
from steps import Step, create, keep, replace, update
from things import document, statement
from things_aws import ingress, lifecycle
from things_azurerm import rule
from things_google import ports

Rows = list[tuple[str, list[Step]]]
SQL = "google_sql_database_instance"


def weighted(name: str, old: int, new: int) -> Step:
    """One of several records that share a name by weight."""
    return update(
        "aws_route53_record",
        {"weighted_routing_policy.0.weight": new},
        had={"weighted_routing_policy": [{"weight": old}], "set_identifier": name},
        name=name,
    )


def forward(blue: int, green: int) -> list[dict[str, Any]]:
    groups = [{"arn": "arn:blue", "weight": blue}, {"arn": "arn:green", "weight": green}]
    return [{"forward": [{"target_group": groups}], "order": 1, "type": "forward"}]


def reaching(*ports_: int) -> Any:
    return lambda s: [ingress(port, "10.0.0.0/8", text="internal") for port in ports_]


def region_lock(s: Site) -> str:
    """Return the policy by which organizations keep out of other regions."""
    return document(
        statement("*"),
        {
            "Effect": "Deny",
            "NotAction": ["iam:*", "organizations:*", "support:*"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": [s.context.region]}},
        },
    )


AWS: Rows = [
    ("rules fewer", [update("aws_security_group", {"ingress": reaching(443, 8080)},
                            had={"ingress": [ingress(p, "10.0.0.0/8") for p in (443, 8080, 22)]})]),
    ("variables fewer", [update("aws_lambda_function", {"environment.0.variables": {
        "LOG_LEVEL": "info", "QUEUE": "orders"}}, unknown=["last_modified"])]),
    ("capacity on demand", [update("aws_dynamodb_table", {
        "billing_mode": "PAY_PER_REQUEST", "read_capacity": 0, "write_capacity": 0})]),
    ("capacity on demand", [update("aws_kinesis_stream", {
        "shard_count": 0, "stream_mode_details": [{"stream_mode": "ON_DEMAND"}]})]),
    ("lower minimum", [update("aws_rds_cluster", {"serverlessv2_scaling_configuration.0.min_capacity": 0.5}),
                       update("aws_eks_node_group", {"scaling_config.0.min_size": 0})]),
    ("lower minimum", [update("aws_elasticache_replication_group", {"num_cache_clusters": 2}),
                       update("aws_opensearch_domain", {"cluster_config.0.instance_count": 4},
                              had={"cluster_config.0.instance_count": 6})]),
    ("rollout ends", [weighted("blue", 10, 0), weighted("green", 90, 100)]),
    ("rollout ends", [update("aws_lb_listener", {"default_action": forward(0, 100)},
                             had={"default_action": forward(10, 90)})]),
    ("organization", [update("aws_organizations_policy", {"content": region_lock}, had={
        "content": document(statement("*"))})]),
    ("organization", [update("aws_kms_key", {"policy": lambda s: document(
        statement("kms:*", Principal={"AWS": f"arn:aws:iam::{s.context.account}:root"}),
        statement(["kms:Decrypt"], Principal={"AWS": f"arn:aws:iam::{s.context.account}:role/x"}))})]),
    ("database tuning", [update("aws_db_parameter_group", {"parameter": [
        {"apply_method": "immediate", "name": "log_min_duration_statement", "value": "500"}]}),
        update("aws_db_instance", {"multi_az": True, "storage_type": "gp3", "apply_immediately": True,
                                   "performance_insights_retention_period": 31},
               had={"multi_az": False, "storage_type": "gp2"})]),
    ("database tuning", [update("aws_db_instance", {"backup_window": "02:00-03:00", "maintenance_window":
                                                    "sat:04:00-sat:05:00", "password": "n3w"})]),
    ("start script", [update("aws_instance", {"user_data": "77"})]),
    ("bucket", [create("aws_s3_bucket_cors_configuration"), create(
        "aws_s3_bucket_server_side_encryption_configuration"), keep("aws_s3_bucket"), update(
            "aws_s3_bucket_public_access_block", {"block_public_acls": True},
            had={"block_public_acls": False})]),
    ("bucket", [update("aws_s3_bucket_lifecycle_configuration", {"rule": [
        lifecycle(30), {**lifecycle(90, key="old"), "expiration": [], "noncurrent_version_expiration":
                        [{"newer_noncurrent_versions": 3, "noncurrent_days": 90}]}]})]),
    ("schedule", [update("aws_cloudwatch_event_rule", {"schedule_expression": "rate(2 hours)"}), update(
        "aws_cloudwatch_event_rule", {"state": "ENABLED"}, had={"state": "DISABLED"}, name="resumed")]),
    ("tags fewer", [update("aws_db_instance", {"tags": lambda s: s.context.tags(s.service)},
                           had={"tags": tags(Temporary="yes")})]),
    ("queue", [update("aws_sqs_queue", {"visibility_timeout_seconds": 120, "redrive_policy": '{"m":5}',
                                        "message_retention_seconds": 1209600})]),
]  # fmt: skip

AZURERM: Rows = [
    ("rules fewer", [update("azurerm_network_security_group", {"security_rule": [
        rule("https", "443", 100), rule("mesh", "8080", 110)]}, had={"security_rule": [
            rule("https", "443", 100), rule("mesh", "8080", 110), rule("ssh", "22", 120)]})]),
    ("one address denied", [create("azurerm_network_security_rule", {
        "access": "Deny", "priority": 150, "source_address_prefix": "203.0.113.0/24"})]),
    ("lower minimum", [update("azurerm_container_app", {"template.0.min_replicas": 0}, unknown=[
        "latest_revision_name"])]),
    ("capacity on demand", [update("azurerm_kubernetes_cluster_node_pool", {
        "auto_scaling_enabled": True, "max_count": 8, "min_count": 2, "node_count": None})]),
    ("hardening", [update("azurerm_key_vault", {"public_network_access_enabled": False}), keep(
        "azurerm_private_endpoint")]),
    ("hardening", [update("azurerm_storage_account", {"shared_access_key_enabled": False,
                                                      "min_tls_version": "TLS1_2"}),
                   update("azurerm_servicebus_namespace", {"local_auth_enabled": False})]),
    ("database tuning", [update("azurerm_postgresql_flexible_server", {
        "maintenance_window": [{"day_of_week": 6, "start_hour": 3}], "administrator_password": "n3w"})]),
    ("rollout ends", [update("azurerm_container_app", {"ingress.0.traffic_weight": [
        {"latest_revision": True, "percentage": 100}]}, had={"ingress.0.traffic_weight": [
            {"latest_revision": False, "percentage": 10, "revision_suffix": "41"},
            {"latest_revision": True, "percentage": 90}]})]),
]  # fmt: skip

GOOGLE: Rows = [
    ("one address denied", [create("google_compute_firewall", {
        "allow": [], "deny": ports("22"), "priority": 900, "source_ranges": ["203.0.113.0/24"]})]),
    ("rules fewer", [update("google_compute_firewall", {"allow": ports("443")})]),
    ("lower minimum", [update("google_cloud_run_v2_service", {
        "template.0.scaling.0.min_instance_count": 0}, unknown=["etag", "generation"])]),
    ("lower minimum", [update("google_cloudfunctions2_function", {
        "service_config.0.min_instance_count": 0}, unknown=["update_time"])]),
    ("rollout ends", [update("google_cloud_run_v2_service", {"traffic": [
        {"percent": 100, "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"}]}, had={"traffic": [
            {"percent": 10, "revision": "r-41", "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"},
            {"percent": 90, "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"}]}, unknown=["etag"])]),
    ("rollout ends", [update("google_compute_backend_service", {"backend": [
        {"balancing_mode": "UTILIZATION", "capacity_scaler": c, "group": g}
        for c, g in ((0, "blue"), (1, "green"))]}, had={"backend": [
            {"balancing_mode": "UTILIZATION", "capacity_scaler": 0.5, "group": g}
            for g in ("blue", "green")]})]),
    ("database tuning", [update(SQL, {"settings.0.database_flags": [
        {"name": "max_connections", "value": "500"}], "settings.0.maintenance_window": [
            {"day": 6, "hour": 3}]})]),
    ("people leave", [update("google_project_iam_binding", {"members": ["group:platform@acme.example"]},
                             unknown=["etag"])]),
    ("schedule", [update("google_cloud_scheduler_job", {"paused": False}, had={"paused": True})]),
]  # fmt: skip

KUBERNETES: Rows = [
    ("variables fewer", [update(DEPLOYMENT, {ENV: env(LOG_LEVEL="info")})]),
    ("keys fewer", [update(V1("config_map"), {"data": {"LOG_LEVEL": "info"}}), update(V1("secret"), {
        "data": {"token": "n3w"}})]),
    ("exposed", [update(V1("service"), {"spec.0.type": "LoadBalancer"})]),
    ("lower minimum", [update("kubernetes_horizontal_pod_autoscaler_v2", {"spec.0.min_replicas": 1}),
                       update(V1("resource_quota"), {"spec.0.hard": {
                           "pods": "80", "requests.cpu": "30", "requests.memory": "120Gi"}})]),
    ("schedule", [update(V1("cron_job"), {"spec.0.suspend": False}, had={"spec.0.suspend": True})]),
    ("isolation", [create(V1("network_policy"), {
        "spec.0.pod_selector": [{"match_labels": {}}], "spec.0.ingress": [], "spec.0.policy_types":
        ["Ingress"]}, unknown=["metadata.0.uid", "metadata.0.resource_version"]),
        keep(V1("network_policy"), name="allow")]),
    ("new address", [update(V1("ingress"), {"spec.0.rule": lambda s: [
        {"host": f"{host}.acme.example", "http": [{"path": [{"backend": [{"service": [
            {"name": s.service, "port": [{"number": 80}]}]}], "path": "/", "path_type": "Prefix"}]}]}
        for host in (s.service, "www")]})]),
    ("job", [replace(V1("job"), "metadata.0.name", {"metadata.0.name": "migrate-42"},
                     unknown=["metadata.0.uid", "metadata.0.resource_version"])]),
    ("people leave", [update(V1("role_binding"), {"subject": [
        {"api_group": "", "kind": "Group", "name": "sre", "namespace": ""}]}, had={"subject": [
            {"api_group": "", "kind": "Group", "name": g, "namespace": ""} for g in ("sre", "dev")]})]),
]  # fmt: skip
