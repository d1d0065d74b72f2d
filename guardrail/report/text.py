"""The report for a terminal: one screen, worst first, and three lines when nothing is wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from guardrail.decision import Decision, Outcome
from guardrail.findings.model import Counts, Undo
from guardrail.origin.evidence import Evidence, Origin, Strength
from guardrail.policy.answer import Finding
from guardrail.report import words
from guardrail.report.escape import label, sentence, terminal
from guardrail.report.groups import ASKS, Group, grouped
from guardrail.report.lost import moved_blocks, places, recoveries, way_title, ways_out

_SIGNALS = 4
_COLOURS = {Outcome.ALLOW: "32", Outcome.APPROVAL_REQUIRED: "33", Outcome.DENY: "31"}


def render(decision: Decision, *, colour: bool = False) -> str:
    """
    Return the decision as lines of text for a person, ending with a newline.

    Nothing in it comes from a plan unescaped. Without ``colour`` it holds no
    control character but the newline.
    """
    lines = [_headline(decision, colour=colour), words.standing(decision), _changes(decision)]
    if not _quiet(decision):
        lines += _lost(decision)
        lines += told("Can it be brought back", recoveries(decision.details, label))
        lines += way_out(decision.undo, decision.counts)
        lines += _findings(decision)
        lines += _origin(decision.origin)
        lines += _approval(decision)
        lines += _next(decision)
    lines += _identity(decision)
    return "\n".join(lines) + "\n"


def finding_text(finding: Finding) -> str:
    """Return one finding as one line: its label, then its message unless that names it already."""
    message = sentence(finding.message)
    where = label(finding.address)
    return message if not where or finding.address in finding.message else f"{where}: {message}"


def placed(finding: Finding, where: Mapping[str, str]) -> str:
    """Return one finding as one line, with the place of its block where ``where`` knows it."""
    place = where.get(finding.address)
    return finding_text(finding) + (f" [{place}]" if place else "")


def way_out(undo: Sequence[Undo], counts: Counts) -> Iterator[str]:
    """Yield the smallest changes as a section of their own, ``moved`` blocks ready to be copied."""
    yield from told(way_title(undo, counts), ways_out(undo, counts, label))
    yield from (f"    {line}" for line in moved_blocks(undo, label))


def told(title: str, sentences: Iterable[str]) -> Iterator[str]:
    """Yield ``sentences`` as a section of their own, or nothing where there are none."""
    said = list(sentences)
    if said:
        yield ""
        yield title
    yield from (f"  {each}" for each in said)


def strongest(origin: Origin) -> tuple[Evidence, ...]:
    """Return the origin's signals, strongest first, their order kept within one strength."""
    rank = {Strength.STRONG: 0, Strength.MEDIUM: 1, Strength.WEAK: 2}
    return tuple(sorted(origin.evidence, key=lambda e: rank[e.strength]))


def signal_text(evidence: Evidence) -> str:
    """Return one signal with where it was seen, how much it says and whether it can be faked."""
    forgeable = "forgeable" if evidence.forgeable else "not forgeable"
    return f"{label(evidence.signal)} ({evidence.source.value}, {evidence.strength.value}, {forgeable})"


def _quiet(decision: Decision) -> bool:
    return (
        decision.outcome is decision.would_be is Outcome.ALLOW
        and not decision.findings
        and not decision.approval.rejected
    )


def _headline(decision: Decision, *, colour: bool) -> str:
    line = words.outcome(decision, terminal)
    return f"\x1b[1;{_COLOURS[decision.would_be]}m{line}\x1b[0m" if colour else line


def _changes(decision: Decision) -> str:
    who = decision.origin.kind.value
    names = ", ".join(label(name) for name in decision.origin.names)
    operation = label(decision.plan.operation)
    what = f"{words.subject(operation)}: {words.counts(decision.counts, operation)}"
    return f"{what}; asked by {who}{f' ({names})' if names else ''}"


def _lost(decision: Decision) -> Iterator[str]:
    damaged = words.damaged(decision.environments)
    if damaged:
        yield ""
        yield "What is lost"
    for environment in damaged:
        yield f"  {words.loss(environment, label)}"


def _findings(decision: Decision) -> Iterator[str]:
    if decision.findings:
        yield ""
        yield f"Why ({words.many(len(decision.findings), 'finding')})"
    where = places(decision.details, label)
    for group in grouped(decision.findings):
        yield f"  tier {group.tier}, {ASKS[group.outcome]}: {terminal(group.rule)} ({group.total:,})"
        yield from (f"    {placed(finding, where)}" for finding in group.shown)
        yield from _more(group)


def _more(group: Group) -> Iterator[str]:
    if group.hidden:
        yield f"    and {group.hidden:,} more (the JSON report lists all)"


def _origin(origin: Origin) -> Iterator[str]:
    yield ""
    names = ", ".join(label(name) for name in origin.names)
    yield f"Who asks: {origin.kind.value}{f' ({names})' if names else ''}"
    signals = strongest(origin)
    yield from (f"  {signal_text(evidence)}" for evidence in signals[:_SIGNALS])
    if len(signals) > _SIGNALS:
        yield f"  and {words.many(len(signals) - _SIGNALS, 'more signal')}"
    if not signals:
        yield "  no signal was found; nobody who cannot be named is taken for a human"
    if origin.obstructed:
        yield f"  could not be looked at: {', '.join(label(part) for part in origin.obstructed)}"


def _approval(decision: Decision) -> Iterator[str]:
    approval = decision.approval
    if approval.accepted or approval.rejected:
        yield ""
        yield "Approvals"
    for accepted in approval.accepted:
        yield f"  accepted: {label(accepted.person)} ({label(accepted.level)})"
    for rejected in approval.rejected:
        yield f"  rejected: {label(rejected.code)}: {sentence(rejected.why)}"


def _next(decision: Decision) -> Iterator[str]:
    for title, steps in (
        ("You may", decision.next.allowed),
        ("You must not", decision.next.prohibited),
    ):
        if steps:
            yield ""
            yield title
        yield from (f"  - {sentence(step)}" for step in steps)


def _identity(decision: Decision) -> Iterator[str]:
    if _quiet(decision):
        return
    yield ""
    if decision.approval.request is not None:
        request = label(decision.approval.request)
        waits = decision.outcome is Outcome.APPROVAL_REQUIRED
        todo = f"; a senior runs: guardrail approve {request}" if waits else ""
        yield f"request {request}{todo}"
    workspace = f", workspace {label(decision.stack.workspace)}" if decision.stack.workspace else ""
    yield (
        f"{words.subject(decision.plan.operation)} sha256 {label(decision.plan.sha256[:12])}{workspace}, "
        f"decision {label(decision.decision_id)}"
    )
