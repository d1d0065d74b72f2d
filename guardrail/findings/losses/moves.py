"""
The ``moved`` blocks that would keep what is deleted here and created there, as few as can be.

One block moves a whole module where all in it only gets another path, a whole resource
where its instances keep their keys, else a single instance. Terraform refuses a block
from where something still is, and leaves one alone to where something was before, so
then the next narrower one is taken. Source: Terraform's ``internal/refactoring``.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from guardrail.findings.address import Address, Step, parse_address, parse_modules
from guardrail.plan.actions import CREATE
from guardrail.plan.model import Change, Plan

Move = tuple[str, str]
"""The address to move from, and the one to move to; both with instance keys as written."""

_ALL = ".*"


class _Ways(Struct, kw_only=True):
    """The blocks that would each keep one pair, the broadest first; the last one always does."""

    moves: list[Move]
    taken: int = 0

    @property
    def move(self) -> Move:
        return self.moves[self.taken]


def moves(plan: Plan, pairs: Sequence[tuple[Change, Change]]) -> list[Move]:
    """
    Return for each of ``pairs`` (what is deleted, what is created) the block that keeps it.

    Pairs that one block keeps have the same. Where a module's block does not go all the
    way, the narrower block begins where that one ends.
    """
    taken = _Taken(plan, {old.type for old, _ in pairs})
    ways = [_Ways(moves=[*_broadest_first(old.address, new.address, taken)]) for old, new in pairs]
    while clash := _clashing(ways):
        for each in clash:
            each.taken += 1
    return [*_chained([each.move for each in ways])]


class _Taken:
    """The places where something stays or comes, and those where something already was."""

    def __init__(self, plan: Plan, types: set[str]) -> None:
        lives = [each for each in plan.prior if each.mode == "managed"]
        stays = [each for each in lives if each.address in plan.planned]
        comes = [each for each in plan.changes if each.managed and each.actions == CREATE]
        was = {each.address for each in lives if each.type in types}
        is_now = {each.address for each in stays if each.type in types}
        is_now |= {each.address for each in comes if each.type in types}
        self.before = _paths({each.module for each in lives}) | _blocks(was)
        self.now = _paths({each.module for each in stays} | {each.module for each in comes})
        self.now |= _blocks(is_now)

    def allows(self, source: str, target: str) -> bool:
        """Return whether Terraform would carry the move out; ``.*`` ends all instances of a call."""
        return source not in self.now and target not in self.before


def _paths(modules: Iterable[str]) -> set[str]:
    """Return each of ``modules`` and all around it, as the instance and as the whole call."""
    found: set[str] = set()
    for path in modules:
        steps = parse_modules(path) or ()
        for end in range(1, len(steps) + 1):
            found.add(_path(steps[:end]))
            found.add(_call(steps[:end]) + _ALL)
    return found


def _blocks(addresses: Iterable[str]) -> set[str]:
    parsed = map(parse_address, addresses)
    return {_block(each) for each in parsed if each is not None and each.resource is not None}


def _broadest_first(old: str, new: str, taken: _Taken) -> Iterator[Move]:
    one, two = parse_address(old), parse_address(new)
    if one is not None and two is not None:
        for source, target in _broader(one, two):
            if taken.allows(source, target):
                yield source.removesuffix(_ALL), target.removesuffix(_ALL)
    yield old, new


def _broader(old: Address, new: Address) -> Iterator[Move]:
    if old.resource == new.resource and old.modules and new.modules:
        one, two = _without_common_end(old.modules, new.modules)
        if _key(one[-1]) == _key(two[-1]) and _call(one) != _call(two):
            yield _call(one) + _ALL, _call(two) + _ALL
        else:
            yield _path(one), _path(two)
    if old.resource and new.resource and _key(old.resource) == _key(new.resource):
        yield _block(old), _block(new)


def _without_common_end(
    one: tuple[Step, ...], two: tuple[Step, ...]
) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    while len(one) > 1 and len(two) > 1 and one[-1] == two[-1]:
        one, two = one[:-1], two[:-1]
    return one, two


def _clashing(ways: Iterable[_Ways]) -> list[_Ways]:
    """Return those whose block moves one place to two, or two to one, and that have a narrower one."""
    targets: dict[str, set[str]] = {}
    sources: dict[str, set[str]] = {}
    for source, target in {each.move for each in ways}:
        targets.setdefault(source, set()).add(target)
        sources.setdefault(target, set()).add(source)
    return [
        each
        for each in ways
        if each.taken + 1 < len(each.moves)
        and (len(targets[each.move[0]]) > 1 or len(sources[each.move[1]]) > 1)
    ]


def _chained(found: Sequence[Move]) -> Iterator[Move]:
    """Yield each block, begun behind the move of the module it is in, where there is one."""
    modules = {source: target for source, target in found if _is_module(source)}
    for source, target in found:
        parsed = parse_address(source) if modules else None
        steps = () if parsed is None or parsed.resource is None else parsed.modules
        ends = [
            path for n in range(1, len(steps) + 1) for path in (_path(steps[:n]), _call(steps[:n]))
        ]
        around = next((path for path in reversed(ends) if path in modules), None)
        behind = source if around is None else modules[around] + source.removeprefix(around)
        yield behind, target


def _is_module(address: str) -> bool:
    return address.startswith("module.") and parse_modules(address) is not None


# -- addresses as text --------------------------------------------------------------------


def _key(step: Step) -> tuple[str | None, str | None]:
    return step.index, step.key


def _step(name: str, step: Step) -> str:
    if step.key is not None:
        return f'{name}["{step.key}"]'
    return name if step.index is None else f"{name}[{step.index}]"


def _path(steps: Iterable[Step]) -> str:
    return ".".join(_step(f"module.{step.name}", step) for step in steps)


def _call(steps: tuple[Step, ...]) -> str:
    """Return the module path with all of its instances: without the last key."""
    around = "".join(f"{_path((step,))}." for step in steps[:-1])
    return f"{around}module.{steps[-1].name}"


def _block(address: Address) -> str:
    """Return the resource with all of its instances: without the last key."""
    path = _path(address.modules)
    name = "" if address.resource is None else address.resource.name
    block = f"{address.prefix}{address.type}.{name}"
    return f"{path}.{block}" if path else block
