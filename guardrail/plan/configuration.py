"""
The copy of the configuration that plan JSON carries.

Kept are provisioners, which run commands, where modules come from, and the
expressions of each block, call and output as they are: who refers to whom is
looked up only where something is lost. ``when`` and ``on_failure`` of a
provisioner are in no plan JSON, so one that is there is taken to run.
"""

import msgspec
from msgspec import Raw, Struct

from guardrail.plan.model import Configuration, Provisioner
from guardrail.plan.strict import items, leaf, members, refuse_duplicates, typed


class _Provisioner(Struct):
    type: str


class _Resource(Struct):
    address: str
    provisioners: list[_Provisioner] = []


_RESOURCE = msgspec.json.Decoder(_Resource)
_TEXT = msgspec.json.Decoder(str)


def read_configuration(raw: Raw) -> Configuration:
    """
    Return what ``configuration`` says beside the changes, of every module.

    Raises :class:`MalformedPlanError` for wrong types and keys that occur twice.
    """
    provisioners: list[Provisioner] = []
    sources: dict[str, str] = {}
    blocks: dict[str, Raw] = {}
    calls_made: dict[str, tuple[Raw, ...]] = {}
    outputs: dict[str, Raw] = {}
    whole = members(raw, "configuration")
    root = whole.pop("root_module", None)
    _refuse_duplicates_in(whole, "configuration")
    configured = whole.get("provider_config")
    providers = {} if configured is None else members(configured, "configuration.provider_config")
    waiting = [] if root is None else [(root, "", "configuration.root_module")]
    while waiting:
        raw_module, path, where = waiting.pop()
        module = members(raw_module, where)
        if "resources" in module:
            listed = _resources(module.pop("resources"), path, f"{where}.resources", blocks)
            provisioners += listed
        calls = module.pop("module_calls", None)
        _refuse_duplicates_in(module, where)
        if "outputs" in module:
            outputs[path] = module["outputs"]
        if calls is not None:
            for name, call in members(calls, f"{where}.module_calls").items():
                inner = f"{where}.module_calls[]"
                called = members(call, inner)
                child = f"{path}.module.{name}" if path else f"module.{name}"
                if "source" in called:
                    sources[child] = typed(called.pop("source"), _TEXT, inner)
                if "module" in called:
                    waiting.append((called.pop("module"), child, f"{inner}.module"))
                _refuse_duplicates_in(called, inner)
                calls_made[child] = tuple(called.values())
    return Configuration(
        provisioners=tuple(provisioners),
        module_sources=sources,
        blocks=blocks,
        calls=calls_made,
        outputs=outputs,
        providers=providers,
    )


def _resources(raw: Raw, path: str, where: str, blocks: dict[str, Raw]) -> list[Provisioner]:
    """Add each block to ``blocks`` and return the provisioners of all."""
    found = []
    for number, piece in enumerate(items(raw, where)):
        resource = leaf(piece, _RESOURCE, f"{where}[{number}]")
        address = f"{path}.{resource.address}" if path else resource.address
        blocks[address] = piece
        found += [Provisioner(resource=address, type=each.type) for each in resource.provisioners]
    return found


def _refuse_duplicates_in(rest: dict[str, Raw], where: str) -> None:
    for raw in rest.values():
        refuse_duplicates(raw, where)
