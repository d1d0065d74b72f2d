"""
AuthZEN Authorization API 1.0: evaluations of one plan or of several.

A denial is an answer (200); a plan that could not be decided is none. Sources:
https://openid.net/specs/authorization-api-1_0.html, ``docs/formats/authzen.md``.
"""

from collections.abc import Mapping

import msgspec
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from guardrail.approval.request import Request
from guardrail.decision import Decision, Outcome, to_record
from guardrail.errors import UsageError
from guardrail.server.checks import short_text
from guardrail.server.claims import claimed_evidence, claimed_logins
from guardrail.server.denials import KEPT_SECONDS, Denial
from guardrail.server.desk import Asked
from guardrail.server.limits import parameters, read_body
from guardrail.server.messages import (
    ACTIONS,
    MOST,
    PLAN,
    Batch,
    Evaluation,
    Part,
    read_message,
    read_part,
    whole,
)
from guardrail.server.problems import Problem, undecided
from guardrail.server.replies import json_reply, rfc3339
from guardrail.server.room import Room, room_of
from guardrail.system.clock import unix_now

LIMIT = 8 << 20
"""The longest message, in bytes; a larger plan is uploaded."""
REQUESTS = "/access/v1/requests"

_STOPS = {"execute_all": None, "deny_on_first_deny": False, "permit_on_first_permit": True}
_REASONS = {
    Outcome.ALLOW: ("allowed", "the plan may be applied"),
    Outcome.APPROVAL_REQUIRED: ("approval_required", "a senior must approve the plan first"),
    Outcome.DENY: ("denied", "the plan is denied; no approval opens it"),
}


async def metadata(request: HttpRequest) -> Response:
    """Say where everything is."""
    parameters(request, ())
    url = request.app.state.house.url
    return json_reply(
        {
            "policy_decision_point": url,
            "access_evaluation_endpoint": f"{url}/access/v1/evaluation",
            "access_evaluations_endpoint": f"{url}/access/v1/evaluations",
            "access_request_endpoint": f"{url}{REQUESTS}",
            "capabilities": ["urn:openid:authzen:capability:access-request"],
        }
    )


async def evaluation(request: HttpRequest) -> Response:
    """Answer one question."""
    room = room_of(request)
    parameters(request, ())
    return json_reply(await evaluate(room, whole(read_message(await read_question(request), Part))))


async def evaluations(request: HttpRequest) -> Response:
    """Answer several questions, in their order; without any this is one question."""
    room = room_of(request)
    parameters(request, ())
    batch = read_message(await read_question(request), Batch)
    semantic = batch.options.evaluations_semantic
    if semantic not in _STOPS:
        raise Problem(400, "malformed", f"evaluations_semantic is one of {', '.join(_STOPS)}")
    if not batch.evaluations:
        return json_reply(await evaluate(room, whole(batch)))
    if len(batch.evaluations) > MOST:
        raise Problem(400, "too_many", f"at most {MOST} evaluations are answered at once")
    answers: list[Mapping[str, object]] = []
    for part in batch.evaluations:
        answers.append(await _evaluate_part(room, part, batch))
        if answers[-1]["decision"] is _STOPS[semantic]:
            break
    return json_reply({"evaluations": answers})


async def read_question(request: HttpRequest) -> bytes:
    """Return the body of an AuthZEN message; its conformance tests want a 400 for other media."""
    return await read_body(request, limit=LIMIT, kinds=("application/json",), otherwise=400)


async def evaluate(room: Room, asked: Evaluation) -> Mapping[str, object]:
    """Return the answer to one question. Raises :class:`Problem` where there is none."""
    unsupported = _unsupported(asked)
    if unsupported is not None:
        return unsupported
    decision, _ = await put(room, asked, ask=False)
    return _answer(room, asked, decision)


async def put(room: Room, asked: Evaluation, *, ask: bool) -> tuple[Decision, Request | None]:
    """Have the plan decided that ``asked`` is about; ``ask`` a senior where that is needed."""
    subject, plan = asked.subject, asked.resource.properties
    try:
        logins = claimed_logins(room.caller, subject.names)
    except UsageError as error:
        raise undecided(error) from None
    return await room.desk.decide(
        Asked(
            data=_data(room, asked),
            caller=room.caller.name,
            directory=plan.directory,
            workspace=short_text(plan.workspace),
            evidence=claimed_evidence(room.caller, kind=subject.type, name=subject.id),
            logins=logins,
            token=_token(room, asked),
            ask=ask,
        )
    )


async def _evaluate_part(room: Room, part: msgspec.Raw, batch: Batch) -> Mapping[str, object]:
    try:
        return await evaluate(room, whole(read_part(part, Part), batch))
    except Problem as problem:
        error = {"status": problem.status, "message": problem.detail, "code": problem.code}
        return {"decision": False, "context": {"reason": "undecided", "error": error}}


def _unsupported(asked: Evaluation) -> Mapping[str, object] | None:
    if asked.resource.type != PLAN:
        what = f"only resources of the type {PLAN} are decided about"
    elif asked.action.name not in ACTIONS:
        what = f"only these actions are decided about: {', '.join(sorted(ACTIONS))}"
    else:
        return None
    return {"decision": False, "context": {"reason": "unsupported", "reason_user": {"en": what}}}


def _data(room: Room, asked: Evaluation) -> bytes:
    inline = bytes(asked.resource.properties.plan)
    if inline:
        return inline
    found = room.uploads.find(room.caller.name, asked.resource.id, unix_now())
    if found is None:
        raise Problem(
            404,
            "unknown_plan",
            "no plan of that id was uploaded with this token, or it was too long ago",
            hint="upload it with POST /v1/plans, or give its JSON as resource.properties.plan",
        )
    return found


def _token(room: Room, asked: Evaluation) -> bytes | None:
    approval = asked.context.approval
    if approval is None:
        return None
    if approval.state:
        return approval.state.encode("utf-8", "replace")
    found = room.denials.approval(approval.id, room.caller.name, unix_now())
    return None if found is None else found.token


def _answer(room: Room, asked: Evaluation, decision: Decision) -> Mapping[str, object]:
    code, text = _REASONS[decision.outcome]
    context: dict[str, object] = {
        "evaluation_id": decision.decision_id,
        "evaluated_at": rfc3339(decision.time),
        "reason": code,
        "reason_user": {"en": text},
        "next": msgspec.to_builtins(decision.next),
        "guardrail": to_record(decision),
    }
    if decision.outcome is Outcome.APPROVAL_REQUIRED:
        context |= _requestable(room, asked, decision)
    if decision.approval.accepted:
        until = min(each.expires for each in decision.approval.accepted)
        context["approval"] = {"id": decision.approval.request, "approved_until": rfc3339(until)}
    if asked.context.approval is not None and decision.outcome is not Outcome.ALLOW:
        context["next_action"] = "request" if "access_request" in context else "none"
    return {"decision": decision.outcome is Outcome.ALLOW, "context": context}


def _requestable(room: Room, asked: Evaluation, decision: Decision) -> Mapping[str, object]:
    if decision.plan.source != "saved" or decision.approval.required is None:
        why = (
            "plan JSON binds nothing, so nobody can approve it: upload the saved plan and name "
            "one of the server's directories"
        )
        return {"not_requestable": {"en": why}}
    expires = decision.time + KEPT_SECONDS
    room.denials.note(
        decision.decision_id,
        Denial(caller=room.caller.name, asked=asked.digest(), expires=expires),
    )
    return {
        "access_request": {
            "endpoint": f"{room.url}{REQUESTS}",
            "template": f"{decision.approval.required.level}_approval",
            "expires_at": rfc3339(expires),
            "display": {
                "title": "Ask a senior engineer",
                "description": "This plan destroys something that only a senior can release.",
            },
        }
    }
