"""Numbers, durations and dates of protections, as days or whatever their provider counts in."""

import re
from datetime import date
from typing import Final

from guardrail.findings.attributes import UNKNOWN, plain
from guardrail.findings.catalog import Protection

ENDLESS: Final = float("inf")

_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)([YMWDHS])")
_DURATION: Final = re.compile(rf"(?:{_PART.pattern})+")
_DATE: Final = {"Y": 365.0, "M": 30.0, "W": 7.0, "D": 1.0, "H": 1 / 24, "S": 1 / 86400}
_CLOCK: Final = {**_DATE, "M": 1 / 1440}
"""Days in a unit; ``M`` is a month before the ``T`` of ISO 8601, and a minute behind it."""


def number(row: Protection, value: object) -> float:
    """Return ``value`` as a number; below zero for unknown, endless where none means for ever."""
    if value is UNKNOWN:
        return -1.0
    if row.at_once and plain(value) in row.at_once:
        return 0.0
    found = 0.0
    if isinstance(value, str | int | float):
        try:
            found = float(value)
        except ValueError:
            found = _days(str(value)) or _day(str(value))
    never = row.forever or row.number == "sooner"
    return ENDLESS if found <= 0 and never else found


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
