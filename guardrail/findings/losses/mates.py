"""
Which of the objects that go is the same thing as one that comes, by the best evidence first.

Within one type and provider: the provider's names, then the same configuration, then the
same place in the code. Each object has one mate at most, and all of it takes time that
grows with the number of objects alone.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Final

from msgspec import Struct

from guardrail.findings.losses.sameness import (
    SIGNATURES,
    Signature,
    Traits,
    alike,
    differ_in_name,
    traits_of_gone,
    traits_of_made,
)
from guardrail.findings.places.recognize import UNKNOWN
from guardrail.plan.model import Change
from guardrail.plan.references import without_keys

MANY: Final = 3
"""So many objects of one place that come back in another one are a rename, whatever their names."""

_LOOKS: Final = 8
"""So many created objects of equal evidence are looked at, for the time to stay linear."""
_CLOSE_LOOKS: Final = 2
"""So many of them attribute by attribute."""


class Thing(Struct, kw_only=True):
    """One object that goes or comes, and its mate among the others once it has one."""

    change: Change
    environment: str
    traits: Traits = Traits(names={})
    mate: "Thing | None" = None


Sort = tuple[str, str]
"""Type and provider."""
_Keys = Callable[[Thing], Iterable[Hashable]]
_Fits = Callable[[Thing, Thing], bool]


def mate(gone: Mapping[Sort, list[Thing]], made: Mapping[Sort, list[Thing]]) -> None:
    """Give the things of ``gone`` their mates in ``made``, which has no sort that ``gone`` lacks."""
    for sort, come in made.items():
        _learn(gone[sort], come)
        _mate_sort(gone[sort], come)
    _mate_modules(gone, made)


def _learn(gone: list[Thing], made: list[Thing]) -> None:
    """Read the traits of all, those of ``gone`` in the attributes that ``made`` shows."""
    for thing in made:
        thing.traits = traits_of_made(thing.change)
    named = _usual(each for thing in made for each, _ in thing.traits.named)
    shaped = _usual(each for thing in made for each, _ in thing.traits.shaped)
    for thing in gone:
        thing.traits = traits_of_gone(thing.change, named, shaped)


def _usual(signatures: Iterable[Signature]) -> tuple[Signature, ...]:
    return tuple(each for each, _ in Counter(signatures).most_common(SIGNATURES))


def _mate_sort(gone: list[Thing], made: list[Thing]) -> None:
    """Give each of ``gone`` its mate among ``made``, all of one type and provider."""
    gone.sort(key=_in_order)
    made.sort(key=_in_order)
    for keys, fits in _ROUNDS:
        _round(_left(gone), _left(made), keys, fits)
    _mate_blocks(_left(gone), _left(made))
    _mate_rest(_left(gone), _left(made))


def _round(gone: list[Thing], made: list[Thing], keys: _Keys, fits: _Fits) -> None:
    waiting: dict[Hashable, list[Thing]] = {}
    for thing in reversed(made):
        for key in keys(thing):
            waiting.setdefault(key, []).append(thing)
    for thing in gone if waiting else ():
        for key in keys(thing):
            if key in waiting and _take(thing, waiting[key], fits):
                break


def _take(thing: Thing, waiting: list[Thing], fits: _Fits) -> bool:
    """Mate ``thing`` with the first that fits of those at the end of ``waiting``."""
    last, looks = len(waiting) - 1, 0
    for place in range(last, max(last - _LOOKS, -1), -1):
        other = waiting[place]
        if looks < _CLOSE_LOOKS and _may_be_one(thing, other):
            looks += 1
            if fits(thing, other):
                _join(thing, waiting.pop(place))
                return True
    return False


def _mate_blocks(gone: list[Thing], made: list[Thing]) -> None:
    """Mate what is left of a block under new keys, whatever it is named, where it is many."""
    come = _by_block(made)
    for block, things in _by_block(gone).items():
        if len(things) == len(come.get(block, ())) >= MANY:
            for thing, other in zip(things, come[block], strict=True):
                if _of_one_environment(thing, other):
                    _join(thing, other)


def _mate_rest(gone: list[Thing], made: list[Thing]) -> None:
    """Mate what is left of a type in order, where as many go as come and nothing tells otherwise."""
    if len(gone) != len(made):
        return
    for thing, other in zip(gone, made, strict=True):
        near = len(gone) > 1 or thing.change.module == other.change.module
        if near and _may_be_one(thing, other) and _alike(thing, other):
            _join(thing, other)


def _mate_modules(gone: Mapping[Sort, list[Thing]], made: Mapping[Sort, list[Thing]]) -> None:
    """Mate what is left of a module with the same in another one, where it is many."""
    come: dict[Hashable, list[Thing]] = {}
    for sort, things in made.items():
        for thing in _left(things):
            come.setdefault((sort, *_place(thing)), []).append(thing)
    candidates: dict[tuple[str, str], list[tuple[Thing, Thing]]] = {}
    for sort in made:
        for thing in _left(gone[sort]):
            for other in come.get((sort, *_place(thing)), ())[:_LOOKS]:
                if thing.change.module != other.change.module and _of_one_environment(thing, other):
                    way = (thing.change.module, other.change.module)
                    candidates.setdefault(way, []).append((thing, other))
    for found in sorted(candidates.values(), key=len, reverse=True):
        free = [(one, two) for one, two in found if one.mate is None and two.mate is None]
        if len(free) >= MANY:
            for thing, other in free:
                _join(thing, other)


def _join(thing: Thing, other: Thing) -> None:
    thing.mate, other.mate = other, thing


def _left(things: list[Thing]) -> list[Thing]:
    return [thing for thing in things if thing.mate is None]


def _by_block(things: list[Thing]) -> dict[Hashable, list[Thing]]:
    found: dict[Hashable, list[Thing]] = {}
    for thing in things:
        found.setdefault(_block(thing), []).append(thing)
    return found


# -- evidence -----------------------------------------------------------------------------


def _place(thing: Thing) -> tuple[Hashable, ...]:
    """Return where in its module an object is."""
    return thing.change.name, thing.change.index


def _block(thing: Thing) -> tuple[Hashable, ...]:
    return without_keys(thing.change.module), thing.change.name


def _always(_thing: Thing, _other: Thing) -> bool:
    return True


def _alike(thing: Thing, other: Thing) -> bool:
    return alike(thing.change, other.change)


def _may_be_one(thing: Thing, other: Thing) -> bool:
    return _of_one_environment(thing, other) and not differ_in_name(thing.traits, other.traits)


def _of_one_environment(thing: Thing, other: Thing) -> bool:
    # What is new may be nowhere yet: its tags are no evidence.
    places = {thing.environment, other.environment}
    return len(places - {UNKNOWN}) < 2


def _in_order(thing: Thing) -> tuple[str, str, bool, int, str]:
    index = thing.change.index
    number, key = (index, "") if isinstance(index, int) else (-1, index or "")
    return thing.change.module, thing.change.name, isinstance(index, str), number, key


_ROUNDS: tuple[tuple[_Keys, _Fits], ...] = (
    (lambda each: ((trait, *_place(each)) for trait in each.traits.named), _always),
    (lambda each: each.traits.named, _always),
    (lambda each: ((trait, *_place(each)) for trait in each.traits.shaped), _always),
    (lambda each: ((trait, *_block(each)) for trait in each.traits.shaped), _always),
    (lambda each: ((trait, each.change.name) for trait in each.traits.shaped), _always),
    (lambda each: (_place(each),), _alike),
    (lambda each: (_block(each),), _alike),
    (lambda each: (each.change.name,), _alike),
    (lambda each: each.traits.shaped, _always),
)
"""What two objects have to have in common, and what else must hold; from exact to vague."""
