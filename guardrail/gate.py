"""
The gate: one plan in, one decision out.

This module is the whole product on one page. It opens no file, reads no clock
and no environment: everything that could vary, the policy's engine included, is
an argument. What it returns is a value; making the world obey it is
:mod:`guardrail.enforce`'s work.

The steps, in order; a step may only use what the steps above it produced:

1. Derive the facts of the plan: what is lost, in which environment.
2. Ask the policy. Anything but a well-formed answer raises, and nothing is applied.
3. Fold the findings into one outcome; the strictest wins.
4. Where approval is needed, verify what was offered against this very plan.
5. Bind all of the above into a decision.

Who is behind the plan was concluded before (:mod:`guardrail.origin.classify`):
no evidence is not a human. The caller must apply the bytes that were decided,
burn an accepted approval first, and never apply without an ``allow``.
"""

from collections.abc import Sequence

from guardrail.approval.request import Facts
from guardrail.case import Case, Offer, Weighed
from guardrail.decision import ApprovalRecord, Decision, Next, Outcome, PolicyRecord
from guardrail.findings.model import Findings
from guardrail.findings.observe import observe
from guardrail.policy.advice import next_steps
from guardrail.policy.answer import Answer, Finding, Verdict, read_answer
from guardrail.policy.engine import Engine
from guardrail.policy.question import ask, to_json
from guardrail.settings.model import Profile

_IN_THE_WAY = {
    Outcome.ALLOW: None,
    Outcome.APPROVAL_REQUIRED: Verdict.REQUIRE_APPROVAL,
    Outcome.DENY: Verdict.DENY,
}


def decide(case: Case, engine: Engine, offers: Sequence[Offer] = ()) -> Decision:
    """
    Decide about one plan.

    Raises :class:`guardrail.errors.PolicyError` where the policy gave no usable
    answer. A denial is a value.
    """
    # 1. Derive the facts of the plan.
    findings = observe(case.plan, case.settings, case.surroundings)
    # 2. Ask the policy.
    answer = _consult(case, findings, engine)
    # 3. Fold the findings; the strictest wins.
    outcome = _fold(answer.findings)
    # 4. Verify what was offered against this very plan.
    facts = Facts(
        counts=findings.counts,
        environments=findings.environments,
        findings=answer.findings,
        details=findings.details,
        undo=findings.undo,
    )
    weighed = _weigh(case, facts, offers)
    # 5. Bind.
    return _bind(case, engine, findings, answer, outcome, weighed)


def facts_of(decision: Decision) -> Facts:
    """Return what a senior would sign about ``decision``."""
    return Facts(
        counts=decision.counts,
        environments=decision.environments,
        findings=decision.findings,
        details=decision.details,
        undo=decision.undo,
    )


def strictest(outcome: Outcome) -> Verdict | None:
    """Return the verdict that still stands in the way of ``outcome``; None where nothing does."""
    return _IN_THE_WAY[outcome]


def _consult(case: Case, findings: Findings, engine: Engine) -> Answer:
    question = ask(
        case.plan,
        findings,
        case.origin,
        case.settings,
        workspace=case.stack.workspace,
        unfinished=case.unfinished,
    )
    return read_answer(engine.evaluate(to_json(question)), case.bundle.rules)


def _fold(findings: Sequence[Finding]) -> Outcome:
    verdicts = {finding.outcome for finding in findings}
    if Verdict.DENY in verdicts:
        return Outcome.DENY
    if Verdict.REQUIRE_APPROVAL in verdicts:
        return Outcome.APPROVAL_REQUIRED
    return Outcome.ALLOW


def _weigh(case: Case, facts: Facts, offers: Sequence[Offer]) -> Weighed:
    if not offers:
        return Weighed()
    # Most plans come without an approval, and start sooner without what verifies one.
    from guardrail.weigh import weigh  # noqa: PLC0415

    return weigh(case, facts, offers)


def _bind(
    case: Case,
    engine: Engine,
    findings: Findings,
    answer: Answer,
    judged: Outcome,
    weighed: Weighed,
) -> Decision:
    required = case.required if judged is Outcome.APPROVAL_REQUIRED else None
    enough = required is not None and len(weighed.accepted) >= required.count
    reached = Outcome.ALLOW if enough else judged
    observing = case.settings.profile is Profile.OBSERVE
    allowed, prohibited = next_steps(
        answer.findings,
        strictest=strictest(reached),
        request=None,
        operation=case.plan_record.operation,
    )
    return Decision(
        decision_id=case.decision_id,
        outcome=Outcome.ALLOW if observing else reached,
        would_be=reached,
        profile=case.settings.profile,
        mode=case.standing,
        engine=engine.name,
        plan=case.plan_record,
        stack=case.stack,
        origin=case.origin,
        counts=findings.counts,
        environments=findings.environments,
        findings=answer.findings,
        details=findings.details,
        undo=findings.undo,
        approval=ApprovalRecord(
            required=required,
            request=None,
            accepted=weighed.accepted,
            rejected=weighed.rejected,
        ),
        next=Next(allowed=allowed, prohibited=prohibited),
        policy=PolicyRecord(sha256=case.bundle.sha256, rules=len(case.bundle.rules)),
        time=case.now,
    )
