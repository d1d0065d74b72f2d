"""Helm, manifests, and the small providers that every configuration uses."""

import json
from typing import Any

from things import SECRETS, TEMPLATES, Context, Json


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
