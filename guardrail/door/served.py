"""A plan that came as bytes from somewhere else: decided, and each decision logged."""

from collections.abc import Mapping
from contextlib import suppress

from msgspec import Struct

from guardrail.approval.request import Request
from guardrail.approval.statement import ApprovalVerdict
from guardrail.approval.token import named_request
from guardrail.approval.verify import verify
from guardrail.audit.entry import Event
from guardrail.decision import Decision, Outcome
from guardrail.door.judge import Judged, judge_json
from guardrail.door.logged import log_decision
from guardrail.door.offers import make_offer
from guardrail.door.requests import open_request
from guardrail.door.saved import judge_saved
from guardrail.door.session import Session
from guardrail.door.stack import (
    child_environment,
    find_terraform,
    open_audit,
    open_ledger,
    prepare_directory,
)
from guardrail.errors import ApprovalError, AuditError, GuardrailError, UsageError
from guardrail.ledger.interface import Ledger
from guardrail.sources.plans import is_saved, load_json
from guardrail.sources.saved import load_saved
from guardrail.system.files import Sealed, seal


class Wish(Struct, frozen=True, kw_only=True):
    """What whoever sent a plan wants to know or to have."""

    workspace: str = ""
    """Where they say that it is for; a saved plan knows better and must agree."""
    bound: bool = False
    """Whether they named a working directory, without which a saved plan is not read."""
    token: bytes | None = None
    """An approval, to be looked at and not used up."""
    ask: bool = False
    """Whether a senior is to be asked where that is needed."""
    through: Mapping[str, object]
    """The door and its caller, for the log."""


def check_bytes(session: Session, data: bytes, wish: Wish) -> tuple[Decision, Request | None]:
    """
    Decide about the plan ``data``, JSON or a saved plan, and log the decision.

    Raises :class:`GuardrailError` where there is none; where the log can be written, that
    somebody asked is in it. An approval is never used up here.
    """
    call = session.call
    audit = open_audit(call.installation)
    with seal(data) as sealed:
        try:
            decision, request = _decide(session, sealed, wish)
        except GuardrailError as error:
            # Where the log fails too, the first reason is the one to tell.
            with suppress(AuditError):
                refused = {"error": type(error).__name__, "plan_sha256": sealed.sha256}
                audit.append(Event.CHECK_REFUSED, {**refused, **wish.through}, call.now)
            raise
    log_decision(audit, decision, call.now, through=wish.through)
    return decision, request


def check_approval(session: Session, token: bytes) -> tuple[str, int]:
    """
    Verify ``token`` against the request it names, as this installation keeps it.

    Returns the request's id and until when the approval counts. That it fits a plan is
    found out when that plan is decided. Raises :class:`ApprovalError`.
    """
    call, request_id = session.call, named_request(token)
    ledger = open_ledger(call.installation)
    offer = make_offer(session, ledger, token)
    if offer.refused is not None:
        raise offer.refused
    request = offer.request
    if request is None:
        raise ApprovalError("unknown_request", "the token names a request that is not known here")
    approval = verify(
        token,
        request=request,
        binding=request.binding,
        facts=request.facts,
        trust=offer.trust,
        now=call.now,
        max_seconds=session.settings.approval_minutes * 60,
    )
    if approval.verdict is not ApprovalVerdict.APPROVE:
        raise ApprovalError("rejected_by_senior", "the token says that a senior rejects this plan")
    return request_id, approval.exp


def _decide(session: Session, sealed: Sealed, wish: Wish) -> tuple[Decision, Request | None]:
    if is_saved(sealed):
        return _decide_saved(session, sealed, wish)
    if wish.token is not None:
        raise ApprovalError("unbound_plan", "an approval needs the saved plan, JSON was given")
    return judge_json(session, load_json(sealed), workspace=wish.workspace).decision, None


def _decide_saved(session: Session, sealed: Sealed, wish: Wish) -> tuple[Decision, Request | None]:
    call = session.call
    if not wish.bound:
        raise UsageError(
            "a saved plan is only read in its working directory, none was named",
            hint="name one of the directories in the server's settings, or send the plan's JSON",
        )
    with find_terraform(session) as terraform:
        prepare_directory(session)
        env = child_environment(session)
        loaded = load_saved(sealed, terraform, env=env, directory=call.directory)
        _refuse_other_workspace(loaded.saved.workspace, wish.workspace)
        ledger = open_ledger(call.installation)
        judged = judge_saved(session, loaded, terraform, ledger, token=wish.token)
    return _asked(session, ledger, judged, ask=wish.ask)


def _asked(
    session: Session, ledger: Ledger, judged: Judged, *, ask: bool
) -> tuple[Decision, Request | None]:
    if not ask or judged.decision.outcome is not Outcome.APPROVAL_REQUIRED:
        return judged.decision, None
    return open_request(session.call, ledger, judged)


def _refuse_other_workspace(planned: str, named: str) -> None:
    if named and named != planned:
        raise UsageError("the saved plan is for another workspace than the one that was named")
