"""
Protections that a change takes away: the first half of a deletion in two steps.

Values are compared and dropped; only names of attributes come out. What is not
known before apply counts as the worst.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from msgspec import Raw, Struct

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
from guardrail.plan.model import Action, Change

_ENDLESS: Final = float("inf")

_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)([YMWDHS])")
_DURATION: Final = re.compile(rf"(?:{_PART.pattern})+")
_DATE: Final = {"Y": 365.0, "M": 30.0, "W": 7.0, "D": 1.0, "H": 1 / 24, "S": 1 / 86400}
_CLOCK: Final = {**_DATE, "M": 1 / 1440}
"""Days in a unit; ``M`` is a month before the ``T`` of ISO 8601, and a minute behind it."""


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
    had = list(_values(row, decode(old), None, steps))
    has = list(_values(row, decode(new), True if after is None else decode(unknown), steps))
    if row.leaves is not None:
        guarding = frozenset(map(plain, row.leaves))
        return _count(has, guarding) < _count(had, guarding)
    if row.becomes is not None:
        harmful = frozenset(map(plain, row.becomes))
        return _count(has, harmful | {UNKNOWN}) > _count(had, harmful)
    return _shrinks(row, [_number(row, v) for v in had], [_number(row, v) for v in has])


def _values(row: Protection, value: object, mask: object, steps: list[str]) -> Iterator[object]:
    if row.only is not None and isinstance(value, list):
        value, mask = _counted(row.only, value, mask)
    for leaf in leaves(value, mask, steps):
        if isinstance(leaf, list):
            yield from map(plain, leaf)
        else:
            yield leaf


def _counted(
    only: tuple[str, bool | str], blocks: list[object], mask: object
) -> tuple[list[object], list[object]]:
    """Return the blocks that count, with their masks; where nothing tells they do."""
    path, counting = only[0].split("."), (plain(only[1]), None)
    masks = mask if isinstance(mask, list) else []
    masks = [*masks, *[mask is True] * (len(blocks) - len(masks))]
    pairs = [
        (block, each)
        for block, each in zip(blocks, masks, strict=False)
        if any(leaf is UNKNOWN or plain(leaf) in counting for leaf in leaves(block, each, path))
    ]
    return [block for block, _ in pairs], [each for _, each in pairs]


def _shrinks(row: Protection, had: list[float], has: list[float]) -> bool:
    """Return whether less is kept as long as before, however the blocks of a list are ordered."""
    if row.number == "sooner":
        return any(_within(days, has) > _within(days, had) for days in has if days < _ENDLESS)
    return any(_beyond(days, has) < _beyond(days, had) for days in had if days > 0)


def disarmed_by_creating(change: Change, row: Protection) -> bool:
    """Return whether the new object of ``change`` has what ``row`` warns of from the start."""
    _, decoder, _ = _reader(change.type)
    name, *steps = row.attribute.split(".")
    after = head(heads(decoder, change.after), name)
    unknown = head(heads(decoder, change.after_unknown), name)
    has = [v for v in _values(row, decode(after), decode(unknown), steps) if v is not None]
    if row.number is not None:
        soon = _ENDLESS if row.soon is None else row.soon
        return any(_number(row, value) <= soon for value in has)
    guarding = frozenset(map(plain, row.leaves or ()))
    return _count(has, guarding) < len(has)


def _within(days: float, kept: list[float]) -> int:
    return sum(each <= days for each in kept)


def _beyond(days: float, kept: list[float]) -> int:
    return sum(each >= days for each in kept)


def _count(values: Iterable[object], wanted: frozenset[object]) -> int:
    return sum(plain(value) in wanted for value in values)


def _number(row: Protection, value: object) -> float:
    """Return ``value`` as a number; below zero for unknown, endless where none means for ever."""
    if value is UNKNOWN:
        return -1.0
    number = 0.0
    if isinstance(value, str | int | float):
        try:
            number = float(value)
        except ValueError:
            number = _days(str(value)) or _day(str(value))
    never = row.forever or row.number == "sooner"
    return _ENDLESS if number <= 0 and never else number


def _days(text: str) -> float:
    """Return the length of a duration such as ``P1Y6M``, ``7d`` or ``86400s`` in days, else 0."""
    days, _, clock = text.upper().removeprefix("P").partition("T")
    if not _DURATION.fullmatch(days + clock):
        return 0.0
    parts = [(each, _DATE) for each in _PART.findall(days)]
    parts += [(each, _CLOCK) for each in _PART.findall(clock)]
    return sum(float(amount) * units[unit] for (amount, unit), units in parts)


def _day(text: str) -> float:
    """Return a date such as ``2026-11-01T00:00:00Z`` as the number of its day, else 0."""
    try:
        return float(date.fromisoformat(text[:10]).toordinal())
    except ValueError:
        return 0.0
