"""
The state of a plan, held against what the ledger remembers of its stack.

A state that is lost, exchanged or restored from an old copy makes every plan look
harmless: what exists is created a second time, and what another state knew is gone.
History knows addresses only by their digests, so what is missing is counted, not named.
"""

from collections.abc import Iterable, Iterator

from guardrail.findings.catalog import catalog
from guardrail.findings.churn import Lookup
from guardrail.findings.history import History
from guardrail.findings.identity import address_digest, identity_digest
from guardrail.findings.model import Kind, Observation
from guardrail.findings.places.environments import Membership, strictest
from guardrail.findings.states.drift import gone_by_drift, remote
from guardrail.findings.view import View
from guardrail.plan.actions import CREATE
from guardrail.plan.model import Change, Plan, Resource
from guardrail.settings.model import Settings


def observe_state_history(view: View) -> Iterator[Observation]:
    """Yield what is wrong with the state as a whole; nothing for a stack without a history."""
    history = view.around.history
    if history is None:
        return
    yield from _other_state(view, history)
    yield from _empty(view, history)
    yield from _duplicated(view, history)


def _other_state(view: View, history: History) -> Iterator[Observation]:
    """Yield if the state is another or an older one; plan JSON does not tell."""
    saved = view.plan.saved
    if saved is None or "" in {saved.lineage, history.lineage}:
        return
    if saved.lineage != history.lineage:
        lost = sum(1 for _ in _lost(view))
        # What another stack's state loses was never this stack's to lose.
        yield _observe(view, Kind.STATE_SWAPPED, lost, history.resources, sealed=lost > 0)
    elif saved.serial < history.serial:
        behind = history.serial - saved.serial
        yield _observe(view, Kind.STATE_ROLLED_BACK, behind, history.resources)


def _lost(view: View) -> Iterator[Change]:
    for lost in view.losses:
        if lost.observation.data or not lost.observation.benign:
            yield lost.change
    for change in view.plan.changes:
        if change.deletes and change.deposed is not None:
            yield change


def _empty(view: View, history: History) -> Iterator[Observation]:
    """
    Yield if most of what history knows is missing from the state.

    A plan that changes nothing counts too: once applied, its empty state would be
    all that is remembered, and the next plan could build everything again unseen.
    """
    known = len(history.objects) or history.resources
    missing = known - _present(view, history, known)
    if _is_most(missing, known, view.settings):
        missing -= _renamed(view.plan, history)
    if _is_most(missing, known, view.settings):
        yield _observe(view, Kind.STATE_EMPTY, missing, known)


def _present(view: View, history: History, known: int) -> int:
    """Return how many of the ``known`` objects the state has; at least so many as say it is whole."""
    enough = known * (1 - view.settings.rebuild_share)
    present = 0
    for address in _addresses(view.plan):
        present += not history.objects or address_digest(address) in history.objects
        if present > enough:
            break
    return min(present, known)


def _addresses(plan: Plan) -> Iterator[str]:
    """Yield what the last apply may have called the objects that are or were in the state."""
    moved = {change.address: change.previous_address for change in plan.changes}
    for resource in _managed(plan):
        yield moved.get(resource.address) or resource.address
    # Gone with the refresh, and in the state before it.
    for change in gone_by_drift(plan):
        yield change.previous_address or change.address


def _renamed(plan: Plan, history: History) -> int:
    """Return how many known objects the state has under addresses that history does not know."""
    known = set(history.objects.values())
    return sum(
        address_digest(resource.address) not in history.objects
        and identity_digest(resource.type, resource.values) in known
        for resource in _managed(plan)
    )


def _is_most(missing: int, known: int, settings: Settings) -> bool:
    least = min(settings.rebuild_minimum, known)
    return missing > 0 and missing >= least and missing >= settings.rebuild_share * known


def _duplicated(view: View, history: History) -> Iterator[Observation]:
    """Yield if many objects are created under addresses that stood for objects already."""
    known = len(history.objects)
    again = list(_created_again(view.plan, history, view.describer.churn))
    few = min(view.settings.rebuild_minimum, view.settings.rebuild_share * known)
    if again and len(again) >= few:
        again = list(_without_renamed(view.plan, history, again))
    if again and len(again) >= few:
        yield Observation(
            kind=Kind.DUPLICATED,
            address="",
            type="",
            environment=strictest(view.environments.of(change) for change in again).name,
            data=_hold_data(again),
            benign=False,
            count=len(again),
            managed=known,
        )


def _created_again(plan: Plan, history: History, churn: Lookup) -> Iterator[Change]:
    if not history.objects:
        return
    # What the refresh did not find is created again for a reason that everybody sees.
    explained = {change.address for change in gone_by_drift(plan)}
    explained.update(change.previous_address or "" for change in plan.changes)
    for change in plan.changes:
        if change.actions != CREATE or not (change.managed and remote(change.type, churn)):
            continue
        if change.address not in explained and address_digest(change.address) in history.objects:
            yield change


def _without_renamed(plan: Plan, history: History, changes: Iterable[Change]) -> Iterator[Change]:
    """Yield those of ``changes`` whose known objects the state has under no other address."""
    present = {identity_digest(each.type, each.values) for each in _managed(plan)}
    for change in changes:
        if history.objects[address_digest(change.address)] not in present:
            yield change


def _managed(plan: Plan) -> Iterator[Resource]:
    return (resource for resource in plan.prior if resource.mode == "managed")


def _observe(
    view: View, kind: Kind, count: int, known: int, *, sealed: bool = False
) -> Observation:
    """Return the observation ``kind`` about the whole state, in the strictest of its environments."""
    changes = view.plan.changes
    places = {view.environments.of(change) for change in changes}
    places.update(view.environments.prior.values())
    return Observation(
        kind=kind,
        address="",
        type="",
        environment=strictest(places or {_of_nothing(view)}).name,
        data=_hold_data(changes),
        benign=False,
        count=count,
        managed=known,
        sealed=sealed,
    )


def _of_nothing(view: View) -> Membership:
    """Return what workspace and directory say where no object is left to say anything."""
    return view.environments.of_address("")


def _hold_data(changes: Iterable[Change]) -> bool:
    return any(catalog().holds_data(change.type) for change in changes)
