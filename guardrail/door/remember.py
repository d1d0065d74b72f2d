"""What the ledger is told of a stack: what an apply is about to lose, and how it left the state."""

from guardrail.decision import Decision
from guardrail.door.history import origin_text
from guardrail.findings.identity import address_digest
from guardrail.findings.losses.rebuild import WHOLE
from guardrail.findings.losses.slices import lost_objects
from guardrail.findings.model import Environment, Loss
from guardrail.findings.places.targets import pointers
from guardrail.findings.surroundings import Surroundings
from guardrail.ledger.interface import Lost, Remembered, Stack, Toll
from guardrail.plan.model import Plan
from guardrail.settings.model import EnvironmentClass, Settings
from guardrail.sources.state import State


def toll_of(decision: Decision, plan: Plan, settings: Settings, surroundings: Surroundings) -> Toll:
    """
    Return what ``plan``, decided as ``decision``, is about to lose and to import.

    What is disposable is left out: losing it is ordinary, however often it happens. So is
    a rebuild: it was judged as the whole that it is, and is no slice of another.
    """
    slices = [each for each in decision.environments if _may_be_a_slice(each)]
    if any(each.name == WHOLE and each.loss is not Loss.NONE for each in decision.environments):
        slices = []
    objects = lost_objects(plan, settings, surroundings) if slices else {}
    return Toll(
        lineage=decision.stack.lineage,
        origin=origin_text(decision.origin),
        losses=tuple(
            Lost(environment=each.name, objects=objects[each.name], managed=each.managed)
            for each in slices
        ),
        imports=tuple(
            sorted({address_digest(each.address) for each in plan.changes if each.importing})
        ),
    )


def _may_be_a_slice(environment: Environment) -> bool:
    disposable = environment.environment_class is EnvironmentClass.DISPOSABLE
    return environment.lost > 0 and environment.loss is Loss.NONE and not disposable


def stack_after(decision: Decision, plan: Plan, state: State, *, key: str, at: int) -> Stack:
    """Return the stack as ``state`` shows it at the time ``at``, after ``plan`` was applied."""
    prevented = () if plan.saved is None else plan.saved.configured.prevent_destroy
    return Stack(
        key=key,
        place=decision.stack.place,
        lineage=state.lineage,
        serial=state.serial,
        resources=len(state.objects),
        remembered=Remembered(objects=state.objects, prevented=prevented, pointers=pointers(plan)),
        apply_id=decision.decision_id,
        at=at,
    )
