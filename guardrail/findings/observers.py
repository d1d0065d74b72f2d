"""
Who looks at a plan: the observers, each loaded only where it has something to look at.

Most plans lose nothing, and most installations list nothing and remember nothing yet; a
check of theirs starts sooner without the modules that would find that out by themselves.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from guardrail.findings.changes import (
    observe_disarm,
    observe_loss,
    observe_program,
    observe_provisioners,
)
from guardrail.findings.describe import Describer
from guardrail.findings.effects.external import observe_external
from guardrail.findings.guards.unguarded import observe_unguarded
from guardrail.findings.model import Observation
from guardrail.findings.states.drift import observe_state_loss
from guardrail.findings.updates.expressions import Expressions
from guardrail.findings.view import View
from guardrail.plan.actions import CREATE
from guardrail.plan.model import Action, Change, Plan

Observer = Callable[[View], Iterable[Observation]]
"""Looks at a whole plan, and says what it sees."""
ChangeObserver = Callable[[Change], Iterable[Observation]]
"""Looks at one change after the other."""


def change_observers(plan: Plan, describer: Describer) -> tuple[ChangeObserver, ...]:
    """Return everybody who may see something in a single change of ``plan``."""
    found: list[ChangeObserver] = [
        partial(observe_loss, describer=describer),
        partial(observe_disarm, describer=describer),
    ]
    expressions = Expressions(plan)
    if any(Action.UPDATE in each.actions or each.actions == CREATE for each in plan.changes):
        from guardrail.findings.updates.disruption import observe_disruption  # noqa: PLC0415 - only losses
        from guardrail.findings.updates.takeover import Takeovers  # noqa: PLC0415 - as above

        disruptions: ChangeObserver = partial(
            observe_disruption,
            describer=describer,
            expressions=expressions,
            takeovers=Takeovers(plan),
        )
        if any(each.importing for each in plan.changes):
            from guardrail.findings.updates.imports import (  # noqa: PLC0415 - few plans import
                observe_changed_import,
            )

            disruptions = partial(
                observe_changed_import,
                describer=describer,
                expressions=expressions,
                disruptions=disruptions,
            )
        found.append(disruptions)
    found += [
        partial(observe_provisioners, describer=describer),
        partial(observe_program, describer=describer),
    ]
    return tuple(found)


def observers(view: View) -> Iterator[Observer]:
    """Yield everybody who may see something in ``view``, always in the same order."""
    yield from _of_effects(view)
    if view.plan.unplanned is not None:
        from guardrail.findings.states.unplanned import observe_unplanned  # noqa: PLC0415 - most are plans

        yield observe_unplanned
    yield observe_state_loss
    yield from _of_protections(view)
    yield observe_external
    yield from _of_settings(view)
    yield from _of_losses(view)
    yield from _of_history(view)


def _of_effects(view: View) -> Iterator[Observer]:
    if view.plan.deferred or view.plan.invocations:
        from guardrail.findings.effects import pending  # noqa: PLC0415 - few plans put off or invoke

        yield from (pending.observe_deferred, pending.observe_invocations)


def _of_protections(view: View) -> Iterator[Observer]:
    if view.around.prevented_before or view.around.history is not None:
        from guardrail.findings.guards.prevented import observe_prevented  # noqa: PLC0415 - none before

        yield observe_prevented
    yield observe_unguarded
    if view.settings.protected:
        from guardrail.findings.guards.protected import observe_protected  # noqa: PLC0415 - none listed

        yield observe_protected


def _of_settings(view: View) -> Iterator[Observer]:
    settings = view.settings
    if settings.provider_sources or settings.module_sources:
        from guardrail.findings.effects.sources import observe_sources  # noqa: PLC0415 - none listed

        yield observe_sources
    if any(rule.accounts or rule.regions for rule in settings.environments):
        from guardrail.findings.places.whereabouts import observe_whereabouts  # noqa: PLC0415 - as above

        yield observe_whereabouts


def _of_losses(view: View) -> Iterator[Observer]:
    if not view.losses:
        return
    from guardrail.findings.losses.together import observe_lost_together  # noqa: PLC0415 - nothing lost
    from guardrail.findings.places.wrong_target import observe_wrong_target  # noqa: PLC0415 - as above

    yield observe_lost_together
    yield observe_wrong_target
    if view.plan.saved is not None and view.plan.saved.targets:
        from guardrail.findings.losses.pulled_in import observe_pulled_in  # noqa: PLC0415 - no target

        yield observe_pulled_in


def _of_history(view: View) -> Iterator[Observer]:
    if view.around.history is None:
        return
    # A stack without a past has nothing that could be held against it.
    from guardrail.findings.losses.slices import observe_slices  # noqa: PLC0415 - see above
    from guardrail.findings.places.targets import observe_retargeted  # noqa: PLC0415 - see above
    from guardrail.findings.states import known_objects  # noqa: PLC0415 - see above
    from guardrail.findings.states.state_history import observe_state_history  # noqa: PLC0415 - see above

    yield from (
        observe_retargeted,
        observe_state_history,
        known_objects.observe_identities,
        known_objects.observe_imported_before,
        observe_slices,
    )
