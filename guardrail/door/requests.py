"""Requests: a decision that waits for a senior, written down where seniors find it."""

import secrets
from pathlib import Path

import msgspec

from guardrail.approval.request import Request, Requester, read_request, write_request
from guardrail.audit.entry import Event
from guardrail.decision import Decision, Next
from guardrail.door.judge import Judged, with_request
from guardrail.door.session import Call
from guardrail.door.stack import open_audit
from guardrail.errors import ApprovalError, UsageError
from guardrail.gate import facts_of, strictest
from guardrail.ledger.interface import Ledger
from guardrail.policy.advice import next_steps
from guardrail.system.files import private_directory, read_limited, write_private
from guardrail.system.installation import Installation

WAITS = 24 * 3600
"""How long a request waits for a senior, in seconds."""
LIMIT = 16 << 20
"""The largest request that is read, in bytes."""


def open_request(call: Call, ledger: Ledger, judged: Judged) -> tuple[Decision, Request]:
    """
    Write down that ``judged`` waits for a senior: in the log, the ledger and a file.

    A request about the same plan and the same facts that still waits is used
    again, so that asking twice does not ask a senior twice.
    """
    request = _waiting(ledger, judged, call.now) or _new(call, judged)
    body = write_request(request)
    if ledger.request(request.request_id) is None:
        open_audit(call.installation).append(
            Event.REQUEST_OPENED,
            {
                "request_id": request.request_id,
                "plan_sha256": request.binding.plan_sha256,
                "origin": request.requester.origin,
            },
            call.now,
        )
        ledger.open_request(request.request_id, body, request.created, request.expires)
    private_directory(call.installation.requests)
    write_private(request_path(call.installation, request.request_id), body)
    return _told(judged.decision, request.request_id), request


def request_path(installation: Installation, request_id: str) -> Path:
    """Return the file in which a request is kept for seniors."""
    return installation.requests / f"{request_id}.json"


def find_request(installation: Installation, name: str) -> Request:
    """Return the request with the id or the file name ``name``, strictly read."""
    path = Path(name)
    if len(name) == 32 and set(name) <= set("0123456789abcdef"):
        path = request_path(installation, name)
    try:
        found = path.exists()
    except OSError:
        # Such as a name that is too long to be one.
        found = False
    if not found:
        raise UsageError(
            "there is no such request",
            hint="`guardrail requests` lists what waits; a file name does as well",
        )
    return read_request(read_limited(path, LIMIT))


def _waiting(ledger: Ledger, judged: Judged, now: int) -> Request | None:
    facts, required = facts_of(judged.decision), judged.decision.approval.required
    for body in ledger.open_requests(now):
        request = read_request(body)
        same = request.binding == judged.binding and request.facts == facts
        # What is needed may have changed since: the old request could not be approved any more.
        if same and request.required == required:
            return request
    return None


def _new(call: Call, judged: Judged) -> Request:
    decision = judged.decision
    if judged.binding is None or decision.approval.required is None:
        raise ApprovalError("unbound_plan", "only a saved plan can wait for approval")
    return Request(
        request_id=decision.decision_id,
        nonce=secrets.token_hex(32),
        created=call.now,
        expires=call.now + WAITS,
        requester=Requester(
            origin=decision.origin.kind.value,
            agents=decision.origin.names,
            logins=judged.collected.logins,
        ),
        required=decision.approval.required,
        binding=judged.binding,
        facts=facts_of(decision),
    )


def _told(decision: Decision, request_id: str) -> Decision:
    allowed, prohibited = next_steps(
        decision.findings,
        strictest=strictest(decision.outcome),
        request=request_id,
        operation=decision.plan.operation,
    )
    return msgspec.structs.replace(
        with_request(decision, request_id), next=Next(allowed=allowed, prohibited=prohibited)
    )
