"""What was decided, told to whoever listens, and carried out where it is allowed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from msgspec import Struct

from guardrail.approval.request import Request
from guardrail.audit.entry import Event
from guardrail.audit.log import AuditLog
from guardrail.decision import Decision, Outcome
from guardrail.door.judge import Judged
from guardrail.door.logged import log_decision
from guardrail.door.offers import refuse_spent
from guardrail.door.requests import open_request
from guardrail.door.session import Call, Session
from guardrail.door.stack import open_audit, open_ledger, prepare_directory
from guardrail.enforce.procedure import Job, Means, carry_out
from guardrail.enforce.progress import Progress
from guardrail.errors import ApprovalError, AuditError, GuardrailError
from guardrail.findings.labels import Labels
from guardrail.ledger.interface import ApplyOutcome, Ledger
from guardrail.plan.model import Plan
from guardrail.system.clock import unix_now
from guardrail.system.terraform import Terraform


class Applied(Struct, frozen=True, kw_only=True):
    """What came of a wish to apply a plan, or to do an operation."""

    decision: Decision
    request: Request | None
    """The request that now waits for a senior, where one is needed."""
    outcome: ApplyOutcome | None
    """How Terraform ended; None where it never started."""


class Listener(Struct, frozen=True, kw_only=True):
    """Who hears of it while it goes on."""

    on_decision: Callable[[Decision], None]
    """Hears the decision before anything is done."""
    on_progress: Callable[[Progress, Labels], None]
    """Hears what Terraform reports, with what masks its addresses."""
    boundary: Callable[[str], None] = lambda _step: None
    """Called between the steps of :mod:`guardrail.enforce.procedure`."""


class Books(Struct, frozen=True, kw_only=True):
    """Where everything is written down."""

    ledger: Ledger
    audit: AuditLog


def conclude(
    call: Call,
    judged: Judged,
    plan: Plan,
    books: Books,
    *,
    terraform: Terraform,
    job: Callable[[], Job],
    listener: Listener,
) -> Applied:
    """
    Do what follows from ``judged``, the decision about ``plan``.

    A request is opened where approval is needed, the decision is logged and told, and ``job`` is
    made and carried out where it is allowed.
    """
    decision, request = judged.decision, None
    if decision.outcome is Outcome.APPROVAL_REQUIRED:
        decision, request = open_request(call, books.ledger, judged)
    log_decision(books.audit, decision, call.now)
    listener.on_decision(decision)
    if decision.outcome is not Outcome.ALLOW:
        return Applied(decision=decision, request=request, outcome=None)
    labels = Labels(plan)
    means = Means(
        ledger=books.ledger,
        audit=books.audit,
        terraform=terraform,
        clock=unix_now,
        on_progress=lambda progress: listener.on_progress(progress, labels),
        boundary=listener.boundary,
    )
    return Applied(decision=decision, request=None, outcome=carry_out(job(), means))


@contextmanager
def _refusals_logged(audit: AuditLog, now: int, subject: Mapping[str, str]) -> Iterator[None]:
    """Leave a trace of everything that somebody wanted done and that could not be decided."""
    try:
        yield
    except ApprovalError:
        # Logged where it was found, with its code.
        raise
    except GuardrailError as error:
        # Where the log fails too, the first reason is the one to tell.
        with suppress(AuditError):
            body = {"error": type(error).__name__, **subject}
            audit.append(Event.APPLY_REFUSED, body, now)
        raise


@contextmanager
def deciding(session: Session, token: bytes | None, **subject: str) -> Iterator[Books]:
    """
    Give the books, open and up to date, while something is decided in the session's directory.

    A ``token`` that was used before is refused, and so is a directory that Terraform must not
    run in. Whatever is refused inside is logged with ``subject``.
    """
    call = session.call
    books = Books(ledger=open_ledger(call.installation), audit=open_audit(call.installation))
    with _refusals_logged(books.audit, call.now, subject):
        books.ledger.note_time(call.now)
        _refuse_spent_token(books, token, call.now)
        prepare_directory(session)
        yield books


def _refuse_spent_token(books: Books, token: bytes | None, now: int) -> None:
    if token is None:
        return
    try:
        refuse_spent(books.ledger, token)
    except ApprovalError as error:
        books.audit.append(Event.APPROVAL_REJECTED, {"code": error.code}, now)
        raise
