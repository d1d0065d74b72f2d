"""
The smallest changes that make most of a plan harmless: what a senior would rather sign.

One kept value of a variable can take back a whole rebuild, one ``moved`` block a
renamed module. What has no such change, as a plan that is meant to destroy, has none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from guardrail.findings.losses.causes import Fix, Reasons, Roots, reasons
from guardrail.findings.losses.kept import Kept, is_path
from guardrail.findings.losses.sameness import other_names
from guardrail.findings.losses.traced import Configured
from guardrail.findings.model import Kind, Observation, Undo, Way
from guardrail.findings.view import Lost, View
from guardrail.plan.model import Change, Plan
from guardrail.plan.references import without_keys

MOST = 8
"""So many changes are named."""
READ = 3
"""So many of them every reader sees: the one that spares most is among these."""


class Needed(Struct, frozen=True):
    """All that has to be done against some losses that are alike."""

    fixes: frozenset[Fix]
    count: int
    data: bool
    """Whether they are about data or keys."""
    lost: bool = True
    """Whether anything is lost yet: what is only weakened still stands."""


class Worth(Struct, frozen=True):
    """How much one change spares by itself."""

    count: int = 0
    data: int = 0
    """How many of them are about data or keys."""
    data_lost: int = 0

    def __add__(self, other: "Worth") -> "Worth":
        return Worth(
            self.count + other.count, self.data + other.data, self.data_lost + other.data_lost
        )


Named = tuple[Way, str, str]
"""A change as it is told: the way, its subject and its target."""

_WAYS = tuple(Way)
_WEAKENED = frozenset({Kind.DISARMED, Kind.DISRUPTED, Kind.IMPORTED_AND_CHANGED})


def undo(view: View, observations: Iterable[Observation]) -> tuple[Undo, ...]:
    """
    Return at most :data:`MOST` changes: those that spare data first, then those that spare most.

    A loss for which several changes are needed counts for none of them.
    """
    lost = [each for each in view.losses if not each.observation.benign]
    worths: dict[Fix, Worth] = {}
    for needed in (*_of_losses(view.plan, lost), *_of_weakened(observations)):
        worth = _worth(needed) if len(needed.fixes) == 1 else Worth()
        for fix in needed.fixes:
            worths[fix] = worths.get(fix, Worth()) + worth
    merged: dict[Named, Worth] = {}
    for change, worth in _by_pair(list(_named(worths))):
        merged[change] = merged.get(change, Worth()) + worth
    return tuple(
        Undo(way=way, subject=subject, target=target, count=worth.count)
        for (way, subject, target), worth in _ranked(merged)[:MOST]
    )


def _worth(needed: Needed) -> Worth:
    data = needed.count if needed.data else 0
    return Worth(needed.count, data, data if needed.lost else 0)


def _ranked(worths: dict[Named, Worth]) -> list[tuple[Named, Worth]]:
    """Return the changes in the order in which they are told."""
    best = sorted(
        worths.items(),
        key=lambda item: (
            not item[1].data_lost,
            -item[1].count,
            not item[1].data,
            _WAYS.index(item[0][0]),
            item[0],
        ),
    )
    most = max(range(len(best)), key=lambda at: best[at][1].count, default=0)
    if most >= READ:
        best.insert(READ - 1, best.pop(most))
    return best


def _named(worths: dict[Fix, Worth]) -> Iterator[tuple[Named, Worth]]:
    """
    Yield each change with its subject: an attribute with its block, if that is the only one.

    What forces many replacements is often one value that many blocks are given; an argument
    that is to be left as it was is each block's own.
    """
    blocks: dict[tuple[Way, str], set[str]] = {}
    for fix in worths:
        blocks.setdefault((fix.way, fix.subject), set()).add(fix.block)
    for fix, worth in worths.items():
        own = fix.way is Way.KEEP_ARGUMENT or len(blocks[fix.way, fix.subject]) == 1
        alone = own and fix.block and is_path(fix.block)
        yield (fix.way, f"{fix.block}.{fix.subject}" if alone else fix.subject, fix.target), worth


def _by_pair(changes: list[tuple[Named, Worth]]) -> Iterator[tuple[Named, Worth]]:
    """Yield ``changes``, the moves between several instances of the same two blocks as one."""
    pairs = Counter(_pair(change) for change, _ in changes if change[0] is Way.ADD_MOVED)
    for change, worth in changes:
        many = change[0] is Way.ADD_MOVED and pairs[_pair(change)] > 1
        yield (Way.MOVE_BY_KEY, *_pair(change)) if many else change, worth


def _pair(change: Named) -> tuple[str, str]:
    return without_keys(change[1]), without_keys(change[2])


# -- what is lost -------------------------------------------------------------------------


def _of_losses(plan: Plan, losses: list[Lost]) -> Iterator[Needed]:
    """Yield what has to be done against each loss, and how many are alike; nothing if not known."""
    configured = Configured(plan)
    kept = Kept(plan, configured)
    anew: dict[str, Counter[Reasons]] = {}
    holding: set[str] = set()
    for lost in losses:
        change, observation = lost.change, lost.observation
        if observation.kind is Kind.REPLACED:
            why, block = reasons(change, observation.causes, configured), change.address
        elif lost.becomes is not None:
            why, block = _recreated(lost, lost.becomes, configured), lost.becomes.address
        else:
            fix = kept.fix(change.address)
            data = observation.data and observation.kind is not Kind.FORGOTTEN
            yield Needed(frozenset() if fix is None else frozenset({fix}), 1, data)
            continue
        anew.setdefault(without_keys(block), Counter())[why] += 1
        if observation.data:
            holding.add(without_keys(block))
    roots = Roots(anew)
    for block, whys in anew.items():
        for why, number in whys.items():
            yield Needed(roots.of(why), number, block in holding)


def _recreated(lost: Lost, becomes: Change, configured: Configured) -> Reasons:
    """Return why: no ``moved`` block, and other names, which would force a replacement with it."""
    source, target = lost.observation.move_from, lost.observation.move_to
    moved = Fix(way=Way.ADD_MOVED, subject=source, target=target)
    names = other_names(lost.change, becomes)
    named = reasons(becomes, names, configured).roots if names else ()
    return Reasons(roots=((moved,), *named))


# -- what is weakened ---------------------------------------------------------------------


def _of_weakened(observations: Iterable[Observation]) -> Iterator[Needed]:
    """Yield for each thing that an update weakens the argument to leave, or all of its block."""
    for observation in observations:
        block = without_keys(observation.address)
        if observation.kind in _WEAKENED and is_path(block):
            if len(observation.causes) == 1:
                (attribute,) = observation.causes
                fix = Fix(way=Way.KEEP_ARGUMENT, subject=attribute, block=block)
            else:
                fix = Fix(way=Way.KEEP_ARGUMENT, subject=block)
            yield Needed(frozenset({fix}), 1, data=observation.data, lost=False)
