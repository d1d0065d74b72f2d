"""What a targeted plan loses beside its targets: Terraform takes along what stands on them."""

from collections.abc import Iterator

from msgspec import structs

from guardrail.findings.address import Address, Step, parse_address
from guardrail.findings.model import Kind, Observation
from guardrail.findings.view import View
from guardrail.plan.model import Change


def observe_pulled_in(view: View) -> Iterator[Observation]:
    """Yield each lost thing that no ``-target`` named; only a saved plan tells its targets."""
    saved = view.plan.saved
    if saved is None or not saved.targets:
        return
    named = frozenset(saved.targets)
    targets = [parsed for text in saved.targets if (parsed := parse_address(text))]
    for lost in view.losses:
        change = lost.change
        if not lost.observation.benign and not _is_named(change, named, targets):
            yield structs.replace(lost.observation, kind=Kind.PULLED_IN)


def _is_named(change: Change, named: frozenset[str], targets: list[Address]) -> bool:
    addresses = {change.address, change.previous_address or change.address}
    if addresses & named:
        return True
    parsed = [found for text in addresses if (found := parse_address(text))]
    return any(_covers(target, address) for target in targets for address in parsed)


def _covers(target: Address, address: Address) -> bool:
    """Return whether ``address`` is ``target``, an instance of it, or inside of the module it is."""
    if not _begins(address.modules, target.modules):
        return False
    if target.resource is None:
        return True
    return (
        address.resource is not None
        and len(address.modules) == len(target.modules)
        and (target.prefix, target.type) == (address.prefix, address.type)
        and _includes(target.resource, address.resource)
    )


def _begins(path: tuple[Step, ...], start: tuple[Step, ...]) -> bool:
    return len(start) <= len(path) and all(
        _includes(wanted, step) for wanted, step in zip(start, path, strict=False)
    )


def _includes(target: Step, step: Step) -> bool:
    whole = target.index is None and target.key is None
    same = (target.index, target.key) == (step.index, step.key)
    return target.name == step.name and (whole or same)
