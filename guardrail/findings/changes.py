"""What one change does to what is there: deletes, replaces, forgets, disarms."""

from collections.abc import Iterator

from msgspec.structs import replace

from guardrail.findings.catalog import catalog
from guardrail.findings.describe import Describer, attribute_names
from guardrail.findings.guards.disarm import disarmed, with_guarded
from guardrail.findings.model import Kind, Observation
from guardrail.plan.model import Action, Change

RUNS_PROVISIONERS = frozenset({Action.CREATE, Action.DELETE})
_RUNS_PROGRAMS = frozenset({Action.CREATE, Action.UPDATE})


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
    """
    Yield the protections that ``change`` takes away, its place in an environment among them.

    Without causes it is only moved to a less strict one.
    """
    if Action.UPDATE not in change.actions and change.previous_address is None:
        return
    causes = disarmed(change)
    weakened = not change.deletes and describer.environments.weakened(change)
    if weakened and change.previous_address is None:
        causes += ("tags",)
    if causes or weakened:
        yield with_guarded(describer.describe(Kind.DISARMED, change, causes), change.type)


def observe_provisioners(change: Change, describer: Describer) -> Iterator[Observation]:
    """Yield the provisioners that ``change`` runs; their types are the causes."""
    if change.actions & RUNS_PROVISIONERS and (types := describer.provisioners(change)):
        yield describer.describe(Kind.PROVISIONER, change, types)


def observe_program(change: Change, describer: Describer) -> Iterator[Observation]:
    """
    Yield what ``change`` runs where its resource is no thing but a program.

    ``detail`` says what it does. Deleting one is a loss as any other.
    """
    if not change.managed or change.deletes or not change.actions & _RUNS_PROGRAMS:
        return
    if what := catalog().runs(change.type):
        yield replace(describer.describe(Kind.PROVISIONER, change), detail=what)
