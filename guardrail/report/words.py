"""
What every report says in the same words: outcome, standing, counts, losses.

Sentences are plain text from the project's own vocabulary; the only strings from
outside in them are environment names, levels and persons, which the caller
passes through the escaping of its destination.
"""

from collections.abc import Callable, Iterable

from guardrail.approval.request import Required
from guardrail.decision import Decision, Outcome, Standing
from guardrail.findings.model import Counts, Environment, Loss

Escape = Callable[[str], str]

STANDING = {
    Standing.ENFORCED: "only the guardrail holds credentials that can change things",
    Standing.PROTECTED: "the agent cannot edit what guards it, but may hold credentials of its own",
    Standing.ADVISORY: "whoever asked could edit what guards them: good against accidents only",
}

_NUMBERS = {1: "a", 2: "two", 3: "three", 4: "four", 5: "five"}
_COUNTED = (
    ("create", "to create"),
    ("update", "to update"),
    ("replace", "to replace (delete and create anew)"),
    ("delete", "to delete"),
    ("forget", "to forget (goes on existing, unmanaged)"),
    ("imported", "imported"),
    ("moved", "moved"),
    ("deferred", "deferred"),
)


def many(count: int, one: str, more: str | None = None) -> str:
    """Return ``count`` with its noun: ``1 finding``, ``2 findings``."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def listed(parts: Iterable[str]) -> str:
    """Return ``parts`` as a list in a sentence: ``a, b and c``."""
    *head, last = parts
    return f"{', '.join(head)} and {last}" if head else last


def outcome(decision: Decision, escape: Escape) -> str:
    """Return the outcome as one line in plain words."""
    if decision.outcome is not decision.would_be:
        return f"OBSERVED: {_would_be(decision, escape)}"
    if decision.outcome is Outcome.DENY:
        return f"DENIED: no approval opens this {subject(decision.plan.operation)}"
    if decision.outcome is Outcome.APPROVAL_REQUIRED:
        who = approvers(decision.approval.required, escape)
        return f"BLOCKED: {who} must approve this {subject(decision.plan.operation)}"
    return f"ALLOWED: {_why_allowed(decision, escape)}"


def _would_be(decision: Decision, escape: Escape) -> str:
    if decision.would_be is Outcome.DENY:
        return "would have been denied"
    who = approvers(decision.approval.required, escape)
    return f"would have been blocked, {who} would have to approve"


def _why_allowed(decision: Decision, escape: Escape) -> str:
    if decision.approval.accepted:
        persons = listed(
            f"{escape(a.person)} ({escape(a.level)})" for a in decision.approval.accepted
        )
        return f"approved by {persons}"
    return f"nothing in this {subject(decision.plan.operation)} asks for approval"


def approvers(required: Required | None, escape: Escape) -> str:
    """Return who has to approve, as the subject of a sentence."""
    if required is None:
        return "a senior engineer"
    level = f"{escape(required.level)} engineer"
    number = _NUMBERS.get(required.count, f"{required.count:,}")
    return f"{number} {level}{'' if required.count == 1 else 's'}"


def subject(operation: str) -> str:
    """Return what is decided, in a word: a plan, or an operation without one."""
    return "operation" if operation else "plan"


def standing(decision: Decision) -> str:
    """Return how much the decision is worth here, and the profile where it is not the default."""
    profile = "" if decision.profile == "balanced" else f"; profile {decision.profile}"
    return f"mode {decision.mode.value}: {STANDING[decision.mode]}{profile}"


def counts(counted: Counts, operation: str = "") -> str:
    """Return how much of each sort the plan or the ``operation`` does, on one line."""
    parts = [f"{n:,} {word}" for name, word in _COUNTED if (n := getattr(counted, name))]
    if counted.invocations:
        parts.append(f"{many(counted.invocations, 'action')} to run")
    if operation:
        return f"terraform {operation}, {', '.join(parts) or 'destroys nothing by itself'}"
    return ", ".join(parts) or "no changes"


def loss(environment: Environment, escape: Escape) -> str:
    """Return one environment's loss: ``production: 34 of 40 managed resources replaced …``."""
    ways = [
        (environment.replaced, "replaced"),
        (environment.deleted, "deleted"),
        (environment.forgotten, "forgotten"),
    ]
    happened = [(n, way) for n, way in ways if n]
    where = escape(environment.name)
    if not environment.managed:
        lost = many(environment.lost, "resource")
        return f"{where}: {lost} {_ways(happened)}, none of them in the state before"
    lost = f"{environment.lost:,} of {many(environment.managed, 'managed resource')}"
    whole = "" if environment.loss is Loss.NONE else f" — {environment.loss.value}"
    share = f"{whole} ({percent(environment)})"
    if len(happened) == 1 and happened[0][0] == environment.lost:
        return f"{where}: {lost} {happened[0][1]}{share}{_data(environment, ',')}"
    churn = sum(n for n, _ in happened) - environment.lost
    told = f"{_counted(happened)}{f', {churn:,} of them ordinary churn' if churn > 0 else ''}"
    return f"{where}: {lost} lost{share}: {told}{_data(environment, ';')}"


def _ways(happened: Iterable[tuple[int, str]]) -> str:
    return listed(way for _, way in happened)


def _counted(happened: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{n:,} {way}" for n, way in happened)


def percent(environment: Environment) -> str:
    """Return the lost share in whole percent, rounded down: 100 % means all of it."""
    whole = int(environment.share * 100 + 1e-9)
    return "less than 1 %" if whole == 0 and environment.lost else f"{whole} %"


def _data(environment: Environment, mark: str) -> str:
    if not environment.data_lost:
        return ""
    holds = "holds" if environment.data_lost == 1 else "hold"
    return f"{mark} {environment.data_lost:,} of them {holds} data or keys"


def damaged(environments: Iterable[Environment]) -> list[Environment]:
    """Return the environments that lose something, in their order (worst first)."""
    return [e for e in environments if e.lost or e.loss is not Loss.NONE]
