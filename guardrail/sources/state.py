"""
The state itself, as ``terraform state pull`` prints it: which objects it holds.

Of all that is in a state only digests leave this module.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from guardrail.findings.identity import address_digest, identity_digest
from guardrail.plan.statefile import StateFile, read_statefile


class State(Struct, frozen=True, kw_only=True):
    """One state, without its values."""

    lineage: str
    """Empty where there is no state."""
    serial: int
    objects: Mapping[str, str]
    """
    Digest of the address of every managed resource instance → digest of its object, which is
    empty where it has no identity. Deposed objects are no instances.
    """


def read_state(data: bytes) -> State:
    """Return what ``data`` holds, a state in JSON or nothing; raises :class:`EnforcementError`."""
    return digested(read_statefile(data))


def digested(state: StateFile) -> State:
    """Return ``state`` without its values."""
    return State(lineage=state.lineage, serial=state.serial, objects=dict(_objects(state)))


def _objects(state: StateFile) -> Iterator[tuple[str, str]]:
    for each in state.managed:
        identity = identity_digest(each.type, each.attributes)
        yield address_digest(each.address), identity or ""
