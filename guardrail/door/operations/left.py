"""What the ledger is told of a stack after an operation: what was decided, and nothing else."""

from collections.abc import Mapping
from typing import Final

from guardrail.decision import Decision
from guardrail.ledger.interface import Remembered, Stack
from guardrail.sources.state import State

_WHOLE: Final = frozenset({"state push", "init -migrate-state", "init -force-copy"})
"""Operations of which the state that is left was decided as a whole."""


def stack_left(
    known: Stack, decision: Decision, before: State, after: State, *, key: str, at: int
) -> Stack:
    """
    Return the stack that was ``known``, after an operation made ``after`` of the state ``before``.

    Only what differs between these two was decided. What the ledger knows and the state had not
    held before stays known, so that the next plan still tells that it is missing; and a state
    that was another or an older one already is not taken for the right one.
    """
    objects = _after(known.remembered.objects, before.objects, after.objects)
    whole = decision.plan.operation in _WHOLE or _is_it(known, before) or _is_it(known, after)
    state = after if whole else known
    return Stack(
        key=key,
        place=decision.stack.place,
        lineage=state.lineage,
        serial=state.serial,
        resources=len(objects),
        remembered=Remembered(
            objects=objects,
            # An operation says nothing of the configuration.
            prevented=known.remembered.prevented,
            pointers=known.remembered.pointers,
        ),
        apply_id=decision.decision_id,
        at=at,
    )


def _is_it(known: Stack, state: State) -> bool:
    return known.lineage in {"", state.lineage} and state.serial >= known.serial


def _after(
    known: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, str]:
    gone = before.keys() - after.keys()
    changed = {address: thing for address, thing in after.items() if before.get(address) != thing}
    return {**{a: thing for a, thing in known.items() if a not in gone}, **changed}
