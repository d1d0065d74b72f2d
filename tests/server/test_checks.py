"""The plain door, asked over a real connection."""

import json

import pytest
from jsonschema import Draft202012Validator


def scenario(scenarios, name):
    return (scenarios / name / "plan.json").read_bytes()


JSON = {"Content-Type": "application/json"}
NOTHING = json.dumps(
    {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {},
        "resource_changes": [],
        "configuration": {},
    }
).encode()


def change(*actions, type_="aws_db_instance", name="main"):
    there, after = {"id": "db-1"}, {"id": "db-1"}
    return {
        "address": f"{type_}.{name}",
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": list(actions),
            "before": None if actions == ("create",) else there,
            "after": None if actions == ("delete",) else after,
            "after_unknown": {},
            "before_sensitive": {},
            "after_sensitive": {},
        },
    }


def plan(*changes):
    return json.dumps(
        {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": list(changes)}
    ).encode()


def test_a_plan_without_changes_is_allowed(client):
    answer = client.post("/v1/check", content=NOTHING, headers=JSON)
    assert answer.status_code == 200, answer.text
    assert answer.json()["outcome"] == "allow"
    assert answer.headers["cache-control"] == "no-store"
