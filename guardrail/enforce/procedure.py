"""
Carrying out what was decided, and nothing else.

The order is the safety. Nothing is done without a durable intent, or with an approval
that is not burnt, whatever is killed when; and an approval burns before Terraform
starts, so a crash costs a new approval, never a second run.

1. Only a decision that allows, about what can be bound, gets here.
2. Write the intent to the audit log, durably.
3. Look whether it is the same work still: a plan's sealed bytes are hashed again.
4. Burn every accepted approval in the ledger, for good.
5. Look at the clock and the state once more: nothing expired, nothing moved.
6. Build the environment that Terraform will run in.
7. Note in the ledger that work on this stack began and what it is about to lose and import, all
   or nothing, and run Terraform. An earlier apply without a known end is settled here by the
   approval, which named it.
8. Write the outcome: to the ledger, then to the audit log.
9. Where the end is known, look at the state again and note how the stack was left. What fails
   here is told, and changes nothing: the work is over.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol

from msgspec import Struct

from guardrail.audit.entry import Event
from guardrail.audit.log import AuditLog
from guardrail.decision import Decision, Outcome
from guardrail.enforce.progress import Progress
from guardrail.errors import EnforcementError
from guardrail.ledger.interface import ApplyOutcome, Ledger, Stack, Toll
from guardrail.system.terraform import Terraform


class Work(Protocol):
    """What Terraform is to do."""

    @property
    def source(self) -> str:
        """Return the source that the decision must have: what decides plans frees no operation."""
        ...

    def check_same(self, decision: Decision) -> None:
        """Raise :class:`EnforcementError` unless it is still what was decided."""
        ...

    def check_state(self, terraform: Terraform, environment: Mapping[str, str]) -> None:
        """Raise :class:`EnforcementError` unless the state is still what it was decided for."""
        ...

    def run(
        self,
        terraform: Terraform,
        environment: Mapping[str, str],
        on_progress: Callable[[Progress], None],
    ) -> ApplyOutcome:
        """Do it, and return how it ended."""
        ...


class Job(Struct, frozen=True, kw_only=True):
    """One decided piece of work, and everything it takes to carry it out."""

    decision: Decision
    work: Work
    stack: str | None
    """The key of the stack in the ledger; None where no state is touched."""
    toll: Toll
    """What is about to be lost and imported."""
    unfinished: tuple[str, ...]
    """The applies of this stack whose end was not known when this one was decided."""
    environment: Callable[[], Mapping[str, str]]
    """Builds the child's environment; called last, so that credentials come in last."""
    look: Callable[[int], Stack | None] | None
    """Reads the state at the time given and returns what to remember of the stack; None for nothing."""


class Means(Struct, frozen=True, kw_only=True):
    """What the procedure works with."""

    ledger: Ledger
    audit: AuditLog
    terraform: Terraform
    clock: Callable[[], int]
    on_progress: Callable[[Progress], None]
    boundary: Callable[[str], None] = lambda _step: None
    """Called between steps with the name of the step just done; tests stop the process there."""


def carry_out(job: Job, means: Means) -> ApplyOutcome:
    """
    Do the work of ``job``; see the numbered steps of this module.

    Raises :class:`guardrail.errors.GuardrailError` for everything that stops it
    before Terraform starts. How Terraform ended is the returned value.
    """
    # 1. Only what was allowed.
    decision = job.decision
    if decision.outcome is not Outcome.ALLOW or decision.plan.source != job.work.source:
        raise EnforcementError("only what was allowed, and can be bound, is carried out")
    # 2. The intent, durably.
    means.audit.append(Event.APPLY_INTENT, _intent(decision), means.clock())
    means.boundary("intent")
    try:
        environment = _prepare(job, means)
    except Exception:
        _record(decision, "not_started", means)
        raise
    outcome = job.work.run(means.terraform, environment, means.on_progress)
    means.boundary("ran")
    # 8. The outcome.
    if job.stack is not None:
        means.ledger.end_apply(decision.decision_id, outcome, means.clock())
    means.boundary("ended")
    _record(decision, outcome.value, means)
    means.boundary("recorded")
    # 9. How the stack was left. Of an unknown end there is no saying whether it goes on.
    if outcome is not ApplyOutcome.UNKNOWN and job.look is not None:
        _note_stack(job.look, decision, means)
    return outcome


def _prepare(job: Job, means: Means) -> Mapping[str, str]:
    decision = job.decision
    # 3. The same work still.
    job.work.check_same(decision)
    means.boundary("rehashed")
    # 4. Burn.
    for approval in decision.approval.accepted:
        means.ledger.burn(
            jti=approval.jti,
            request_id=decision.approval.request or "",
            plan_sha256=decision.plan.sha256,
            claim_id=decision.decision_id,
            at=means.clock(),
        )
    means.boundary("burnt")
    # 5. The clock and the state once more.
    now = means.clock()
    if any(now >= approval.expires for approval in decision.approval.accepted):
        raise EnforcementError("the approval expired before Terraform could start")
    job.work.check_state(means.terraform, job.environment())
    means.boundary("rechecked")
    # 6. The environment.
    environment = job.environment()
    # 7. The work begins.
    _settle_unfinished(job, means)
    if job.stack is not None:
        means.ledger.begin_apply(
            apply_id=decision.decision_id,
            stack=job.stack,
            plan_sha256=decision.plan.sha256,
            request_id=decision.approval.request,
            at=means.clock(),
            toll=job.toll,
        )
    means.boundary("begun")
    return environment


def _settle_unfinished(job: Job, means: Means) -> None:
    decision = job.decision
    for approval in decision.approval.accepted[:1]:
        # Not one that began since: nobody approved going on from there, and it may still run.
        for apply_id in job.unfinished:
            means.ledger.settle(
                apply_id,
                ApplyOutcome.FAILED,
                person=approval.person,
                why=f"approved apply {decision.decision_id} goes on from here",
                at=means.clock(),
            )
            means.audit.append(
                Event.APPLY_SETTLED,
                {"decision_id": apply_id, "person": approval.person},
                means.clock(),
            )


def _note_stack(look: Callable[[int], Stack | None], decision: Decision, means: Means) -> None:
    try:
        left = look(means.clock())
        if left is not None:
            means.ledger.note_stack(left)
    except Exception as error:  # noqa: BLE001 - whatever it is, the outcome stands and is returned
        body = {"decision_id": decision.decision_id, "error": type(error).__name__}
        with suppress(Exception):
            means.on_progress(Progress(event="not_noted", address="", action=""))
        with suppress(Exception):
            means.audit.append(Event.STACK_NOT_NOTED, body, means.clock())


def _record(decision: Decision, outcome: str, means: Means) -> None:
    body = {"decision_id": decision.decision_id, "outcome": outcome}
    means.audit.append(Event.APPLY_OUTCOME, body, means.clock())


def _intent(decision: Decision) -> dict[str, object]:
    return {
        "decision_id": decision.decision_id,
        "operation": decision.plan.operation,
        "plan_sha256": decision.plan.sha256,
        "directory": decision.stack.directory,
        "workspace": decision.stack.workspace,
        "mode": decision.mode.value,
        "origin": decision.origin.kind.value,
        "agents": list(decision.origin.names),
        "request_id": decision.approval.request or "",
        "approvals": [
            {"person": approval.person, "key": approval.key, "jti": approval.jti}
            for approval in decision.approval.accepted
        ],
    }
