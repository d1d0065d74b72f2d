"""
From a plan to everything that is observed in it, in one pass over its changes.

Nothing is observed for no-ops, moves, reads, outputs, plain drift, imports without
a change and opened ephemerals.
"""

from collections.abc import Callable, Iterable, Iterator

from guardrail.findings.blast_radius import with_dependents
from guardrail.findings.changes import (
    observe_disarm,
    observe_loss,
    observe_program,
    observe_provisioners,
)
from guardrail.findings.churn import churn_lookup
from guardrail.findings.counts import count
from guardrail.findings.describe import Describer
from guardrail.findings.details import details
from guardrail.findings.disruption import observe_disruption
from guardrail.findings.effects import observe_deferred, observe_invocations
from guardrail.findings.environments import Environments, Membership
from guardrail.findings.expressions import Expressions
from guardrail.findings.external import observe_external
from guardrail.findings.imports import observe_changed_import
from guardrail.findings.known_objects import observe_identities, observe_imported_before
from guardrail.findings.model import Findings, Kind, Observation
from guardrail.findings.prevented import observe_prevented
from guardrail.findings.protected import observe_protected
from guardrail.findings.pulled_in import observe_pulled_in
from guardrail.findings.rebuild import measure
from guardrail.findings.recreated import pair
from guardrail.findings.slices import observe_slices
from guardrail.findings.sources import observe_sources
from guardrail.findings.state import gone_by_drift, observe_state_loss
from guardrail.findings.state_history import observe_state_history
from guardrail.findings.surroundings import Surroundings
from guardrail.findings.takeover import Takeovers
from guardrail.findings.targets import observe_retargeted
from guardrail.findings.together import observe_lost_together
from guardrail.findings.undo import undo
from guardrail.findings.unguarded import observe_unguarded
from guardrail.findings.view import Lost, View
from guardrail.findings.whereabouts import observe_whereabouts
from guardrail.findings.wrong_target import observe_wrong_target
from guardrail.plan.model import Action, Change, Plan
from guardrail.settings.model import Settings

Observer = Callable[[View], Iterable[Observation]]
"""Looks at a whole plan, and says what it sees."""

_OBSERVERS: tuple[Observer, ...] = (
    observe_deferred,
    observe_invocations,
    observe_state_loss,
    observe_prevented,
    observe_unguarded,
    observe_external,
    observe_sources,
    observe_retargeted,
    observe_whereabouts,
    observe_wrong_target,
    observe_pulled_in,
    observe_state_history,
    observe_identities,
    observe_imported_before,
    observe_slices,
    observe_lost_together,
    observe_protected,
)
_UNTOUCHED = frozenset({Action.NO_OP, Action.READ, Action.OPEN})
_LOSSES = frozenset({Kind.DELETED, Kind.REPLACED, Kind.FORGOTTEN})
_WEAKENED = frozenset({Kind.DISARMED, Kind.DISRUPTED})


def observe(plan: Plan, settings: Settings, around: Surroundings) -> Findings:
    """Return what ``plan`` means, without judging it and without any of its values."""
    environments = Environments(
        plan, settings, workspace=around.workspace, directory=around.directory
    )
    describer = Describer(plan, environments, churn_lookup(settings.churn))
    losses, others = _observe_changes(plan, describer)
    losses = pair(plan, with_dependents(plan, losses, describer.labels), describer)
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
    for observer in _OBSERVERS:
        observations += observer(view)
    touched = tuple(dict.fromkeys(_touched(plan, environments)))
    drifted = tuple(environments.of(change) for change in gone_by_drift(plan))
    return Findings(
        counts=count(plan),
        environments=measure(view, touched + drifted),
        touched=tuple(sorted({place.name for place in touched})),
        observations=tuple(observations),
        details=details(view),
        undo=undo(view, observations),
    )


def _observe_changes(plan: Plan, describer: Describer) -> tuple[tuple[Lost, ...], tuple[Lost, ...]]:
    """Return what is lost, and everything else that single changes do."""
    losses: list[Lost] = []
    others: list[Lost] = []
    expressions, takeovers = Expressions(plan), Takeovers(plan)
    for change in plan.changes:
        for observation in _observe_change(change, describer, expressions, takeovers):
            lost = observation.kind in _LOSSES and change.deposed is None
            (losses if lost else others).append(Lost(change=change, observation=observation))
    return tuple(losses), tuple(others)


def _observe_change(
    change: Change, describer: Describer, expressions: Expressions, takeovers: Takeovers
) -> Iterator[Observation]:
    yield from observe_loss(change, describer)
    yield from observe_disarm(change, describer)
    yield from observe_disruption(change, describer, expressions, takeovers)
    yield from observe_changed_import(change, describer, expressions)
    yield from observe_provisioners(change, describer)
    yield from observe_program(change, describer)


def _touched(plan: Plan, environments: Environments) -> Iterator[Membership]:
    for change in plan.changes:
        if change.importing or not change.actions <= _UNTOUCHED:
            yield environments.of(change)
    for deferred in plan.deferred:
        yield environments.of(deferred.change)
    for invocation in plan.invocations:
        yield environments.of_address(invocation.trigger or invocation.address)
