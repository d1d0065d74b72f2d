"""Small plans as Terraform would print them, for tests that change one thing."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guardrail.plan.model import Plan
from guardrail.plan.parse import parse_plan

PROVIDER = "registry.terraform.io/hashicorp/aws"
OLD = {"id": "i-1", "size": "small"}
NEW = {"id": "i-1", "size": "large"}
VALUES = {
    ("no-op",): (OLD, OLD),
    ("create",): (None, NEW),
    ("update",): (OLD, NEW),
    ("delete",): (OLD, None),
    ("forget",): (OLD, None),
}


def entry(name: str, *actions: str, **more: Any) -> dict[str, Any]:
    """Return one resource change of an ``aws_instance``; `more` is put beside its members."""
    before, after = VALUES.get(actions, (OLD, NEW))
    change = {
        "actions": list(actions),
        "before": before,
        "after": after,
        "after_unknown": {},
        "before_sensitive": {},
        "after_sensitive": {},
    }
    return {
        "address": f"aws_instance.{name}",
        "mode": "managed",
        "type": "aws_instance",
        "name": name,
        "provider_name": PROVIDER,
        "change": change | more.pop("change", {}),
    } | more


def instance(name: str, values: dict[str, Any] = OLD, **more: Any) -> dict[str, Any]:
    """Return one resource of a state."""
    return {
        "address": f"aws_instance.{name}",
        "mode": "managed",
        "type": "aws_instance",
        "name": name,
        "provider_name": PROVIDER,
        "schema_version": 1,
        "values": values,
        "sensitive_values": {},
    } | more


def document(*changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a whole plan whose states agree with `changes`; a member of None is left out."""
    prior = [instance(each["name"]) for each in changes if each["change"]["before"] is not None]
    planned = [instance(each["name"]) for each in changes if each["change"]["after"] is not None]
    effects = any(each["change"]["actions"] != ["no-op"] for each in changes)
    whole = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned} if planned else {}},
        "resource_changes": list(changes),
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": "1.11.4",
            "values": {"root_module": {"resources": prior} if prior else {}},
        },
        "configuration": {"root_module": {}},
        "timestamp": "2026-11-23T09:45:38Z",
        "applyable": effects,
        "complete": True,
        "errored": False,
    } | more
    return copy.deepcopy({key: value for key, value in whole.items() if value is not None})


def compact(value: object) -> bytes:
    """Return `value` as Terraform writes JSON: without white space, text unescaped."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Samples:
    """The makers above, and the way from a document to a plan."""

    entry = staticmethod(entry)
    instance = staticmethod(instance)
    document = staticmethod(document)
    compact = staticmethod(compact)

    @staticmethod
    def parse(whole: dict[str, Any]) -> Plan:
        """Return the plan that `whole` is."""
        return parse_plan(compact(whole))

    def plan(self, *changes: dict[str, Any], **more: Any) -> Plan:
        """Return the plan of `changes`."""
        return self.parse(self.document(*changes, **more))


@pytest.fixture(scope="session")
def samples() -> Samples:
    """Return makers of small plans."""
    return Samples()


@pytest.fixture(scope="session")
def scenario_plan(scenarios: Path) -> Callable[[str], bytes]:
    """Return a reader of one scenario's plan JSON."""
    return lambda name: (scenarios / name / "plan.json").read_bytes()


@pytest.fixture(scope="session")
def scenario_file(scenarios: Path) -> Callable[[str], bytes]:
    """Return a reader of one scenario's saved plan."""
    return lambda name: (scenarios / name / "p.tfplan").read_bytes()
