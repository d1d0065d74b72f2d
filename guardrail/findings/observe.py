"""
From a plan to everything that is observed in it, in one pass over its changes.

Nothing is observed for no-ops, moves, reads, outputs, plain drift, imports without
a change and opened ephemerals.
"""

from collections.abc import Iterator

from guardrail.findings.churn import churn_lookup
from guardrail.findings.counts import count
from guardrail.findings.describe import Describer
from guardrail.findings.losses.rebuild import measure
from guardrail.findings.model import Detail, Findings, Kind, Observation, Undo
from guardrail.findings.observers import change_observers, observers
from guardrail.findings.places.environments import Environments, Membership
from guardrail.findings.states.drift import gone_by_drift
from guardrail.findings.surroundings import Surroundings
from guardrail.findings.view import Lost, View
from guardrail.plan.model import Action, Plan
from guardrail.settings.model import Settings

_UNTOUCHED = frozenset({Action.NO_OP, Action.READ, Action.OPEN})
_LOSSES = frozenset({Kind.DELETED, Kind.REPLACED, Kind.FORGOTTEN})
_WEAKENED = frozenset({Kind.DISARMED, Kind.DISRUPTED, Kind.IMPORTED_AND_CHANGED})


def observe(plan: Plan, settings: Settings, around: Surroundings) -> Findings:
    """Return what ``plan`` means, without judging it and without any of its values."""
    environments = Environments(
        plan, settings, workspace=around.workspace, directory=around.directory
    )
    describer = Describer(plan, environments, churn_lookup(settings.churn))
    losses, others = _observe_changes(plan, describer)
    losses = _refined(plan, losses, describer)
    weakened = tuple(other for other in others if other.observation.kind in _WEAKENED)
    view = View(
        plan=plan,
        settings=settings,
        around=around,
        environments=environments,
        describer=describer,
        losses=losses,
        weakened=weakened,
    )
    observations = [each.observation for each in (*view.losses, *others)]
    for observer in observers(view):
        observations += observer(view)
    touched = tuple(dict.fromkeys(_touched(plan, environments)))
    drifted = tuple(environments.of(change) for change in gone_by_drift(plan))
    return Findings(
        counts=count(plan),
        environments=measure(view, touched + drifted),
        touched=tuple(sorted({place.name for place in touched})),
        observations=tuple(observations),
        details=_details(view),
        undo=_undo(view, observations),
    )


def _observe_changes(plan: Plan, describer: Describer) -> tuple[tuple[Lost, ...], tuple[Lost, ...]]:
    """Return what is lost, and everything else that single changes do."""
    losses: list[Lost] = []
    others: list[Lost] = []
    each_by_itself = change_observers(plan, describer)
    for change in plan.changes:
        for observer in each_by_itself:
            for observation in observer(change):
                lost = observation.kind in _LOSSES and change.deposed is None
                (losses if lost else others).append(Lost(change=change, observation=observation))
    return tuple(losses), tuple(others)


def _refined(plan: Plan, losses: tuple[Lost, ...], describer: Describer) -> tuple[Lost, ...]:
    """Return ``losses`` with what stands on them, and with what comes back under another address."""
    if not losses:
        return losses
    from guardrail.findings.losses.blast_radius import with_dependents  # noqa: PLC0415 - nothing is lost

    losses = with_dependents(plan, losses, describer.labels)
    if not any(lost.observation.kind is Kind.DELETED for lost in losses):
        return losses
    from guardrail.findings.losses.recreated import pair  # noqa: PLC0415 - nothing is deleted

    return pair(plan, losses, describer)


def _details(view: View) -> tuple[Detail, ...]:
    if not view.losses:
        return ()
    from guardrail.findings.details import details  # noqa: PLC0415 - nothing is lost

    return details(view)


def _undo(view: View, observations: list[Observation]) -> tuple[Undo, ...]:
    # No change of the configuration takes back what is done without a plan.
    if not observations or view.plan.unplanned is not None:
        return ()
    from guardrail.findings.losses.undo import undo  # noqa: PLC0415 - nothing to take back

    return undo(view, observations)


def _touched(plan: Plan, environments: Environments) -> Iterator[Membership]:
    for change in plan.changes:
        if change.importing or not change.actions <= _UNTOUCHED:
            yield environments.of(change)
    for deferred in plan.deferred:
        yield environments.of(deferred.change)
    for invocation in plan.invocations:
        yield environments.of_address(invocation.trigger or invocation.address)
