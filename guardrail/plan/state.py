"""
The two states inside a plan: what is there now, and what would be there afterwards.

``prior_state`` is the state that the plan was made from, after the refresh;
``planned_values`` is what Terraform expects after apply.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from guardrail.errors import MalformedPlanError, UnsupportedPlanError
from guardrail.plan.changes import MODES, NULL
from guardrail.plan.model import Resource
from guardrail.plan.strict import first, frames, members, refuse_duplicates, shell

_NOTHING = Raw(b"[]")


class _Entry(Struct, omit_defaults=True):
    # In Terraform's order, those that nobody asks for included: see strict.frame.
    address: str
    mode: str
    type: str
    name: object = None
    index: object = None
    provider_name: object = None
    schema_version: object = None
    values: Raw = NULL
    sensitive_values: object = None
    depends_on: Raw = _NOTHING
    tainted: object = None
    deposed_key: str | None = None


class _Module(Struct):
    address: str | UnsetType = UNSET
    resources: Raw = _NOTHING
    child_modules: list[Raw] | UnsetType = UNSET


_ENTRY = msgspec.json.Decoder(_Entry)
_ENTRIES = msgspec.json.Decoder(list[_Entry])
_MODULE = msgspec.json.Decoder(_Module)


def read_prior(
    raw: Raw, leftovers: set[tuple[str, str]], known: Mapping[str, Raw]
) -> Iterator[Resource]:
    """
    Yield every current resource instance of ``prior_state``.

    Deposed objects are left out: they are no instances of their own, and each
    one that goes is a change with a deposed key. They are added to
    ``leftovers``, as address and deposed key. ``known`` are values by address that
    were read strictly before, and are not read again where they are the same.
    Raises :class:`MalformedPlanError` and :class:`UnsupportedPlanError`.
    """
    state = members(raw, "prior_state")
    values = state.pop("values", None)
    _refuse_duplicates_in(state, "prior_state")
    for module, entries in () if values is None else _modules(values, "prior_state.values", known):
        for entry in entries:
            if entry.deposed_key is None:
                yield Resource(
                    address=entry.address,
                    mode=entry.mode,
                    type=entry.type,
                    module=module,
                    values=entry.values,
                    depends_on=entry.depends_on,
                )
            else:
                leftovers.add((entry.address, entry.deposed_key))


def read_planned(raw: Raw, known: Mapping[str, Raw]) -> Iterator[str]:
    """Yield the address of every managed instance of ``planned_values``; like :func:`read_prior`."""
    for _, entries in _modules(raw, "planned_values", known):
        for entry in entries:
            if entry.mode == "managed" and entry.deposed_key is None:
                yield entry.address


def _modules(
    raw: Raw, where: str, known: Mapping[str, Raw]
) -> Iterator[tuple[str, Sequence[_Entry]]]:
    """Yield the path of every module of one ``values`` object with what it lists."""
    values = members(raw, where)
    root = values.pop("root_module", None)
    _refuse_duplicates_in(values, where)
    waiting = [] if root is None else [(root, f"{where}.root_module", False)]
    while waiting:
        raw_module, place, nested = waiting.pop()
        module = shell(raw_module, _MODULE, place)
        path = module.address or ""
        if nested != bool(path):
            raise MalformedPlanError(f"expected an address of every child module in {place}")
        yield path, _read(module.resources, f"{place}.resources", known)
        waiting.extend(
            (child, f"{place}.child_modules[{number}]", True)
            for number, child in enumerate(module.child_modules or [])
        )


def _read(raw: Raw, where: str, known: Mapping[str, Raw]) -> Sequence[_Entry]:
    entries = frames(raw, _ENTRIES, _ENTRY, where)
    for number, entry in enumerate(entries):
        if entry.mode not in MODES:
            raise UnsupportedPlanError(
                f"expected a known mode in {where}[{number}].mode, got another word"
            )
        # Nearly all values of a plan stand in it twice or more, as the same text.
        if known.get(entry.address) != entry.values:
            refuse_duplicates(entry.values, f"{where}[{number}]")
            if first(entry.values) not in "{n":
                raise MalformedPlanError(f"expected an object or null in {where}[{number}].values")
        if entry.depends_on is not _NOTHING:
            refuse_duplicates(entry.depends_on, f"{where}[{number}]")
    return entries


def _refuse_duplicates_in(rest: dict[str, Raw], where: str) -> None:
    for raw in rest.values():
        refuse_duplicates(raw, where)
