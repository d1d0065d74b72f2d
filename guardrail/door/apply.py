"""Apply: make a plan where none is given, decide about it, and apply exactly those bytes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from guardrail.approval.request import Request
from guardrail.audit.entry import Event
from guardrail.audit.log import AuditLog
from guardrail.decision import Decision, Outcome
from guardrail.door.offers import refuse_spent
from guardrail.door.requests import open_request
from guardrail.door.saved import judge_saved
from guardrail.door.session import Session
from guardrail.door.stack import child_environment, find_terraform, open_audit, open_ledger
from guardrail.enforce.apply import Job, Means, apply
from guardrail.enforce.progress import Progress
from guardrail.enforce.target import check_target, read_target
from guardrail.errors import ApprovalError, EnforcementError, UsageError
from guardrail.findings.labels import Labels
from guardrail.ledger.interface import ApplyOutcome, Ledger
from guardrail.sources.plans import LIMIT, is_saved, load_saved, seal_plan
from guardrail.system.clock import unix_now
from guardrail.system.files import Sealed, private_directory, seal_file, write_private
from guardrail.system.terraform import Terraform


class Applied(Struct, frozen=True, kw_only=True):
    """What came of a wish to apply."""

    decision: Decision
    request: Request | None
    """The request that now waits for a senior, where one is needed."""
    ending: ApplyOutcome | None
    """How Terraform ended; None where it never started."""


def apply_plan(
    session: Session,
    source: str,
    *,
    token: bytes | None,
    on_decision: Callable[[Decision], None],
    on_progress: Callable[[Progress, Labels], None],
    boundary: Callable[[str], None] = lambda _step: None,
) -> Applied:
    """
    Decide about the saved plan that ``source`` names and apply it where it is allowed.

    ``token`` is an approval or None. ``on_decision`` hears the decision before
    anything is applied, ``on_progress`` what Terraform reports. ``boundary`` is
    called between the steps of :mod:`guardrail.enforce.apply`.
    """
    with seal_plan(source, session.call.env) as sealed, find_terraform(session) as terraform:
        return _apply(session, sealed, terraform, token, on_decision, on_progress, boundary)


def _apply(
    session: Session,
    sealed: Sealed,
    terraform: Terraform,
    token: bytes | None,
    on_decision: Callable[[Decision], None],
    on_progress: Callable[[Progress, Labels], None],
    boundary: Callable[[str], None],
) -> Applied:
    call = session.call
    if not is_saved(sealed):
        raise UsageError(
            "only a saved plan can be applied, JSON was given",
            hint="make one with `terraform plan -out=tfplan`, then `guardrail apply tfplan`",
        )
    env = child_environment(session)
    ledger, audit = open_ledger(call.installation), open_audit(call.installation)
    ledger.note_time(call.now)
    if token is not None:
        _refuse_spent(ledger, audit, token, call.now)
    loaded = load_saved(sealed, terraform, env=env, directory=call.directory)
    saved = loaded.plan.saved
    if saved is not None:
        check_target(saved, read_target(terraform, env=env, directory=call.directory))
    judged = judge_saved(session, loaded, terraform, ledger, token=token)
    decision, request = judged.decision, None
    if decision.outcome is Outcome.APPROVAL_REQUIRED:
        decision, request = open_request(call, ledger, judged)
    _log(audit, decision, call.now)
    on_decision(decision)
    if decision.outcome is not Outcome.ALLOW or saved is None:
        return Applied(decision=decision, request=request, ending=None)
    labels = Labels(loaded.plan)
    job = Job(
        decision=decision,
        saved=saved,
        sealed=sealed,
        directory=call.directory,
        environment=lambda: child_environment(session),
    )
    means = Means(
        ledger=ledger,
        audit=audit,
        terraform=terraform,
        clock=unix_now,
        on_progress=lambda progress: on_progress(progress, labels),
        boundary=boundary,
    )
    return Applied(decision=decision, request=None, ending=apply(job, means))


def _refuse_spent(ledger: Ledger, audit: AuditLog, token: bytes, now: int) -> None:
    try:
        refuse_spent(ledger, token)
    except ApprovalError as error:
        audit.append(Event.APPROVAL_REJECTED, {"code": error.code}, now)
        raise


@contextmanager
def made_plan(session: Session, arguments: Sequence[str]) -> Iterator[Path]:
    """
    Make a saved plan in the working directory with ``arguments``, and give its path.

    What Terraform prints is thrown away: it holds values. Raises
    :class:`EnforcementError` when it makes none.
    """
    with TemporaryDirectory(prefix="guardrail-") as folder, find_terraform(session) as terraform:
        path = Path(folder) / "tfplan"
        done = terraform.run(
            ["plan", "-input=false", "-no-color", f"-out={path}", *arguments],
            env=child_environment(session, variables=True),
            directory=session.call.directory,
            timeout=3600,
        )
        if done.code != 0 or not path.exists():
            raise EnforcementError(
                f"terraform plan made no plan (exit code {done.code})",
                hint="run `terraform plan` to see why; its messages are not repeated here "
                "because they can hold values",
            )
        yield path


def kept_plan(session: Session, request_id: str) -> Path:
    """Return where the plan of a request is kept; raises :class:`UsageError` where none is."""
    kept = session.call.installation.state / "plans" / f"{request_id}.tfplan"
    if not kept.exists():
        raise UsageError(
            "no plan was kept for this token",
            hint="name it: `guardrail apply PLAN --token FILE`",
        )
    return kept


def keep_plan(session: Session, path: Path, request_id: str) -> Path:
    """Keep a plan that waits for approval under its request's id, privately; return its path."""
    folder = session.call.installation.state / "plans"
    private_directory(folder)
    kept = folder / f"{request_id}.tfplan"
    with seal_file(path, limit=LIMIT) as sealed:
        write_private(kept, bytes(sealed.view()))
    return kept


def _log(audit: AuditLog, decision: Decision, now: int) -> None:
    audit.append(Event.DECISION, _entry(decision), now)
    about = {"decision_id": decision.decision_id, "request_id": decision.approval.request or ""}
    for accepted in decision.approval.accepted:
        signer = {"person": accepted.person, "key": accepted.key, "jti": accepted.jti}
        audit.append(Event.APPROVAL_ACCEPTED, {**about, **signer}, now)
    for rejected in decision.approval.rejected:
        audit.append(Event.APPROVAL_REJECTED, {**about, "code": rejected.code}, now)


def _entry(decision: Decision) -> dict[str, object]:
    return {
        "decision_id": decision.decision_id,
        "outcome": decision.outcome.value,
        "would_be": decision.would_be.value,
        "profile": decision.profile,
        "mode": decision.mode.value,
        "engine": decision.engine,
        "policy_sha256": decision.policy.sha256,
        "plan_sha256": decision.plan.sha256,
        "origin": decision.origin.kind.value,
        "agents": list(decision.origin.names),
        "rules": sorted({finding.rule for finding in decision.findings}),
        "request_id": decision.approval.request or "",
    }
