"""
Resources that no longer say ``prevent_destroy``: a protection that no plan shows.

Terraform refuses to delete what says it, and forgets that it was said together with
the block. So it is remembered: by the ledger, and by the base commit. What moved and
still says it under its new address is as safe as before, and what is gone already has
nothing to lose.
"""

from collections.abc import Iterator, Mapping

from guardrail.findings.address import configured_address
from guardrail.findings.catalog import catalog
from guardrail.findings.labels import safe_type
from guardrail.findings.model import Kind, Observation
from guardrail.findings.places.environments import strictest
from guardrail.findings.view import View
from guardrail.plan.model import Plan

CAUSE = "prevent_destroy"


def observe_prevented(view: View) -> Iterator[Observation]:
    """Yield each resource of the state that said ``prevent_destroy`` and does not any more."""
    around = view.around
    remembered = frozenset[str]() if around.history is None else around.history.prevented
    before = around.prevented_before | remembered
    kept = _kept(view.plan, around.prevented_now)
    suspects = before if kept is None else before - kept
    if not suspects:
        return
    # Where nothing tells what is said now, a deletion does: Terraform plans none of what says it.
    lost = {each.change.address for each in view.losses if each.change.deletes}
    for address, instances in sorted(_exposed(view.plan, suspects, kept or frozenset()).items()):
        if kept is not None or not lost.isdisjoint(instances):
            yield _observation(view, address, instances)


def _kept(plan: Plan, now: frozenset[str] | None) -> frozenset[str] | None:
    """Return what still says it. A block that the plan's own configuration lacks is none of it."""
    blocks = plan.configuration.blocks
    return now if now is None or not blocks else frozenset(now & blocks.keys())


def _exposed(plan: Plan, suspects: frozenset[str], kept: frozenset[str]) -> Mapping[str, list[str]]:
    """Return suspect → its instances, but those that moved to where it is still said."""
    kinds = set(map(_type_of, suspects))
    moved = {
        change.address: change.previous_address
        for change in plan.changes
        if change.previous_address is not None and change.type in kinds
    }
    found: dict[str, list[str]] = {}
    for resource in plan.prior:
        if resource.mode != "managed" or resource.type not in kinds:
            continue
        here = resource.address
        said = configured_address(moved.get(here, here))
        if said in suspects and configured_address(here) not in kept:
            found.setdefault(str(said), []).append(here)
    return found


def _observation(view: View, address: str, instances: list[str]) -> Observation:
    kind = _type_of(address)
    return Observation(
        kind=Kind.DISARMED,
        address=view.describer.labels.label(address),
        type=safe_type(kind),
        environment=strictest(map(view.environments.of_address, instances)).name,
        data=catalog().holds_data(kind),
        benign=False,
        causes=(CAUSE,),
        holds=catalog().holds(kind),
    )


def _type_of(address: str) -> str:
    return address.rpartition(".")[0].rpartition(".")[2]
