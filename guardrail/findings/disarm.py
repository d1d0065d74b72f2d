"""
Protections that an update takes away: the first half of a deletion in two steps.

Values are compared and dropped; only names of attributes come out. What is not
known before apply counts as the worst.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Raw, Struct, defstruct

from guardrail.findings.catalog import Protection, catalog
from guardrail.plan.model import Action, Change


class _Unknown:
    """Stands for a value that only apply will know."""


UNKNOWN: Final = _Unknown()
_UNTOUCHED: Final = (Raw(), Raw(b"false"))
_JSON: Final = msgspec.json.Decoder()
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
    before = _heads(decoder, change.before)
    after = _heads(decoder, change.after)
    mask = _heads(decoder, change.after_unknown)
    if before == after and after is not None and mask == nothing:
        return ()
    # Without readable values afterwards nothing that protected is known to stay.
    blind = after is None or change.after_unknown == Raw(b"true")
    found = dict.fromkeys(
        row.attribute for row in rows if _disarms(row, before, None if blind else after, mask)
    )
    return tuple(found)


@lru_cache(maxsize=2048)
def _reader(kind: str) -> tuple[tuple[Protection, ...], msgspec.json.Decoder[Struct], Struct]:
    """Return the rows for ``kind``, a decoder of only the attributes they name, and an empty one."""
    rows = catalog().protections(kind)
    names = sorted({row.attribute.partition(".")[0] for row in rows})
    shape = defstruct("Heads", [(name, Raw, Raw()) for name in names])
    return rows, msgspec.json.Decoder(shape), shape()


def _heads(decoder: msgspec.json.Decoder[Struct], values: Raw) -> Struct | None:
    try:
        return decoder.decode(values)
    except msgspec.MsgspecError:
        return None


def _disarms(
    row: Protection, before: Struct | None, after: Struct | None, mask: Struct | None
) -> bool:
    head, *steps = row.attribute.split(".")
    old, new, unknown = (_raw(values, head) for values in (before, after, mask))
    if after is not None and old == new and unknown in _UNTOUCHED:
        return False
    had = list(_leaves(_decode(old), None, steps))
    has = list(_leaves(_decode(new), True if after is None else _decode(unknown), steps))
    if row.leaves is not None:
        guarding = frozenset(map(_plain, row.leaves))
        return _count(has, guarding) < _count(had, guarding)
    if row.becomes is not None:
        harmful = frozenset(map(_plain, row.becomes))
        return _count(has, harmful | {UNKNOWN}) > _count(had, harmful)
    return _shrinks(row, [_number(row, v) for v in had], [_number(row, v) for v in has])


def _shrinks(row: Protection, had: list[float], has: list[float]) -> bool:
    """Return whether less is kept as long as before, however the blocks of a list are ordered."""
    if row.number == "sooner":
        return any(_within(days, has) > _within(days, had) for days in has if days < _ENDLESS)
    return any(_beyond(days, has) < _beyond(days, had) for days in had if days > 0)


def _within(days: float, kept: list[float]) -> int:
    return sum(each <= days for each in kept)


def _beyond(days: float, kept: list[float]) -> int:
    return sum(each >= days for each in kept)


def _raw(values: Struct | None, name: str) -> Raw:
    return Raw() if values is None else getattr(values, name)


def _decode(raw: Raw) -> object:
    return _JSON.decode(raw) if raw != Raw() else None


def _leaves(value: object, mask: object, steps: list[str]) -> Iterator[object]:
    """Yield what ``value`` holds at the path ``steps``, through every block of every list."""
    if mask is True:
        yield UNKNOWN
    elif not steps:
        yield value
    elif isinstance(value, list) or isinstance(mask, list):
        values = value if isinstance(value, list) else []
        masks = mask if isinstance(mask, list) else []
        for place in range(max(len(values), len(masks))):
            item = values[place] if place < len(values) else None
            yield from _leaves(item, masks[place] if place < len(masks) else None, steps)
    else:
        inner = value.get(steps[0]) if isinstance(value, dict) else None
        inner_mask = mask.get(steps[0]) if isinstance(mask, dict) else None
        yield from _leaves(inner, inner_mask, steps[1:])


def _count(values: Iterable[object], wanted: frozenset[object]) -> int:
    return sum(_plain(value) in wanted for value in values)


def _plain(value: object) -> object:
    """Return ``value`` comparable: texts without case, the words true and false as what they mean."""
    match value:
        case str():
            lowered = value.lower()
            return {"true": True, "false": False}.get(lowered, lowered)
        case list() | dict():
            return None
        case _:
            return value


def _number(row: Protection, value: object) -> float:
    """Return ``value`` as a number; below zero for unknown, endless where none means for ever."""
    if value is UNKNOWN:
        return -1.0
    number = 0.0
    if isinstance(value, str | int | float):
        try:
            number = float(value)
        except ValueError:
            number = _days(str(value))
    never = row.forever or row.number == "sooner"
    return _ENDLESS if number <= 0 and never else number


def _days(text: str) -> float:
    """Return the length of a duration such as ``P1Y6M``, ``7d`` or ``86400s`` in days, else 0."""
    date, _, clock = text.upper().removeprefix("P").partition("T")
    if not _DURATION.fullmatch(date + clock):
        return 0.0
    parts = [(each, _DATE) for each in _PART.findall(date)]
    parts += [(each, _CLOCK) for each in _PART.findall(clock)]
    return sum(float(amount) * units[unit] for (amount, unit), units in parts)
