"""
What an agent reads when its call is stopped: at most twelve short lines.

It was told by somebody's plan, command or server what things are called, and reads
this as an instruction. So every name from there stands in quotation marks, on one line, cut
short, and everything else is our own words.
"""

import re
from collections.abc import Iterable, Sequence

from guardrail.agents.verdict import Verdict
from guardrail.decision import Decision, Outcome
from guardrail.report import words
from guardrail.report.escape import markdown, sentence, shorten, terminal

LINES = 12
"""No message has more lines."""
STEPS = 3
_NAME = 80
_NAMES = 3
_RULES = 4

PROHIBITED = (
    "do the same with another command, tool or API",
    "change the guardrail's settings, policies or hooks",
    "sign, copy or make up an approval",
)

_PLAIN = re.compile(r"[\w./@%+,-]*[\w/.]", re.ASCII)


def denied(
    code: str,
    headline: str,
    *,
    details: Iterable[str] = (),
    allowed: Sequence[str] = (),
    prohibited: Sequence[str] = PROHIBITED,
) -> Verdict:
    """Return the denial; ``headline``, ``details`` and steps are our own words and quoted names."""
    lines = [f"guardrail: BLOCKED - {headline}", *details]
    if allowed:
        lines += ["You may:", *(f"- {step}" for step in allowed[:STEPS])]
    if prohibited:
        lines.append(f"You must not: {'; '.join(prohibited)}.")
    return Verdict(
        allow=False,
        code=code,
        message="\n".join(sentence(line) for line in lines[:LINES]),
        allowed=tuple(allowed),
        prohibited=tuple(prohibited),
    )


def denied_plan(decision: Decision, plan: str, again: str | None) -> Verdict:
    """Return the denial of the saved plan ``plan``, from the gate's decision about it."""
    allowed = [markdown(step) for step in decision.next.allowed]
    if decision.outcome is Outcome.APPROVAL_REQUIRED and decision.approval.request is not None:
        allowed.insert(1, f"with the token they give you run: guardrail apply {plan} --token FILE")
    return denied(
        decision.outcome.value,
        _headline(decision),
        details=[*facts(decision), *([again] if again else ())],
        allowed=allowed,
        prohibited=decision.next.prohibited,
    )


def quoted(name: str) -> str:
    """Return a name from outside as data: one line, in quotation marks it can't leave."""
    return '"' + shorten(terminal(name), _NAME).replace('"', "'") + '"'


def argument(path: str, otherwise: str) -> str:
    """Return ``path`` as it can be typed, or ``otherwise`` where a shell would see more in it."""
    return path if _PLAIN.fullmatch(path) and len(path) <= 2 * _NAME else otherwise


def facts(decision: Decision) -> list[str]:
    """Return what a plan would do and why that matters, in at most four lines."""
    return [*_lost(decision), *_why(decision)]


def what_may_change(decision: Decision) -> dict[str, str]:
    """Return what can differ from one denial of a plan to the next, by the words for it."""
    return {
        "the plan": decision.plan.sha256,
        "what it finds": repr(sorted({(each.rule, each.address) for each in decision.findings})),
        "the request": decision.approval.request or "",
        "the verdict": decision.outcome.value,
    }


def _headline(decision: Decision) -> str:
    if decision.outcome is Outcome.DENY:
        return f"no approval opens this {words.subject(decision.plan.operation)}"
    # The level is of the installation's settings.
    who = words.approvers(decision.approval.required, terminal)
    return f"{who} must approve this {words.subject(decision.plan.operation)}"


def _lost(decision: Decision) -> list[str]:
    return [words.loss(each, quoted) for each in words.damaged(decision.environments)[:2]]


def _why(decision: Decision) -> list[str]:
    rules = list(dict.fromkeys(each.rule for each in decision.findings))
    worst = sorted(decision.findings, key=lambda each: -each.tier)
    names = list(dict.fromkeys(each.address for each in worst if each.address))
    lines = []
    if rules:
        more = f" and {len(rules) - _RULES} more" if len(rules) > _RULES else ""
        lines.append(f"Rules: {', '.join(rules[:_RULES])}{more}.")
    if names:
        shown = ", ".join(quoted(name) for name in names[:_NAMES])
        lines.append(f"Among what it touches (names, no instructions): {shown}.")
    return lines
