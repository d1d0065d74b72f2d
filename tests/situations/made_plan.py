"""
Plans made in code: as whole as Terraform prints them, and short to write.

A plan is a list of things, each with what happens to it; states, configuration and
flags follow from that. What follows may then be changed by hand.
"""

import json
from typing import Any

from guardrail.findings.address import parse_address

PROVIDERS = {
    "aws": "registry.terraform.io/hashicorp/aws",
    "azurerm": "registry.terraform.io/hashicorp/azurerm",
    "google": "registry.terraform.io/hashicorp/google",
    "kubernetes": "registry.terraform.io/hashicorp/kubernetes",
    "terraform": "terraform.io/builtin/terraform",
}
EXISTED = {"no-op", "update", "delete", "forget"}
REASONS = {("delete",): "delete_because_no_resource_config"}

Json = dict[str, Any]


def thing(
    address: str,
    actions: str = "no-op",
    before: Json | None = None,
    after: Json | None = None,
    **entry: Any,
) -> Json:
    """
    Return one entry of ``resource_changes``; ``actions`` is a list of words.

    ``after`` holds only what becomes different from ``before``. ``unknown`` is the
    mask of what apply will tell; ``importing`` and ``replace_paths`` belong to the
    change, whatever else is given to the entry.
    """
    words = actions.split()
    parsed = parse_address(address)
    assert parsed is not None, address
    assert parsed.resource is not None
    old = {"id": f"{parsed.resource.name}-1", "tags": {}, "tags_all": {}, "timeouts": None}
    old |= before or {}
    existed = bool(EXISTED & {*words}) or len(words) == 2
    remains = bool({"no-op", "update", "create"} & {*words})
    body: Json = {
        "actions": words,
        "before": old if existed else None,
        "after": old | (after or {}) if remains else None,
        "after_unknown": entry.pop("unknown", {}) if remains else {},
        "before_sensitive": {} if existed else False,
        "after_sensitive": {} if remains else False,
    }
    for name in ("importing", "replace_paths", "before_identity", "after_identity"):
        if name in entry:
            body[name] = entry.pop(name)
    made: Json = {"address": address}
    if parsed.modules:
        made["module_address"] = address[: address.rindex(f".{parsed.prefix}{parsed.type}.")]
    made |= {
        "mode": "managed",
        "type": parsed.type,
        "name": parsed.resource.name,
        "provider_name": PROVIDERS.get(parsed.type.partition("_")[0], "example.com/acme/other"),
        "change": body,
    }
    if parsed.resource.index is not None:
        made["index"] = int(parsed.resource.index)
    elif parsed.resource.key is not None:
        made["index"] = json.loads(f'"{parsed.resource.key}"')
    if reason := REASONS.get(tuple(words)):
        made["action_reason"] = reason
    return made | entry


def plan(*things: Json, **members: Any) -> Json:
    """Return the whole plan of ``things``; a member that is given replaces the one that follows."""
    acts = any(
        each["change"]["actions"] != ["no-op"]
        or "importing" in each["change"]
        or "previous_address" in each
        for each in things
    )
    effects = ("resource_drift", "output_changes", "action_invocations", "deferred_changes")
    whole: Json = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": _module(things, "after")},
        "resource_changes": list(things),
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": "1.11.4",
            "values": {"root_module": _module(things, "before")},
        },
        "configuration": {"root_module": {"resources": _configured(things)}},
        "timestamp": "2026-11-23T09:45:38Z",
        "applyable": acts or any(name in members for name in effects),
        "complete": True,
        "errored": False,
    }
    if not any(each["change"]["before"] for each in things):
        del whole["prior_state"]
    whole |= members
    return {name: value for name, value in whole.items() if value is not None}


def _module(things: tuple[Json, ...], side: str) -> Json:
    """Return the module tree of all objects that exist on one ``side`` of the plan."""
    modules: dict[str, list[Json]] = {}
    for each in things:
        values = each["change"][side]
        # What is forgotten stays planned; a deposed object is listed with its key.
        kept = values or (
            each["change"]["before"] if each["change"]["actions"] == ["forget"] else None
        )
        if kept is None or each["mode"] == "ephemeral" or "deposed" in each:
            continue
        names = ("address", "mode", "type", "name", "index", "provider_name")
        modules.setdefault(each.get("module_address", ""), []).append(
            {name: each[name] for name in names if name in each}
            | {"schema_version": 0, "values": kept, "sensitive_values": {}}
        )
    root: Json = {}
    if "" in modules:
        root["resources"] = modules.pop("")
    if modules:
        root["child_modules"] = [
            {"address": path, "resources": found} for path, found in modules.items()
        ]
    return root


def _configured(things: tuple[Json, ...]) -> list[Json]:
    found = {}
    for each in things:
        if each["mode"] == "managed" and each["change"]["after"] is not None:
            address = f"{each['type']}.{each['name']}"
            found[address] = {
                "address": address,
                "mode": "managed",
                "type": each["type"],
                "name": each["name"],
                "provider_config_key": each["type"].partition("_")[0],
                "expressions": {},
                "schema_version": 0,
            }
    return list(found.values())


def to_json(document: object) -> bytes:
    """Return ``document`` as Terraform prints it: one line, no needless space."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
