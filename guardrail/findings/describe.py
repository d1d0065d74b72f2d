"""Turning a change into an observation: its label, its environment, and what losing it means."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Raw

from guardrail.findings.address import configured_address, is_identifier
from guardrail.findings.attributes import UNTOUCHED, Heads, head, heads, heads_of
from guardrail.findings.catalog import catalog
from guardrail.findings.churn import Lookup
from guardrail.findings.labels import Labels, safe_type
from guardrail.findings.model import Kind, Observation
from guardrail.findings.places.environments import Environments
from guardrail.plan.model import Change, Plan, Provisioner


class Describer:
    """Everything about one plan that an observation needs beside the change itself."""

    def __init__(self, plan: Plan, environments: Environments, churn: Lookup) -> None:
        """Prepare the labels and provisioners of ``plan``."""
        self.labels = Labels(plan)
        self.churn = churn
        self.environments = environments
        self._configured = _by_resource(plan.configuration.provisioners)
        removed = () if plan.saved is None else plan.saved.configured.removed_provisioners
        self._removed = _by_resource(removed)

    def describe(self, kind: Kind, change: Change, causes: Iterable[str] = ()) -> Observation:
        """Return the observation ``kind`` about the object of ``change``."""
        previous = change.previous_address
        benign = self.benign(change)
        return Observation(
            kind=kind,
            address=self.labels.label_change(change),
            type=safe_type(change.type),
            environment=self.environments.of(change).name,
            # What is made anew by its nature takes no data with it.
            data=catalog().holds_data(change.type) and not benign,
            holds=catalog().holds(change.type),
            benign=benign,
            causes=tuple(causes),
            create_first=change.create_first,
            previous_address="" if previous is None else self.labels.label(previous),
        )

    def benign(self, change: Change) -> bool:
        """Return whether what ``change`` loses is ordinary churn; running code never is."""
        churn = self.churn(change.type)
        if churn is None or self.provisioners(change):
            return False
        if churn.delete:
            return True
        if change.deposed is not None:
            # A leftover is the old half of a replacement, and tells nothing of the new one.
            return not catalog().holds_data(change.type)
        in_order = change.create_first or not churn.first
        return change.replaces and in_order and all(_stays(change, name) for name in churn.stays)

    def provisioners(self, change: Change) -> tuple[str, ...]:
        """
        Return the types of provisioners that run when ``change`` creates or deletes its object.

        A plan does not tell which of them run at which end, so all count.
        """
        if not (self._configured or self._removed):
            return ()
        resource = configured_address(change.address) or ""
        found = set(self._configured.get(resource, ()))
        if change.deletes:
            found.update(self._removed.get(resource, ()))
        return tuple(sorted(found))


def _stays(change: Change, name: str) -> bool:
    """Return whether the attribute ``name`` is known to be what it was."""
    before, after, unknown = (
        head(heads(_reader(name), values), name)
        for values in (change.before, change.after, change.after_unknown)
    )
    return before == after != Raw() and unknown in UNTOUCHED


@lru_cache(maxsize=64)
def _reader(name: str) -> Heads:
    return heads_of([name])[0]


def _by_resource(provisioners: Iterable[Provisioner]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for provisioner in provisioners:
        kind = provisioner.type if is_identifier(provisioner.type) else "provisioner"
        found.setdefault(provisioner.resource, set()).add(kind)
    return found


def attribute_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are identifiers; what is not one may be a value and stays behind."""
    return tuple(name for name in names if all(map(is_identifier, name.split("."))) and name)
