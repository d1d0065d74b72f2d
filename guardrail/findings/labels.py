"""
Labels: the only way an address is ever shown.

A for_each key is a value of somebody's configuration (a customer, a host, a
secret by mistake), so a label carries its place in the order of keys instead:
``aws_instance.web["#2"]``. Names of environments and of cloud regions stay,
because they tell the approver where the thing is.
"""

from collections.abc import Iterator

from guardrail.findings.address import Address, Step, is_identifier, parse_address
from guardrail.findings.places.vocabulary import is_public_key
from guardrail.plan.model import Change, Plan


class Labels:
    """The labels of one plan's addresses; different addresses get different labels."""

    def __init__(self, plan: Plan) -> None:
        """Remember ``plan``; its keys are only read when the first one must be masked."""
        self._plan = plan
        self._places: dict[str, dict[str, int]] | None = None
        self._unreadable: dict[str, str] | None = None

    def label(self, address: str) -> str:
        """Return ``address`` with its for_each keys masked, in identifiers and punctuation only."""
        parsed = parse_address(address)
        if parsed is None:
            return self._label_unreadable(address)
        return ".".join(self._parts(parsed))

    def label_change(self, change: Change) -> str:
        """Return the label of the object that ``change`` is about, deposed ones marked."""
        label = self.label(change.address)
        return label if change.deposed is None else f"{label} (deposed)"

    def _parts(self, address: Address) -> Iterator[str]:
        scope = ""
        for step in address.modules:
            scope = f"{scope}module.{step.name}."
            yield f"module.{step.name}{self._key(scope, step)}"
        if address.resource is not None:
            kind = f"{address.prefix}{address.type}.{address.resource.name}"
            yield f"{kind}{self._key(f'{scope}{kind}.', address.resource)}"

    def _key(self, scope: str, step: Step) -> str:
        if step.key is None:
            return "" if step.index is None else f"[{step.index}]"
        if is_public_key(step.key):
            return f'["{step.key}"]'
        if self._places is None:
            self._places = _places(self._plan)
        place = self._places.get(scope, {}).get(step.key, "?")
        return f'["#{place}"]'

    def _label_unreadable(self, address: str) -> str:
        if self._unreadable is None:
            self._unreadable = _unreadable(self._plan)
        return self._unreadable.get(address, "(unreadable address)")


def _places(plan: Plan) -> dict[str, dict[str, int]]:
    """Return for every resource and module call: key → its 1-based place in their order."""
    keys: dict[str, set[str]] = {}
    for text in _addresses(plan):
        head, quoted, tail = text.partition('["')
        key = tail[:-2]
        if not quoted:
            continue
        # One plain key at the end is what most addresses have: nothing to take apart.
        if "[" not in head and tail.endswith('"]') and '"' not in key and "\\" not in key:
            keys.setdefault(f"{head}.", set()).add(key)
            continue
        if (address := parse_address(text)) is None:
            continue
        for scope, key in _scoped_keys(address):
            keys.setdefault(scope, set()).add(key)
    return {
        scope: {key: place for place, key in enumerate(sorted(found), start=1)}
        for scope, found in keys.items()
    }


def _scoped_keys(address: Address) -> Iterator[tuple[str, str]]:
    scope = ""
    for step in address.modules:
        scope = f"{scope}module.{step.name}."
        if step.key is not None:
            yield scope, step.key
    if address.resource is not None and address.resource.key is not None:
        yield (
            f"{scope}{address.prefix}{address.type}.{address.resource.name}.",
            address.resource.key,
        )


def _unreadable(plan: Plan) -> dict[str, str]:
    """Return address → label for those that do not parse: the type, and a number to tell apart."""
    types = {change.address: change.type for change in _changes(plan)}
    types |= {resource.address: resource.type for resource in plan.prior}
    unreadable = sorted(text for text in _addresses(plan) if parse_address(text) is None)
    labels = {}
    for number, text in enumerate(unreadable, start=1):
        kind = safe_type(types.get(text, ""))
        labels[text] = f"{kind} (unreadable address)" + (f" {number}" if number > 1 else "")
    return labels


def safe_type(kind: str) -> str:
    """Return a resource type if it is an identifier, else the word ``resource``."""
    return kind if is_identifier(kind) else "resource"


def _changes(plan: Plan) -> Iterator[Change]:
    yield from plan.changes
    yield from plan.drift
    for deferred in plan.deferred:
        yield deferred.change


def _addresses(plan: Plan) -> set[str]:
    """Return every address that the plan mentions anywhere."""
    found = set(plan.planned)
    found.update(resource.address for resource in plan.prior)
    for change in _changes(plan):
        found.add(change.address)
        if change.previous_address is not None:
            found.add(change.previous_address)
    for invocation in plan.invocations:
        found.add(invocation.address)
        if invocation.trigger is not None:
            found.add(invocation.trigger)
    if plan.saved is not None:
        found.update(plan.saved.targets, plan.saved.replacements)
    return found
