"""
Hidden rebuilds: what is deleted and, as the same thing, created under another address.

Terraform pairs objects by their addresses alone, so a renamed block, another module
call or other keys delete an object and create one like it.
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from guardrail.findings.describe import Describer
from guardrail.findings.losses.mates import Sort, Thing, mate
from guardrail.findings.losses.moves import Move, moves
from guardrail.findings.model import Kind
from guardrail.findings.view import Lost
from guardrail.plan.actions import CREATE
from guardrail.plan.model import Change, Plan


def pair(plan: Plan, losses: tuple[Lost, ...], describer: Describer) -> tuple[Lost, ...]:
    """
    Return ``losses``, in their order, with each deletion that is one half of a hidden rebuild.

    Such a loss becomes ``recreated`` and knows what is created in its place, and which
    ``moved`` block would have kept it. What had been moved and is deleted all the same
    stays a deletion, and so does ordinary churn.
    """
    gone = _gone(losses)
    made = _made(plan, gone.keys(), describer)
    mate(gone, made)
    pairs = [
        (each.change, each.mate.change)
        for sort in made
        for each in gone[sort]
        if each.mate is not None
    ]
    if not pairs:
        return losses
    mates = {old.address: new for old, new in pairs}
    moved = dict(zip(mates, moves(plan, pairs), strict=True))
    return tuple(_told(lost, mates, moved, describer) for lost in losses)


def _told(
    lost: Lost,
    mates: Mapping[str, Change],
    moved: Mapping[str, Move],
    describer: Describer,
) -> Lost:
    address = lost.change.address
    if lost.observation.kind is not Kind.DELETED or address not in mates:
        return lost
    label, (source, target) = describer.labels.label, moved[address]
    observation = replace(
        lost.observation,
        kind=Kind.RECREATED,
        becomes=label(mates[address].address),
        move_from=label(source),
        move_to=label(target),
    )
    return replace(lost, observation=observation, becomes=mates[address])


def _gone(losses: Iterable[Lost]) -> dict[Sort, list[Thing]]:
    found: dict[Sort, list[Thing]] = {}
    for lost in losses:
        change, observation = lost.change, lost.observation
        plain = observation.kind is Kind.DELETED and not observation.benign
        if plain and change.previous_address is None:
            thing = Thing(change=change, environment=observation.environment)
            found.setdefault((change.type, change.provider), []).append(thing)
    return found


def _made(plan: Plan, sorts: Iterable[Sort], describer: Describer) -> dict[Sort, list[Thing]]:
    wanted = frozenset(sorts)
    found: dict[Sort, list[Thing]] = {}
    for change in plan.changes if wanted else ():
        sort = (change.type, change.provider)
        if change.actions == CREATE and change.managed and sort in wanted:
            thing = Thing(change=change, environment=describer.environments.of(change).name)
            found.setdefault(sort, []).append(thing)
    return found
