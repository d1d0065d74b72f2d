"""
What a report says about single lost things and about the way out, in any format.

Which of them are told about, and how many more there are; the words are plain
text, and the caller's ``escape`` makes whatever is from outside harmless.
"""

from collections.abc import Iterator, Mapping, Sequence

from guardrail.findings.model import Counts, Detail, Recovery, Undo, Way
from guardrail.report.words import Escape, many

TOLD = 6
"""So many things that hold data are told about; the JSON report has all of them."""
WAYS = 3
"""So many ways out are named."""

RECOVERY = {
    Recovery.REBUILT: "holds nothing, Terraform makes it again",
    Recovery.SNAPSHOT: "a last snapshot is made",
    Recovery.BACKUPS: "earlier backups stay",
    Recovery.SOFT_DELETE: "the provider keeps it for some time",
    Recovery.REFUSED: "the provider refuses to delete it as it is",
    Recovery.NONE: "cannot be brought back",
    Recovery.UNKNOWN: "the plan does not show whether anything of it stays",
}
_GRAVEST = (
    Recovery.NONE,
    Recovery.UNKNOWN,
    Recovery.SOFT_DELETE,
    Recovery.BACKUPS,
    Recovery.SNAPSHOT,
    Recovery.REFUSED,
)


def recoveries(details: Sequence[Detail], escape: Escape) -> Iterator[str]:
    """Yield a sentence for each lost thing with data, what is lost for good first, and the rest."""
    grave = [detail for detail in details if detail.recovery is not Recovery.REBUILT]
    grave.sort(key=lambda detail: _GRAVEST.index(detail.recovery))
    for detail in grave[:TOLD]:
        holds = f" ({detail.holds})" if detail.holds else ""
        said = f" ({', '.join(map(escape, detail.shown_by))})" if detail.shown_by else ""
        where = place(detail, escape)
        at = f", {where}" if where else ""
        yield f"{escape(detail.address)}{holds}: {RECOVERY[detail.recovery]}{said}{at}"
    if len(grave) > TOLD:
        yield f"and {many(len(grave) - TOLD, 'more thing')} with data (the JSON report lists all)"
    rebuilt = len(details) - len(grave)
    if grave and rebuilt:
        others = "the other one holds" if rebuilt == 1 else f"the other {rebuilt:,} hold"
        yield f"{others} no data: Terraform makes {'it' if rebuilt == 1 else 'them'} again"


def way_title(undo: Sequence[Undo], counts: Counts) -> str:
    """Return what the ways out together are worth: all that is lost, or the most of it."""
    whole = undo and undo[0].count >= _losses(counts) > 0
    return "The smallest change that makes it harmless" if whole else "What would spare most"


def ways_out(undo: Sequence[Undo], counts: Counts, escape: Escape) -> Iterator[str]:
    """Yield the smallest changes that make most of the plan harmless, as sentences."""
    for way in undo[:WAYS]:
        yield f"{_change(way, escape)}{_worth(way, counts)}"


def moved_blocks(undo: Sequence[Undo], escape: Escape) -> Iterator[str]:
    """Yield the lines of the ``moved`` blocks among the ways out that are named, to be copied."""
    for way in undo[:WAYS]:
        if way.way is Way.ADD_MOVED:
            yield "moved {"
            yield f"  from = {escape(way.subject)}"
            yield f"  to   = {escape(way.target)}"
            yield "}"


def places(details: Sequence[Detail], escape: Escape) -> Mapping[str, str]:
    """Return label → ``file:line`` of its block, for the things where that is known."""
    return {detail.address: where for detail in details if (where := place(detail, escape))}


def place(detail: Detail, escape: Escape) -> str:
    """Return ``file:line`` of the block of one thing; empty where it is not known."""
    return escape(f"{detail.file}:{detail.line}") if detail.file else ""


def _worth(undo: Undo, counts: Counts) -> str:
    if undo.way is Way.KEEP_ARGUMENT:
        return f", in {undo.count:,} places" if undo.count > 1 else ""
    if not undo.count:
        return ""
    return f": spares {undo.count:,} of {many(_losses(counts), 'loss', 'losses')}"


def _losses(counts: Counts) -> int:
    return counts.delete + counts.replace + counts.forget


def _change(undo: Undo, escape: Escape) -> str:
    subject = escape(undo.subject)
    match undo.way:
        case Way.KEEP_VALUE:
            return f"keep the old value of {subject}"
        case Way.ADD_MOVED:
            return f"add a moved block from {subject} to {escape(undo.target)}"
        case Way.MOVE_BY_KEY if undo.subject == undo.target:
            return f"add a moved block for each instance of {subject}, key by key"
        case Way.MOVE_BY_KEY:
            target = escape(undo.target)
            return f"add a moved block for each instance of {subject}, to {target}, key by key"
        case Way.KEEP_BLOCK:
            return f"keep the block of {subject}"
        case _:
            return f"leave {subject} as it was"
