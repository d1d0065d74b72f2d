"""
Applying the very bytes that were decided.

The order is the safety. An apply without a durable intent, or with an approval
that is not burnt, can't happen, whatever is killed when; and an approval burns
before Terraform starts, so a crash costs a new approval, never a second apply.

1. Only a decision that allows, about a saved plan, gets here.
2. Write the intent to the audit log, durably.
3. Hash the sealed bytes again.
4. Burn every accepted approval in the ledger, for good.
5. Look at the clock and the state once more: nothing expired, nothing moved.
6. Build the environment that Terraform will apply in.
7. Note in the ledger that this stack's apply began and what it is about to lose and import, all
   or nothing, and run Terraform on the sealed bytes. An earlier apply without a known end is
   settled here by the approval, which named it.
8. Write the outcome: to the ledger, then to the audit log.
9. Where the end is known, look at the state again and note how the stack was left. What fails
   here is told, and changes nothing: the apply is over.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from guardrail.audit.entry import Event
from guardrail.audit.log import AuditLog
from guardrail.decision import Decision, Outcome
from guardrail.enforce.progress import Progress, read_progress
from guardrail.enforce.target import check_target, read_target
from guardrail.errors import EnforcementError
from guardrail.ledger.interface import ApplyOutcome, Ledger, Stack, Toll
from guardrail.plan.model import Saved
from guardrail.system.files import Sealed
from guardrail.system.terraform import Terraform


class Job(Struct, frozen=True, kw_only=True):
    """One decided plan, and everything it takes to apply it."""

    decision: Decision
    saved: Saved
    sealed: Sealed
    directory: Path
    stack: str
    """The key of the stack in the ledger."""
    toll: Toll
    """What the plan is about to lose and to import."""
    unfinished: tuple[str, ...]
    """The applies of this stack whose end was not known when this one was decided."""
    environment: Callable[[], Mapping[str, str]]
    """Builds the child's environment; called last, so that credentials come in last."""
    look: Callable[[int], Stack]
    """Reads the state at the time given and returns what to remember of the stack."""


class Means(Struct, frozen=True, kw_only=True):
    """What the procedure works with."""

    ledger: Ledger
    audit: AuditLog
    terraform: Terraform
    clock: Callable[[], int]
    on_progress: Callable[[Progress], None]
    boundary: Callable[[str], None] = lambda _step: None
    """Called between steps with the name of the step just done; tests stop the process there."""


def apply(job: Job, means: Means) -> ApplyOutcome:
    """
    Apply the plan of ``job``; see the numbered steps of this module.

    Raises :class:`guardrail.errors.GuardrailError` for everything that stops it
    before Terraform starts. How Terraform ended is the returned value.
    """
    # 1. Only what was allowed.
    decision = job.decision
    if decision.outcome is not Outcome.ALLOW or decision.plan.source != "saved":
        raise EnforcementError("only a saved plan that was allowed can be applied")
    # 2. The intent, durably.
    means.audit.append(Event.APPLY_INTENT, _intent(decision), means.clock())
    means.boundary("intent")
    try:
        environment = _prepare(job, means)
    except Exception:
        _record(decision, "not_started", means)
        raise
    outcome = _run(job, means, environment)
    means.boundary("ran")
    # 8. The outcome.
    means.ledger.end_apply(decision.decision_id, outcome, means.clock())
    means.boundary("ended")
    _record(decision, outcome.value, means)
    means.boundary("recorded")
    # 9. How the stack was left. Of an unknown end there is no saying whether it goes on.
    if outcome is not ApplyOutcome.UNKNOWN:
        _note_stack(job, means)
    return outcome


def _prepare(job: Job, means: Means) -> Mapping[str, str]:
    decision = job.decision
    # 3. The same bytes still.
    if job.sealed.rehash() != decision.plan.sha256:
        raise EnforcementError("the sealed plan changed after it was decided")
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
    target = read_target(means.terraform, env=job.environment(), directory=job.directory)
    check_target(job.saved, target)
    means.boundary("rechecked")
    # 6. The environment.
    environment = job.environment()
    # 7. The apply begins.
    _settle_unfinished(job, means)
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


def _note_stack(job: Job, means: Means) -> None:
    try:
        means.ledger.note_stack(job.look(means.clock()))
    except Exception as error:  # noqa: BLE001 - whatever it is, the outcome stands and is returned
        body = {"decision_id": job.decision.decision_id, "error": type(error).__name__}
        with suppress(Exception):
            means.on_progress(Progress(event="not_noted", address="", action=""))
        with suppress(Exception):
            means.audit.append(Event.STACK_NOT_NOTED, body, means.clock())


def _record(decision: Decision, outcome: str, means: Means) -> None:
    body = {"decision_id": decision.decision_id, "outcome": outcome}
    means.audit.append(Event.APPLY_OUTCOME, body, means.clock())


def _run(job: Job, means: Means, environment: Mapping[str, str]) -> ApplyOutcome:
    finished = False

    def hear(line: bytes) -> None:
        nonlocal finished
        progress = read_progress(line)
        if progress is not None:
            finished = finished or progress.event == "summary"
            # Nobody who listens may end the wait for Terraform, and with it the record of its end.
            with suppress(Exception):
                means.on_progress(progress)

    code = means.terraform.supervise(
        ["apply", "-input=false", "-json", job.sealed.path],
        env=environment,
        directory=job.directory,
        pass_fds=[job.sealed.fd],
        on_line=hear,
    )
    if code == 0 and finished:
        return ApplyOutcome.APPLIED
    return ApplyOutcome.FAILED if code == 1 else ApplyOutcome.UNKNOWN


def _intent(decision: Decision) -> dict[str, object]:
    return {
        "decision_id": decision.decision_id,
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
