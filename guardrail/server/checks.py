"""The plain door: a plan as the body, the decision record as the answer."""

from starlette.requests import Request
from starlette.responses import Response

from guardrail.errors import UsageError
from guardrail.report.json import render
from guardrail.server.claims import NAME_LENGTH, claimed_evidence, claimed_logins
from guardrail.server.desk import Asked
from guardrail.server.limits import parameters, read_body
from guardrail.server.problems import Problem, undecided
from guardrail.server.replies import json_reply, rfc3339
from guardrail.server.room import Room, room_of
from guardrail.system.clock import unix_now

PLAN_KINDS = ("application/json", "application/octet-stream")


async def check(request: Request) -> Response:
    """
    Decide about the plan in the body; every decision is a 200, with the outcome inside.

    For a saved plan that needs approval, a request is opened. Not decided is never a 2xx.
    """
    room = room_of(request)
    query = parameters(request, ("directory", "workspace", "agent", "login"))
    workspace, agent, login = (query.get(name, "") for name in ("workspace", "agent", "login"))
    data = await _plan(request, room)
    decision, _ = await room.desk.decide(
        Asked(
            data=data,
            caller=room.caller.name,
            directory=query.get("directory"),
            workspace=short_text(workspace),
            evidence=claimed_evidence(room.caller, kind="agent" if agent else "", name=agent),
            logins=_logins(room, login),
            ask=True,
        )
    )
    return Response(render(decision), media_type="application/json")


async def upload(request: Request) -> Response:
    """Keep a plan, to be asked about by its digest."""
    room = room_of(request)
    parameters(request, ())
    name, kept = room.uploads.keep(room.caller.name, await _plan(request, room), unix_now())
    body = {"id": name, "bytes": len(kept.data), "expires_at": rfc3339(kept.expires)}
    return json_reply(body, status=201)


def short_text(text: str) -> str:
    """Return ``text`` where it could be a name; raise :class:`Problem` otherwise."""
    if not text.isprintable() or len(text) > NAME_LENGTH:
        raise Problem(400, "malformed", f"a name is at most {NAME_LENGTH} printable characters")
    return text


def _logins(room: Room, login: str) -> tuple[str, ...]:
    try:
        return claimed_logins(room.caller, (login,))
    except UsageError as error:
        raise undecided(error) from None


async def _plan(request: Request, room: Room) -> bytes:
    data = await read_body(request, limit=room.plan_bytes, kinds=PLAN_KINDS)
    if not data:
        raise Problem(422, "empty", "the body is empty; a plan is expected")
    return data
