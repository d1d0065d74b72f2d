"""
Loads that go from one thing to another in the same plan: how a rollout by weights ends.

Things share a load where they agree in the attributes that a row of the catalog names:
weighted records in their zone and name, groups of machines in their target groups. What
one of them sheds is no loss where the others, taken together, gain as much.
"""

from collections.abc import Mapping
from functools import cached_property, lru_cache

from msgspec import Raw

from guardrail.findings.attributes import UNKNOWN, UNTOUCHED, Heads, decode, head, heads, heads_of
from guardrail.findings.catalog.disruptions import Disruption, When
from guardrail.findings.updates.points import Side, comparable, points
from guardrail.plan.model import Change, Plan

Key = tuple[tuple[object, ...], ...]


def carried(values: list[object]) -> float:
    """Return the load in ``values`` together; what is no number or not known carries nothing."""
    return sum(value for value in values if isinstance(value, int | float))


class Takeovers:
    """How the loads of one plan change, told apart by who shares them."""

    def __init__(self, plan: Plan) -> None:
        """Remember ``plan``; nothing is read before something goes to zero."""
        self._plan = plan
        self._gains: dict[tuple[str, ...], Mapping[Key, float]] = {}

    def keeps(self, change: Change, row: Disruption) -> bool:
        """Return whether those that share a load with the object of ``change`` keep it up."""
        key = _key(change, row, *_sides(change, _names(row)))
        if key is None:
            return False
        asked = (change.type, row.attribute, *row.siblings)
        if asked not in self._gains:
            self._gains[asked] = self._count(change.type, row)
        return self._gains[asked].get(key, -1.0) >= 0

    def _count(self, kind: str, row: Disruption) -> Mapping[Key, float]:
        gains: dict[Key, float] = {}
        names = _names(row)
        for change in self._changed.get(kind, ()):
            old, new = _sides(change, names)
            key = _key(change, row, old, new)
            if key is not None:
                gained = carried(points(new, row)) - carried(points(old, row))
                gains[key] = gains.get(key, 0.0) + gained
        return gains

    @cached_property
    def _changed(self) -> Mapping[str, list[Change]]:
        found: dict[str, list[Change]] = {}
        for change in self._plan.changes:
            if change.managed:
                found.setdefault(change.type, []).append(change)
        return found


def _key(change: Change, row: Disruption, old: Side, new: Side) -> Key | None:
    """Return what those who share the load agree in; None where that is not known or nothing."""
    side = old if change.deletes else new
    found = [points(side, _at(attribute)) for attribute in row.siblings]
    if not found or not found[0] or any(UNKNOWN in values for values in found):
        return None
    return tuple(tuple(map(comparable, values)) for values in found)


def _sides(change: Change, names: tuple[str, ...]) -> tuple[Side, Side]:
    decoder = _reader(names)
    before, after = heads(decoder, change.before), heads(decoder, change.after)
    mask = heads(decoder, change.after_unknown)
    hidden = {name: decode(head(mask, name)) for name in names if head(mask, name) not in UNTOUCHED}
    if change.after_unknown == Raw(b"true"):
        hidden = dict.fromkeys(names, True)
    old, new = ({name: decode(head(values, name)) for name in names} for values in (before, after))
    return Side(old), Side(new, hidden)


@lru_cache(maxsize=64)
def _at(attribute: str) -> Disruption:
    return Disruption(types=(), attribute=attribute, when=When.EMPTY, detail="", source="")


def _names(row: Disruption) -> tuple[str, ...]:
    asked = (row.attribute, *row.where, *row.below, *row.siblings)
    return tuple(dict.fromkeys(attribute.partition(".")[0] for attribute in asked))


@lru_cache(maxsize=64)
def _reader(names: tuple[str, ...]) -> Heads:
    return heads_of(names)[0]
