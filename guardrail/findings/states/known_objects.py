"""
The objects of a plan, held against what the ledger remembers of each address.

Whoever may write a state can put a harmless name on a production database, and
whoever may import can bring a live object in by one plan and delete it by the next.
"""

from collections.abc import Iterator

import msgspec
from msgspec import Raw

from guardrail.findings.catalog import catalog
from guardrail.findings.describe import attribute_names
from guardrail.findings.history import History
from guardrail.findings.identity import address_digest, identity_digest, same_object
from guardrail.findings.model import Kind, Observation
from guardrail.findings.places.environments import Membership, strictest
from guardrail.findings.view import Lost, View
from guardrail.plan.model import Plan


class _Known:
    """What history knows of addresses and objects, both ways."""

    def __init__(self, history: History) -> None:
        self._objects = history.objects
        self._addresses = {thing: address for address, thing in history.objects.items() if thing}

    def strange(self, address: str, kind: str, values: Raw) -> str | None:
        """
        Return the digest of the address that the object had, if it is not the one ``address`` had.

        Empty where the object is new to history; None where nothing is wrong.
        """
        before = self._objects.get(address_digest(address))
        if before and same_object(before, kind, values) is not False:
            return None
        elsewhere = self._addresses.get(identity_digest(kind, values) or "")
        return elsewhere if elsewhere or not before else ""


def observe_identities(view: View) -> Iterator[Observation]:
    """
    Yield each lost or weakened thing that is another object than its address stood for.

    Things with data that the plan leaves alone are counted in one observation without
    an address: renaming in the state is no loss, and may be the first of two steps.
    """
    history = view.around.history
    if history is None or not history.objects:
        return
    known = _Known(history)
    strange = list(_strange(view, known))
    names = _names(view.plan) if any(digest for _, digest in strange) else {}
    for lost, digest in strange:
        found = view.describer.describe(Kind.IDENTITY_CHANGED, lost.change)
        if digest in names:
            was = view.describer.labels.label(names[digest])
            found = msgspec.structs.replace(found, previous_address=was)
        yield found
    yield from _left_alone(view, known)


def _strange(view: View, known: _Known) -> Iterator[tuple[Lost, str]]:
    seen: set[str] = set()
    for lost in (*view.losses, *view.weakened):
        change = lost.change
        if change.address in seen or (lost.observation.benign and not lost.observation.data):
            continue
        seen.add(change.address)
        # What the plan moves is meant to have been another address's.
        address = change.previous_address or change.address
        digest = known.strange(address, change.type, change.before)
        if digest is not None:
            yield lost, digest


def _names(plan: Plan) -> dict[str, str]:
    """Return the digests of all addresses that the plan names."""
    return {address_digest(address): address for address in _addresses(plan)}


def _addresses(plan: Plan) -> Iterator[str]:
    yield from (resource.address for resource in plan.prior)
    for change in (*plan.changes, *plan.drift):
        yield change.address
        if change.previous_address is not None:
            yield change.previous_address


def _left_alone(view: View, known: _Known) -> Iterator[Observation]:
    touched = {lost.change.address for lost in (*view.losses, *view.weakened)}
    moved = {change.address: change.previous_address for change in view.plan.changes}
    places: list[Membership] = []
    for resource in view.plan.prior:
        if resource.mode != "managed" or not catalog().holds_data(resource.type):
            continue
        if resource.address in touched:
            continue
        address = moved.get(resource.address) or resource.address
        if known.strange(address, resource.type, resource.values) is not None:
            places.append(view.environments.prior[resource.address])
    if places:
        yield Observation(
            kind=Kind.IDENTITY_CHANGED,
            address="",
            type="",
            environment=strictest(places).name,
            data=True,
            benign=False,
            count=len(places),
        )


def observe_imported_before(view: View) -> Iterator[Observation]:
    """Yield each object that an earlier plan imported alive, and that this one deletes."""
    history = view.around.history
    if history is None or not history.imported:
        return
    for lost in view.losses:
        change = lost.change
        if not change.deletes or change.importing:
            continue
        address = change.previous_address or change.address
        if address_digest(address) in history.imported:
            causes = attribute_names(change.replace_paths)
            yield view.describer.describe(Kind.IMPORTED_AND_DELETED, change, causes)
