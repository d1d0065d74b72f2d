"""Apply: make a plan where none is given, decide about it, and apply exactly those bytes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from msgspec import Struct

from guardrail.approval.request import Request
from guardrail.audit.entry import Event
from guardrail.audit.log import AuditLog
from guardrail.decision import Decision, Outcome
from guardrail.door.judge import Judged
from guardrail.door.logged import log_decision
from guardrail.door.offers import refuse_spent
from guardrail.door.remember import stack_after, toll_of
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
from guardrail.enforce.apply import Job, Means, apply
from guardrail.enforce.progress import Progress
from guardrail.enforce.target import check_target, read_target
from guardrail.errors import ApprovalError, AuditError, GuardrailError, UsageError
from guardrail.findings.labels import Labels
from guardrail.ledger.interface import ApplyOutcome, Ledger, Stack
from guardrail.sources.plans import LoadedPlan, is_saved, seal_plan
from guardrail.sources.saved import load_saved
from guardrail.sources.state import pull_state
from guardrail.system.clock import unix_now
from guardrail.system.files import Sealed
from guardrail.system.terraform import Terraform


class Applied(Struct, frozen=True, kw_only=True):
    """What came of a wish to apply."""

    decision: Decision
    request: Request | None
    """The request that now waits for a senior, where one is needed."""
    outcome: ApplyOutcome | None
    """How Terraform ended; None where it never started."""


class Listener(Struct, frozen=True, kw_only=True):
    """Who hears of an apply while it goes on."""

    on_decision: Callable[[Decision], None]
    """Hears the decision before anything is applied."""
    on_progress: Callable[[Progress, Labels], None]
    """Hears what Terraform reports, with what masks its addresses."""
    boundary: Callable[[str], None] = lambda _step: None
    """Called between the steps of :mod:`guardrail.enforce.apply`."""


def apply_plan(
    session: Session, source: str, listener: Listener, *, token: bytes | None
) -> Applied:
    """
    Decide about the saved plan that ``source`` names and apply it where it is allowed.

    ``token`` is an approval or None.
    """
    with seal_plan(source, session.call.env) as sealed, find_terraform(session) as terraform:
        if not is_saved(sealed):
            raise UsageError(
                "only a saved plan can be applied, JSON was given",
                hint="make one with `terraform plan -out=tfplan`, then `guardrail apply tfplan`",
            )
        return _apply(session, sealed, terraform, listener, token)


def _apply(
    session: Session,
    sealed: Sealed,
    terraform: Terraform,
    listener: Listener,
    token: bytes | None,
) -> Applied:
    call = session.call
    ledger, audit = open_ledger(call.installation), open_audit(call.installation)
    with _refusals_logged(audit, sealed, call.now):
        ledger.note_time(call.now)
        if token is not None:
            _refuse_spent(ledger, audit, token, call.now)
        prepare_directory(session)
        env = child_environment(session)
        loaded = load_saved(sealed, terraform, env=env, directory=call.directory)
        check_target(loaded.saved, read_target(terraform, env=env, directory=call.directory))
        judged = judge_saved(session, loaded, terraform, ledger, token=token)
    decision, request = judged.decision, None
    if decision.outcome is Outcome.APPROVAL_REQUIRED:
        decision, request = open_request(call, ledger, judged)
    log_decision(audit, decision, call.now)
    listener.on_decision(decision)
    if decision.outcome is not Outcome.ALLOW:
        return Applied(decision=decision, request=request, outcome=None)
    job = _job(session, loaded, judged, terraform)
    labels = Labels(loaded.plan)
    means = Means(
        ledger=ledger,
        audit=audit,
        terraform=terraform,
        clock=unix_now,
        on_progress=lambda progress: listener.on_progress(progress, labels),
        boundary=listener.boundary,
    )
    return Applied(decision=decision, request=None, outcome=apply(job, means))


def _job(session: Session, loaded: LoadedPlan, judged: Judged, terraform: Terraform) -> Job:
    decision, directory = judged.decision, session.call.directory
    key = decision.stack.key(loaded.saved.backend_sha256)

    def look(at: int) -> Stack:
        state = pull_state(terraform, env=child_environment(session), directory=directory)
        return stack_after(decision, loaded.plan, state, key=key, at=at)

    return Job(
        decision=decision,
        saved=loaded.saved,
        sealed=loaded.sealed,
        directory=directory,
        stack=key,
        toll=toll_of(decision, loaded.plan, session.settings, judged.surroundings),
        unfinished=judged.unfinished,
        environment=lambda: child_environment(session),
        look=look,
    )


@contextmanager
def _refusals_logged(audit: AuditLog, sealed: Sealed, now: int) -> Iterator[None]:
    """Leave a trace of every plan that somebody wanted applied and that could not be decided."""
    try:
        yield
    except ApprovalError:
        # Logged where it was found, with its code.
        raise
    except GuardrailError as error:
        # Where the log fails too, the first reason is the one to tell.
        with suppress(AuditError):
            body = {"error": type(error).__name__, "plan_sha256": sealed.sha256}
            audit.append(Event.APPLY_REFUSED, body, now)
        raise


def _refuse_spent(ledger: Ledger, audit: AuditLog, token: bytes, now: int) -> None:
    try:
        refuse_spent(ledger, token)
    except ApprovalError as error:
        audit.append(Event.APPROVAL_REJECTED, {"code": error.code}, now)
        raise
