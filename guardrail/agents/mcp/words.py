"""What a model reads beside the structured output: at most twelve short lines."""

from collections.abc import Iterable, Sequence

from guardrail.agents.messages import LINES, STEPS, argument, facts, quoted
from guardrail.decision import Decision, Next, Outcome
from guardrail.door.follow import Followed, Status
from guardrail.report import words
from guardrail.report.escape import markdown, sentence

_SAME = "with the same path and directory"
_TOKEN = f"once they give you the token's file, call apply_plan {_SAME} and with token_file"
_WAIT = "wait, and call follow_request again in some minutes"


def next_of(decision: Decision, *, saved: bool) -> Next:
    """Return what may be done now, in terms of this server's tools."""
    allowed = decision.next.allowed
    match decision.outcome:
        case Outcome.ALLOW if saved:
            allowed = (f"call apply_plan {_SAME}", *allowed)
        case Outcome.APPROVAL_REQUIRED if decision.approval.request is not None:
            allowed = (_approve(decision.approval.request), _TOKEN, *allowed[1:])
        case Outcome.APPROVAL_REQUIRED if saved:
            # The first step would be to save the plan, which was done.
            ask = f"call open_request {_SAME}, so that a senior can decide about this plan"
            allowed = (ask, *allowed[1:])
        case _:
            pass
    return Next(allowed=allowed, prohibited=decision.next.prohibited)


def decided(decision: Decision, steps: Next, again: str | None = None) -> str:
    """Return a decision for a model; names from the plan stand in it as quoted data."""
    details = [f"Plan: {words.counts(decision.counts)}.", *facts(decision)]
    if decision.approval.rejected:
        codes = ", ".join(sorted({each.code for each in decision.approval.rejected}))
        details.append(f"The token does not count: {codes}.")
    if again is not None:
        details.append(again)
    return _lines(words.outcome(decision, quoted), details, steps)


def applied(done: str) -> str:
    """Return what a model reads after an apply; ``done`` says how much was changed."""
    return _lines(f"APPLIED: {done}", (), Next(allowed=(), prohibited=()))


def followed(found: Followed) -> tuple[str, Next]:
    """Return where a request stands, and what may be done about it."""
    request, says = found.request.request_id, _SAYS[found.status]
    steps: tuple[str, ...]
    match found.status:
        case Status.WAITING:
            steps = (_approve(request), _WAIT, _TOKEN)
        case Status.APPROVED:
            steps = ("ask the senior for the file with the token", _TOKEN)
        case Status.REJECTED:
            steps = ("talk to whoever rejected it", "make a smaller plan, and check that one")
        case Status.SPENT:
            steps = ("if more is to be done, make a new plan, and check that one",)
        case Status.EXPIRED:
            steps = (f"call open_request {_SAME} once more",)
    following = Next(allowed=steps, prohibited=PROHIBITED)
    return _lines(f"{found.status.value.upper()}: {says}", (), following), following


PROHIBITED = (
    "do the same with another command, tool or API",
    "sign, copy or make up an approval",
)

_SAYS = {
    Status.WAITING: "no senior has decided about this request yet",
    Status.APPROVED: "a senior signed; nothing is applied before you hand in the token",
    Status.REJECTED: "a senior turned this request down for good",
    Status.SPENT: "the approval of this request was used for an apply",
    Status.EXPIRED: "nobody decided about this request in time",
}


def _approve(request: str) -> str:
    return f"ask a senior engineer to run: guardrail approve {argument(request, 'REQUEST')}"


def _lines(headline: str, details: Iterable[str], steps: Next) -> str:
    lines = [f"guardrail: {headline}", *details]
    lines += _steps(steps.allowed)
    if steps.prohibited:
        lines.append(f"You must not: {'; '.join(steps.prohibited)}.")
    return "\n".join(sentence(line) for line in lines[:LINES])


def _steps(allowed: Sequence[str]) -> list[str]:
    return ["You may:", *(f"- {markdown(step)}" for step in allowed[:STEPS])] if allowed else []
