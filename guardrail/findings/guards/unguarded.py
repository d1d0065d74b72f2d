"""
Things that disarm by being created: a short expiry for a bucket that has stood for years.

Together with the thing that it is about it is ordinary; what matters is that the thing
was there before.
"""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial

from guardrail.findings.attributes import Heads, decode, head, heads, heads_of
from guardrail.findings.catalog import Protection, catalog
from guardrail.findings.guards.disarm import disarmed_by_creating, with_guarded
from guardrail.findings.model import Kind, Observation
from guardrail.findings.view import View
from guardrail.plan.actions import CREATE
from guardrail.plan.model import Action, Change, Plan

_NAMES = ("id", "name", "bucket", "arn")
"""Attributes by which such a thing is named."""


def observe_unguarded(view: View) -> Iterator[Observation]:
    """Yield each new thing that takes a protection from one that exists already."""
    made = cache(partial(_made, view.plan))
    for change in view.plan.changes:
        rows = catalog().created(change.type) if change.actions == CREATE else ()
        causes = [
            row.attribute
            for row in rows
            if disarmed_by_creating(change, row) and not _is_new(change, row, made)
        ]
        if causes:
            observation = view.describer.describe(Kind.DISARMED, change, dict.fromkeys(causes))
            yield with_guarded(observation, change.type)


def _is_new(change: Change, row: Protection, made: Callable[[str], frozenset[object]]) -> bool:
    """Return whether the plan also creates what the new object is about, going by its name."""
    attribute, kind = row.target or ("", "")
    named = decode(head(heads(_reader(attribute), change.after), attribute))
    # A name that only apply will know is that of something the plan creates.
    return bool(made(kind)) if named is None else str(named) in made(kind)


def _made(plan: Plan, kind: str) -> frozenset[object]:
    """Return the names of every ``kind`` that the plan creates."""
    made = [each for each in plan.changes if each.type == kind and Action.CREATE in each.actions]
    read = (heads(_reader(*_NAMES), each.after) for each in made)
    return frozenset(str(decode(head(values, name))) for values in read for name in _NAMES)


@lru_cache(maxsize=64)
def _reader(*names: str) -> Heads:
    return heads_of(names)[0]
