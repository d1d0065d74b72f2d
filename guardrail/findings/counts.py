"""How many changes of each sort a plan has."""

from collections import Counter

from guardrail.findings.model import Counts
from guardrail.plan.model import Action, Change, Plan


def count(plan: Plan) -> Counts:
    """Return the counts of ``plan``; a replacement counts once, as a replacement."""
    found = Counter(sort for change in plan.changes if (sort := _sort(change)) is not None)
    return Counts(
        **found,
        no_op=plan.no_ops,
        imported=sum(change.importing for change in plan.changes),
        moved=sum(change.previous_address is not None for change in plan.changes),
        drift=len(plan.drift),
        deferred=len(plan.deferred),
        invocations=len(plan.invocations),
    )


def _sort(change: Change) -> str | None:
    if change.deletes:
        return "replace" if change.replaces else "delete"
    if change.forgets:
        return "forget"
    for action in (Action.CREATE, Action.UPDATE, Action.READ):
        if action in change.actions:
            return action.value
    return None
