"""A stack and what happens to it, printed as Terraform prints a plan."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import things
from objects import PART, Json, Place, Thing

if TYPE_CHECKING:
    from stack import Stack

_NO_CONFIG = "delete_because_no_resource_config"
_REFERENCE = re.compile(r"^((?:module\.[\w-]+|data\.\w+\.[\w-]+|[\w-]+\.[\w-]+))")


def printed(stack: "Stack") -> Json:
    """Return the whole plan."""
    listed = sorted((each for each in stack.things if each.listed), key=lambda each: each.address)
    whole: Json = {"format_version": "1.2", "terraform_version": "1.11.4"}
    whole["variables"] = {"environment": {"value": stack.context.environment}}
    whole["planned_values"] = {"root_module": _tree(stack.things, "after")}
    if listed:
        whole["resource_changes"] = [_entry(each) for each in listed]
    if stack.drifted:
        whole["resource_drift"] = stack.drifted
    if stack.outputs:
        whole["output_changes"] = {n: _output(*sides) for n, sides in stack.outputs.items()}
    if any(each.before for each in stack.things):
        whole["prior_state"] = {
            "format_version": "1.0",
            "terraform_version": "1.11.4",
            "values": {"root_module": _tree(stack.things, "before")},
        }
    _tell_outputs(stack, whole)
    whole["configuration"] = _configuration(stack)
    whole |= stack.members
    whole["timestamp"] = "2026-11-23T09:45:38Z"
    acts = any(
        each.actions != ["no-op"] or "importing" in each.change or "previous_address" in each.entry
        for each in listed
    )
    effects = acts or any(old != new for old, new in stack.outputs.values())
    whole["applyable"] = effects or "action_invocations" in whole
    whole["complete"], whole["errored"] = stack.complete, False
    return whole


def _tell_outputs(stack: "Stack", whole: Json) -> None:
    for number, state in (
        (0, whole.get("prior_state", {}).get("values")),
        (1, whole["planned_values"]),
    ):
        told = {
            name: {"sensitive": False, "type": "string", "value": sides[number]}
            for name, sides in stack.outputs.items()
            if sides[number] is not None
        }
        if state is not None and told:
            state["outputs"] = told


def _configuration(stack: "Stack") -> Json:
    providers = {each.place.type.partition("_")[0] for each in stack.things}
    root: Json = {}
    # A block stays as long as one instance does, and where everything is destroyed on request.
    for each in sorted(stack.things, key=lambda thing: thing.after is None):
        if each.entry.get("action_reason") != _NO_CONFIG or each.after is not None:
            _configure(root, each, stack.calls)
    configured = {}
    for name in sorted(providers):
        if source := things.PROVIDERS.get(name):
            configured[name] = {"name": name, "full_name": source}
            if expressions := stack.provider_expressions.get(name):
                configured[name]["expressions"] = expressions
    return {"provider_config": configured, "root_module": root}


def masked(value: Any, marks: Any) -> Any:
    """Return the mask Terraform prints for ``value``: ``marks``, and every collection besides."""
    if marks is True:
        return True
    marks = marks or {}
    if isinstance(value, dict):
        told = {k: masked(v, marks.get(k)) for k, v in value.items() if isinstance(v, dict | list)}
        told.update((k, masked(value.get(k), mark)) for k, mark in marks.items() if k not in told)
        return {key: mask for key, mask in told.items() if mask is not False}
    if isinstance(value, list):
        return [masked(each, marks.get(i)) for i, each in enumerate(value)]
    return False


def _sensitive(thing: Thing, values: Json | None) -> Any:
    """Return the mask of what is secret, made once for values that stand in several places."""
    if values is None:
        return False
    if thing.masked is None or thing.masked[0] is not values:
        thing.masked = (values, masked(values, thing.secret))
    return thing.masked[1]


def head(where: Place, address: str) -> Json:
    """Return the members that every entry of ``resource_changes`` starts with."""
    told: Json = {"address": address}
    if where.module:
        told["module_address"] = where.module
    told |= {"mode": where.mode, "type": where.type, "name": where.name}
    if where.index is not None:
        told["index"] = where.index
    source = things.PROVIDERS.get(where.type.partition("_")[0], "registry.terraform.io/acme/other")
    return told | {"provider_name": source}


def _entry(thing: Thing) -> Json:
    before, after = thing.before, thing.after
    change: Json = {
        "actions": thing.actions,
        "before": before,
        "after": after,
        "after_unknown": masked(after, thing.unknown) if thing.unknown else {},
        "before_sensitive": _sensitive(thing, before),
        "after_sensitive": _sensitive(thing, after),
    }
    entry = head(thing.place, thing.address)
    if "previous_address" in thing.entry:
        entry["previous_address"] = thing.entry["previous_address"]
    return entry | thing.entry | {"change": change | thing.change}


def _output(before: Any, after: Any) -> Json:
    words = {(True, False): "create", (False, True): "delete"}
    action = words.get((before is None, after is None), "no-op" if before == after else "update")
    return {
        "actions": [action],
        "before": before,
        "after": after,
        "after_unknown": False,
        "before_sensitive": False,
        "after_sensitive": False,
    }


def _tree(things_: Iterable[Thing], side: str) -> Json:
    """Return the module tree of what exists on one ``side`` of the plan."""
    root: Json = {}
    for each in sorted(things_, key=lambda thing: thing.address):
        values = each.before if side == "before" or each.actions == ["forget"] else each.after
        leftover = each.entry.get("deposed")
        if values is None or (side == "after" and (leftover or not each.listed)):
            continue
        listed = head(each.place, each.address)
        listed.pop("module_address", None)
        listed |= {"schema_version": 0, "values": values}
        listed["sensitive_values"] = _sensitive(each, values)
        if side == "before" and (stands := _depends_on(each)):
            listed["depends_on"] = stands
        if leftover:
            listed["deposed_key"] = leftover
        _module(root, each.place.module).setdefault("resources", []).append(listed)
    return root


def _module(root: Json, path: str) -> Json:
    """Return the module at ``path`` within ``root``, made where it is not there."""
    node, reached = root, ""
    for name, key in PART.findall(path)[1::2] if path else ():
        reached += f"{'.' if reached else ''}module.{name}" + (f"[{key}]" if key else "")
        children = node.setdefault("child_modules", [])
        found = next((each for each in children if each["address"] == reached), None)
        if found is None:
            found = {"address": reached}
            children.append(found)
        node = found
    return node


def _texts(refs: str | list[str]) -> list[str]:
    return [refs] if isinstance(refs, str) else refs


def _depends_on(thing: Thing) -> list[str]:
    """Return the resources of the same module that ``thing`` names, as a state records them."""
    prefix = "".join(f"module.{call}." for call in thing.place.calls)
    named = set()
    for refs in thing.refs.values():
        for text in _texts(refs):
            if not text.startswith(("var.", "local.", "module.", "each.", "count.")):
                named.add(
                    prefix + ".".join(text.split(".")[: 3 if text.startswith("data.") else 2])
                )
    return sorted(named)


def references(refs: str | list[str]) -> Json:
    """Return an expression with the references as Terraform lists them: long, then short."""
    listed = []
    for text in _texts(refs):
        listed.append(text)
        short = _REFERENCE.match(text)
        if short and short[1] != text and not text.startswith(("var.", "local.", "each.")):
            listed.append(short[1])
    return {"references": listed}


def _configure(root: Json, thing: Thing, calls: Mapping[tuple[str, ...], Json]) -> None:
    """Write the block of ``thing`` into the configuration, once for all its instances."""
    node = root
    for depth, name in enumerate(thing.place.calls):
        path = thing.place.calls[: depth + 1]
        said = calls.get(path, {"source": f"./modules/{name}", "expressions": {}})
        call = node.setdefault("module_calls", {}).setdefault(name, {**said, "module": {}})
        key = re.findall(r"module\.[\w-]+(\[[^\]]*\])?", thing.place.module)[depth]
        if key.startswith('["'):
            call["for_each_expression"] = {"references": [f"var.{name}"]}
        elif key:
            call["count_expression"] = {"references": [f"var.{name}_count"]}
        node = call["module"]
    blocks = node.setdefault("resources", [])
    if any(each["address"] == thing.place.block for each in blocks):
        return
    blocks.append(_block(thing))


def _block(thing: Thing) -> Json:
    where = thing.place
    block: Json = {
        "address": where.block,
        "mode": where.mode,
        "type": where.type,
        "name": where.name,
        "provider_config_key": where.type.partition("_")[0],
        **thing.block,
        "expressions": _expressions(thing),
        "schema_version": 0,
    }
    if isinstance(where.index, str):
        block["for_each_expression"] = {"references": ["local." + where.name]}
    elif where.index is not None:
        block["count_expression"] = {"references": [f"var.{where.name}_count"]}
    return block


def _expressions(thing: Thing) -> Json:
    found: Json = {}
    for name, value in (thing.after or thing.before or {}).items():
        if name in thing.refs:
            found[name] = references(thing.refs[name])
        elif name in thing.computed or value in (None, "", [], {}):
            continue
        elif name in {"tags", "labels"}:
            found[name] = {"references": ["local.tags"]}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            found[name] = [
                {k: {"constant_value": v} for k, v in each.items() if v} for each in value
            ]
        elif thing.place.index is not None:
            found[name] = {
                "references": ["each.key" if isinstance(thing.place.index, str) else "count.index"]
            }
        elif thing.place.calls:
            found[name] = {"references": [f"var.{name}"]}
        else:
            found[name] = {"constant_value": value}
    found.update({n: references(r) for n, r in thing.refs.items() if n not in found})
    return found
