"""Updates that end what goes on existing: nothing is deleted, and nothing works any more."""

from typing import Any

from sites import Site
from steps import Changes, Step, adopt, replace, update
from things import document, statement
from things_azurerm import rule

DENY_ALL = document({"Effect": "Deny", "Action": "*", "Resource": "*"})
DENY_EVERYONE = document(
    {"Effect": "Deny", "Action": "s3:*", "Principal": "*", "Resource": "*"},
)


def both(kind: str, attribute: str, old: Any, new: Any) -> Step:
    return update(kind, {attribute: new}, had={attribute: old})


def one(kind: str, changes: Changes, had: Changes | None = None) -> Step:
    return update(kind, changes, had=had)


def stripped(s: Site) -> Any:
    return s.update(
        s.imported(
            s.keep(
                "aws_lambda_function",
                environment=[{"variables": {f"SETTING_{i}": f"v{i}" for i in range(14)}}],
            )
        ),
        {"environment": []},
    )


AWS: list[tuple[str, Step]] = [
    ("capacity", one("aws_ecs_service", {"desired_count": 0})),
    ("capacity", one("aws_autoscaling_group", {"desired_capacity": 0, "max_size": 0, "min_size": 0})),
    ("capacity", one("aws_autoscaling_group", {"desired_capacity": 0, "min_size": 0})),
    ("capacity", one("aws_appautoscaling_target", {"max_capacity": 0, "min_capacity": 0})),
    ("capacity", one("aws_eks_node_group", {"scaling_config": [
        {"desired_size": 0, "max_size": 1, "min_size": 0}]})),
    ("capacity", one("aws_lambda_function", {"reserved_concurrent_executions": 0})),
    ("capacity", update("aws_ecs_service", unknown=["desired_count"])),
    ("switched off", one("aws_lambda_event_source_mapping", {"enabled": False})),
    ("switched off", one("aws_cloudwatch_event_rule", {"state": "DISABLED"})),
    ("switched off", one("aws_cloudfront_distribution", {"enabled": False})),
    ("switched off", both("aws_ec2_instance_state", "state", "running", "stopped")),
    ("dns", one("aws_route53_record", {"records": ["203.0.113.9"]}, {"records": ["10.0.8.20"]})),
    ("dns", one("aws_route53_record", {"alias.0.name": "other.elb.amazonaws.com"}, {
        "alias": [{"name": "main.elb.amazonaws.com", "zone_id": "Z215"}], "records": []})),
    ("dns", one("aws_route53_record", {"records": ["ns1.elsewhere.example", "ns2.elsewhere.example"]}, {
        "type": "NS", "records": ["ns-1.awsdns.example", "ns-2.awsdns.example"]})),
    ("dns", one("aws_route53_record", {"records": ["10 mx.elsewhere.example"]}, {
        "type": "MX", "records": ["10 mx.acme.example"]})),
    ("dns", one("aws_route53_record", {"weighted_routing_policy.0.weight": 0}, {
        "weighted_routing_policy": [{"weight": 100}], "set_identifier": "blue"})),
    ("dns", both("aws_route53domains_registered_domain", "name_server", [
        {"name": "ns-1.awsdns.example"}], [{"name": "ns1.elsewhere.example"}])),
    ("network", one("aws_route_table", {"route": []})),
    ("network", one("aws_security_group", {"ingress": []})),
    ("network", one("aws_security_group", {"egress": []})),
    ("network", one("aws_security_group", {"ingress": [], "egress": []})),
    ("network", one("aws_network_acl", {"ingress": [{"action": "deny", "cidr_block": "0.0.0.0/0",
        "from_port": 0, "protocol": "-1", "rule_no": 1, "to_port": 0}]}, {"ingress": [
            {"action": "allow", "cidr_block": "0.0.0.0/0", "from_port": 0, "protocol": "-1",
             "rule_no": 100, "to_port": 0}]})),
    ("network", one("aws_wafv2_web_acl", {"default_action": [{"allow": [], "block": [{}]}]})),
    ("network", one("aws_lb_listener", {"default_action": [{"order": 1, "type": "fixed-response",
        "target_group_arn": "", "fixed_response": [{"content_type": "text/plain", "status_code":
                                                    "503"}]}]})),
    ("policy", one("aws_iam_policy", {"policy": DENY_ALL})),
    ("policy", one("aws_iam_role_policy", {"policy": DENY_ALL})),
    ("policy", one("aws_iam_role", {"assume_role_policy": document(
        {"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*"})})),
    ("policy", one("aws_s3_bucket_policy", {"policy": DENY_EVERYONE})),
    ("policy", one("aws_sqs_queue", {"policy": document(
        {"Effect": "Deny", "Action": "sqs:*", "Principal": "*", "Resource": "*"})})),
    ("policy", one("aws_kms_key", {"policy": document(
        {"Effect": "Deny", "Action": "kms:*", "Principal": "*", "Resource": "*"})})),
    ("policy", one("aws_organizations_policy", {"content": DENY_ALL}, {"content": document(
        statement("*"))})),
    ("policy", one("aws_iam_policy", {"policy": document(
        statement("s3:GetObject", "arn:aws:s3:::acme/*"),
        {"Effect": "Deny", "NotAction": "iam:GetUser", "Resource": "*"})})),
    ("downgrade", one("aws_db_instance", {"allocated_storage": 20})),
    ("downgrade", one("aws_db_instance", {"engine_version": "15.6"})),
    ("downgrade", one("aws_rds_cluster", {"engine_version": "14.9"})),
    ("downgrade", one("aws_elasticache_replication_group", {"num_cache_clusters": 1,
                                                            "automatic_failover_enabled": False})),
    ("downgrade", one("aws_opensearch_domain", {"cluster_config.0.instance_count": 1,
                                                "ebs_options.0.volume_size": 10})),
    ("data", one("aws_kinesis_stream", {"retention_period": 24})),
    ("data", one("aws_cloudwatch_log_group", {"retention_in_days": 1}, {"retention_in_days": 365})),
    ("data", one("aws_dynamodb_table", {"replica": []}, {"replica": [
        {"region_name": "eu-west-1", "point_in_time_recovery": True}]})),
    ("data", one("aws_sqs_queue", {"message_retention_seconds": 60})),
    ("user data", replace("aws_instance", "user_data", {"user_data": "77", "user_data_replace_on_change": True})),
    ("import strips", stripped),
    ("import strips", adopt("aws_ecs_service", None, {"desired_count": 1, "load_balancer": []})),
    ("import strips", adopt("aws_lambda_function", None, {"environment.0.variables": {"LOG_LEVEL": "info"}})),
]  # fmt: skip

APP = "azurerm_linux_web_app"
AZURERM: list[tuple[str, Step]] = [
    ("capacity", one("azurerm_linux_virtual_machine_scale_set", {"instances": 0})),
    ("capacity", one("azurerm_kubernetes_cluster_node_pool", {"node_count": 0})),
    ("capacity", one("azurerm_container_app", {"template.0.max_replicas": 0, "template.0.min_replicas": 0})),
    ("capacity", one("azurerm_monitor_autoscale_setting", {"profile.0.capacity": [
        {"default": 0, "maximum": 0, "minimum": 0}]})),
    ("switched off", one(APP, {"enabled": False})),
    ("switched off", one("azurerm_linux_function_app", {"enabled": False})),
    ("switched off", one("azurerm_cdn_frontdoor_route", {"enabled": False})),
    ("switched off", one("azurerm_container_app", {"ingress": []})),
    ("switched off", both("azurerm_servicebus_queue", "status", "Active", "Disabled")),
    ("switched off", one("azurerm_eventhub", {"status": "Disabled"})),
    ("dns", one("azurerm_dns_a_record", {"records": ["203.0.113.9"]})),
    ("dns", one("azurerm_dns_cname_record", {"record": "elsewhere.example.net"})),
    ("dns", one("azurerm_dns_ns_record", {"records": ["ns1.elsewhere.example."]})),
    ("dns", both("azurerm_private_dns_a_record", "records", ["10.0.1.4"], ["10.9.9.9"])),
    ("dns", one("azurerm_dns_a_record", {"records": []})),
    ("network", one("azurerm_network_security_group", {"security_rule": [
        rule("deny-all", "*", 100, access="Deny", source="*")]})),
    ("network", one("azurerm_network_security_group", {"security_rule": []})),
    ("network", one("azurerm_network_security_rule", {"access": "Deny", "source_address_prefix": "*"})),
    ("network", one("azurerm_route_table", {"route": []})),
    ("network", one("azurerm_route", {"next_hop_type": "None", "next_hop_in_ip_address": ""})),
    ("network", one("azurerm_application_gateway", {"backend_address_pool.0.fqdns": []})),
    ("downgrade", one("azurerm_mssql_database", {"sku_name": "Basic", "max_size_gb": 2})),
    ("downgrade", one("azurerm_postgresql_flexible_server", {"storage_mb": 32768})),
    ("downgrade", one("azurerm_storage_share", {"quota": 10})),
    ("data", one("azurerm_cosmosdb_account", {"geo_location": lambda s: [
        {"failover_priority": 0, "location": s.context.location, "zone_redundant": True}]})),
    ("data", one("azurerm_cosmosdb_sql_container", {"default_ttl": 60})),
    ("data", one("azurerm_servicebus_queue", {"default_message_ttl": "PT1S"})),
    ("data", one("azurerm_eventhub", {"message_retention": 1})),
    ("data", one("azurerm_log_analytics_workspace", {"retention_in_days": 30}, {"retention_in_days": 730})),
    ("user data", replace("azurerm_linux_virtual_machine", "custom_data", {"custom_data": "77"})),
    ("import strips", adopt(APP, None, {"app_settings": {}})),
    ("import strips", adopt(APP, {"app_settings": {f"S{i}": "v" for i in range(18)}}, {
        "app_settings": {"S0": "v"}})),
    ("import strips", adopt("azurerm_container_app", None, {"template.0.container.0.env": []})),
]  # fmt: skip

RUN, SQL = "google_cloud_run_v2_service", "google_sql_database_instance"
ENV = "template.0.containers.0.env"
GOOGLE: list[tuple[str, Step]] = [
    ("capacity", one("google_compute_region_instance_group_manager", {"target_size": 0})),
    ("capacity", one("google_container_node_pool", {"node_count": 0})),
    ("capacity", one("google_container_node_pool", {"autoscaling": [
        {"max_node_count": 0, "min_node_count": 0}]})),
    ("capacity", one("google_compute_region_autoscaler", {"autoscaling_policy.0.max_replicas": 0,
                                                          "autoscaling_policy.0.min_replicas": 0})),
    ("switched off", one(SQL, {"settings.0.activation_policy": "NEVER"})),
    ("switched off", one("google_compute_instance", {"desired_status": "TERMINATED"})),
    ("switched off", one("google_service_account", {"disabled": True})),
    ("switched off", one("google_cloud_scheduler_job", {"paused": True})),
    ("switched off", one("google_kms_crypto_key_version", {"state": "DISABLED"})),
    ("switched off", one("google_kms_crypto_key_version", {"state": "DESTROYED"})),
    ("switched off", one("google_secret_manager_secret_version", {"enabled": False})),
    ("switched off", one("google_logging_project_sink", {"disabled": True})),
    ("switched off", one("google_project", {"billing_account": ""})),
    ("dns", one("google_dns_record_set", {"rrdatas": ["203.0.113.9"]})),
    ("dns", one("google_dns_record_set", {"rrdatas": ["ns1.elsewhere.example."]}, {
        "type": "NS", "rrdatas": ["ns-cloud-a1.googledomains.example."]})),
    ("network", one("google_compute_firewall", {"disabled": True})),
    ("network", one("google_compute_firewall", {"allow": [], "deny": [{"ports": [], "protocol": "all"}],
                                                "source_ranges": ["0.0.0.0/0"], "priority": 1})),
    ("network", one("google_compute_security_policy", {"rule": [
        {"action": "deny(403)", "priority": 2147483647}]})),
    ("network", one("google_compute_backend_service", {"backend": []})),
    ("network", one("google_compute_backend_service", {"backend.0.capacity_scaler": 0})),
    ("network", one(RUN, {"ingress": "INGRESS_TRAFFIC_INTERNAL_ONLY"})),
    ("policy", one("google_project_iam_binding", {"members": []})),
    ("policy", one("google_project_iam_policy", {"policy_data": '{"bindings":[]}'})),
    ("downgrade", one(SQL, {"database_version": "POSTGRES_13"})),
    ("downgrade", replace(SQL, "settings.0.disk_size", {"settings.0.disk_size": 10})),
    ("downgrade", one("google_redis_instance", {"memory_size_gb": 1, "replica_count": 0})),
    ("data", one("google_bigquery_dataset", {"default_table_expiration_ms": 3600000})),
    ("data", one("google_bigquery_table", {"expiration_time": 1764000000000})),
    ("data", one("google_pubsub_topic", {"message_retention_duration": "600s"})),
    ("data", one("google_pubsub_subscription", {"message_retention_duration": "600s"})),
    ("data", one("google_logging_project_bucket_config", {"retention_days": 1})),
    ("user data", replace("google_compute_instance", "metadata_startup_script", {
        "metadata_startup_script": "77"})),
    ("import strips", adopt(RUN, None, {ENV: []})),
    ("import strips", adopt(RUN, {ENV: [{"name": f"S{i}", "value": "v", "value_source": []} for i in range(
        18)]}, {ENV: [{"name": "S0", "value": "v", "value_source": []}]})),
    ("import strips", adopt("google_cloudfunctions2_function", None, {
        "service_config.0.environment_variables": {}})),
]  # fmt: skip

DEPLOYMENT, STATEFUL = "kubernetes_deployment_v1", "kubernetes_stateful_set_v1"
POD_ENV = "spec.0.template.0.spec.0.container.0.env"
WORKLOAD = {
    side: {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "orders"},
           "spec": {"replicas": 6}}
    for side in ("manifest", "object")
}  # fmt: skip
KUBERNETES: list[tuple[str, Step]] = [
    ("capacity", one(DEPLOYMENT, {"spec.0.replicas": "0"})),
    ("capacity", one("kubernetes_deployment", {"spec.0.replicas": "0"})),
    ("capacity", one(STATEFUL, {"spec.0.replicas": "0"})),
    ("capacity", one("kubernetes_stateful_set", {"spec.0.replicas": "0"})),
    ("capacity", update(DEPLOYMENT, unknown=["spec.0.replicas"])),
    ("capacity", one("kubernetes_replication_controller_v1", {"spec.0.replicas": "0"}, {
        "spec": [{"replicas": "3"}]})),
    ("capacity", one("kubernetes_manifest", {"manifest.spec.replicas": 0, "object.spec.replicas": 0},
                     WORKLOAD)),
    ("capacity", one("kubernetes_resource_quota_v1", {"spec.0.hard": {"pods": "0"}})),
    ("switched off", one("kubernetes_cron_job_v1", {"spec.0.suspend": True})),
    ("network", one("kubernetes_service_v1", {"spec.0.selector": {"app.kubernetes.io/name": "gone"}})),
    ("network", one("kubernetes_service_v1", {"spec.0.type": "ClusterIP"}, {"spec.0.type": "LoadBalancer"})),
    ("network", one("kubernetes_service", {"spec.0.external_name": "elsewhere.example"}, {
        "spec.0.external_name": "db.acme.example", "spec.0.type": "ExternalName"})),
    ("network", one("kubernetes_ingress_v1", {"spec.0.rule": []})),
    ("network", one("kubernetes_network_policy_v1", {"spec.0.ingress": []})),
    ("network", one("kubernetes_network_policy_v1", {
        "spec.0.ingress": [], "spec.0.policy_types": ["Ingress", "Egress"],
        "spec.0.pod_selector": [{"match_labels": {}}]})),
    ("policy", one("kubernetes_role_binding_v1", {"subject": []})),
    ("policy", one("kubernetes_cluster_role_v1", {"rule": []})),
    ("data", one("kubernetes_secret_v1", {"data": {}})),
    ("data", one("kubernetes_config_map_v1", {"data": {}})),
    ("import strips", adopt(DEPLOYMENT, None, {POD_ENV: []})),
    ("import strips", adopt(DEPLOYMENT, {POD_ENV: [{"name": f"S{i}", "value": "v", "value_from": []}
                                               for i in range(18)]}, {
        POD_ENV: [{"name": "S0", "value": "v", "value_from": []}]})),
    ("import strips", adopt("kubernetes_config_map_v1", None, {"data": {"LOG_LEVEL": "info"}})),
]  # fmt: skip

BY_PROVIDER = {"aws": AWS, "azurerm": AZURERM, "google": GOOGLE, "kubernetes": KUBERNETES}


def updates(provider: str) -> list[tuple[str, list[Step]]]:
    """Return the plans of one provider."""
    return [(kind, [step]) for kind, step in BY_PROVIDER[provider]]
