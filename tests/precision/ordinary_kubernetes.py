"""What platform teams do to Kubernetes every day; none of it needs a senior."""

from typing import Any

from ordinary_aws import drifted, output
from sites import Site
from steps import Step, adopt, create, keep, replace, update

V1 = "kubernetes_{}_v1".format
DEPLOYMENT, STATEFUL = V1("deployment"), V1("stateful_set")
AUTOSCALER = "kubernetes_horizontal_pod_autoscaler_v2"
IMAGE = "spec.0.template.0.spec.0.container.0.image"
RESOURCES = "spec.0.template.0.spec.0.container.0.resources.0."
ENV = "spec.0.template.0.spec.0.container.0.env"
STATUS = ("metadata.0.generation", "metadata.0.resource_version")
NEW = ("metadata.0.generation", "metadata.0.resource_version", "metadata.0.uid")


def new(kind: str, over: Any = None, **more: Any) -> Step:
    """Something new, whose metadata the server will fill in."""
    return create(kind, over, unknown=[*NEW, *more.pop("unknown", ())], **more)


def label(key: str, value: str) -> dict[Any, str]:
    return {("metadata", 0, "labels", key): value}


def moved(kind: str, old: str, new: str) -> Step:
    return lambda s: s.moved(s.have(f"{kind}.{new}"), f"{kind}.{old}")


def module_renamed(*kinds: str) -> Step:
    def step(s: Site) -> None:
        s.call("storefront", "./charts/service")
        for kind in kinds:
            s.moved(s.have(f"module.storefront.{kind}.this"), f"module.shop.{kind}.this")

    return step


def env(**values: str) -> list[Any]:
    return [{"name": n, "value": v, "value_from": []} for n, v in values.items()]


REVISION = ("metadata.0.revision", "metadata.0.app_version", "metadata.0.version")

ROWS: list[tuple[str, list[Step]]] = [
    ("deploy", [update(DEPLOYMENT, {IMAGE: "registry.acme.example/orders:1.42.0"})]),
    ("deploy", [update("kubernetes_deployment", {IMAGE: "registry.acme.example/orders:1.42.0",
                                            **label("version", "1.42.0")})]),
    ("deploy", [update(STATEFUL, {IMAGE: "registry.acme.example/orders:1.42.0"}), update(V1("daemonset"), {
        IMAGE: "registry.acme.example/agent:2.1.0"})]),
    ("deploy", [update("helm_release", {"version": "4.12.0"}, unknown=["metadata"])]),
    ("deploy", [update("helm_release", {"values": ["replicaCount: 3\nimage:\n  tag: 1.42.0\n"]},
                  unknown=["metadata"]), update("helm_release", {"set": [
                      {"name": "image.tag", "value": "1.42.0"}]}, name="worker", unknown=["metadata"])]),
    ("deploy", [replace(V1("job"), IMAGE, {IMAGE: "registry.acme.example/migrate:1.42.0"}, unknown=NEW),
                update(DEPLOYMENT, {IMAGE: "registry.acme.example/orders:1.42.0"})]),
    ("deploy", [update(V1("cron_job"), {
        "spec.0.job_template.0.spec.0.template.0.spec.0.container.0.image": "registry/r:2"})]),
    ("scale up", [update(DEPLOYMENT, {"spec.0.replicas": "9"})]),
    ("scale up", [update(STATEFUL, {"spec.0.replicas": "5"})]),
    ("scale down", [update(DEPLOYMENT, {"spec.0.replicas": "4"})]),
    ("scale down", [update("kubernetes_deployment", {"spec.0.replicas": "4"})]),
    ("autoscaling bounds", [update(AUTOSCALER, {"spec.0.max_replicas": 20, "spec.0.min_replicas": 4})]),
    ("autoscaling bounds", [update(AUTOSCALER, {"spec.0.min_replicas": 2, "spec.0.max_replicas": 10}),
                            update(V1("pod_disruption_budget"), {"spec.0.min_available": "1"})]),
    ("labels", [update(DEPLOYMENT, label("cost-center", "4711")), update(V1("service"), label("cost", "4711"))]),
    ("labels", [update(V1("namespace"), {("metadata", 0, "annotations"): {"owner": "commerce"}}),
                update(V1("service_account"), {("metadata", 0, "annotations"): {
                    "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/orders"}})]),
    ("labels", [update(STATEFUL, label("team", "commerce")), update(V1("persistent_volume_claim"),
                                                          label("backup", "daily"))]),
    ("configuration", [update(V1("config_map"), {"data": {"LOG_LEVEL": "debug", "app.yaml": "workers: 8\n"}})]),
    ("configuration", [update(DEPLOYMENT, {ENV: env(LOG_LEVEL="debug", QUEUE="orders", FEATURE_X="on")})]),
    ("configuration", [update(DEPLOYMENT, {f"{RESOURCES}limits": {"cpu": "2", "memory": "1Gi"},
                                      f"{RESOURCES}requests": {"cpu": "500m", "memory": "512Mi"}})]),
    ("configuration", [update("kubernetes_config_map", {("data", "flags.json"): '{"x":true}'}), update(
        DEPLOYMENT, {("spec", 0, "template", 0, "metadata", 0, "annotations"): {"checksum": "77"}})]),
    ("new service", [new(V1("service_account")), new(V1("config_map")), new(V1("secret")), new(DEPLOYMENT),
                     new(V1("service")), new(AUTOSCALER), new(V1("ingress")), new(V1("pod_disruption_budget"))]),
    ("new service", [new(V1("namespace")), new(V1("resource_quota")), new(V1("limit_range")), new(V1(
        "role")), new(V1("role_binding")), new(V1("network_policy"))]),
    ("new service", [new(STATEFUL), new(V1("service")), new(V1("persistent_volume_claim"), unknown=[
        "spec.0.volume_name"]), new(V1("cron_job"))]),
    ("new service", [create("helm_release", unknown=["metadata"]), create("kubernetes_manifest")]),
    ("network", [new(V1("network_policy"), name="metrics")]),
    ("network", [update(V1("network_policy"), {"spec.0.ingress": [
        {"from": [{"pod_selector": [{"match_labels": {"team": team}}]}], "ports": [
            {"port": "8080", "protocol": "TCP"}]} for team in ("payments", "search")]})]),
    ("network", [update(V1("service"), {"spec.0.port": [
        {"name": "http", "port": 80, "protocol": "TCP", "target_port": "8080"},
        {"name": "grpc", "port": 9000, "protocol": "TCP", "target_port": "9000"}]})]),
    ("ingress", [update(V1("ingress"), {"spec.0.tls": [{"hosts": ["orders.acme.example"], "secret_name":
                                                   "tls"}]})]),
    ("ingress", [update(V1("ingress"), {("metadata", 0, "annotations"): {
        "nginx.ingress.kubernetes.io/proxy-body-size": "20m"}}), new(V1("ingress"), name="www")]),
    ("moved", [module_renamed(DEPLOYMENT, V1("service"), STATEFUL, V1("persistent_volume_claim"))]),
    ("moved", [moved(V1("namespace"), "ns", "shop"), moved("helm_release", "nginx", "ingress")]),
    ("moved", [lambda s: [s.moved(s.have(f'kubernetes_namespace_v1.pool["{k}"]'),
                                  f"kubernetes_namespace_v1.pool[{i}]")
                          for i, k in enumerate(("blue", "green"))]]),
    ("import", [adopt(V1("namespace")), adopt(DEPLOYMENT)]),
    ("import", [adopt(V1("stateful_set"), None, label("adopted", "yes")),
                adopt(V1("config_map"), None, label("adopted", "yes"))]),
    ("output", [output("host", "a.acme.example", "b.acme.example"), keep(V1("ingress"))]),
    ("drift", [drifted(V1("config_map"), data={"LOG_LEVEL": "warn"}), lambda s: s.vanish(
        s.keep(V1("pod_disruption_budget")))]),
    ("churn", [replace("null_resource", "triggers", {"triggers.hash": "77"}), replace("random_string", "length", {
        "length": 10}), replace("time_sleep", "triggers", {"triggers.version": "42"})]),
    ("provider upgrade", [update(DEPLOYMENT, unknown=STATUS), update("helm_release", unknown=["metadata"]), update(
        V1("service"), {"wait_for_load_balancer": True})]),
    ("provider upgrade", [update("kubernetes_manifest", unknown=["object"])]),
    ("chart upgrade", [update("helm_release", {"version": "5.0.1", "atomic": True, "timeout": 600},
                         unknown=["metadata"], name="prometheus")]),
    ("storage", [update(V1("persistent_volume_claim"), {"spec.0.resources.0.requests.storage": "200Gi"})]),
    ("storage", [new(V1("storage_class")), new(V1("persistent_volume_claim"), unknown=[
        "spec.0.volume_name"])]),
    ("secret rotation", [update(V1("secret"), {"data.token": "n3w"})]),
    ("secret rotation", [replace("random_password", "keepers", {"keepers.rotation": "2026-11"}), update(
        V1("secret"), unknown=["data"])]),
    ("people", [update(V1("role_binding"), {"subject": [
        {"api_group": "rbac.authorization.k8s.io", "kind": "Group", "name": g, "namespace": ""}
        for g in ("platform", "sre")]}), new(V1("cluster_role_binding"))]),
    ("people", [update(V1("role"), {"rule": [
        {"api_groups": ["", "apps"], "resources": ["pods", "deployments"], "verbs": ["get", "list"]}]}),
                new(V1("cluster_role"))]),
    ("schedule", [update(V1("cron_job"), {"spec.0.schedule": "*/30 * * * *"})]),
    ("quota", [update(V1("resource_quota"), {"spec.0.hard": {"pods": "200", "requests.cpu": "80",
                                                        "requests.memory": "320Gi"}})]),
    ("protection on", [update(V1("storage_class"), label("x", "y")), update(V1("persistent_volume"), {
        "spec.0.persistent_volume_reclaim_policy": "Retain"},
        had={"spec.0.persistent_volume_reclaim_policy": "Delete"})]),
    ("manifest", [update("kubernetes_manifest", {"manifest.spec.endpoints": [
        {"interval": "15s", "port": "http"}]}, unknown=["object.spec.endpoints"])]),
    ("probes", [update(DEPLOYMENT, {"spec.0.template.0.spec.0.container.0.readiness_probe": [
        {"http_get": [{"path": "/ready", "port": "8080"}], "period_seconds": 10}]})]),
    ("rollout", [update(DEPLOYMENT, {"spec.0.strategy.0.rolling_update.0.max_surge": "50%",
                                "spec.0.revision_history_limit": 5})]),
    ("no changes", [keep(DEPLOYMENT), keep(STATEFUL)]),
]  # fmt: skip
