"""A senior's answer to a request: a signed token, or a rejection that stays."""

from pathlib import Path

from guardrail.approval.request import Request
from guardrail.approval.ssh import public_key, sign_request
from guardrail.approval.statement import ApprovalVerdict
from guardrail.approval.trust import Trust
from guardrail.audit.entry import Event
from guardrail.door.offers import turned_down
from guardrail.door.session import Call, read_settings
from guardrail.door.stack import open_audit, open_ledger, read_trusted
from guardrail.ledger.interface import Ledger


def answer(
    call: Call, request: Request, *, key: Path, verdict: ApprovalVerdict, reason: str
) -> bytes:
    """
    Sign ``verdict`` about ``request`` with ``key`` and return the token line.

    The signature is verified at once. A rejection is also kept in the ledger: no
    later approval of the same request counts. Raises :class:`ApprovalError` for an
    approval that could never count: of a request that is spent or rejected.
    """
    ledger = open_ledger(call.installation)
    if verdict is ApprovalVerdict.APPROVE and (refused := turned_down(ledger, request)):
        raise refused
    settings = read_settings(call.installation, call.directory)
    trust = read_trusted(call.installation, ledger, call.now)
    token = sign_request(
        request,
        trust=trust,
        key_file=key,
        now=call.now,
        minutes=settings.approval_minutes,
        verdict=verdict,
        reason=reason,
        environment=call.env,
    )
    if verdict is ApprovalVerdict.REJECT:
        _keep_rejection(ledger, trust, request, key, call.now)
    open_audit(call.installation).append(
        Event.APPROVAL_SIGNED,
        {"request_id": request.request_id, "verdict": verdict.value},
        call.now,
    )
    return token


def _keep_rejection(ledger: Ledger, trust: Trust, request: Request, key: Path, now: int) -> None:
    found = trust.find(public_key(key).fingerprint)
    if found is not None:
        ledger.reject(request.request_id, person=found[0].id, at=now)
