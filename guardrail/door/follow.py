"""What became of a request, as far as this installation knows."""

from contextlib import suppress
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct

from guardrail.approval.request import Request, read_request
from guardrail.approval.statement import ApprovalVerdict
from guardrail.audit.entry import Entry, Event
from guardrail.door.session import Call
from guardrail.door.stack import open_ledger
from guardrail.errors import FileError, UsageError
from guardrail.system.files import read_limited

_LOG_LIMIT = 64 << 20
"""A longer audit log is not searched for a signature, in bytes."""


class Status(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    """A senior signed an approval here. Whether it counts is found out when it is used."""
    REJECTED = "rejected"
    SPENT = "spent"
    """Its approval was used for an apply."""
    EXPIRED = "expired"


class Followed(Struct, frozen=True, kw_only=True):
    """A request, and where it stands."""

    request: Request
    status: Status


def follow(call: Call, request_id: str) -> Followed:
    """
    Return where the request with ``request_id`` stands.

    Raises :class:`UsageError` where this installation knows no such request.
    """
    ledger = open_ledger(call.installation)
    body = ledger.request(request_id)
    if body is None:
        raise UsageError(
            "there is no such request", hint="its id is in the decision that asked for approval"
        )
    request = read_request(body)
    if ledger.rejection(request_id) is not None:
        status = Status.REJECTED
    elif ledger.spent(request_id):
        status = Status.SPENT
    elif request.expires <= call.now:
        status = Status.EXPIRED
    elif _signed(call.installation.audit_log, request_id):
        status = Status.APPROVED
    else:
        status = Status.WAITING
    return Followed(request=request, status=status)


def _signed(audit_log: Path, request_id: str) -> bool:
    # Only told, never relied on: a log that can't be read tells nothing.
    with suppress(FileError):
        lines = read_limited(audit_log, _LOG_LIMIT).splitlines()
        return any(request_id.encode() in line and _approves(line, request_id) for line in lines)
    return False


def _approves(line: bytes, request_id: str) -> bool:
    try:
        entry = msgspec.json.decode(line, type=Entry)
    except msgspec.MsgspecError:
        return False
    signed = {"request_id": request_id, "verdict": ApprovalVerdict.APPROVE.value}
    return entry.event == Event.APPROVAL_SIGNED and entry.body == signed
