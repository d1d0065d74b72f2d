"""
AuthZEN Access Request and Approval Profile: what was denied can be put before a senior.

The senior reads and signs as always (``guardrail approve``); nothing here can approve. Source:
``docs/formats/authzen.md``.
"""

import asyncio
import re

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from guardrail.door.follow import Followed, Status, follow
from guardrail.errors import GuardrailError, UsageError
from guardrail.server.authzen import LIMIT, REQUESTS, put
from guardrail.server.limits import parameters, read_body
from guardrail.server.messages import Submission, read_message, whole
from guardrail.server.problems import ACCESS_REQUEST, Problem, undecided
from guardrail.server.replies import json_reply, rfc3339
from guardrail.server.room import Room, room_of
from guardrail.system.clock import unix_now

TOKEN_LIMIT = 1 << 16
"""The longest approval, in bytes."""

_ID = re.compile("[0-9a-f]{32}")
_STATUS = {
    Status.WAITING: "pending",
    Status.APPROVED: "approved",
    Status.REJECTED: "denied",
    Status.SPENT: "approved",
    Status.EXPIRED: "expired",
}
_DISPLAY = {
    Status.WAITING: "a senior engineer has to run: guardrail approve {}",
    Status.APPROVED: "a senior engineer has signed; the approval is used by guardrail apply",
    Status.REJECTED: "a senior engineer has turned this request down for good",
    Status.SPENT: "the approval was used: the plan was applied",
    Status.EXPIRED: "nobody approved in time; ask again with a new plan",
}


async def submit(request: HttpRequest) -> Response:
    """Open the request for a senior that a denial offered."""
    room = room_of(request)
    parameters(request, ())
    data = await read_body(request, limit=LIMIT, kinds=("application/json",))
    submission = read_message(data, Submission)
    if bytes(submission.items):
        raise Problem(400, "malformed", "one plan is asked about at a time, without items")
    asked = whole(submission)
    now = unix_now()
    denied = submission.denial and room.denials.find(
        submission.denial.evaluation_id, room.caller.name, now
    )
    if not denied or denied.asked != asked.digest():
        raise Problem(
            400,
            "invalid_denial_binding",
            "the denial is not one of this question by this caller, or it is too old",
            hint="evaluate again, and send what was denied without a change",
            urn=f"{ACCESS_REQUEST}invalid_denial_binding",
        )
    _, opened = await put(room, asked, ask=True)
    if opened is None:
        raise Problem(409, "not_requestable", "the plan needs no approval now; evaluate it again")
    location = f"{room.url}{REQUESTS}/{opened.request_id}"
    body = _task(room, Followed(request=opened, status=Status.WAITING), now)
    return json_reply(body, status=202, headers={"Location": location})


async def status(request: HttpRequest) -> Response:
    """Say where a request stands."""
    room = room_of(request)
    parameters(request, ())
    return await _stands(room, request.path_params["request_id"])


async def hand_in(request: HttpRequest) -> Response:
    """Take the token that a senior signed, so that whoever waits for it finds it."""
    room = room_of(request)
    parameters(request, ())
    request_id = request.path_params["request_id"]
    token = (await read_body(request, limit=TOKEN_LIMIT, kinds=("text/plain",))).strip()
    named, expires = await room.desk.approval(token)
    if named != request_id:
        raise Problem(422, "wrong_request", "the approval is one of another request")
    room.denials.hand_in(request_id, token, expires)
    return await _stands(room, request_id)


async def _stands(room: Room, request_id: str) -> Response:
    unknown = Problem(
        404, "unknown_task", "there is no such request", urn=f"{ACCESS_REQUEST}unknown_task"
    )
    if not _ID.fullmatch(request_id):
        raise unknown
    try:
        followed = await asyncio.to_thread(follow, room.desk.call(), request_id)
    except UsageError:
        raise unknown from None
    except GuardrailError as error:
        raise undecided(error) from None
    waits = followed.status is Status.WAITING
    body = _task(room, followed, unix_now())
    return json_reply(body, headers={"Retry-After": "5"} if waits else None)


def _task(room: Room, followed: Followed, now: int) -> dict[str, object]:
    request, found = followed.request, room.denials.approval(followed.request.request_id, now)
    stands = followed.status
    if stands is Status.WAITING and found is not None:
        stands = Status.APPROVED
    task = {
        "id": request.request_id,
        "status": _STATUS[stands],
        "status_endpoint": f"{room.url}{REQUESTS}/{request.request_id}",
        "expires_at": rfc3339(request.expires),
        "display": {"description": _DISPLAY[stands].format(request.request_id)},
    }
    if _STATUS[stands] != "approved":
        return {"task": task}
    approval: dict[str, object] = {"id": request.request_id}
    if found is not None and stands is Status.APPROVED:
        approval |= {"approved_until": rfc3339(found[1]), "state": found[0].decode("ascii")}
    return {"task": task, "result": {"mode": "reevaluate", "approval": approval}}
