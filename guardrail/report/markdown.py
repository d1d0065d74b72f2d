"""The report for a pull request or a job summary: Markdown in which no label can do anything."""

from collections.abc import Iterable, Iterator

from guardrail.decision import Decision, Outcome
from guardrail.report import words
from guardrail.report.escape import code, label, markdown
from guardrail.report.groups import ASKS, grouped
from guardrail.report.lost import moved_blocks, places, recoveries, way_title, ways_out
from guardrail.report.text import strongest

MARKER = "<!-- guardrail -->"
"""The first line: a job finds its earlier comment by it and updates that one."""

_SIGNALS = 8


def render(decision: Decision) -> str:
    """Return the decision as Markdown; nothing from a plan becomes markup in it."""
    lines = [MARKER, f"## {words.outcome(decision, code)}", "", words.counts(decision.counts)]
    lines += ["", f"*{words.standing(decision)}*"]
    lines += _lost(decision)
    lines += _told("Can it be brought back?", recoveries(decision.details, code))
    title = way_title(decision.undo, decision.counts)
    lines += _told(title, ways_out(decision.undo, decision.counts, code))
    lines += _moved(decision)
    lines += _findings(decision)
    lines += _origin(decision)
    lines += _approvals(decision)
    lines += _next(decision)
    lines += _identity(decision)
    return "\n".join(lines) + "\n"


def _lost(decision: Decision) -> Iterator[str]:
    damaged = words.damaged(decision.environments)
    if damaged:
        yield from ("", "### What is lost", "")
    yield from (f"- {words.loss(environment, code)}" for environment in damaged)


def _told(title: str, sentences: Iterable[str]) -> Iterator[str]:
    said = list(sentences)
    if said:
        yield from ("", f"### {title}", "")
    yield from (f"- {each}" for each in said)


def _moved(decision: Decision) -> Iterator[str]:
    blocks = [line.replace("`", r"\u{60}") for line in moved_blocks(decision.undo, label)]
    if blocks:
        yield from ("", "```hcl", *blocks, "```")


def _findings(decision: Decision) -> Iterator[str]:
    if decision.findings:
        yield from ("", f"### Why: {words.many(len(decision.findings), 'finding')}")
    places_known = places(decision.details, code)
    for group in grouped(decision.findings):
        yield from ("", f"{code(group.rule)}, tier {group.tier}, {ASKS[group.outcome]}:", "")
        for finding in group.shown:
            named = not finding.address or finding.address in finding.message
            where = "" if named else f"{code(finding.address)}: "
            at = places_known.get(finding.address)
            yield f"- {where}{markdown(finding.message)}{f' ({at})' if at else ''}"
        if group.hidden:
            yield f"- and {group.hidden:,} more; the JSON report lists all"


def _origin(decision: Decision) -> Iterator[str]:
    origin = decision.origin
    names = ", ".join(code(name) for name in origin.names)
    yield from ("", f"### Who asks: {origin.kind.value}{f' ({names})' if names else ''}", "")
    signals = strongest(origin)
    for evidence in signals[:_SIGNALS]:
        forgeable = "forgeable" if evidence.forgeable else "not forgeable"
        seen = f"{evidence.source.value}, {evidence.strength.value}, {forgeable}"
        yield f"- {code(evidence.signal)} ({seen})"
    if len(signals) > _SIGNALS:
        yield f"- and {words.many(len(signals) - _SIGNALS, 'more signal')}"
    if not signals:
        yield "- no signal was found; nobody who cannot be named is taken for a human"
    yield from (f"- could not be looked at: {code(part)}" for part in origin.obstructed)


def _approvals(decision: Decision) -> Iterator[str]:
    approval = decision.approval
    if approval.accepted or approval.rejected:
        yield from ("", "### Approvals", "")
    for accepted in approval.accepted:
        yield f"- accepted: {code(accepted.person)} ({code(accepted.level)})"
    for rejected in approval.rejected:
        yield f"- rejected: {code(rejected.code)}: {markdown(rejected.why)}"


def _next(decision: Decision) -> Iterator[str]:
    for title, steps in (
        ("You may", decision.next.allowed),
        ("You must not", decision.next.prohibited),
    ):
        if steps:
            yield from ("", f"### {title}", "")
        yield from (f"- {markdown(step)}" for step in steps)


def _identity(decision: Decision) -> Iterator[str]:
    yield ""
    if decision.approval.request is not None and decision.outcome is Outcome.APPROVAL_REQUIRED:
        command = f"guardrail approve {decision.approval.request}"
        yield from (f"A senior runs {code(command)}.", "")
    yield f"{words.subject(decision.plan.operation).capitalize()} {code(decision.plan.sha256[:12])}, decision {code(decision.decision_id)}."
