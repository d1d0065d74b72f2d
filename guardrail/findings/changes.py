"""What one change does to what is there: deletes, replaces, forgets, disarms."""

from collections.abc import Iterator

from guardrail.findings.describe import Describer, attribute_names
from guardrail.findings.disarm import disarmed
from guardrail.findings.model import Kind, Observation
from guardrail.plan.model import Action, Change

RUNS_PROVISIONERS = frozenset({Action.CREATE, Action.DELETE})


def loss_kind(change: Change) -> Kind | None:
    """Return how ``change`` loses an object, decided on its actions alone; None if it does not."""
    if change.deletes and change.deposed is not None:
        return Kind.DEPOSED_DELETED
    if change.replaces:
        return Kind.REPLACED
    if change.deletes:
        return Kind.DELETED
    return Kind.FORGOTTEN if change.forgets else None


def observe_loss(change: Change, describer: Describer) -> Iterator[Observation]:
    """Yield the loss that ``change`` brings, and a second time where it had just been imported."""
    kind = loss_kind(change)
    if kind is None:
        return
    causes = attribute_names(change.replace_paths)
    yield describer.describe(kind, change, causes)
    if change.importing and change.deletes:
        yield describer.describe(Kind.IMPORTED_AND_DELETED, change, causes)


def observe_disarm(change: Change, describer: Describer) -> Iterator[Observation]:
    """Yield the protections that ``change`` takes away, its place in an environment among them."""
    if Action.UPDATE not in change.actions:
        return
    causes = disarmed(change)
    if describer.environments.weakened(change):
        causes += ("tags",)
    if causes:
        yield describer.describe(Kind.DISARMED, change, causes)


def observe_provisioners(change: Change, describer: Describer) -> Iterator[Observation]:
    """Yield the provisioners that ``change`` runs; their types are the causes."""
    if change.actions & RUNS_PROVISIONERS and (types := describer.provisioners(change)):
        yield describer.describe(Kind.PROVISIONER, change, types)
