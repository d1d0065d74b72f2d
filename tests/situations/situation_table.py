"""The words of a situation: a plan, the verdict it must get, and what must be said."""

from collections.abc import Mapping
from typing import Any

from made_plan import to_json
from msgspec import Struct

EXITS = {"ALLOW": {0}, "BLOCK": {1, 3}, "REFUSE": {1, 4}}


class Situation(Struct, frozen=True):
    verdict: str
    document: bytes
    rules: frozenset[str] = frozenset()
    """Rules that must be among the findings."""
    says: str = ""
    """What some message, or the error, must hold."""
    settings: str = ""


def situation(
    verdict: str, plan: Mapping[str, Any] | bytes, *rules: str, says: str = "", settings: str = ""
) -> Situation:
    """Return the situation of ``plan``, which is a document or its bytes."""
    document = plan if isinstance(plan, bytes) else to_json(plan)
    return Situation(verdict, document, frozenset(rules), says, settings)
