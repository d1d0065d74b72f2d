"""
Updates that destroy without deleting: what goes on existing runs nothing, is cut off, or is elsewhere.

Rows of the catalog name the attributes. A number, a flag or a size that only apply
will know counts as the worst where the block sets it. A policy or a list of rules
that is not known yet is ordinary: it names something that is made in the same plan.
"""

from collections.abc import Iterator, Mapping
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
)
from guardrail.findings.catalog.disruptions import Disruption, When, disruptions
from guardrail.findings.describe import Describer
from guardrail.findings.model import Kind, Observation
from guardrail.findings.updates.conditions import disrupts
from guardrail.findings.updates.expressions import Expressions
from guardrail.findings.updates.points import Side, points
from guardrail.findings.updates.policies import denies_all
from guardrail.findings.updates.takeover import Takeovers, carried
from guardrail.plan.model import Action, Change

_CREATION = frozenset({Action.CREATE})
_ORDINARILY_UNKNOWN = frozenset({When.EMPTY, When.GONE, When.DENIES, When.MORE, When.FEWER})


def observe_disruption(
    change: Change, describer: Describer, expressions: Expressions, takeovers: Takeovers
) -> Iterator[Observation]:
    """Yield what ``change`` stops, cuts off or redirects, one observation for each thing it does."""
    for detail, causes in disrupted(change, expressions, takeovers).items():
        yield replace(describer.describe(Kind.DISRUPTED, change, causes), detail=detail)


def disrupted(
    change: Change, expressions: Expressions, takeovers: Takeovers
) -> Mapping[str, tuple[str, ...]]:
    """Return what ``change`` does, in the catalog's words, with the attributes that do it."""
    if Action.UPDATE in change.actions:
        found: Iterator[Disruption] = (
            row
            for row in _by_update(change, expressions)
            if not (row.siblings and takeovers.keeps(change, row))
        )
    elif change.actions == _CREATION:
        found = _by_creation(change)
    else:
        return {}
    causes: dict[str, dict[str, None]] = {}
    for row in found:
        causes.setdefault(row.detail, {})[row.attribute] = None
    return {detail: tuple(names) for detail, names in causes.items()}


def _by_update(change: Change, expressions: Expressions) -> Iterator[Disruption]:
    rows, decoder = _reader(change.type)
    if not rows:
        return
    before, after = heads(decoder, change.before), heads(decoder, change.after)
    mask = heads(decoder, change.after_unknown)
    blind = after is None or change.after_unknown == Raw(b"true")
    for row, names in rows:
        if blind:
            if points(_side(names, before, None), row):
                yield row
        elif not _same(names, before, after, mask):
            old, new = _side(names, before, None), _side(names, after, mask)
            if _meets(row, old, new, change, expressions):
                yield row


def _by_creation(change: Change) -> Iterator[Disruption]:
    rows, decoder = _creation_reader(change.type)
    if not rows:
        return
    after, mask = heads(decoder, change.after), heads(decoder, change.after_unknown)
    for row, names in rows:
        values = points(_side(names, after, mask), row)
        known = [value for value in values if value is not UNKNOWN]
        if row.policy is not None:
            if any(denies_all(row.policy, value) for value in known):
                yield row
        elif known and disrupts(row, [], known):
            yield row


def _meets(row: Disruption, old: Side, new: Side, change: Change, expressions: Expressions) -> bool:
    had, has = points(old, row), points(new, row)
    if UNKNOWN in has:
        if row.when is When.ELSEWHERE:
            if not expressions.may_name_new(change, row.attribute):
                return False
        elif row.when not in _ORDINARILY_UNKNOWN and not expressions.configures(
            change, row.attribute
        ):
            return False
    if not disrupts(row, had, has) or (row.shared and carried(has) >= carried(had) > 0):
        return False
    return not any(_gains(attribute, old, new) for attribute in row.instead)


def _gains(attribute: str, old: Side, new: Side) -> bool:
    """Return whether ``attribute`` comes to hold something, or more of it."""
    row = Disruption(types=(), attribute=attribute, when=When.EMPTY, detail="", source="")
    had, has = (len([v for v in points(side, row) if v is not False]) for side in (old, new))
    return has > had


Row = tuple[Disruption, tuple[str, ...]]
"""A row, and every top-level attribute that it looks at."""


@lru_cache(maxsize=2048)
def _reader(kind: str) -> tuple[tuple[Row, ...], Heads]:
    return _read_for(disruptions().of_update(kind))


@lru_cache(maxsize=2048)
def _creation_reader(kind: str) -> tuple[tuple[Row, ...], Heads]:
    return _read_for(disruptions().of_creation(kind))


def _read_for(rows: tuple[Disruption, ...]) -> tuple[tuple[Row, ...], Heads]:
    """Return the rows with their attributes, a decoder of only those."""
    named = tuple((row, _names(row)) for row in rows)
    decoder, _ = heads_of(name for _, names in named for name in names)
    return named, decoder


def _names(row: Disruption) -> tuple[str, ...]:
    asked = (row.attribute, *row.where, *row.below, *row.instead)
    return tuple(dict.fromkeys(attribute.partition(".")[0] for attribute in asked))


def _same(
    names: tuple[str, ...], before: Struct | None, after: Struct | None, mask: Struct | None
) -> bool:
    return all(
        head(before, name) == head(after, name) and _is_known(head(mask, name)) for name in names
    )


def _is_known(mask: Raw) -> bool:
    """Return whether nothing below an attribute waits for apply; masks repeat its known blocks too."""
    return mask in UNTOUCHED or b"true" not in bytes(mask)


def _side(names: tuple[str, ...], values: Struct | None, mask: Struct | None) -> Side:
    return Side(
        {name: decode(head(values, name)) for name in names},
        {name: decode(head(mask, name)) for name in names if not _is_known(head(mask, name))},
    )
