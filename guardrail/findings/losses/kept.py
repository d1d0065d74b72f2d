"""What would keep an object that is deleted: its block, the module call around it, or its key."""

from collections.abc import Iterator
from functools import cached_property

from guardrail.findings.address import Address, Step, is_identifier, parse_address
from guardrail.findings.losses.causes import Fix
from guardrail.findings.losses.traced import Configured
from guardrail.findings.model import Way
from guardrail.plan.model import Mode, Plan
from guardrail.plan.references import module_paths, modules_around, without_keys


class Kept:
    """The configuration of one plan, asked for what is no longer in it."""

    def __init__(self, plan: Plan, configured: Configured) -> None:
        """Remember ``plan``; its objects are only looked at when a key has to be told apart."""
        self._plan = plan
        self._configured = configured

    def fix(self, address: str) -> Fix | None:
        """Return what keeps the object at ``address``; None where it was ordered to go."""
        parsed, block = parse_address(address), without_keys(address)
        if parsed is None or parsed.resource is None or not is_path(block):
            return None
        calls = [*_calls(parsed)]
        for call in calls:
            if not self._configured.calls(call):
                return Fix(way=Way.KEEP_BLOCK, subject=call)
        if not self._configured.has(block):
            return Fix(way=Way.KEEP_BLOCK, subject=block)
        return None if self._is_ordered else self._key(parsed, address, [*calls, block])

    def _key(self, parsed: Address, address: str, places: list[str]) -> Fix | None:
        """Return what the gone key came from: the outermost that is left with nothing, else the last."""
        paths = [*module_paths(address), address]
        steps = [*parsed.modules, *([parsed.resource] if parsed.resource else [])]
        keyed = [
            (path, step, place)
            for path, step, place in zip(paths, steps, places, strict=False)
            if _word(step)
        ]
        gone = [each for each in keyed if each[0] not in self._left]
        if not gone:
            return None
        _, step, place = gone[0]
        trace = self._configured.repetition(place)
        # Not every way to repeat shows: a list of constants is in no plan JSON.
        ends = () if trace is None else trace.ends
        return Fix(way=Way.KEEP_VALUE, subject=ends[0] if ends else f"{place}.{_word(step)}")

    @cached_property
    def _is_ordered(self) -> bool:
        """Whether what is still configured goes all the same: ``-destroy``, or ``-target``."""
        saved = self._plan.saved
        if saved is not None and (saved.mode is Mode.DESTROY or saved.targets):
            return True
        return not self._plan.planned or self._plan.complete is False

    @cached_property
    def _left(self) -> frozenset[str]:
        """The module instances in which something stays."""
        return modules_around(self._plan.planned)


def is_path(block: str) -> bool:
    """Return whether ``block`` is made of identifiers alone: no key, no value."""
    return all(part and is_identifier(part) for part in block.split("."))


def _calls(address: Address) -> Iterator[str]:
    path = ""
    for step in address.modules:
        path = f"{path}.module.{step.name}" if path else f"module.{step.name}"
        yield path


def _word(step: Step) -> str:
    """Return what gave ``step`` its key; nothing where it has none."""
    if step.key is not None:
        return "for_each"
    return "" if step.index is None else "count"
