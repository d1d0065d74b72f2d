"""What platform teams do to Azure every day; none of it needs a senior."""

from ordinary_aws import drifted, output, tags
from sites import Site
from steps import Step, adopt, create, keep, replace, update
from things_azurerm import SETTINGS, container, rule

APP = "azurerm_linux_web_app"
ALERT = "azurerm_monitor_metric_alert"
IMAGE = "site_config.0.application_stack.0.docker_image_name"


def module_renamed(*kinds: str) -> Step:
    def step(s: Site) -> None:
        s.call("storefront", "app.terraform.io/acme/web/azurerm")
        for kind in kinds:
            s.moved(s.have(f"module.storefront.{kind}.main"), f"module.web.{kind}.main")

    return step


def moved(kind: str, old: str, new: str) -> Step:
    return lambda s: s.moved(s.have(f"{kind}.{new}"), f"{kind}.{old}")


ROWS: list[tuple[str, list[Step]]] = [
    ("deploy", [update(APP, {IMAGE: "orders:1.42.0"})]),
    ("deploy", [update("azurerm_container_app", {"template.0.container": lambda s: [
        container(s.service, "1.42.0")]}, unknown=["latest_revision_fqdn", "latest_revision_name"])]),
    ("deploy", [update("azurerm_linux_function_app", {"zip_deploy_file": "build/42.zip"})]),
    ("deploy", [update("azurerm_linux_virtual_machine_scale_set", {"source_image_id": "base-42"})]),
    ("app settings", [update(APP, {"app_settings": {**SETTINGS, "FEATURE_X": "on"}})]),
    ("app settings", [update("azurerm_linux_function_app", {"app_settings.LOG_LEVEL": "debug"}),
                      update(APP, {"app_settings.QUEUE": "orders-v2"})]),
    ("app settings", [update(APP, {"app_settings": {k: v for k, v in SETTINGS.items() if k != "QUEUE"} | {
        "QUEUE_NAME": "orders", "QUEUE_HOST": "orders.servicebus"}})]),
    ("scale up", [update("azurerm_service_plan", {"worker_count": 5})]),
    ("scale up", [update("azurerm_kubernetes_cluster_node_pool", {"node_count": 6}),
                  update("azurerm_linux_virtual_machine_scale_set", {"instances": 9})]),
    ("scale down", [update("azurerm_kubernetes_cluster_node_pool", {"node_count": 4}, had={"node_count": 6})]),
    ("scale down", [update("azurerm_linux_virtual_machine_scale_set", {"instances": 4})]),
    ("autoscaling bounds", [update("azurerm_monitor_autoscale_setting", {
        "profile.0.capacity": [{"default": 4, "maximum": 16, "minimum": 4}]})]),
    ("autoscaling bounds", [update("azurerm_container_app", {"template.0.max_replicas": 30,
                                                        "template.0.min_replicas": 2},
                              unknown=["latest_revision_name"])]),
    ("tags", [update("azurerm_mssql_database", {"tags": tags(CostCenter="4711")})]),
    ("tags", [update(kind, {"tags": tags(Owner="commerce@acme.example")}) for kind in (
        "azurerm_resource_group", "azurerm_virtual_network", "azurerm_storage_account",
        "azurerm_key_vault", "azurerm_postgresql_flexible_server", "azurerm_kubernetes_cluster")]),
    ("new service", [
        create("azurerm_user_assigned_identity"), create(APP, unknown=["identity.0.principal_id"]),
        create("azurerm_role_assignment", unknown=["principal_id", "scope"]), create("azurerm_application_insights"),
        create("azurerm_dns_cname_record", unknown=["record"]), create(ALERT, unknown=["scopes"]),
        create("azurerm_monitor_diagnostic_setting", unknown=["target_resource_id"])]),
    ("new service", [create("azurerm_storage_account"), create("azurerm_storage_container", unknown=[
        "storage_account_id"]), create("azurerm_private_endpoint", unknown=["subnet_id"]),
        create("azurerm_storage_management_policy", unknown=["storage_account_id"])]),
    ("new service", [create("random_password"), create("azurerm_mssql_server", unknown=[
        "administrator_login_password"]), create("azurerm_mssql_database", unknown=["server_id"]),
        create("azurerm_key_vault_secret", unknown=["value"])]),
    ("security group", [update("azurerm_network_security_group", {"security_rule": [
        rule("https", "443", 100), rule("mesh", "8080", 110), rule("metrics", "9090", 120)]})]),
    ("security group", [update("azurerm_network_security_group", {"security_rule": [
        rule("https", "443", 100), rule("mesh", "8443", 110, source="10.8.0.0/16")]})]),
    ("security group", [create("azurerm_network_security_rule", {"priority": 240}),
                        update("azurerm_network_security_rule", {"source_address_prefix": "10.9.0.0/16"},
                          name="mesh")]),
    ("network", [create("azurerm_subnet", {"address_prefixes": ["10.0.240.0/24"]}), create("azurerm_route")]),
    ("network", [update("azurerm_virtual_network", {"address_space": ["10.0.0.0/16", "10.1.0.0/16"]}),
                 update("azurerm_subnet", {"service_endpoints": ["Microsoft.Sql", "Microsoft.Storage"]})]),
    ("dns", [update("azurerm_dns_a_record", {"ttl": 60}), create("azurerm_dns_cname_record")]),
    ("dns", [create("azurerm_private_dns_zone"), create("azurerm_dns_txt_record", {
        "name": "asuid", "ttl": 300, "zone_name": "acme.example"})]),
    ("listener", [update("azurerm_application_gateway", {"http_listener": lambda s: [
        {"host_name": f"{host}.acme.example", "name": host, "protocol": "Https"}
        for host in (s.service, "www")]})]),
    ("listener", [update("azurerm_cdn_frontdoor_route", {"patterns_to_match": ["/*", "/api/*"]})]),
    ("certificate", [create("azurerm_app_service_managed_certificate", {"name": "www"}),
                     create("azurerm_app_service_custom_hostname_binding", {"hostname": "www.acme.example"})]),
    ("moved", [module_renamed(APP, "azurerm_service_plan", "azurerm_mssql_database",
                              "azurerm_storage_account", "azurerm_key_vault")]),
    ("moved", [moved("azurerm_postgresql_flexible_server", "pg", "primary"),
               moved("azurerm_storage_account", "sa", "assets")]),
    ("moved", [lambda s: [s.moved(s.have(f'azurerm_subnet.pool["{k}"]'), f"azurerm_subnet.pool[{i}]")
                          for i, k in enumerate(("app", "batch", "edge"))]]),
    ("import", [adopt("azurerm_key_vault"), adopt("azurerm_storage_account")]),
    ("import", [adopt("azurerm_mssql_database", None, {"tags": tags(Adopted="2026")}),
                adopt(APP, None, {"tags": tags(Adopted="2026")})]),
    ("output", [output("hostname", "a.azurewebsites.net", "b.azurewebsites.net"), keep(APP)]),
    ("drift", [drifted("azurerm_linux_virtual_machine_scale_set", instances=3),
               lambda s: s.vanish(s.keep(ALERT))]),
    ("churn", [replace("null_resource", "triggers", {"triggers.hash": "77"}),
               replace("random_uuid", "keepers", {"keepers.version": "42"}),
               replace("time_rotating", "rotation_days", {"rotation_days": 60})]),
    ("provider upgrade", [update(APP, {"public_network_access_enabled": True}, unknown=[
        "outbound_ip_addresses"]), update("azurerm_kubernetes_cluster", unknown=["oidc_issuer_url"]),
        update("azurerm_storage_account", {"sftp_enabled": False, "local_user_enabled": True})]),
    ("engine upgrade", [update("azurerm_kubernetes_cluster", {"kubernetes_version": "1.31.2"}, unknown=[
        "current_kubernetes_version"]), update("azurerm_kubernetes_cluster_node_pool", {
            "orchestrator_version": "1.31.2"})]),
    ("engine upgrade", [update("azurerm_postgresql_flexible_server", {"version": "16"})]),
    ("instance class", [update("azurerm_service_plan", {"sku_name": "P2v3"}),
                        update("azurerm_mssql_database", {"sku_name": "S4"})]),
    ("instance class", [update("azurerm_postgresql_flexible_server", {"sku_name": "GP_Standard_D8s_v3"}),
                        update("azurerm_redis_cache", {"capacity": 3})]),
    ("instance class", [update("azurerm_linux_virtual_machine", {"size": "Standard_D8s_v5"})]),
    ("storage", [update("azurerm_postgresql_flexible_server", {"storage_mb": 524288, "storage_tier": "P20"}),
                 update("azurerm_managed_disk", {"disk_size_gb": 512})]),
    ("storage", [update("azurerm_mssql_database", {"max_size_gb": 500}), update("azurerm_storage_share", {
        "quota": 1024})]),
    ("retention", [update("azurerm_storage_account", {"blob_properties.0.delete_retention_policy.0.days": 30}),
                   update("azurerm_log_analytics_workspace", {"retention_in_days": 90})]),
    ("retention", [update("azurerm_postgresql_flexible_server", {"backup_retention_days": 35}),
                   update("azurerm_backup_policy_vm", {"retention_daily.0.count": 60})]),
    ("protection on", [update("azurerm_key_vault", {"purge_protection_enabled": True},
                         had={"purge_protection_enabled": False}), create("azurerm_management_lock")]),
    ("versioning on", [update("azurerm_storage_account", {"blob_properties.0.versioning_enabled": True},
                         had={"blob_properties.0.versioning_enabled": False})]),
    ("secret rotation", [update("azurerm_key_vault_secret", {"value": "n3w"}, unknown=[
        "id", "version"])]),
    ("secret rotation", [replace("random_password", "keepers", {"keepers.rotation": "2026-11"}),
                         update("azurerm_mssql_server", unknown=["administrator_login_password"]),
                         update("azurerm_key_vault_secret", unknown=["value", "id", "version"])]),
    ("alarms", [update(ALERT, {"criteria.0.threshold": 90, "severity": 1}), create(ALERT, name="memory")]),
    ("dashboard", [update("azurerm_portal_dashboard", {"dashboard_properties": '{"lenses":{}}'})]),
    ("budget", [update("azurerm_consumption_budget_resource_group", {"amount": 7500})]),
    ("people", [create("azurerm_role_assignment"), create("azuread_group_member")]),
    ("messaging", [update("azurerm_servicebus_queue", {"max_delivery_count": 20}),
                   create("azurerm_servicebus_queue", name="retry"), update("azurerm_servicebus_namespace", {
                       "capacity": 4})]),
    ("key rotation", [update("azurerm_key_vault_key", {"rotation_policy": [{"expire_after": "P90D"}]})]),
    ("data reads", [lambda s: s.data("data.http.ranges"), update("azurerm_storage_account", {
        "network_rules.0.ip_rules": ["20.1.1.0/24", "20.1.2.0/24"]})]),
    ("no changes", [keep("azurerm_linux_web_app"), keep("azurerm_mssql_database")]),
]  # fmt: skip
