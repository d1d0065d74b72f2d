"""Offered approvals, each measured against this very plan: it counts, or it is said why not."""

from collections.abc import Sequence

from guardrail.approval.request import Facts
from guardrail.approval.statement import ApprovalVerdict
from guardrail.approval.verify import verify
from guardrail.case import Case, Offer, Weighed
from guardrail.decision import Accepted, Rejected
from guardrail.errors import ApprovalError


def weigh(case: Case, facts: Facts, offers: Sequence[Offer]) -> Weighed:
    """Return which of ``offers`` count for ``case``, whose plan does ``facts``."""
    accepted: list[Accepted] = []
    rejected: list[Rejected] = []
    for offer in offers:
        try:
            accepted.append(_accept(case, facts, offer))
        except ApprovalError as error:
            rejected.append(Rejected(code=error.code, why=error.message))
    return Weighed(accepted=tuple(accepted), rejected=tuple(rejected))


def _accept(case: Case, facts: Facts, offer: Offer) -> Accepted:
    if offer.refused is not None:
        raise offer.refused
    if case.binding is None:
        raise ApprovalError("unbound_plan", "an approval needs the saved plan, JSON was given")
    if offer.request is None:
        raise ApprovalError(
            "unknown_request", "the token names a request that is not in the ledger"
        )
    if offer.request.required != case.required:
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
    return Accepted(
        person=approval.person,
        level=approval.level,
        key=approval.key,
        jti=approval.jti,
        expires=approval.exp,
    )
