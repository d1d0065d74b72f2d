"""
Protections that a change takes away: the first half of a deletion in two steps.

Values are compared and dropped; only names of attributes come out. What is not
known before apply counts as the worst.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Raw, Struct
from msgspec.structs import replace

from guardrail.findings.attributes import (
    UNKNOWN,
    UNTOUCHED,
    Heads,
    decode,
    head,
    heads,
    heads_of,
    leaves,
    plain,
)
from guardrail.findings.catalog import Protection, catalog
from guardrail.findings.guards.days import number
from guardrail.findings.guards.expiry import expiries, goes_sooner
from guardrail.findings.model import Observation
from guardrail.plan.model import Action, Change


def disarmed(change: Change) -> tuple[str, ...]:
    """Return the protections that the update ``change`` takes away, as attribute paths."""
    if Action.UPDATE not in change.actions:
        return ()
    rows, decoder, nothing = _reader(change.type)
    before = heads(decoder, change.before)
    after = heads(decoder, change.after)
    mask = heads(decoder, change.after_unknown)
    if before == after and after is not None and mask == nothing:
        return ()
    # Without readable values afterwards nothing that protected is known to stay.
    blind = after is None or change.after_unknown == Raw(b"true")
    found = dict.fromkeys(
        row.attribute for row in rows if _disarms(row, before, None if blind else after, mask)
    )
    return tuple(found)


def with_guarded(observation: Observation, kind: str) -> Observation:
    """
    Return the disarming of a ``kind`` with what its causes are about, in the catalog's words.

    What protects the data of another thing counts as that thing's own protection.
    """
    words = {row.attribute: row.detail for row in catalog().protections(kind)}
    details = {words.get(cause, "") for cause in observation.causes}
    guarded = catalog().guarded(kind) if not words.keys().isdisjoint(observation.causes) else kind
    return replace(
        observation,
        data=observation.data or catalog().holds_data(guarded),
        holds=catalog().holds(guarded),
        detail=details.pop() if len(details) == 1 else "",
    )


@lru_cache(maxsize=2048)
def _reader(kind: str) -> tuple[tuple[Protection, ...], Heads, Struct]:
    """Return the rows for ``kind``, a decoder of only the attributes they name, and an empty one."""
    rows = catalog().protections(kind)
    return rows, *heads_of(row.attribute.partition(".")[0] for row in rows)


def _disarms(
    row: Protection, before: Struct | None, after: Struct | None, mask: Struct | None
) -> bool:
    name, *steps = row.attribute.split(".")
    old, new, unknown = (head(values, name) for values in (before, after, mask))
    if after is not None and old == new and unknown in UNTOUCHED:
        return False
    was, now, hidden = decode(old), decode(new), True if after is None else decode(unknown)
    if row.number == "sooner":
        return goes_sooner(row, expiries(row, was, None), expiries(row, now, hidden))
    had = list(_values(was, None, steps))
    has = list(_values(now, hidden, steps))
    if row.leaves is not None:
        guarding = frozenset(map(plain, row.leaves))
        return _count(has, guarding) < _count(had, guarding)
    if row.becomes is not None:
        harmful = frozenset(map(plain, row.becomes))
        return _count(has, harmful | {UNKNOWN}) > _count(had, harmful)
    return _shrinks([number(row, v) for v in had], [number(row, v) for v in has])


def _values(value: object, mask: object, steps: list[str]) -> Iterator[object]:
    for leaf in leaves(value, mask, steps):
        if isinstance(leaf, list):
            yield from map(plain, leaf)
        else:
            yield leaf


def _shrinks(had: list[float], has: list[float]) -> bool:
    """Return whether less is kept as long as before, however the blocks of a list are ordered."""
    return any(_beyond(days, has) < _beyond(days, had) for days in had if days > 0)


def disarmed_by_creating(change: Change, row: Protection) -> bool:
    """Return whether the new object of ``change`` has what ``row`` warns of from the start."""
    _, decoder, _ = _reader(change.type)
    name, *steps = row.attribute.split(".")
    after = head(heads(decoder, change.after), name)
    unknown = head(heads(decoder, change.after_unknown), name)
    if row.number == "sooner":
        return goes_sooner(row, [], expiries(row, decode(after), decode(unknown)))
    has = [v for v in _values(decode(after), decode(unknown), steps) if v is not None]
    guarding = frozenset(map(plain, row.leaves or ()))
    return _count(has, guarding) < len(has)


def _beyond(days: float, kept: list[float]) -> int:
    return sum(each >= days for each in kept)


def _count(values: Iterable[object], wanted: frozenset[object]) -> int:
    return sum(plain(value) in wanted for value in values)
