"""Kubernetes as the provider shows it (version 2)."""

from typing import Any

from things import SECRETS, TEMPLATES, Context, Json


def metadata(c: Context, n: str, namespace: str | None = "") -> list[Json]:
    labels = {"app.kubernetes.io/name": n, "team": c.team}
    if c.environment:
        labels[c.tag_key.lower()] = c.environment
    found: Json = {
        "annotations": {}, "generate_name": "", "generation": 12, "labels": labels, "name": n,
        "resource_version": str(c.draw.randrange(10**8)), "uid": c.uuid(),
    }  # fmt: skip
    if namespace is not None:
        found["namespace"] = namespace or c.team
    return [found]


def k8s(kind: str, config: Any, *, namespaced: bool = True) -> None:
    """Add a type; the identifier is the namespace and the name."""

    def template(c: Context, n: str) -> tuple[Json, Json]:
        said = {"metadata": metadata(c, n, "" if namespaced else None), **config(c, n)}
        return said, {"id": f"{c.team}/{n}" if namespaced else n}

    TEMPLATES[kind] = template


def pod(n: str, version: str = "1.41.0") -> Json:
    return {
        "metadata": [{"annotations": {}, "labels": {"app.kubernetes.io/name": n}}],
        "spec": [{"container": [{"env": [
            {"name": "LOG_LEVEL", "value": "info", "value_from": []},
            {"name": "QUEUE", "value": n, "value_from": []}],
            "image": f"registry.acme.example/{n}:{version}", "name": n, "port": [
                {"container_port": 8080, "name": "http", "protocol": "TCP"}],
            "resources": [{"limits": {"cpu": "1", "memory": "512Mi"}, "requests":
                           {"cpu": "250m", "memory": "256Mi"}}]}],
            "restart_policy": "Always", "service_account_name": n,
            "termination_grace_period_seconds": 30, "volume": []}],
    }  # fmt: skip


def deployment(c: Context, n: str) -> Json:
    return {"spec": [{
        "min_ready_seconds": 0, "progress_deadline_seconds": 600, "replicas": "6",
        "revision_history_limit": 10, "selector": [{"match_labels": {"app.kubernetes.io/name": n}}],
        "strategy": [{"rolling_update": [{"max_surge": "25%", "max_unavailable": "25%"}],
                      "type": "RollingUpdate"}],
        "template": [pod(n)]}], "wait_for_rollout": True}  # fmt: skip


def stateful(c: Context, n: str) -> Json:
    return {"spec": [{
        "persistent_volume_claim_retention_policy": [{"when_deleted": "Retain", "when_scaled":
                                                      "Retain"}],
        "pod_management_policy": "OrderedReady", "replicas": "3", "service_name": n, "template": [pod(n)],
        "update_strategy": [{"type": "RollingUpdate"}], "volume_claim_template": [{"spec": [{
            "access_modes": ["ReadWriteOnce"], "resources": [{"requests": {"storage": "100Gi"}}]}]}]}],
        "wait_for_rollout": True}  # fmt: skip


for version in ("", "_v1"):
    k8s(f"kubernetes_deployment{version}", deployment)
    k8s(f"kubernetes_stateful_set{version}", stateful)
    k8s(f"kubernetes_daemonset{version}", lambda c, n: {"spec": [{"template": [pod(n)]}]})
    k8s(
        f"kubernetes_service{version}",
        lambda c, n: {
            "spec": [
                {
                    "external_traffic_policy": "",
                    "port": [
                        {"name": "http", "port": 80, "protocol": "TCP", "target_port": "8080"}
                    ],
                    "selector": {"app.kubernetes.io/name": n},
                    "type": "ClusterIP",
                }
            ]
        },
    )
    k8s(
        f"kubernetes_config_map{version}",
        lambda c, n: {
            "binary_data": {},
            "data": {"LOG_LEVEL": "info", "app.yaml": "cache: 300\nworkers: 4\n"},
            "immutable": False,
        },
    )
    k8s(
        f"kubernetes_secret{version}",
        lambda c, n: {
            "binary_data": {},
            "data": {"token": c.hexa(30), "url": c.hexa(30)},
            "immutable": False,
            "type": "Opaque",
        },
    )
    k8s(
        f"kubernetes_namespace{version}",
        lambda c, n: {"wait_for_default_service_account": False},
        namespaced=False,
    )
    k8s(
        f"kubernetes_service_account{version}",
        lambda c, n: {
            "automount_service_account_token": True,
            "image_pull_secret": [],
            "secret": [],
        },
    )
    k8s(
        f"kubernetes_persistent_volume_claim{version}",
        lambda c, n: {
            "spec": [
                {
                    "access_modes": ["ReadWriteOnce"],
                    "resources": [{"limits": {}, "requests": {"storage": "100Gi"}}],
                    "storage_class_name": "fast",
                    "volume_name": f"pvc-{c.uuid()}",
                }
            ],
            "wait_until_bound": True,
        },
    )
    k8s(
        f"kubernetes_persistent_volume{version}",
        lambda c, n: {
            "spec": [
                {
                    "access_modes": ["ReadWriteOnce"],
                    "capacity": {"storage": "100Gi"},
                    "persistent_volume_reclaim_policy": "Retain",
                    "storage_class_name": "fast",
                }
            ]
        },
        namespaced=False,
    )
    k8s(
        f"kubernetes_storage_class{version}",
        lambda c, n: {
            "allow_volume_expansion": True,
            "reclaim_policy": "Retain",
            "storage_provisioner": "ebs.csi.aws.com",
            "volume_binding_mode": "WaitForFirstConsumer",
        },
        namespaced=False,
    )
    k8s(
        f"kubernetes_network_policy{version}",
        lambda c, n: {
            "spec": [
                {
                    "egress": [],
                    "ingress": [
                        {
                            "from": [{"pod_selector": [{"match_labels": {"team": c.team}}]}],
                            "ports": [{"port": "8080", "protocol": "TCP"}],
                        }
                    ],
                    "pod_selector": [{"match_labels": {"app.kubernetes.io/name": n}}],
                    "policy_types": ["Ingress"],
                }
            ]
        },
    )
    k8s(
        f"kubernetes_ingress{version}",
        lambda c, n: {
            "spec": [
                {
                    "ingress_class_name": "nginx",
                    "rule": [
                        {
                            "host": f"{n}.acme.example",
                            "http": [
                                {
                                    "path": [
                                        {
                                            "backend": [
                                                {"service": [{"name": n, "port": [{"number": 80}]}]}
                                            ],
                                            "path": "/",
                                            "path_type": "Prefix",
                                        }
                                    ]
                                }
                            ],
                        }
                    ],
                    "tls": [],
                }
            ]
        },
    )
    k8s(
        f"kubernetes_role{version}",
        lambda c, n: {
            "rule": [{"api_groups": [""], "resources": ["pods"], "verbs": ["get", "list"]}]
        },
    )
    k8s(
        f"kubernetes_role_binding{version}",
        lambda c, n: {
            "role_ref": [{"api_group": "rbac.authorization.k8s.io", "kind": "Role", "name": n}],
            "subject": [
                {"api_group": "", "kind": "ServiceAccount", "name": n, "namespace": c.team}
            ],
        },
    )
    k8s(
        f"kubernetes_cluster_role{version}",
        lambda c, n: {
            "rule": [{"api_groups": [""], "resources": ["nodes"], "verbs": ["get", "list"]}]
        },
        namespaced=False,
    )
    k8s(
        f"kubernetes_cluster_role_binding{version}",
        lambda c, n: {
            "role_ref": [
                {"api_group": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": n}
            ],
            "subject": [
                {"api_group": "", "kind": "ServiceAccount", "name": n, "namespace": c.team}
            ],
        },
        namespaced=False,
    )
    k8s(
        f"kubernetes_cron_job{version}",
        lambda c, n: {
            "spec": [
                {
                    "concurrency_policy": "Forbid",
                    "job_template": [{"spec": [{"template": [pod(n)]}]}],
                    "schedule": "0 3 * * *",
                    "successful_jobs_history_limit": 3,
                    "suspend": False,
                }
            ]
        },
    )
    k8s(
        f"kubernetes_job{version}",
        lambda c, n: {
            "spec": [
                {
                    "backoff_limit": 3,
                    "completions": 1,
                    "template": [pod(n)],
                    "ttl_seconds_after_finished": "",
                }
            ],
            "wait_for_completion": True,
        },
    )
    k8s(
        f"kubernetes_pod_disruption_budget{version}",
        lambda c, n: {
            "spec": [
                {
                    "max_unavailable": "",
                    "min_available": "2",
                    "selector": [{"match_labels": {"app.kubernetes.io/name": n}}],
                }
            ]
        },
    )
    k8s(
        f"kubernetes_resource_quota{version}",
        lambda c, n: {
            "spec": [{"hard": {"pods": "100", "requests.cpu": "40", "requests.memory": "160Gi"}}]
        },
    )
    k8s(
        f"kubernetes_limit_range{version}",
        lambda c, n: {"spec": [{"limit": [{"default": {"cpu": "1"}, "type": "Container"}]}]},
    )
for version in ("_v1", "_v2"):
    k8s(f"kubernetes_horizontal_pod_autoscaler{version}", lambda c, n: {"spec": [{
        "max_replicas": 12, "min_replicas": 3, "scale_target_ref": [{"api_version": "apps/v1", "kind":
        "Deployment", "name": n}], "target_cpu_utilization_percentage": 60}]})  # fmt: skip

SECRETS.update({"kubernetes_secret": ("data",), "kubernetes_secret_v1": ("data",)})
