"""
What whoever asked may do now, and what not.

The advice is written for an AI agent as much as for a person: each step is one
sentence that can be followed as it stands, and the ways around the gate are
named as forbidden, so that a stopped agent does not go looking for one.
"""

from collections.abc import Sequence

from guardrail.policy.answer import Finding, Verdict

MOST = 5
"""So many different remedies are repeated as steps; a longer list is read by nobody."""
_SMALLER = "make the plan smaller, so that it destroys nothing, and check it again"
_RELEASED = "with the token they give you run: guardrail terraform --token FILE {} …"
_AGAIN = "put right what was denied, make a new plan and check that one"

_PROHIBITED = (
    "run terraform, tofu or a cloud API directly to do the same",
    "change the guardrail's settings, trust document, policies or hooks",
    "remove or hide the signs of who is behind the change",
    "sign, copy or make up an approval",
)


def next_steps(
    findings: Sequence[Finding],
    *,
    strictest: Verdict | None,
    request: str | None,
    operation: str = "",
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Return what may be done after a decision and what must not, as two lists of sentences.

    ``strictest`` is what still stands in the way: None or ``warn`` for an allowed
    plan, ``require_approval`` while approvals are missing. ``request`` is the id of
    the request that a senior can approve; None where none was written. ``operation`` is what
    is done without a plan. Remedies come in the findings' order, each once.
    """
    match strictest:
        case Verdict.DENY:
            again = () if operation else (_AGAIN,)
            return (*_remedies(findings, Verdict.DENY), *again), _PROHIBITED
        case Verdict.REQUIRE_APPROVAL:
            if operation:
                # Other categories advise changes of the configuration: they take back no operation.
                findings = [each for each in findings if each.rule.startswith("state/")]
                last = (_RELEASED.format(operation), *_remedies(findings, strictest))
            else:
                last = (*_remedies(findings, strictest), _SMALLER)
            return (_ask(request), *last), _PROHIBITED
        case _:
            return _remedies(findings, Verdict.WARN), ()


def _ask(request: str | None) -> str:
    if request is None:
        return (
            "save the plan (terraform plan -out=FILE) and check that file: a senior can approve it"
        )
    return f"ask a senior engineer to run: guardrail approve {request}"


def _remedies(findings: Sequence[Finding], outcome: Verdict) -> tuple[str, ...]:
    found = dict.fromkeys(f.remedy for f in findings if f.outcome is outcome and f.remedy)
    named = tuple(found)
    if len(named) <= MOST + 1:
        return named
    return (*named[:MOST], f"follow {len(named) - MOST} more remedies: each finding has its own")
