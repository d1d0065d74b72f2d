"""Azure as the provider shows it (version 4)."""

from typing import Any

from things import SECRETS, TEMPLATES, Context, Json


def az(kind: str, path: str, config: Any, computed: Any = None, *, tags: bool = True) -> None:
    """Add a type; ``path`` is its resource provider, such as ``Microsoft.Sql/servers``."""

    def template(c: Context, n: str) -> tuple[Json, Json]:
        said = {"name": n, **config(c, n)}
        if "resource_group_name" not in said and said.pop("grouped", True):
            said["resource_group_name"] = c.group
        if tags:
            said = {"location": c.location, "tags": c.tags(), **said}
            if said["location"] is None:
                del said["location"]
        return said, {
            "id": c.azure(path, str(said["name"])),
            **(computed(c, n) if computed else {}),
        }

    TEMPLATES[kind] = template


def identity(c: Context) -> list[Json]:
    return [
        {
            "identity_ids": [],
            "principal_id": c.uuid(),
            "tenant_id": c.uuid(),
            "type": "SystemAssigned",
        }
    ]


def rule(
    name: str, port: str, priority: int, *, access: str = "Allow", source: str = "10.0.0.0/8"
) -> Json:
    return {
        "access": access, "description": "", "destination_address_prefix": "*",
        "destination_port_range": port, "direction": "Inbound", "name": name, "priority": priority,
        "protocol": "Tcp", "source_address_prefix": source, "source_port_range": "*",
    }  # fmt: skip


def container(n: str, version: str = "1.41.0") -> Json:
    return {
        "cpu": 0.5, "env": [{"name": "LOG_LEVEL", "secret_name": "", "value": "info"},
                            {"name": "QUEUE", "secret_name": "", "value": n}],
        "image": f"acme.azurecr.io/{n}:{version}", "memory": "1Gi", "name": n,
    }  # fmt: skip


SETTINGS = {"ASPNETCORE_ENVIRONMENT": "Production", "LOG_LEVEL": "info", "QUEUE": "orders"}

az("azurerm_resource_group", "Microsoft.Resources/resourceGroups", lambda c, n: {
    "grouped": False, "managed_by": ""}, lambda c, n: {
    "id": f"/subscriptions/{c.subscription}/resourceGroups/{n}"})  # fmt: skip
az("azurerm_virtual_network", "Microsoft.Network/virtualNetworks", lambda c, n: {
    "address_space": ["10.0.0.0/16"], "dns_servers": []}, lambda c, n: {"guid": c.uuid()})  # fmt: skip
az("azurerm_subnet", "Microsoft.Network/virtualNetworks/main/subnets", lambda c, n: {
    "address_prefixes": [f"10.0.{c.draw.randrange(1, 250)}.0/24"], "delegation": [],
    "service_endpoints": ["Microsoft.Sql"], "virtual_network_name": "main"}, tags=False)  # fmt: skip
az("azurerm_network_security_group", "Microsoft.Network/networkSecurityGroups", lambda c, n: {
    "security_rule": [rule("https", "443", 100), rule("mesh", "8080", 110)]})  # fmt: skip
az("azurerm_network_security_rule", "Microsoft.Network/networkSecurityGroups/main/securityRules",
   lambda c, n: {**rule(n, "443", 200), "network_security_group_name": "main"}, tags=False)  # fmt: skip
az("azurerm_route_table", "Microsoft.Network/routeTables", lambda c, n: {
    "bgp_route_propagation_enabled": True, "route": [{"address_prefix": "0.0.0.0/0", "name": "default",
    "next_hop_in_ip_address": "10.0.0.4", "next_hop_type": "VirtualAppliance"}]})  # fmt: skip
az("azurerm_route", "Microsoft.Network/routeTables/main/routes", lambda c, n: {
    "address_prefix": "10.20.0.0/16", "next_hop_in_ip_address": "10.0.0.4", "next_hop_type":
    "VirtualAppliance", "route_table_name": "main"}, tags=False)  # fmt: skip
az("azurerm_public_ip", "Microsoft.Network/publicIPAddresses", lambda c, n: {
    "allocation_method": "Static", "sku": "Standard"}, lambda c, n: {"ip_address": "20.82.11.9"})  # fmt: skip
az("azurerm_private_endpoint", "Microsoft.Network/privateEndpoints", lambda c, n: {
    "private_service_connection": [{"is_manual_connection": False, "name": n, "subresource_names":
    ["sqlServer"]}], "subnet_id": c.azure("Microsoft.Network/virtualNetworks/main/subnets", "data")},
    lambda c, n: {"network_interface": [{"id": "", "name": ""}]})  # fmt: skip
az("azurerm_dns_zone", "Microsoft.Network/dnsZones", lambda c, n: {
    "name": f"{n}.acme.example", "location": None}, lambda c, n: {"name_servers": [
    f"ns{i}-01.azure-dns.example" for i in range(4)], "number_of_record_sets": 24})  # fmt: skip
az("azurerm_private_dns_zone", "Microsoft.Network/privateDnsZones", lambda c, n: {
    "name": f"{n}.internal", "location": None})  # fmt: skip
az("azurerm_dns_a_record", "Microsoft.Network/dnsZones/acme.example/A", lambda c, n: {
    "location": None, "records": ["20.82.11.9"], "target_resource_id": "", "ttl": 300, "zone_name":
    "acme.example"}, lambda c, n: {"fqdn": f"{n}.acme.example."})  # fmt: skip
az("azurerm_dns_cname_record", "Microsoft.Network/dnsZones/acme.example/CNAME", lambda c, n: {
    "location": None, "record": "acme.azurefd.net", "ttl": 300, "zone_name": "acme.example"},
    lambda c, n: {"fqdn": f"{n}.acme.example."})  # fmt: skip
az("azurerm_dns_ns_record", "Microsoft.Network/dnsZones/acme.example/NS", lambda c, n: {
    "location": None, "records": [f"ns{i}-01.azure-dns.example." for i in range(4)], "ttl": 3600,
    "zone_name": "acme.example"}, lambda c, n: {"fqdn": f"{n}.acme.example."})  # fmt: skip
az("azurerm_service_plan", "Microsoft.Web/serverFarms", lambda c, n: {
    "os_type": "Linux", "per_site_scaling_enabled": False, "sku_name": "P1v3", "worker_count": 3,
    "zone_balancing_enabled": True}, lambda c, n: {"kind": "linux", "reserved": True})  # fmt: skip
az("azurerm_linux_web_app", "Microsoft.Web/sites", lambda c, n: {
    "app_settings": dict(SETTINGS), "connection_string": [], "enabled": True, "https_only": True,
    "identity": identity(c), "service_plan_id": c.azure("Microsoft.Web/serverFarms", "main"),
    "site_config": [{"always_on": True, "application_stack": [{"docker_image_name": f"{n}:1.41.0",
        "docker_registry_url": "https://acme.azurecr.io"}], "health_check_path": "/healthz",
        "minimum_tls_version": "1.2", "worker_count": 3}]}, lambda c, n: {
    "default_hostname": f"{n}.azurewebsites.net", "outbound_ip_addresses": "20.1.1.1"})  # fmt: skip
az("azurerm_linux_function_app", "Microsoft.Web/sites", lambda c, n: {
    "app_settings": dict(SETTINGS), "enabled": True, "functions_extension_version": "~4", "https_only":
    True, "service_plan_id": c.azure("Microsoft.Web/serverFarms", "main"), "site_config": [
        {"application_stack": [{"python_version": "3.11"}], "minimum_tls_version": "1.2"}],
    "storage_account_access_key": c.hexa(40), "storage_account_name": "acmefunctions",
    "zip_deploy_file": "build/41.zip"}, lambda c, n: {"default_hostname": f"{n}.azurewebsites.net"})  # fmt: skip
az("azurerm_container_app", "Microsoft.App/containerApps", lambda c, n: {
    "container_app_environment_id": c.azure("Microsoft.App/managedEnvironments", "main"), "ingress": [
        {"external_enabled": True, "target_port": 8080, "traffic_weight": [{"latest_revision": True,
        "percentage": 100}]}], "revision_mode": "Single", "template": [{"container": [container(n)],
        "max_replicas": 12, "min_replicas": 3}]}, lambda c, n: {"latest_revision_fqdn":
    f"{n}--41.azurecontainerapps.io", "latest_revision_name": f"{n}--41"})  # fmt: skip
az("azurerm_kubernetes_cluster", "Microsoft.ContainerService/managedClusters", lambda c, n: {
    "automatic_upgrade_channel": "none", "default_node_pool": [{"auto_scaling_enabled": True,
        "max_count": 10, "min_count": 3, "name": "system", "node_count": 4, "vm_size":
        "Standard_D4s_v5", "zones": ["1", "2", "3"]}], "dns_prefix": n, "identity": identity(c),
    "kubernetes_version": "1.30.4", "local_account_disabled": True, "sku_tier": "Standard"},
    lambda c, n: {"current_kubernetes_version": "1.30.4", "fqdn": f"{n}.hcp.azmk8s.io",
    "oidc_issuer_url": "https://oidc.example"})  # fmt: skip
az("azurerm_kubernetes_cluster_node_pool", "Microsoft.ContainerService/managedClusters/main/agentPools",
   lambda c, n: {"auto_scaling_enabled": False, "grouped": False, "kubernetes_cluster_id": c.azure(
       "Microsoft.ContainerService/managedClusters", "main"), "location": None, "max_count": None,
    "min_count": None, "mode": "User", "node_count": 4, "orchestrator_version": "1.30.4", "vm_size":
    "Standard_D8s_v5"})  # fmt: skip
az("azurerm_linux_virtual_machine", "Microsoft.Compute/virtualMachines", lambda c, n: {
    "admin_username": "ops", "custom_data": c.hexa(40), "network_interface_ids": [c.azure(
        "Microsoft.Network/networkInterfaces", n)], "os_disk": [{"caching": "ReadWrite",
        "disk_size_gb": 64, "storage_account_type": "Premium_LRS"}], "size": "Standard_D4s_v5",
    "source_image_reference": [{"offer": "ubuntu-24_04-lts", "publisher": "Canonical", "sku": "server",
        "version": "24.04.202410010"}]}, lambda c, n: {"private_ip_address": "10.0.4.7",
    "virtual_machine_id": c.uuid()})  # fmt: skip
az("azurerm_linux_virtual_machine_scale_set", "Microsoft.Compute/virtualMachineScaleSets", lambda c, n: {
    "instances": 6, "sku": "Standard_D4s_v5", "source_image_id": c.azure("Microsoft.Compute/images",
    "base-41"), "upgrade_mode": "Rolling", "zones": ["1", "2", "3"]}, lambda c, n: {"unique_id": c.uuid()})  # fmt: skip
az("azurerm_managed_disk", "Microsoft.Compute/disks", lambda c, n: {
    "create_option": "Empty", "disk_size_gb": 256, "storage_account_type": "Premium_LRS", "zone": "1"})  # fmt: skip
az("azurerm_monitor_autoscale_setting", "Microsoft.Insights/autoscaleSettings", lambda c, n: {
    "enabled": True, "profile": [{"capacity": [{"default": 3, "maximum": 8, "minimum": 3}], "name":
    "cpu"}], "target_resource_id": c.azure("Microsoft.Web/serverFarms", "main")})  # fmt: skip
az("azurerm_storage_account", "Microsoft.Storage/storageAccounts", lambda c, n: {
    "access_tier": "Hot", "account_kind": "StorageV2", "account_replication_type": "ZRS",
    "account_tier": "Standard", "blob_properties": [{"change_feed_enabled": True,
        "container_delete_retention_policy": [{"days": 14}], "delete_retention_policy": [{"days": 14,
        "permanent_delete_enabled": False}], "restore_policy": [], "versioning_enabled": True}],
    "https_traffic_only_enabled": True, "min_tls_version": "TLS1_2", "name": "acme" + n.replace("-", ""),
    "network_rules": [{"bypass": ["AzureServices"], "default_action": "Deny", "ip_rules":
        ["20.1.1.0/24"], "virtual_network_subnet_ids": []}], "public_network_access_enabled": True,
    "shared_access_key_enabled": True}, lambda c, n: {"primary_access_key": c.hexa(40),
    "primary_blob_endpoint": f"https://acme{n}.blob.core.windows.net/"})  # fmt: skip
az("azurerm_storage_container", "Microsoft.Storage/storageAccounts/main/containers", lambda c, n: {
    "container_access_type": "private", "grouped": False, "metadata": {}, "storage_account_id": c.azure(
    "Microsoft.Storage/storageAccounts", "main")}, tags=False)  # fmt: skip
az("azurerm_storage_share", "Microsoft.Storage/storageAccounts/main/shares", lambda c, n: {
    "access_tier": "Hot", "grouped": False, "quota": 512, "storage_account_name": "acmemain"}, tags=False)  # fmt: skip
az("azurerm_storage_management_policy", "Microsoft.Storage/storageAccounts/main/managementPolicies",
   lambda c, n: {"grouped": False, "name": "default", "rule": [{"actions": [{"base_blob": [
       {"delete_after_days_since_modification_greater_than": 365}]}], "enabled": True, "filters": [
       {"blob_types": ["blockBlob"], "prefix_match": ["tmp/"]}], "name": "expire-tmp"}],
    "storage_account_id": c.azure("Microsoft.Storage/storageAccounts", "main")}, tags=False)  # fmt: skip
az("azurerm_key_vault", "Microsoft.KeyVault/vaults", lambda c, n: {
    "enabled_for_disk_encryption": False, "enable_rbac_authorization": True, "network_acls": [{"bypass":
    "AzureServices", "default_action": "Deny", "ip_rules": []}], "public_network_access_enabled": True,
    "purge_protection_enabled": True, "sku_name": "standard", "soft_delete_retention_days": 90,
    "tenant_id": c.uuid()}, lambda c, n: {"vault_uri": f"https://{n}.vault.azure.net/"})  # fmt: skip
az("azurerm_key_vault_key", "Microsoft.KeyVault/vaults/main/keys", lambda c, n: {
    "expiration_date": "2027-12-31T00:00:00Z", "grouped": False, "key_opts": ["encrypt", "decrypt"],
    "key_size": 3072, "key_type": "RSA", "key_vault_id": c.azure("Microsoft.KeyVault/vaults", "main"),
    "location": None, "rotation_policy": []}, lambda c, n: {"version": c.hexa(32)})  # fmt: skip
az("azurerm_key_vault_secret", "Microsoft.KeyVault/vaults/main/secrets", lambda c, n: {
    "content_type": "", "grouped": False, "key_vault_id": c.azure("Microsoft.KeyVault/vaults", "main"),
    "location": None, "value": c.hexa(30)}, lambda c, n: {"version": c.hexa(32),
    "versionless_id": f"https://main.vault.azure.net/secrets/{n}"})  # fmt: skip
az("azurerm_mssql_server", "Microsoft.Sql/servers", lambda c, n: {
    "administrator_login": "owner", "administrator_login_password": c.hexa(24), "minimum_tls_version":
    "1.2", "public_network_access_enabled": False, "version": "12.0"}, lambda c, n: {
    "fully_qualified_domain_name": f"{n}.database.windows.net"})  # fmt: skip
az("azurerm_mssql_database", "Microsoft.Sql/servers/main/databases", lambda c, n: {
    "grouped": False, "location": None, "long_term_retention_policy": [{"monthly_retention": "P12M",
    "weekly_retention": "P5W", "yearly_retention": "P5Y"}], "max_size_gb": 250, "server_id": c.azure(
    "Microsoft.Sql/servers", "main"), "short_term_retention_policy": [{"backup_interval_in_hours": 12,
    "retention_days": 35}], "sku_name": "S3", "storage_account_type": "Geo", "zone_redundant": True,
    "transparent_data_encryption_enabled": True})  # fmt: skip
az("azurerm_postgresql_flexible_server", "Microsoft.DBforPostgreSQL/flexibleServers", lambda c, n: {
    "administrator_login": "owner", "administrator_password": c.hexa(24), "auto_grow_enabled": True,
    "backup_retention_days": 14, "geo_redundant_backup_enabled": True, "high_availability": [{"mode":
    "ZoneRedundant", "standby_availability_zone": "2"}], "public_network_access_enabled": False,
    "sku_name": "GP_Standard_D4s_v3", "storage_mb": 262144, "storage_tier": "P15", "version": "15",
    "zone": "1"}, lambda c, n: {"fqdn": f"{n}.postgres.database.azure.com"})  # fmt: skip
az("azurerm_mysql_flexible_server", "Microsoft.DBforMySQL/flexibleServers", lambda c, n: {
    "administrator_login": "owner", "administrator_password": c.hexa(24), "backup_retention_days": 14,
    "geo_redundant_backup_enabled": True, "sku_name": "GP_Standard_D4ds_v4", "storage": [{"auto_grow_enabled":
    True, "iops": 1200, "size_gb": 256}], "version": "8.0.21", "zone": "1"}, lambda c, n: {
    "fqdn": f"{n}.mysql.database.azure.com"})  # fmt: skip
az("azurerm_cosmosdb_account", "Microsoft.DocumentDB/databaseAccounts", lambda c, n: {
    "backup": [{"interval_in_minutes": 240, "retention_in_hours": 168, "storage_redundancy": "Geo",
    "tier": "", "type": "Periodic"}], "consistency_policy": [{"consistency_level": "Session"}],
    "geo_location": [{"failover_priority": 0, "location": c.location, "zone_redundant": True},
    {"failover_priority": 1, "location": "northeurope", "zone_redundant": False}], "kind":
    "GlobalDocumentDB", "offer_type": "Standard", "public_network_access_enabled": False},
    lambda c, n: {"endpoint": f"https://{n}.documents.azure.com:443/", "primary_key": c.hexa(60)})  # fmt: skip
az("azurerm_cosmosdb_sql_container", "Microsoft.DocumentDB/databaseAccounts/main/sqlDatabases/app/containers",
   lambda c, n: {"account_name": "main", "autoscale_settings": [{"max_throughput": 4000}],
    "database_name": "app", "default_ttl": None, "partition_key_paths": ["/pk"]}, tags=False)  # fmt: skip
az("azurerm_redis_cache", "Microsoft.Cache/redis", lambda c, n: {
    "capacity": 2, "family": "P", "minimum_tls_version": "1.2", "non_ssl_port_enabled": False,
    "redis_configuration": [{"rdb_backup_enabled": True, "rdb_backup_frequency": 60}], "shard_count": 0,
    "sku_name": "Premium"}, lambda c, n: {"hostname": f"{n}.redis.cache.windows.net",
    "primary_access_key": c.hexa(40)})  # fmt: skip
az("azurerm_servicebus_namespace", "Microsoft.ServiceBus/namespaces", lambda c, n: {
    "capacity": 2, "local_auth_enabled": True, "minimum_tls_version": "1.2", "sku": "Premium"})  # fmt: skip
az("azurerm_servicebus_queue", "Microsoft.ServiceBus/namespaces/main/queues", lambda c, n: {
    "default_message_ttl": "P14D", "grouped": False, "lock_duration": "PT1M", "max_delivery_count": 10,
    "namespace_id": c.azure("Microsoft.ServiceBus/namespaces", "main")}, tags=False)  # fmt: skip
az("azurerm_eventhub", "Microsoft.EventHub/namespaces/main/eventhubs", lambda c, n: {
    "grouped": False, "message_retention": 7, "namespace_id": c.azure("Microsoft.EventHub/namespaces",
    "main"), "partition_count": 8, "status": "Active"}, tags=False)  # fmt: skip
az("azurerm_log_analytics_workspace", "Microsoft.OperationalInsights/workspaces", lambda c, n: {
    "daily_quota_gb": -1, "retention_in_days": 30, "sku": "PerGB2018"}, lambda c, n: {
    "workspace_id": c.uuid()})  # fmt: skip
az("azurerm_application_insights", "Microsoft.Insights/components", lambda c, n: {
    "application_type": "web", "retention_in_days": 90, "sampling_percentage": 100}, lambda c, n: {
    "app_id": c.uuid()})  # fmt: skip
az("azurerm_monitor_metric_alert", "Microsoft.Insights/metricAlerts", lambda c, n: {
    "action": [{"action_group_id": c.azure("Microsoft.Insights/actionGroups", "ops")}], "criteria": [
    {"aggregation": "Average", "metric_name": "CpuPercentage", "metric_namespace":
    "Microsoft.Web/serverfarms", "operator": "GreaterThan", "threshold": 80}], "enabled": True,
    "frequency": "PT1M", "location": None, "scopes": [c.azure("Microsoft.Web/serverFarms", "main")],
    "severity": 2, "window_size": "PT5M"})  # fmt: skip
az("azurerm_monitor_diagnostic_setting", "Microsoft.Insights/diagnosticSettings", lambda c, n: {
    "enabled_log": [{"category": "AuditEvent"}], "grouped": False, "log_analytics_workspace_id": c.azure(
    "Microsoft.OperationalInsights/workspaces", "main"), "target_resource_id": c.azure(
    "Microsoft.KeyVault/vaults", "main")}, tags=False)  # fmt: skip
az("azurerm_role_assignment", "Microsoft.Authorization/roleAssignments", lambda c, n: {
    "grouped": False, "name": c.uuid(), "principal_id": c.uuid(), "role_definition_name": "Reader", "scope":
    f"/subscriptions/{c.subscription}/resourceGroups/{c.group}"}, lambda c, n: {
    "role_definition_id": c.uuid(), "principal_type": "ServicePrincipal"}, tags=False)  # fmt: skip
az("azurerm_user_assigned_identity", "Microsoft.ManagedIdentity/userAssignedIdentities", lambda c, n: {},
   lambda c, n: {"client_id": c.uuid(), "principal_id": c.uuid()})  # fmt: skip
az("azurerm_management_lock", "Microsoft.Authorization/locks", lambda c, n: {
    "grouped": False, "lock_level": "CanNotDelete", "notes": "Production", "scope":
    f"/subscriptions/{c.subscription}/resourceGroups/{c.group}"}, tags=False)  # fmt: skip
az("azurerm_recovery_services_vault", "Microsoft.RecoveryServices/vaults", lambda c, n: {
    "cross_region_restore_enabled": True, "immutability": "Unlocked", "sku": "Standard",
    "soft_delete_enabled": True, "storage_mode_type": "GeoRedundant"})  # fmt: skip
az("azurerm_backup_policy_vm", "Microsoft.RecoveryServices/vaults/main/backupPolicies", lambda c, n: {
    "backup": [{"frequency": "Daily", "time": "23:00"}], "recovery_vault_name": "main",
    "retention_daily": [{"count": 30}]}, tags=False)  # fmt: skip
az("azurerm_backup_protected_vm", "Microsoft.RecoveryServices/vaults/main/protectedItems", lambda c, n: {
    "backup_policy_id": c.azure("Microsoft.RecoveryServices/vaults/main/backupPolicies", "daily"),
    "protection_state": "Protected", "recovery_vault_name": "main", "source_vm_id": c.azure(
    "Microsoft.Compute/virtualMachines", n)}, tags=False)  # fmt: skip
az("azurerm_application_gateway", "Microsoft.Network/applicationGateways", lambda c, n: {
    "backend_address_pool": [{"fqdns": [f"{n}.internal"], "ip_addresses": [], "name": "app"}],
    "http_listener": [{"host_name": f"{n}.acme.example", "name": "https", "protocol": "Https"}],
    "sku": [{"capacity": 3, "name": "WAF_v2", "tier": "WAF_v2"}]})  # fmt: skip
az("azurerm_cdn_frontdoor_route", "Microsoft.Cdn/profiles/main/afdEndpoints/app/routes", lambda c, n: {
    "enabled": True, "forwarding_protocol": "HttpsOnly", "grouped": False, "https_redirect_enabled": True,
    "patterns_to_match": ["/*"], "supported_protocols": ["Http", "Https"]}, tags=False)  # fmt: skip
az("azurerm_container_registry", "Microsoft.ContainerRegistry/registries", lambda c, n: {
    "admin_enabled": False, "name": "acme" + n.replace("-", ""), "retention_policy_in_days": 30, "sku":
    "Premium", "zone_redundancy_enabled": True}, lambda c, n: {"login_server": f"{n}.azurecr.io"})  # fmt: skip
az("azurerm_data_factory", "Microsoft.DataFactory/factories", lambda c, n: {
    "identity": identity(c), "public_network_enabled": False})  # fmt: skip
az("azurerm_consumption_budget_resource_group", "Microsoft.Consumption/budgets", lambda c, n: {
    "amount": 5000, "grouped": False, "notification": [{"enabled": True, "operator": "GreaterThan",
    "threshold": 80}], "resource_group_id": f"/subscriptions/{c.subscription}/resourceGroups/{c.group}",
    "time_grain": "Monthly"}, tags=False)  # fmt: skip
az("azurerm_portal_dashboard", "Microsoft.Portal/dashboards", lambda c, n: {
    "dashboard_properties": '{"lenses":{"0":{"order":0}}}'})  # fmt: skip
az("azurerm_client_config", "Microsoft.Resources/client", lambda c, n: {"grouped": False}, lambda c, n: {
    "client_id": c.uuid(), "subscription_id": c.subscription, "tenant_id": c.uuid()}, tags=False)  # fmt: skip

SECRETS.update({
    "azurerm_key_vault_secret": ("value",),
    "azurerm_mssql_server": ("administrator_login_password",),
    "azurerm_postgresql_flexible_server": ("administrator_password",),
    "azurerm_mysql_flexible_server": ("administrator_password",),
    "azurerm_linux_web_app": ("app_settings",),
    "azurerm_linux_function_app": ("app_settings", "storage_account_access_key"),
    "azurerm_storage_account": ("primary_access_key",),
    "azurerm_cosmosdb_account": ("primary_key",),
    "azurerm_redis_cache": ("primary_access_key",),
})  # fmt: skip
