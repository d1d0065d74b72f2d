"""
How soon stored things go by themselves, and how much of them: lifecycle rules and times to live.

A rule that no prefix and no tag narrows is about everything there is, and from then on
whatever is older goes at once. One for a part, or for older versions only, is how storage
is kept clean: it matters where it leaves no time to notice.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from guardrail.findings.attributes import UNKNOWN, leaves, plain
from guardrail.findings.catalog import Plain, Protection
from guardrail.findings.guards.days import ENDLESS, number

_OLDER: Final = b"older versions"


class Expiry(Struct, frozen=True):
    """One rule: after how many days, and of what."""

    days: float
    scope: bytes | None
    """What narrows it, to be compared; None where it is about everything."""


def goes_sooner(row: Protection, had: list[Expiry], has: list[Expiry]) -> bool:
    """Return whether by ``has`` more goes, or the same goes sooner, than by ``had``."""
    return any(
        _matters(row, each) and _within(each, has) > _within(each, had)
        for each in has
        if each.days < ENDLESS
    )


def _matters(row: Protection, expiry: Expiry) -> bool:
    return expiry.scope is None or row.soon is None or expiry.days < row.soon


def _within(expiry: Expiry, others: list[Expiry]) -> int:
    alike = (each for each in others if each.scope is None or each.scope == expiry.scope)
    return sum(each.days <= expiry.days for each in alike)


def expiries(row: Protection, value: object, mask: object) -> list[Expiry]:
    """Return what the attribute of ``row``, in one state of an object, lets go."""
    steps = row.attribute.split(".")[1:]
    return [
        Expiry(days, _scope(row, block, unknown))
        for block, unknown in _blocks(row, value, mask)
        if not _keeps_enough(row, block, unknown)
        for days in _days(row, block, unknown, steps)
    ]


def _blocks(row: Protection, value: object, mask: object) -> Iterator[tuple[object, object]]:
    if mask is not True and (isinstance(value, list) or isinstance(mask, list)):
        values = value if isinstance(value, list) else []
        masks = mask if isinstance(mask, list) else []
        for place in range(max(len(values), len(masks))):
            block = values[place] if place < len(values) else None
            unknown = masks[place] if place < len(masks) else None
            if _counts(row, block, unknown):
                yield block, unknown
    elif value is not None or mask is not None:
        yield value, mask


def _counts(row: Protection, block: object, mask: object) -> bool:
    """Return whether the rule is switched on; where nothing tells, it is."""
    if row.only is None:
        return True
    path, counting = row.only
    accepted = (plain(counting), None)
    found = leaves(block, mask, path.split("."))
    return any(leaf is UNKNOWN or plain(leaf) in accepted for leaf in found)


def _days(row: Protection, block: object, mask: object, steps: list[str]) -> Iterator[float]:
    """Yield after how many days it acts: where several times are asked, after the longest."""
    others = (
        number(row, leaf) for path in row.also for leaf in leaves(block, mask, path.split("."))
    )
    least = max((days for days in others if 0 < days < ENDLESS), default=-1.0)
    for leaf in leaves(block, mask, steps):
        yield max(number(row, leaf), least)


def _keeps_enough(row: Protection, block: object, mask: object) -> bool:
    """Return whether so many newer versions stay that there is a way back however soon it acts."""
    if row.keeps is None:
        return False
    path, least = row.keeps
    found = leaves(block, mask, path.split("."))
    return any(isinstance(leaf, int | float) and leaf >= least for leaf in found)


def _scope(row: Protection, block: object, mask: object) -> bytes | None:
    found = {
        path: narrowing
        for path, words in row.narrowed.items()
        if (
            narrowing := [leaf for leaf in leaves(block, mask, path.split(".")) if _is(leaf, words)]
        )
    }
    if not found and not row.part:
        return None
    return (_OLDER if row.part else b"") + msgspec.json.encode(found, order="deterministic")


def _is(leaf: object, words: tuple[Plain, ...]) -> bool:
    """Return whether ``leaf`` leaves something out; what is not known may leave nothing out."""
    if leaf is UNKNOWN:
        return False
    return plain(leaf) in frozenset(map(plain, words)) if words else _says_something(leaf)


def _says_something(leaf: object) -> bool:
    # An empty prefix is one of every name.
    if isinstance(leaf, list):
        return bool(leaf) and all(map(_says_something, leaf))
    if isinstance(leaf, Mapping):
        return any(map(_says_something, leaf.values()))
    return bool(leaf)
