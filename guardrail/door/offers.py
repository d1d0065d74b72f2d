"""A token that somebody presents, and what the ledger and the trust document know about it."""

from guardrail.approval.request import Request, read_request
from guardrail.approval.token import named_request
from guardrail.case import Offer
from guardrail.door.session import Session
from guardrail.door.stack import read_trusted
from guardrail.errors import ApprovalError
from guardrail.ledger.interface import Ledger


def refuse_spent(ledger: Ledger, token: bytes) -> None:
    """
    Refuse a token whose request is spent or rejected, before anything else is looked at.

    Raises :class:`ApprovalError`. A token that can't be read is left to the verification,
    which reports it.
    """
    try:
        request = _remembered(ledger, named_request(token))
    except ApprovalError:
        return
    refused = turned_down(ledger, request)
    if refused is not None:
        raise refused


def make_offer(session: Session, ledger: Ledger, token: bytes) -> Offer:
    """Return what the gate needs to measure ``token``; why it can't count is part of it."""
    call = session.call
    trust = read_trusted(call.installation, ledger, call.now)
    request, refused = None, None
    try:
        request = _remembered(ledger, named_request(token))
        refused = turned_down(ledger, request)
    except ApprovalError as error:
        refused = error
    return Offer(token=token, request=request, trust=trust, refused=refused)


def _remembered(ledger: Ledger, request_id: str) -> Request | None:
    body = ledger.request(request_id)
    return None if body is None else read_request(body)


def turned_down(ledger: Ledger, request: Request | None) -> ApprovalError | None:
    """Return why no approval of ``request`` can count any more; None where one still can."""
    if request is None:
        return None
    if ledger.rejection(request.request_id) is not None:
        return ApprovalError(
            "rejected_by_senior",
            "a senior rejected this request",
            hint="talk to whoever did; the same again opens a new request for another look",
        )
    if ledger.spent(request.request_id):
        return ApprovalError(
            "already_used",
            "the approval of this request is spent: it was used for an apply",
            hint="ask for a new approval: the same again without a token opens a new request",
        )
    return None
