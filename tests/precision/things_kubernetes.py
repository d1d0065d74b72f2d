"""Kubernetes, Helm and the small providers that every configuration uses."""

import json
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


def release(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "atomic": True, "chart": n, "cleanup_on_fail": False, "create_namespace": False,
        "dependency_update": False, "force_update": False, "name": n, "namespace": c.team, "recreate_pods":
        False, "replace": False, "repository": "https://charts.example.com", "reset_values": False, "set": [],
        "timeout": 300, "values": ["replicaCount: 3\nimage:\n  tag: 1.41.0\n"], "version": "4.11.2",
        "wait": True,
    }, {"id": n, "metadata": [{"app_version": "1.11.2", "chart": n, "revision": 12, "version":
        "4.11.2"}], "status": "deployed"}  # fmt: skip


def manifest(c: Context, n: str) -> tuple[Json, Json]:
    body = {
        "apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "metadata":
        {"name": n, "namespace": c.team}, "spec": {"endpoints": [{"interval": "30s", "port": "http"}]},
    }  # fmt: skip
    return {"manifest": body}, {"object": json.loads(json.dumps(body))}


TEMPLATES["helm_release"] = release
TEMPLATES["kubernetes_manifest"] = manifest
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


def small(kind: str, config: Any, computed: Any = None) -> None:
    """Add a type of a small provider."""
    TEMPLATES[kind] = lambda c, n: (config(c, n), computed(c, n) if computed else {})


small("random_password", lambda c, n: {"keepers": {"rotation": "2026-10"}, "length": 32, "special": True},
      lambda c, n: {"bcrypt_hash": c.hexa(60), "id": "none", "result": c.hexa(32)})  # fmt: skip
small("random_id", lambda c, n: {"byte_length": 4, "keepers": {"image": "1.41.0"}, "prefix": None},
      lambda c, n: {"b64_url": c.hexa(6), "hex": c.hexa(8), "id": c.hexa(6)})  # fmt: skip
small("random_pet", lambda c, n: {"keepers": {"ami": c.hexa(17)}, "length": 2, "separator": "-"})
small(
    "random_string", lambda c, n: {"keepers": None, "length": 8}, lambda c, n: {"result": c.hexa(8)}
)
small("random_uuid", lambda c, n: {"keepers": {"version": "41"}}, lambda c, n: {"result": c.uuid()})
small("null_resource", lambda c, n: {"triggers": {"hash": c.hexa(32)}})
small("terraform_data", lambda c, n: {"input": c.hexa(16), "triggers_replace": c.hexa(16)},
      lambda c, n: {"output": c.hexa(16)})  # fmt: skip
small("time_rotating", lambda c, n: {"rotation_days": 90, "triggers": None}, lambda c, n: {
    "rfc3339": "2026-08-25T08:00:00Z", "rotation_rfc3339": "2026-11-23T08:00:00Z"})  # fmt: skip
small("time_static", lambda c, n: {"triggers": {"version": "41"}}, lambda c, n: {
    "rfc3339": "2026-08-25T08:00:00Z"})  # fmt: skip
small("time_sleep", lambda c, n: {"create_duration": "30s", "triggers": {"version": "41"}})
small("local_file", lambda c, n: {"content": c.hexa(60), "file_permission": "0644", "filename":
    f"./out/{n}.json"}, lambda c, n: {"content_md5": c.hexa(32), "id": c.hexa(40)})  # fmt: skip
small("local_sensitive_file", lambda c, n: {"content": c.hexa(60), "filename": f"./out/{n}"},
      lambda c, n: {"content_md5": c.hexa(32), "id": c.hexa(40)})  # fmt: skip
small("archive_file", lambda c, n: {"output_path": f"./out/{n}.zip", "source_dir": f"./src/{n}", "type":
    "zip"}, lambda c, n: {"id": c.hexa(40), "output_base64sha256": c.hexa(44), "output_size": 81234})  # fmt: skip
small("tls_private_key", lambda c, n: {"algorithm": "ED25519", "ecdsa_curve": "P224"}, lambda c, n: {
    "private_key_pem": c.hexa(60), "public_key_openssh": c.hexa(60)})  # fmt: skip
small("tls_certificate", lambda c, n: {"url": "https://oidc.example"}, lambda c, n: {
    "certificates": [{"sha1_fingerprint": c.hexa(40)}]})  # fmt: skip
small("http", lambda c, n: {"method": None, "url": "https://www.cloudflare.com/ips-v4"}, lambda c, n: {
    "response_body": "173.245.48.0/20", "status_code": 200})  # fmt: skip
small("external", lambda c, n: {"program": ["python3", "./scripts/lookup.py"], "query": {}, "working_dir":
    None}, lambda c, n: {"result": {"value": c.hexa(8)}})  # fmt: skip
small(
    "azuread_group_member", lambda c, n: {"group_object_id": c.uuid(), "member_object_id": c.uuid()}
)

SECRETS.update({
    "random_password": ("bcrypt_hash", "result"),
    "local_sensitive_file": ("content",),
    "tls_private_key": ("private_key_pem",),
})  # fmt: skip
