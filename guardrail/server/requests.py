"""
AuthZEN Access Request and Approval Profile: what was denied can be put before a senior.

The senior reads and signs as always (``guardrail approve``); nothing here can approve. Source:
``docs/formats/authzen.md``.
"""

import asyncio
import re
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from guardrail.door.follow import Followed, Status, follow
from guardrail.errors import GuardrailError, UsageError
from guardrail.server.authzen import REQUESTS, put, read_question
from guardrail.server.denials import Approved
from guardrail.server.limits import parameters, read_body
from guardrail.server.messages import Evaluation, Submission, read_message, whole
from guardrail.server.problems import ACCESS_REQUEST, Problem, undecided
from guardrail.server.replies import json_reply, rfc3339
from guardrail.server.retries import HEADER
from guardrail.server.room import Room, room_of
from guardrail.system.clock import unix_now

TOKEN_LIMIT = 1 << 16
"""The longest approval, in bytes."""

_ID = re.compile("[0-9a-f]{32}")
_PENDING = "pending"
_STATUS = {
    Status.WAITING: _PENDING,
    # Nothing can be evaluated again before the token is here.
    Status.APPROVED: _PENDING,
    Status.REJECTED: "denied",
    Status.SPENT: "approved",
    Status.EXPIRED: "expired",
}
_DISPLAY = {
    Status.WAITING: "a senior engineer has to run: guardrail approve {}",
    Status.APPROVED: "a senior engineer has signed; the token has to be handed in",
    Status.REJECTED: "a senior engineer has turned this request down for good",
    Status.SPENT: "the approval was used: the plan was applied",
    Status.EXPIRED: "nobody approved in time; ask again with a new plan",
}


async def submit(request: HttpRequest) -> Response:
    """Open the request for a senior that a denial offered."""
    room = room_of(request)
    parameters(request, ())
    data = await read_question(request)
    submission = read_message(data, Submission)
    if bytes(submission.items):
        raise Problem(400, "malformed", "one plan is asked about at a time, without items")
    asked = whole(submission)
    now, key = unix_now(), request.headers.get(HEADER)
    with room.retries.attempt(room.caller.name, key, data, now) as attempt:
        if attempt.request_id:
            return _accepted(room, await _follow(room, attempt.request_id), now)
        _bound(room, submission, asked, now)
        _, opened = await put(room, asked, ask=True)
        if opened is None:
            raise Problem(
                400,
                "not_requestable",
                "the plan needs no approval now; evaluate it again",
                urn=f"{ACCESS_REQUEST}not_requestable",
            )
        attempt.opened(opened.request_id, opened.expires)
    return _accepted(room, Followed(request=opened, status=Status.WAITING), now)


def _bound(room: Room, submission: Submission, asked: Evaluation, now: int) -> None:
    """Raise :class:`Problem` where the submission is not one of a denial that still counts."""
    denial = submission.denial
    denied = denial and room.denials.find(denial.evaluation_id, room.caller.name)
    if (
        not denial
        or not denied
        or denied.asked != asked.digest()
        or denial.expires_at != rfc3339(denied.expires)
    ):
        raise Problem(
            400,
            "invalid_denial_binding",
            "this is not what was denied, or it was denied to somebody else or long ago",
            hint="evaluate again, and send what was denied without a change",
            urn=f"{ACCESS_REQUEST}invalid_denial_binding",
        )
    if denied.expires <= now:
        raise Problem(
            410,
            "expired_denial",
            "the denial is too old",
            hint="evaluate again",
            urn=f"{ACCESS_REQUEST}expired_denial",
        )


def _accepted(room: Room, followed: Followed, now: int) -> Response:
    location = f"{room.url}{REQUESTS}/{followed.request.request_id}"
    return json_reply(_task(room, followed, now), status=202, headers={"Location": location})


async def status(request: HttpRequest) -> Response:
    """Say where a request stands, to whoever asked for it."""
    room = room_of(request)
    parameters(request, ())
    followed = await _follow(room, request.path_params["request_id"])
    if room.caller.name not in followed.request.requester.logins:
        raise _unknown()
    return _stands(room, followed)


async def hand_in(request: HttpRequest) -> Response:
    """Take the token that a senior signed, so that whoever waits for it finds it."""
    room = room_of(request)
    parameters(request, ())
    request_id = request.path_params["request_id"]
    token = (await read_body(request, limit=TOKEN_LIMIT, kinds=("text/plain",))).strip()
    named, expires = await room.desk.approval(token)
    if named != request_id:
        raise Problem(422, "wrong_request", "the approval is one of another request")
    followed = await _follow(room, request_id)
    callers = frozenset({room.caller.name, *followed.request.requester.logins})
    room.denials.hand_in(request_id, Approved(token=token, expires=expires, callers=callers))
    return _stands(room, followed)


async def _follow(room: Room, request_id: str) -> Followed:
    if not _ID.fullmatch(request_id):
        raise _unknown()
    try:
        return await asyncio.to_thread(follow, room.desk.call(), request_id)
    except UsageError:
        raise _unknown() from None
    except GuardrailError as error:
        raise undecided(error) from None


def _stands(room: Room, followed: Followed) -> Response:
    body = _task(room, followed, unix_now())
    waits = body["task"]["status"] == _PENDING
    return json_reply(body, headers={"Retry-After": "5"} if waits else None)


def _unknown() -> Problem:
    return Problem(
        404, "unknown_task", "there is no such request", urn=f"{ACCESS_REQUEST}unknown_task"
    )


def _task(room: Room, followed: Followed, now: int) -> dict[str, dict[str, Any]]:
    request, stands = followed.request, followed.status
    found = room.denials.approval(request.request_id, room.caller.name, now)
    state = _STATUS[stands]
    if stands in {Status.WAITING, Status.APPROVED} and found is not None:
        # It was verified when it was handed in.
        state, stands = "approved", Status.APPROVED
    task = {
        "id": request.request_id,
        "status": state,
        "status_endpoint": f"{room.url}{REQUESTS}/{request.request_id}",
        "expires_at": rfc3339(request.expires),
        "display": {"description": _DISPLAY[stands].format(request.request_id)},
    }
    if found is not None and stands is Status.APPROVED:
        task["display"] = {"description": "a senior engineer has signed; evaluate again"}
    if state != "approved":
        return {"task": task}
    approval = {"id": request.request_id}
    if found is None or stands is Status.SPENT:
        # What was used is good for nothing any more.
        approval["approved_until"] = rfc3339(min(now, request.expires))
    else:
        approval["approved_until"] = rfc3339(found.expires)
        approval["state"] = found.token.decode("ascii")
    return {"task": task, "result": {"mode": "reevaluate", "approval": approval}}
