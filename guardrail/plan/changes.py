"""
The entries of a plan that do something: resource changes, deferrals, invocations, outputs.

One entry is one small piece of the plan: read strictly and typed. The members of an
entry stand here in Terraform's order, which makes reading them strictly cheap.
"""

from collections.abc import Callable, Iterator

import msgspec
from msgspec import Raw, Struct

from guardrail.errors import MalformedPlanError, UnsupportedPlanError
from guardrail.plan.actions import NO_OP, read_actions
from guardrail.plan.address import matches
from guardrail.plan.model import Action, Change, Deferred, Invocation
from guardrail.plan.strict import first, frame, items, leaf, refuse_duplicates

MODES = frozenset({"managed", "data", "ephemeral"})

NULL = Raw(b"null")
_EMPTY = Raw(b"{}")


class _Importing(Struct):
    """Only its presence counts: what it holds is documented as free to change."""


class _Body(Struct, omit_defaults=True):
    actions: list[str]
    before: Raw = NULL
    after: Raw = NULL
    after_unknown: Raw = NULL
    before_sensitive: object = None
    after_sensitive: object = None
    replace_paths: list[list[str | int | float | bool | None]] | None = None
    importing: _Importing | None = None


class _Entry(Struct, omit_defaults=True, kw_only=True):
    address: str
    previous_address: str | None = None
    module_address: str = ""
    mode: str
    type: str
    name: str
    index: str | int | None = None
    provider_name: str = ""
    deposed: str | None = None
    change: _Body
    action_reason: str | None = None


class _DeferredEntry(Struct):
    reason: str
    resource_change: _Entry


class _Trigger(Struct):
    triggering_resource_address: str | None = None


class _InvocationEntry(Struct):
    address: str
    type: str
    lifecycle_action_trigger: _Trigger | None = None


class _DeferredInvocation(Struct):
    action_invocation: _InvocationEntry


class _Output(Struct):
    actions: list[str]


_UNCHANGED = ["no-op"]
_ENTRY = msgspec.json.Decoder(_Entry)
_DEFERRED = msgspec.json.Decoder(_DeferredEntry)
_INVOCATION = msgspec.json.Decoder(_InvocationEntry)
_DEFERRED_INVOCATION = msgspec.json.Decoder(_DeferredInvocation)
_OUTPUTS = msgspec.json.Decoder(dict[str, _Output])


def read_changes(
    raw: Raw, where: str, unchanged: Callable[[str, Raw], None] | None = None
) -> Iterator[Change]:
    """
    Yield each entry of a ``resource_changes`` or ``resource_drift`` array.

    Where ``unchanged`` is given it is told the address and the values of each managed object
    that stays exactly as it is, and that entry is not yielded: most entries of a large plan
    are such. Raises :class:`MalformedPlanError` for wrong types and
    :class:`UnsupportedPlanError` for action words and modes nobody knows.
    """
    for number, piece in enumerate(items(raw, where)):
        place = f"{where}[{number}]"
        entry = frame(piece, _ENTRY, place)
        _look_into(entry.change, place)
        if unchanged is not None and _is_unchanged(entry):
            unchanged(entry.address, entry.change.before)
        else:
            yield _change(entry, place)


def read_deferred(raw: Raw, where: str) -> Iterator[Deferred]:
    """Yield each entry of ``deferred_changes``; raises like :func:`read_changes`."""
    for number, piece in enumerate(items(raw, where)):
        place = f"{where}[{number}]"
        entry = leaf(piece, _DEFERRED, place)
        _look_into(entry.resource_change.change, place)
        yield Deferred(reason=entry.reason, change=_change(entry.resource_change, place))


def read_invocations(raw: Raw, where: str, *, deferred: bool) -> Iterator[Invocation]:
    """Yield each Terraform action that apply will run, or would have run later."""
    for number, piece in enumerate(items(raw, where)):
        place = f"{where}[{number}]"
        if deferred:
            entry = leaf(piece, _DEFERRED_INVOCATION, place).action_invocation
        else:
            entry = leaf(piece, _INVOCATION, place)
        trigger = entry.lifecycle_action_trigger
        yield Invocation(
            address=entry.address,
            type=entry.type,
            trigger=trigger.triggering_resource_address if trigger else None,
            deferred=deferred,
        )


def count_output_changes(raw: Raw, where: str) -> int:
    """Return how many output values change; raises like :func:`read_changes`."""
    outputs = leaf(raw, _OUTPUTS, where).values()
    return sum(read_actions(output.actions, where) != NO_OP for output in outputs)


def _change(entry: _Entry, where: str) -> Change:
    body = entry.change
    if entry.mode not in MODES:
        raise UnsupportedPlanError(f"expected a known mode in {where}.mode, got another word")
    return Change(
        address=entry.address,
        previous_address=entry.previous_address,
        module=entry.module_address,
        mode=entry.mode,
        type=entry.type,
        name=entry.name,
        index=entry.index,
        provider=entry.provider_name,
        actions=read_actions(body.actions, f"{where}.change.actions"),
        create_first=len(body.actions) == 2 and body.actions[0] == Action.CREATE,
        deposed=entry.deposed,
        importing=body.importing is not None,
        reason=entry.action_reason,
        replace_paths=_attributes(body.replace_paths) if body.replace_paths else (),
        before=body.before,
        after=body.after,
        after_unknown=body.after_unknown,
    )


def _is_unchanged(entry: _Entry) -> bool:
    """Whether ``entry`` is a no-op in which nothing moves, enters the state or contradicts itself."""
    body = entry.change
    return (
        body.actions == _UNCHANGED
        and entry.mode == "managed"
        and entry.deposed is None
        and entry.previous_address is None
        and entry.action_reason is None
        and body.importing is None
        and not body.replace_paths
        and body.before == body.after != NULL
        and matches(entry.address, entry.module_address, f"{entry.type}.{entry.name}")
    )


def _look_into(body: _Body, where: str) -> None:
    """Look into every value, but only once where what is there afterwards is the same as before."""
    before, after, unknown = body.before, body.after, body.after_unknown
    if first(before) not in "{n":
        raise _no_object(f"{where}.change.before")
    refuse_duplicates(before, where)
    if after != before:
        if first(after) not in "{n":
            raise _no_object(f"{where}.change.after")
        refuse_duplicates(after, where)
    if unknown != _EMPTY:
        if first(unknown) not in "{ntf":
            raise _no_object(f"{where}.change.after_unknown")
        refuse_duplicates(unknown, where)


def _attributes(paths: list[list[str | int | float | bool | None]]) -> tuple[str, ...]:
    """Return the attribute that each path starts at: a later step may be a map key, a value."""
    return tuple(dict.fromkeys(path[0] for path in paths if path and isinstance(path[0], str)))


def _no_object(where: str) -> MalformedPlanError:
    return MalformedPlanError(f"expected an object or null in {where}, got another type")
