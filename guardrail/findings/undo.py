"""
The smallest changes that make most of a plan harmless: what a senior would rather sign.

One kept value of a variable can take back a whole rebuild, one ``moved`` block a
renamed module. What has no such change, as a plan that is meant to destroy, has none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from guardrail.findings.causes import Fix, Reasons, Roots, reasons
from guardrail.findings.kept import Kept, is_path
from guardrail.findings.model import Kind, Observation, Undo, Way
from guardrail.findings.sameness import other_names
from guardrail.findings.traced import Configured
from guardrail.findings.view import Lost, View
from guardrail.plan.model import Change, Plan
from guardrail.plan.references import without_keys

MOST = 8
"""So many changes are named."""

Needed = tuple[frozenset[Fix], int]
"""All that has to be done against a loss, and how many losses that is so for."""

_WAYS = tuple(Way)
_WEAKENED = frozenset({Kind.DISARMED, Kind.DISRUPTED})


def undo(view: View, observations: Iterable[Observation]) -> tuple[Undo, ...]:
    """
    Return at most :data:`MOST` changes, those with which the most losses go away first.

    A loss for which several changes are needed counts for none of them.
    """
    lost = [each for each in view.losses if not each.observation.benign]
    needed = [*_of_losses(view.plan, lost), *_of_weakened(observations)]
    counts: dict[Fix, int] = {}
    for fixes, number in needed:
        for fix in fixes:
            counts[fix] = counts.get(fix, 0) + (number if len(fixes) == 1 else 0)
    merged: dict[tuple[Way, str, str], int] = {}
    for change, number in _named(counts):
        merged[change] = merged.get(change, 0) + number
    best = sorted(merged.items(), key=lambda item: (-item[1], _WAYS.index(item[0][0]), item[0]))
    return tuple(
        Undo(way=way, subject=subject, target=target, count=number)
        for (way, subject, target), number in best[:MOST]
    )


def _named(counts: dict[Fix, int]) -> Iterator[tuple[tuple[Way, str, str], int]]:
    """Yield each change with its subject: an attribute with its block, if that is the only one."""
    blocks: dict[tuple[Way, str], set[str]] = {}
    for fix in counts:
        blocks.setdefault((fix.way, fix.subject), set()).add(fix.block)
    for fix, number in counts.items():
        alone = len(blocks[fix.way, fix.subject]) == 1 and fix.block and is_path(fix.block)
        yield (fix.way, f"{fix.block}.{fix.subject}" if alone else fix.subject, fix.target), number


# -- what is lost -------------------------------------------------------------------------


def _of_losses(plan: Plan, losses: list[Lost]) -> Iterator[Needed]:
    """Yield what has to be done against each loss, and how many are alike; nothing if not known."""
    configured = Configured(plan)
    kept = Kept(plan, configured)
    anew: dict[str, Counter[Reasons]] = {}
    for lost in losses:
        change, observation = lost.change, lost.observation
        if observation.kind is Kind.REPLACED:
            why = reasons(change, observation.causes, configured)
            anew.setdefault(without_keys(change.address), Counter())[why] += 1
        elif lost.becomes is not None:
            why = _recreated(lost, lost.becomes, configured)
            anew.setdefault(without_keys(lost.becomes.address), Counter())[why] += 1
        else:
            fix = kept.fix(change.address)
            yield frozenset() if fix is None else frozenset({fix}), 1
    roots = Roots(anew)
    for whys in anew.values():
        yield from ((roots.of(why), number) for why, number in whys.items())


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
        if observation.kind in _WEAKENED:
            block = without_keys(observation.address)
            block = block if is_path(block) else ""
            if len(observation.causes) == 1:
                attribute = observation.causes[0]
                yield frozenset({Fix(way=Way.KEEP_ARGUMENT, subject=attribute, block=block)}), 1
            elif block:
                yield frozenset({Fix(way=Way.KEEP_ARGUMENT, subject=block)}), 1
