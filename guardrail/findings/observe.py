"""
From a plan to everything that is observed in it, in one pass over its changes.

Nothing is observed for no-ops, moves, reads, outputs, plain drift, imports without
a change and opened ephemerals.
"""

from collections.abc import Iterator

from guardrail.findings.changes import observe_disarm, observe_loss, observe_provisioners
from guardrail.findings.counts import count
from guardrail.findings.describe import Describer
from guardrail.findings.effects import observe_deferred, observe_invocations
from guardrail.findings.environments import Environments, Membership
from guardrail.findings.model import Findings, Kind, Observation
from guardrail.findings.rebuild import measure
from guardrail.findings.state import gone_by_drift, observe_state_loss
from guardrail.plan.model import Action, Change, Plan
from guardrail.settings.model import Settings

_UNTOUCHED = frozenset({Action.NO_OP, Action.READ, Action.OPEN})
_LOSSES = frozenset({Kind.DELETED, Kind.REPLACED, Kind.FORGOTTEN})


def observe(plan: Plan, settings: Settings, *, workspace: str, directory: str) -> Findings:
    """
    Return what ``plan`` means, without judging it and without any of its values.

    ``workspace`` is the one the plan is for (``default`` says nothing), ``directory``
    the configuration's place relative to the top of the repository.
    """
    environments = Environments(plan, settings, workspace=workspace, directory=directory)
    describer = Describer(plan, environments)
    losses: list[tuple[Change, Observation]] = []
    observations: list[Observation] = []
    for change in plan.changes:
        for observation in _observe_change(change, describer):
            observations.append(observation)
            if observation.kind in _LOSSES and change.deposed is None:
                losses.append((change, observation))
    observations += observe_deferred(plan, describer)
    observations += observe_invocations(plan, describer)
    observations += observe_state_loss(plan, environments, settings)
    touched = tuple(dict.fromkeys(_touched(plan, environments)))
    drifted = tuple(environments.of(change) for change in gone_by_drift(plan))
    return Findings(
        counts=count(plan),
        environments=measure(plan, losses, touched + drifted, environments, settings),
        touched=tuple(sorted({place.name for place in touched})),
        observations=tuple(observations),
    )


def _observe_change(change: Change, describer: Describer) -> Iterator[Observation]:
    yield from observe_loss(change, describer)
    yield from observe_disarm(change, describer)
    yield from observe_provisioners(change, describer)


def _touched(plan: Plan, environments: Environments) -> Iterator[Membership]:
    for change in plan.changes:
        if change.importing or not change.actions <= _UNTOUCHED:
            yield environments.of(change)
    for deferred in plan.deferred:
        yield environments.of(deferred.change)
    for invocation in plan.invocations:
        yield environments.of_address(invocation.trigger or invocation.address)
