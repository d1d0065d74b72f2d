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
from typing import TYPE_CHECKING

from guardrail.approval.request import Facts, Required
from guardrail.case import Case, Offer
from guardrail.decision import (
    Accepted,
    ApprovalRecord,
    Decision,
    Next,
    Outcome,
    PolicyRecord,
    Rejected,
)
from guardrail.errors import ApprovalError
from guardrail.findings.model import Findings
from guardrail.findings.observe import observe
from guardrail.policy.advice import next_steps
from guardrail.policy.answer import Answer, Finding, Verdict, read_answer
from guardrail.policy.engine import Engine
from guardrail.policy.question import ask, to_json
from guardrail.settings.model import Profile, Settings

if TYPE_CHECKING:
    from guardrail.approval.verify import Approval


def decide(case: Case, engine: Engine, offers: Sequence[Offer] = ()) -> Decision:
    """
    Decide about one plan.

    Raises :class:`guardrail.errors.PolicyError` where the policy gave no usable
    answer. A denial is a value.
    """
    # 1. Derive the facts of the plan.
    findings = observe(
        case.plan,
        case.settings,
        workspace=case.stack.workspace,
        directory=case.place,
    )
    # 2. Ask the policy.
    answer = _consult(case, findings, engine)
    # 3. Fold the findings; the strictest wins.
    outcome = _fold(answer.findings)
    # 4. Verify what was offered against this very plan.
    facts = Facts(
        counts=findings.counts,
        environments=findings.environments,
        findings=answer.findings,
    )
    accepted, rejected = _verify_offers(case, facts, offers)
    # 5. Bind.
    return _bind(case, engine, findings, answer, outcome, accepted, rejected)


def facts_of(decision: Decision) -> Facts:
    """Return what a senior would sign about ``decision``."""
    return Facts(
        counts=decision.counts,
        environments=decision.environments,
        findings=decision.findings,
    )


def strictest(outcome: Outcome) -> Verdict | None:
    """Return the verdict that still stands in the way of ``outcome``; None where nothing does."""
    match outcome:
        case Outcome.DENY:
            return Verdict.DENY
        case Outcome.APPROVAL_REQUIRED:
            return Verdict.REQUIRE_APPROVAL
        case Outcome.ALLOW:
            return None


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


def _verify_offers(
    case: Case, facts: Facts, offers: Sequence[Offer]
) -> "tuple[tuple[Approval, ...], tuple[Rejected, ...]]":
    accepted: list[Approval] = []
    rejected: list[Rejected] = []
    for offer in offers:
        try:
            accepted.append(_verify_offer(case, facts, offer))
        except ApprovalError as error:
            rejected.append(Rejected(code=error.code, why=error.message))
    return tuple(accepted), tuple(rejected)


def _verify_offer(case: Case, facts: Facts, offer: Offer) -> "Approval":
    # Most plans come without an approval, and start sooner without what verifies one.
    from guardrail.approval.statement import ApprovalVerdict  # noqa: PLC0415
    from guardrail.approval.verify import verify  # noqa: PLC0415

    if offer.refused is not None:
        raise offer.refused
    if case.binding is None:
        raise ApprovalError("unbound_plan", "an approval needs the saved plan, JSON was given")
    if offer.request is None:
        raise ApprovalError(
            "unknown_request", "the token names a request that is not in the ledger"
        )
    if offer.request.required != _required(case.settings):
        raise ApprovalError(
            "wrong_request", "the request asked for another level than is needed now"
        )
    approval = verify(
        offer.token,
        request=offer.request,
        binding=case.binding,
        facts=facts,
        trust=offer.trust,
        now=case.now,
        max_seconds=case.settings.approval_minutes * 60,
    )
    if approval.verdict is not ApprovalVerdict.APPROVE:
        raise ApprovalError("rejected_by_senior", "the token says that a senior rejects this plan")
    return approval


def _required(settings: Settings) -> Required:
    return Required(level=settings.approval_level, count=1)


def _bind(
    case: Case,
    engine: Engine,
    findings: Findings,
    answer: Answer,
    judged: Outcome,
    accepted: "tuple[Approval, ...]",
    rejected: tuple[Rejected, ...],
) -> Decision:
    required = _required(case.settings) if judged is Outcome.APPROVAL_REQUIRED else None
    enough = required is not None and len(accepted) >= required.count
    reached = Outcome.ALLOW if enough else judged
    observing = case.settings.profile is Profile.OBSERVE
    allowed, prohibited = next_steps(answer.findings, strictest=strictest(reached), request=None)
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
        approval=ApprovalRecord(
            required=required,
            request=None,
            accepted=tuple(_accepted(approval) for approval in accepted),
            rejected=rejected,
        ),
        next=Next(allowed=allowed, prohibited=prohibited),
        policy=PolicyRecord(sha256=case.bundle.sha256, rules=len(case.bundle.rules)),
        time=case.now,
    )


def _accepted(approval: "Approval") -> Accepted:
    return Accepted(
        person=approval.person,
        level=approval.level,
        key=approval.key,
        jti=approval.jti,
        expires=approval.exp,
    )
