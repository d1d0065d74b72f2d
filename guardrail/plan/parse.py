"""
Plan JSON, as ``terraform show -json PLAN`` prints it, read into a :class:`Plan`.

This and the modules it calls are the only code that knows plan JSON. Security
steps, in order:

1. The whole text is valid UTF-8 and one JSON object, no key twice at any depth.
2. It is a plan, and of a format that this release knows.
3. Every member that can have an effect is read; an unknown member that looks
   like a list of changes refuses the plan.
4. Every type is as documented; every action word is known.
5. What the members say agrees; each disagreement is a code in
   :attr:`Plan.inconsistencies`, on which the policy denies.

Sources: https://developer.hashicorp.com/terraform/internals/json-format and
Terraform's ``internal/command/jsonplan``.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import mmap

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from guardrail.errors import MalformedPlanError, UnsupportedPlanError
from guardrail.plan.changes import (
    count_output_changes,
    read_changes,
    read_deferred,
    read_invocations,
)
from guardrail.plan.configuration import read_configuration
from guardrail.plan.consistency import Census, Said, inconsistencies
from guardrail.plan.model import Change, Plan
from guardrail.plan.recognise import refuse_other_object, refuse_other_text
from guardrail.plan.state import read_planned, read_prior
from guardrail.plan.strict import document, leaf, refuse_duplicates, utf8
from guardrail.plan.unknown import refuse_hidden_changes

_WITHOUT_EFFECT = ("variables", "relevant_attributes", "condition_results", "checks", "timestamp")
_FLAGS = ("format_version", "terraform_version", "errored", "complete", "applyable")
_OLDEST_MINOR_OF_0 = 2
"""Format 0.1 (before Terraform 1.0.11) misses drift and moves, so its plans can't be judged."""


class _Head(Struct):
    format_version: str
    terraform_version: str
    errored: bool = False
    complete: bool | UnsetType = UNSET
    applyable: bool | UnsetType = UNSET


_HEAD = msgspec.json.Decoder(_Head)


def parse_plan(data: bytes | memoryview | mmap, *, ascii_only: bool = False) -> Plan:
    """
    Return the plan that ``data`` holds as JSON, in UTF-8 or UTF-16.

    ``ascii_only`` says that every byte of it was seen to be ASCII.

    Values stay slices of ``data``, so an mmap must stay open as long as the
    plan lives. Raises :class:`NotAPlanError` for what a person passes by
    mistake, :class:`MalformedPlanError`, :class:`UnsupportedPlanError` and
    :class:`PlanTooLargeError`; never anything else, and never with a value.
    """
    with _collector_paused():
        members = _open(memoryview(data), ascii_only=ascii_only)
        head = leaf(_subset(members, _FLAGS), _HEAD, "the plan")
        _refuse_other_format(head.format_version)
        return _plan(head, members)


def _open(text: memoryview, *, ascii_only: bool) -> dict[str, Raw]:
    """Take steps 1 and 2: one object, and a plan."""
    try:
        text = utf8(text, ascii_only=ascii_only)
        members = document(text)
    except MalformedPlanError:
        refuse_other_text(text)
        raise
    refuse_other_object(members)
    return members


def _plan(head: _Head, members: dict[str, Raw]) -> Plan:
    """Take steps 3 to 5; what is read is taken out of ``members``."""
    census = Census()
    leftovers: set[tuple[str, str]] = set()
    listed = "resource_changes" in members
    changes = _effective(members.pop("resource_changes", _NONE), census)
    drift = tuple(read_changes(members.pop("resource_drift", _NONE), "resource_drift"))
    deferred = tuple(read_deferred(members.pop("deferred_changes", _NONE), "deferred_changes"))
    invocations = tuple(
        invocation
        for name in ("action_invocations", "deferred_action_invocations")
        for invocation in read_invocations(
            members.pop(name, _NONE), name, deferred=name.startswith("deferred")
        )
    )
    outputs = count_output_changes(members.pop("output_changes", _NOTHING), "output_changes")
    before = members.pop("prior_state", None)
    prior = () if before is None else tuple(read_prior(before, leftovers, census.existing))
    planned = frozenset(read_planned(members.pop("planned_values"), census.remaining))
    configuration = read_configuration(members.pop("configuration"))
    _refuse_the_unknown(members)
    said = Said(
        errored=head.errored,
        complete=None if head.complete is UNSET else head.complete,
        applyable=None if head.applyable is UNSET else head.applyable,
        other_effects=bool(outputs or drift or deferred or invocations),
        flags=sum(name in members for name in ("errored", "complete", "applyable")),
        emptied=listed and not census.actions,
        leftovers=frozenset(leftovers),
    )
    return Plan(
        terraform_version=head.terraform_version,
        format_version=head.format_version,
        changes=changes,
        no_ops=census.no_ops,
        drift=drift,
        deferred=deferred,
        invocations=invocations,
        output_changes=outputs,
        prior=prior,
        planned=planned,
        configuration=configuration,
        errored=said.errored,
        complete=said.complete,
        applyable=said.applyable,
        inconsistencies=inconsistencies(census, prior, planned, said),
        actions=census.actions,
    )


def _effective(raw: Raw, census: Census) -> tuple[Change, ...]:
    where = "resource_changes"
    changes = read_changes(raw, where, census.keep)
    return tuple(change for change in changes if census.add(change))


def _refuse_the_unknown(members: dict[str, Raw]) -> None:
    for name, raw in members.items():
        if name in _WITHOUT_EFFECT:
            refuse_duplicates(raw, name)
        elif name not in _FLAGS:
            refuse_hidden_changes(raw, name)


def _refuse_other_format(version: str) -> None:
    major, _, minor = version.partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in (major, minor)):
        raise MalformedPlanError('expected a format_version such as "1.2", got another text')
    if int(major) > 1:
        raise UnsupportedPlanError(
            f"expected plan format 1, got {version}", hint="upgrade the guardrail"
        )
    if major == "0" and int(minor) < _OLDEST_MINOR_OF_0:
        raise UnsupportedPlanError(
            f"expected plan format 0.2 or later, got {version}",
            hint="make the plan with Terraform 1.0.11 or later",
        )


def _subset(members: dict[str, Raw], names: tuple[str, ...]) -> Raw:
    return Raw(msgspec.json.encode({name: members[name] for name in names if name in members}))


_NONE = Raw(b"[]")
_NOTHING = Raw(b"{}")


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the garbage collector: nothing made here is cyclic, and looking costs more than reading."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
