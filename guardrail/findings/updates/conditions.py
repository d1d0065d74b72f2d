"""Whether an update does to an attribute what a row of the catalog speaks of."""

import re
from collections import Counter
from collections.abc import Callable, Mapping

from msgspec import json

from guardrail.findings.attributes import UNKNOWN, plain
from guardrail.findings.catalog.disruptions import Disruption, When
from guardrail.findings.updates.amounts import is_older, is_smaller
from guardrail.findings.updates.points import comparable
from guardrail.findings.updates.policies import shuts_out


def disrupts(row: Disruption, had: list[object], has: list[object]) -> bool:
    """Return whether going from ``had`` to ``has`` is what ``row`` speaks of; unknown is the worst."""
    return _CONDITIONS[row.when](row, had, has)


def _count(row: Disruption, values: list[object]) -> int:
    wanted = frozenset(map(plain, row.values))
    return sum(plain(value) in wanted for value in values if value is not UNKNOWN)


def _stops(row: Disruption, had: list[object], has: list[object]) -> bool:
    zeros, stopped = sum(map(_is_zero, had)), sum(map(_is_zero, has))
    if zeros == len(had):
        return False
    # One more that has never run stops nothing.
    return row.absent if not has else stopped > zeros and len(has) - stopped < len(had) - zeros


def _is_zero(value: object) -> bool:
    return value is UNKNOWN or str(value).strip() in {"0", "0.0"}


def _found(row: Disruption, values: list[object]) -> Counter[str]:
    pattern = re.compile(row.pattern)
    texts = (_text(value) for value in values if value is not UNKNOWN)
    return Counter(match.group(1) for text in texts for match in pattern.finditer(text))


def _text(value: object) -> str:
    """Return a text as it is, and anything else as JSON with its keys in order."""
    return value if isinstance(value, str) else json.encode(value, order="deterministic").decode()


def _has_fewer(row: Disruption, had: list[object], has: list[object]) -> bool:
    return UNKNOWN not in has and bool(_found(row, had) - _found(row, has))


def _names_others(row: Disruption, had: list[object], has: list[object]) -> bool:
    old, new = set(map(comparable, had)), set(map(comparable, has))
    if not new:
        return row.unset and bool(old)
    return bool(old - new) if row.one else bool(old) and old.isdisjoint(new)


def _goes_down(row: Disruption, had: list[object], has: list[object]) -> bool:
    if UNKNOWN in has:
        return bool(had)
    less = is_older if row.when is When.OLDER else is_smaller
    return len(had) == len(has) and any(map(less, had, has))


def _shuts_out(row: Disruption, had: list[object], has: list[object]) -> bool:
    return row.policy is not None and UNKNOWN not in has and shuts_out(row.policy, had, has)


_CONDITIONS: Mapping[When, Callable[[Disruption, list[object], list[object]], bool]] = {
    When.ZERO: _stops,
    When.EMPTY: lambda _, had, has: bool(had) and not has,
    When.GONE: lambda row, had, has: (
        UNKNOWN not in has and _count(row, had) > 0 and _count(row, has) == 0
    ),
    When.BECOMES: lambda row, had, has: _count(row, has) + has.count(UNKNOWN) > _count(row, had),
    When.SET: lambda _, had, has: not {*map(comparable, has)} <= {*map(comparable, had)},
    When.MORE: lambda row, had, has: bool(_found(row, has) - _found(row, had)),
    When.FEWER: _has_fewer,
    When.ELSEWHERE: _names_others,
    When.OLDER: _goes_down,
    When.SMALLER: _goes_down,
    When.DENIES: _shuts_out,
    When.CREATED: lambda _row, had, _has: not had,
}
