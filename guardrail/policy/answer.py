"""
The answer: what the rules said about one question.

Anything but a well-formed answer that lists every loaded rule is an error, and
an error blocks.
"""

from collections.abc import Set as AbstractSet
from enum import StrEnum

import msgspec
from msgspec import Struct

from guardrail.errors import MalformedAnswerError, RulesNotEvaluatedError


class Verdict(StrEnum):
    """What one finding asks for."""

    WARN = "warn"
    REQUIRE_APPROVAL = "require_approval"
    DENY = "deny"


class Finding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule's verdict about one thing."""

    rule: str
    """``category/rule``, the directory the rule lives in."""
    outcome: Verdict
    tier: int
    """0 to 3, or 4 for what no approval opens."""
    address: str
    """The label of the thing; empty for a whole plan."""
    environment: str
    message: str
    remedy: str


class Answer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All findings, with the list of rules that were evaluated."""

    findings: tuple[Finding, ...]
    evaluated: frozenset[str]


def read_answer(raw: bytes, loaded: AbstractSet[str]) -> Answer:
    """
    Read an engine's output, a JSON object, into an :class:`Answer`, worst finding first.

    ``loaded`` holds the ids of all rules that were loaded. Raises
    :class:`MalformedAnswerError` for any other shape, undefined included, and
    :class:`RulesNotEvaluatedError` when a loaded rule is not among the evaluated.
    """
    try:
        answer = msgspec.json.decode(raw, type=Answer)
    except msgspec.MsgspecError:
        raise MalformedAnswerError(
            "the policy engine's result is not an answer: findings and evaluated rules expected",
            hint="run `guardrail check --engine opa` to see whether both engines agree",
        ) from None
    missing = sorted(loaded - answer.evaluated)
    if missing:
        raise RulesNotEvaluatedError(f"{len(missing)} loaded rule(s) gave no report: {missing[0]}")
    order = sorted(
        answer.findings,
        key=lambda f: (-f.tier, f.rule, f.environment, f.address, f.message),
    )
    return Answer(findings=tuple(order), evaluated=answer.evaluated)
