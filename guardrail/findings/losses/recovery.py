"""
Whether a lost thing can be brought back, as far as the plan itself shows.

What counts is the object as it is before the plan: a provider deletes by what the
state says, not by what the configuration would have said.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from guardrail.findings.catalog import catalog
from guardrail.findings.model import Recovery

_JSON = msgspec.json.Decoder(dict[str, Raw])


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What stays behind of some types; the first row that fits counts.

    With an ``attribute`` it fits where the attribute's value does; else always.
    """

    types: tuple[str, ...]
    attribute: str = ""
    """Path of attribute and block names, joined by dots; empty where the type alone tells."""
    values: tuple[bool | str | int | None, ...] = msgspec.field(name="is", default=())
    filled: bool = False
    """Whether any value but null, empty and 0 fits."""
    lacking: str = ""
    """A second attribute that must hold nothing for the row to fit."""
    also: tuple[str, ...] = ()
    """Attributes that say the same, and are named where the object has them."""
    recovery: Recovery
    source: str
    """Where the provider or the cloud says so."""


@lru_cache(maxsize=1)
def rows() -> dict[str, tuple[Row, ...]]:
    """Return the rows of each type, in the order in which they count; read once."""
    path = Path(__file__).parents[1] / "catalog" / "recovery.json"
    found: dict[str, tuple[Row, ...]] = {}
    for row in msgspec.json.decode(path.read_bytes(), type=tuple[Row, ...]):
        for kind in row.types:
            found[kind] = (*found.get(kind, ()), row)
    return found


def recovery_of(kind: str, before: Raw) -> tuple[Recovery, tuple[str, ...]]:
    """
    Return what stays behind of a lost ``kind`` that was ``before``, and the attributes that say so.

    A thing without data is made again from its configuration. Where no row fits,
    nothing is known.
    """
    if not catalog().holds_data(kind):
        return Recovery.REBUILT, ()
    for row in rows().get(kind, ()):
        if not row.attribute:
            return row.recovery, ()
        if any(_fits(row, value) for value in _values(before, row.attribute)):
            if row.lacking and any(map(_is_filled, _values(before, row.lacking))):
                continue
            return row.recovery, tuple(_named(row, before))
    return Recovery.UNKNOWN, ()


def _named(row: Row, before: Raw) -> Iterator[str]:
    yield row.attribute
    if row.lacking:
        yield row.lacking
    for attribute in row.also:
        if any(value is not None for value in _values(before, attribute)):
            yield attribute


def _is_filled(value: object) -> bool:
    return value not in (None, "", 0, False) and value != []


def _fits(row: Row, value: object) -> bool:
    if row.filled:
        return _is_filled(value)
    # True equals 1 in Python, and a count is no switch.
    return any(type(value) is type(known) and value == known for known in row.values)


def _values(before: Raw, path: str) -> Iterator[object]:
    """Yield what ``before`` holds at ``path``, through every block of a list; nothing if not told."""
    head, *steps = path.split(".")
    try:
        value = msgspec.json.decode(_JSON.decode(before)[head])
    except (msgspec.MsgspecError, KeyError):
        return
    yield from _inner(value, steps)


def _inner(value: object, steps: list[str]) -> Iterator[object]:
    if isinstance(value, list) and steps:
        for item in value:
            yield from _inner(item, steps)
    elif not steps:
        yield value
    else:
        inner = value.get(steps[0]) if isinstance(value, dict) else None
        yield from _inner(inner, steps[1:])
