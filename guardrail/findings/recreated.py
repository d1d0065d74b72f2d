"""
Hidden rebuilds: what is deleted and, as the same thing, created under another address.

Terraform pairs objects by their addresses alone, so a renamed block, another module
call or other keys delete an object and create one like it. Within one type and
provider objects are paired by their best evidence first: the provider's names, then
the same configuration, then the same place in the code. Each created one is used once.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from guardrail.findings.describe import Describer
from guardrail.findings.model import Kind
from guardrail.findings.moves import moves
from guardrail.findings.recognize import UNKNOWN
from guardrail.findings.sameness import (
    SIGNATURES,
    Signature,
    Traits,
    alike,
    differ_in_name,
    traits_of_gone,
    traits_of_made,
)
from guardrail.findings.view import Lost
from guardrail.plan.actions import CREATE
from guardrail.plan.model import Change, Plan
from guardrail.plan.references import without_keys

MANY = 3
"""So many objects of one place that come back in another one are a rename, whatever their names."""

_LOOKS = 8
"""So many created objects of equal evidence are looked at, for the time to stay linear."""
_CLOSE_LOOKS = 2
"""So many of them attribute by attribute."""


class _Thing(Struct, kw_only=True):
    """One object that goes or comes, and its mate among the others once it has one."""

    change: Change
    environment: str
    call: str
    """Its module without instance keys."""
    traits: Traits
    mate: "_Thing | None" = None


_Kind = tuple[str, str]
"""Type and provider."""
_Keys = Callable[[_Thing], Iterable[Hashable]]
_Fits = Callable[[_Thing, _Thing], bool]


def pair(plan: Plan, losses: tuple[Lost, ...], describer: Describer) -> tuple[Lost, ...]:
    """
    Return ``losses``, in their order, with each deletion that is one half of a hidden rebuild.

    Such a loss becomes ``recreated`` and knows what is created in its place, and which
    ``moved`` block would have kept it. What had been moved and is deleted all the same
    stays a deletion, and so does ordinary churn.
    """
    gone = _gone(losses)
    made = _made(plan, gone.keys(), describer)
    for kind, come in made.items():
        _mate(_known(gone[kind], come), come)
    _mate_modules(gone, made)
    pairs = [
        (each.change, each.mate.change)
        for kind in made
        for each in gone[kind]
        if each.mate is not None
    ]
    if not pairs:
        return losses
    mates = {old.address: new for old, new in pairs}
    moved = dict(zip(mates, moves(plan, pairs), strict=True))
    return tuple(_told(lost, mates, moved, describer) for lost in losses)


def _told(
    lost: Lost,
    mates: dict[str, Change],
    moved: dict[str, tuple[str, str]],
    describer: Describer,
) -> Lost:
    address = lost.change.address
    if lost.observation.kind is not Kind.DELETED or address not in mates:
        return lost
    label, (source, target) = describer.labels.label, moved[address]
    observation = replace(
        lost.observation,
        kind=Kind.RECREATED,
        becomes=label(mates[address].address),
        move_from=label(source),
        move_to=label(target),
    )
    return replace(lost, observation=observation, becomes=mates[address])


# -- what goes, and what comes ------------------------------------------------------------


def _gone(losses: Iterable[Lost]) -> dict[_Kind, list[_Thing]]:
    found: dict[_Kind, list[_Thing]] = {}
    for lost in losses:
        change, observation = lost.change, lost.observation
        plain = observation.kind is Kind.DELETED and not observation.benign
        if plain and change.previous_address is None:
            thing = _thing(change, observation.environment)
            found.setdefault((change.type, change.provider), []).append(thing)
    return found


def _made(plan: Plan, kinds: Iterable[_Kind], describer: Describer) -> dict[_Kind, list[_Thing]]:
    wanted = frozenset(kinds)
    found: dict[_Kind, list[_Thing]] = {}
    for change in plan.changes if wanted else ():
        kind = (change.type, change.provider)
        if change.actions == CREATE and change.managed and kind in wanted:
            thing = _thing(change, describer.environments.of(change).name)
            thing.traits = traits_of_made(change)
            found.setdefault(kind, []).append(thing)
    return found


def _thing(change: Change, environment: str) -> _Thing:
    return _Thing(
        change=change,
        environment=environment,
        call=without_keys(change.module),
        traits=Traits(names={}),
    )


def _known(gone: list[_Thing], made: list[_Thing]) -> list[_Thing]:
    """Return ``gone`` with its traits, in the attributes that ``made`` shows."""
    named = _usual(each for thing in made for each, _ in thing.traits.named)
    shaped = _usual(each for thing in made for each, _ in thing.traits.shaped)
    for thing in gone:
        thing.traits = traits_of_gone(thing.change, named, shaped)
    return gone


def _usual(signatures: Iterable[Signature]) -> tuple[Signature, ...]:
    return tuple(each for each, _ in Counter(signatures).most_common(SIGNATURES))


# -- the rounds, the best evidence first --------------------------------------------------


def _mate(gone: list[_Thing], made: list[_Thing]) -> None:
    """Give each of ``gone`` its mate among ``made``, all of one type and provider."""
    gone.sort(key=_in_order)
    made.sort(key=_in_order)
    for keys, fits in _ROUNDS:
        _round(_left(gone), _left(made), keys, fits)
    _mate_blocks(_left(gone), _left(made))
    _mate_rest(_left(gone), _left(made))


def _round(gone: list[_Thing], made: list[_Thing], keys: _Keys, fits: _Fits) -> None:
    waiting: dict[Hashable, list[_Thing]] = {}
    for thing in reversed(made):
        for key in keys(thing):
            waiting.setdefault(key, []).append(thing)
    for thing in gone if waiting else ():
        for key in keys(thing):
            if key in waiting and _take(thing, waiting[key], fits):
                break


def _take(thing: _Thing, waiting: list[_Thing], fits: _Fits) -> bool:
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


def _mate_blocks(gone: list[_Thing], made: list[_Thing]) -> None:
    """Mate what is left of a block under new keys, whatever it is named, where it is many."""
    come = _by_block(made)
    for block, things in _by_block(gone).items():
        if len(things) == len(come.get(block, ())) >= MANY:
            for thing, other in zip(things, come[block], strict=True):
                if _of_one_environment(thing, other):
                    _join(thing, other)


def _mate_rest(gone: list[_Thing], made: list[_Thing]) -> None:
    """Mate what is left of a type in order, where as many go as come and nothing tells otherwise."""
    if len(gone) != len(made):
        return
    for thing, other in zip(gone, made, strict=True):
        near = len(gone) > 1 or thing.change.module == other.change.module
        if near and _may_be_one(thing, other) and _alike(thing, other):
            _join(thing, other)


def _mate_modules(gone: dict[_Kind, list[_Thing]], made: dict[_Kind, list[_Thing]]) -> None:
    """Mate what is left of a module with the same in another one, where it is many."""
    come: dict[Hashable, list[_Thing]] = {}
    for kind, things in made.items():
        for thing in _left(things):
            come.setdefault((kind, *_place(thing)), []).append(thing)
    candidates: dict[tuple[str, str], list[tuple[_Thing, _Thing]]] = {}
    for kind in made:
        for thing in _left(gone[kind]):
            for other in come.get((kind, *_place(thing)), ())[:_LOOKS]:
                if thing.change.module != other.change.module and _of_one_environment(thing, other):
                    way = (thing.change.module, other.change.module)
                    candidates.setdefault(way, []).append((thing, other))
    for found in sorted(candidates.values(), key=len, reverse=True):
        free = [(one, two) for one, two in found if one.mate is None and two.mate is None]
        if len(free) >= MANY:
            for thing, other in free:
                _join(thing, other)


def _join(thing: _Thing, other: _Thing) -> None:
    thing.mate, other.mate = other, thing


def _left(things: list[_Thing]) -> list[_Thing]:
    return [thing for thing in things if thing.mate is None]


def _by_block(things: list[_Thing]) -> dict[Hashable, list[_Thing]]:
    found: dict[Hashable, list[_Thing]] = {}
    for thing in things:
        found.setdefault((thing.call, thing.change.name), []).append(thing)
    return found


# -- evidence -----------------------------------------------------------------------------


def _place(thing: _Thing) -> tuple[Hashable, ...]:
    """Return where in its module an object is."""
    return thing.change.name, thing.change.index


def _block(thing: _Thing) -> tuple[Hashable, ...]:
    return thing.call, thing.change.name


def _always(_thing: _Thing, _other: _Thing) -> bool:
    return True


def _alike(thing: _Thing, other: _Thing) -> bool:
    return alike(thing.change, other.change)


def _may_be_one(thing: _Thing, other: _Thing) -> bool:
    return _of_one_environment(thing, other) and not differ_in_name(thing.traits, other.traits)


def _of_one_environment(thing: _Thing, other: _Thing) -> bool:
    # What is new may be nowhere yet: its tags are no evidence.
    places = {thing.environment, other.environment}
    return len(places - {UNKNOWN}) < 2


def _in_order(thing: _Thing) -> tuple[str, str, bool, int, str]:
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
