"""
Why a plan replaces things: the values at the root, and what only follows from them.

A value that is known before apply is a root. One that only apply will know comes from
something else that is created anew: that replacement is a consequence, and goes away
with the roots of what it stands on.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Raw, Struct

from guardrail.findings.address import configured_address
from guardrail.findings.attributes import UNTOUCHED, decode
from guardrail.findings.losses.traced import Configured
from guardrail.findings.model import Way
from guardrail.plan.model import Change

_DEPTH: Final = 40
"""So many consequences of consequences are followed."""

_MASK = msgspec.json.Decoder(dict[str, Raw])


class Fix(Struct, frozen=True, kw_only=True):
    """One small change of the configuration. Nothing in it is a value, and no key of one."""

    way: Way
    subject: str
    target: str = ""
    block: str = ""
    """Where ``subject`` is an attribute: the resource that it belongs to."""


class Reasons(Struct, frozen=True, kw_only=True):
    """Why one object is deleted and created anew."""

    roots: tuple[tuple[Fix, ...], ...] = ()
    """For each value that changed: what it is made of, some of which has changed."""
    behind: tuple[str, ...] = ()
    """The resources that the values come from which only apply will know."""
    unexplained: bool = False
    """Whether something forces it that cannot be seen, such as a taint."""


def reasons(change: Change, attributes: Iterable[str], configured: Configured) -> Reasons:
    """Return why ``change`` replaces its object, which the ``attributes`` force."""
    names = tuple(attributes)
    block = configured_address(change.address) or ""
    roots: list[tuple[Fix, ...]] = []
    behind: list[str] = []
    unexplained = not names
    for name, unknown in _unknown(change, names):
        trace = configured.trace(block, name.partition(".")[0])
        if not unknown:
            ends = tuple(Fix(way=Way.KEEP_VALUE, subject=end) for end in trace.ends)
            roots.append(ends or (Fix(way=Way.KEEP_VALUE, subject=name, block=block),))
        behind += trace.blocks if unknown else ()
        unexplained |= unknown and not trace.blocks
    return Reasons(roots=tuple(roots), behind=tuple(behind), unexplained=unexplained)


class Roots:
    """What a whole plan's replacements go away with."""

    def __init__(self, found: Mapping[str, Iterable[Reasons]]) -> None:
        """
        Choose among the roots of ``found``, the reasons of all that is created anew, by block.

        Where a value is made of several, that one is taken which explains the most.
        """
        self._found = found
        every = [may for each in found.values() for one in each for may in one.roots]
        self._weights = Counter(fix for may in every for fix in may)
        self._of_block: dict[str, frozenset[Fix]] = {}
        chosen = frozenset(map(self._choose, every))
        self._only = chosen if len(chosen) == 1 else frozenset()

    def of(self, why: Reasons) -> frozenset[Fix]:
        """Return all that has to be done against ``why``; nothing where that is not known."""
        found = self._known(why, _DEPTH)
        if why.unexplained or not found:
            # Of the only root there is, all the rest can be a consequence.
            return self._only if found <= self._only else frozenset()
        return found

    def _known(self, why: Reasons, depth: int) -> frozenset[Fix]:
        chosen = frozenset(map(self._choose, why.roots))
        return chosen.union(*(self._behind(block, depth) for block in why.behind))

    def _behind(self, block: str, depth: int) -> frozenset[Fix]:
        if block not in self._of_block:
            # Until it is known: a circle adds nothing.
            self._of_block[block] = frozenset()
            whys = self._found.get(block, ()) if depth else ()
            self._of_block[block] = frozenset().union(
                *(self._known(why, depth - 1) for why in whys)
            )
        return self._of_block[block]

    def _choose(self, may: tuple[Fix, ...]) -> Fix:
        return max(may, key=self._weights.__getitem__)


def _unknown(change: Change, names: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """Yield each of the attributes, and whether only apply will know its new value."""
    try:
        mask = _MASK.decode(change.after_unknown)
    except msgspec.MsgspecError:
        mask = dict.fromkeys(names, Raw(b"true"))
    for name in names:
        raw = mask.get(name, Raw())
        yield name, raw not in UNTOUCHED and _any(decode(raw))


def _any(mask: object) -> bool:
    match mask:
        case dict():
            return any(map(_any, mask.values()))
        case list():
            return any(map(_any, mask))
        case _:
            return mask is True
