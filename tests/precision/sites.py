"""A stack with its neighbours: what else lives in the same state, untouched by the plan."""

from collections.abc import Callable, Mapping
from typing import Any

import things_aws_network
import things_aws_services
import things_azurerm
import things_google
import things_kubernetes
import things_small
from objects import Thing
from stack import Stack

_TEMPLATES = (
    things_aws_network,
    things_aws_services,
    things_azurerm,
    things_google,
    things_kubernetes,
    things_small,
)
"""Imported for what they add to :data:`things.TEMPLATES`."""

STYLES = ("root", "module", "keyed_module", "keyed", "root", "module")
ENVIRONMENTS = ("production",) * 6 + ("prod",) * 2 + ("staging", "")
SERVICES = ("orders", "checkout", "accounts", "inventory", "shipping", "pricing", "reviews")
NEIGHBOURS = ("catalog", "invoices", "ledger", "gateway", "media", "reports", "users", "mail")


class Site(Stack):
    """One stack in which services are laid out in one style, with neighbours around them."""

    def __init__(self, name: str, provider: str, environment: str | None = None) -> None:
        super().__init__(name)
        if environment is None:
            environment = self.draw.choice(ENVIRONMENTS)
        self.context = type(self.context)(self.draw, environment)
        self.provider = provider
        self.style = self.draw.choice(STYLES)
        self.service = self.draw.choice(SERVICES)
        count = self.draw.randrange(1, 6)
        _BASES[provider](self)
        for neighbour in self.draw.sample(NEIGHBOURS, count):
            _NEIGHBOURS[provider](self, neighbour)

    def at(self, kind: str, service: str | None = None, name: str = "this") -> str:
        """Return where this stack has the ``kind`` of a service."""
        service = service or self.service
        apart = f"{service}_{name}" if name != "this" else service
        match self.style:
            case "module":
                return f"module.{service}.{kind}.{name}"
            case "keyed_module":
                return f'module.service["{service}"].{kind}.{name}'
            case "keyed":
                return f'{kind}.{name if name != "this" else "service"}["{service}"]'
            case _:
                return f"{kind}.{apart}"

    def block(self, kind: str, service: str | None = None, name: str = "this") -> str:
        """Return how blocks of the same module refer to it."""
        address = self.at(kind, service, name)
        return address[address.index(f"{kind}.") :].partition("[")[0]

    def keep(self, kind: str, service: str | None = None, **over: Any) -> Thing:
        """Add an object of a service that stays as it is."""
        return self.have(self.at(kind, service), **over)

    def tie(self, thing: Thing, **refs: str) -> None:
        """Say that ``thing`` refers to the service's object of another type."""
        found = dict(thing.refs)
        service = next((s for s in (*SERVICES, *NEIGHBOURS) if s in thing.address), None)
        for attribute, kind in refs.items():
            found[attribute] = f"{self.block(kind, service)}.id"
        thing.refs = found


def _aws(s: Site) -> None:
    s.data("data.aws_caller_identity.current")
    s.have("aws_vpc.main")
    for zone in "abc"[: s.draw.randrange(1, 4)]:
        key = f'["{s.context.region}{zone}"]'
        s.have(f"aws_subnet.private{key}", {"vpc_id": "aws_vpc.main.id"})
        s.have(
            f"aws_route_table_association.private{key}",
            {"subnet_id": "aws_subnet.private", "route_table_id": "aws_route_table.private.id"},
        )
    s.have("aws_route_table.private", {"vpc_id": "aws_vpc.main.id"})
    s.have("aws_ecs_cluster.main")
    s.have("aws_lb.main", {"subnets": "aws_subnet.private"})
    s.have("aws_lb_listener.https", {"load_balancer_arn": "aws_lb.main.arn"})
    s.have("aws_route53_zone.main")
    s.have("aws_kms_key.main")
    s.have("aws_sns_topic.alerts")


def _aws_service(s: Site, n: str) -> None:
    s.keep("aws_iam_role", n)
    s.keep("aws_cloudwatch_log_group", n)
    s.keep("aws_ecs_task_definition", n)
    s.keep("aws_lb_target_group", n)
    s.tie(s.keep("aws_ecs_service", n), task_definition="aws_ecs_task_definition")
    s.tie(s.keep("aws_lb_listener_rule", n), action="aws_lb_target_group")
    s.keep("aws_cloudwatch_metric_alarm", n)
    if s.draw.random() < 0.5:
        s.keep("aws_s3_bucket", n)
        s.keep("aws_db_instance", n)


def _azurerm(s: Site) -> None:
    s.data("data.azurerm_client_config.current")
    s.have("azurerm_resource_group.main")
    s.have(
        "azurerm_virtual_network.main", {"resource_group_name": "azurerm_resource_group.main.name"}
    )
    for name in ("app", "data", "endpoints")[: s.draw.randrange(1, 4)]:
        s.have(
            f'azurerm_subnet.main["{name}"]',
            {"virtual_network_name": "azurerm_virtual_network.main.name"},
        )
    s.have("azurerm_service_plan.main")
    s.have("azurerm_key_vault.main")
    s.have("azurerm_log_analytics_workspace.main")
    s.have("azurerm_dns_zone.main")
    s.have("azurerm_container_registry.main")


def _azurerm_service(s: Site, n: str) -> None:
    s.keep("azurerm_user_assigned_identity", n)
    s.keep("azurerm_linux_web_app", n)
    s.keep("azurerm_role_assignment", n)
    s.keep("azurerm_dns_cname_record", n)
    s.keep("azurerm_monitor_metric_alert", n)
    s.keep("azurerm_key_vault_secret", n)
    if s.draw.random() < 0.5:
        s.keep("azurerm_storage_account", n)
        s.keep("azurerm_postgresql_flexible_server", n)


def _google(s: Site) -> None:
    s.data("data.google_client_config.current")
    s.have("google_compute_network.main")
    for region in ("europe-west1", "us-central1")[: s.draw.randrange(1, 3)]:
        s.have(
            f'google_compute_subnetwork.main["{region}"]',
            {"network": "google_compute_network.main.id"},
        )
    s.have("google_compute_router.main", {"network": "google_compute_network.main.id"})
    s.have("google_compute_router_nat.main", {"router": "google_compute_router.main.name"})
    s.have("google_container_cluster.main", {"network": "google_compute_network.main.id"})
    s.have("google_container_node_pool.main", {"cluster": "google_container_cluster.main.name"})
    s.have("google_dns_managed_zone.main")
    s.have("google_kms_key_ring.main")
    s.have("google_artifact_registry_repository.apps")


def _google_service(s: Site, n: str) -> None:
    s.keep("google_service_account", n)
    s.keep("google_project_iam_member", n)
    s.keep("google_cloud_run_v2_service", n)
    s.keep("google_pubsub_topic", n)
    s.tie(s.keep("google_pubsub_subscription", n), topic="google_pubsub_topic")
    s.keep("google_monitoring_alert_policy", n)
    if s.draw.random() < 0.5:
        s.keep("google_storage_bucket", n)
        s.keep("google_sql_database_instance", n)


def _kubernetes(s: Site) -> None:
    s.have("kubernetes_namespace_v1.team")
    s.have("kubernetes_resource_quota_v1.team", {"metadata": "kubernetes_namespace_v1.team.id"})
    s.have("kubernetes_limit_range_v1.team", {"metadata": "kubernetes_namespace_v1.team.id"})
    s.have("kubernetes_network_policy_v1.default")
    s.have("kubernetes_storage_class_v1.fast")
    for name in ("ingress-nginx", "cert-manager", "external-dns")[: s.draw.randrange(1, 4)]:
        s.have(f'helm_release.platform["{name}"]')
    s.have("kubernetes_role_v1.deployer")
    s.have("kubernetes_role_binding_v1.deployer")


def _kubernetes_service(s: Site, n: str) -> None:
    s.keep("kubernetes_service_account_v1", n)
    s.keep("kubernetes_config_map_v1", n)
    s.keep("kubernetes_secret_v1", n)
    s.keep("kubernetes_deployment_v1", n)
    s.keep("kubernetes_service_v1", n)
    s.keep("kubernetes_horizontal_pod_autoscaler_v2", n)
    s.keep("kubernetes_ingress_v1", n)
    if s.draw.random() < 0.5:
        s.keep("kubernetes_stateful_set_v1", n)
        s.keep("kubernetes_persistent_volume_claim_v1", n)


_BASES: Mapping[str, Callable[[Site], None]] = {
    "aws": _aws,
    "azurerm": _azurerm,
    "google": _google,
    "kubernetes": _kubernetes,
}
_NEIGHBOURS: Mapping[str, Callable[[Site, str], None]] = {
    "aws": _aws_service,
    "azurerm": _azurerm_service,
    "google": _google_service,
    "kubernetes": _kubernetes_service,
}
