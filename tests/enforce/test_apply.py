"""Each step that must hold before Terraform starts: where it does not, nothing starts."""

from pathlib import Path

import msgspec
import pytest

from guardrail.audit.entry import Event
from guardrail.decision import (
    Accepted,
    ApprovalRecord,
    Decision,
    Next,
    Outcome,
    PlanRecord,
    PolicyRecord,
    StackRecord,
    Standing,
)
from guardrail.enforce.apply import Apply
from guardrail.enforce.procedure import Job, Means, carry_out
from guardrail.errors import AuditError, EnforcementError, LedgerError
from guardrail.findings.model import Counts
from guardrail.ledger.interface import ApplyOutcome, Lost, Toll
from guardrail.origin.evidence import Origin, OriginKind
from guardrail.plan.model import Configured, Mode, Saved

NOW = 1_000
APPROVAL = Accepted(person="sam", level="senior", key="SHA256:x", jti="j", expires=NOW + 1)

TOLL = Toll(
    lineage="x",
    origin="agent:a",
    losses=(Lost(environment="production", objects=frozenset({"5c" * 32}), managed=3),),
    imports=("5c" * 32,),
)


@pytest.fixture
def decision() -> Decision:
    return Decision(
        decision_id="d" * 32, outcome=Outcome.ALLOW, would_be=Outcome.ALLOW, profile="balanced",
        mode=Standing.ADVISORY, engine="embedded",
        plan=PlanRecord(source="saved", sha256="a", json_sha256="b", terraform_version="1"),
        stack=StackRecord(
            directory="/s", workspace="default", backend="local", lineage="", serial=0
        ),
        origin=Origin(kind=OriginKind.UNKNOWN, names=(), evidence=()), counts=Counts(),
        environments=(), findings=(),
        approval=ApprovalRecord(required=None, request="r", accepted=(APPROVAL,)),
        next=Next(allowed=(), prohibited=()), policy=PolicyRecord(sha256="p", rules=1), time=NOW,
    )  # fmt: skip


@pytest.fixture
def saved() -> Saved:
    return Saved(
        mode=Mode.NORMAL, terraform_version="1", workspace="default", backend="local",
        backend_sha256="", targets=(), replacements=(), lineage="", serial=0,
        lockfile_sha256=None, actions={}, configured=Configured(),
    )  # fmt: skip


@pytest.fixture
def means(mocker) -> Means:
    terraform = mocker.Mock()
    terraform.run.return_value = mocker.Mock(code=0, stdout=b"", stderr=b"")
    return Means(
        ledger=mocker.Mock(), audit=mocker.Mock(), terraform=terraform,
        clock=lambda: NOW, on_progress=lambda _progress: None,
    )  # fmt: skip


@pytest.fixture
def job(decision: Decision, saved: Saved, tmp_path: Path, mocker) -> Job:
    sealed = mocker.Mock(path="/proc/self/fd/9", fd=9)
    sealed.rehash.return_value = "a"
    return Job(
        decision=decision, work=Apply(saved=saved, sealed=sealed, directory=tmp_path), environment=dict,
        unfinished=(), stack="/s#default", toll=TOLL, look=mocker.Mock(return_value="the stack"),
    )  # fmt: skip


def outcomes(means: Means) -> list[str]:
    return [
        call.args[1]["outcome"]
        for call in means.audit.append.call_args_list
        if call.args[0] is Event.APPLY_OUTCOME
    ]


@pytest.mark.parametrize("change", ["outcome", "source"])
def test_1_what_was_not_allowed_is_not_even_intended(change: str, job: Job, means: Means):
    decision = job.decision
    if change == "outcome":
        decision = msgspec.structs.replace(decision, outcome=Outcome.APPROVAL_REQUIRED)
    else:
        plan = msgspec.structs.replace(decision.plan, source="json")
        decision = msgspec.structs.replace(decision, plan=plan)
    with pytest.raises(EnforcementError, match="allowed"):
        carry_out(msgspec.structs.replace(job, decision=decision), means)
    means.audit.append.assert_not_called()
    means.terraform.supervise.assert_not_called()


def test_2_without_a_durable_intent_nothing_is_burnt(job: Job, means: Means):
    means.audit.append.side_effect = AuditError("the disk is full")
    with pytest.raises(AuditError):
        carry_out(job, means)
    means.ledger.burn.assert_not_called()
    means.terraform.supervise.assert_not_called()


def test_3_bytes_that_changed_are_not_applied_and_burn_nothing(job: Job, means: Means):
    job.work.sealed.rehash.return_value = "other"
    with pytest.raises(EnforcementError, match="changed after it was decided"):
        carry_out(job, means)
    means.ledger.burn.assert_not_called()
    means.terraform.supervise.assert_not_called()
    assert outcomes(means) == ["not_started"]


def test_5_an_approval_that_expired_meanwhile_is_spent_and_starts_nothing(job: Job, means: Means):
    late = msgspec.structs.replace(means, clock=lambda: NOW + 1)
    with pytest.raises(EnforcementError, match="expired"):
        carry_out(job, late)
    late.ledger.burn.assert_called_once()
    late.terraform.supervise.assert_not_called()
    assert outcomes(late) == ["not_started"]


def test_7_what_it_will_lose_is_noted_as_it_begins_or_nothing_starts(job: Job, means: Means):
    means.ledger.begin_apply.side_effect = LedgerError("there is no room left")
    with pytest.raises(LedgerError):
        carry_out(job, means)
    assert means.ledger.begin_apply.call_args.kwargs["toll"] is TOLL
    assert means.ledger.begin_apply.call_args.kwargs["stack"] == "/s#default"
    means.terraform.supervise.assert_not_called()
    job.look.assert_not_called()
    assert outcomes(means) == ["not_started"]


@pytest.mark.parametrize(
    ("code", "summary", "outcome"),
    [
        (0, True, ApplyOutcome.APPLIED),
        (0, False, ApplyOutcome.UNKNOWN),
        (1, False, ApplyOutcome.FAILED),
        (-9, True, ApplyOutcome.UNKNOWN),
        (42, False, ApplyOutcome.UNKNOWN),
    ],
)
def test_8_only_a_terraform_that_says_so_has_applied(
    code: int, summary: bool, outcome: ApplyOutcome, job: Job, means: Means
):
    def supervise(*_arguments, on_line, **_rest) -> int:
        if summary:
            on_line(b'{"type":"change_summary","changes":{"operation":"apply"}}')
        return code

    means.terraform.supervise.side_effect = supervise
    assert carry_out(job, means) is outcome
    means.ledger.end_apply.assert_called_once_with("d" * 32, outcome, NOW)
    assert outcomes(means) == [outcome.value]


def ends(means: Means, code: int) -> None:
    """Let Terraform end with `code`, and say that it is done."""

    def supervise(*_arguments, on_line, **_rest) -> int:
        on_line(b'{"type":"change_summary","changes":{"operation":"apply"}}')
        return code

    means.terraform.supervise.side_effect = supervise


@pytest.mark.parametrize("code", [0, 1])
def test_9_how_the_stack_was_left_is_noted_after_the_outcome(code: int, job: Job, means: Means):
    ends(means, code)
    steps: list[str] = []
    job.look.side_effect = lambda at: steps.append(f"look at {at}") or "the stack"
    carry_out(job, msgspec.structs.replace(means, boundary=steps.append))
    assert steps[-2:] == ["recorded", f"look at {NOW}"]
    means.ledger.note_stack.assert_called_once_with("the stack")


def test_9_a_stack_that_may_still_change_is_not_looked_at(job: Job, means: Means):
    ends(means, -9)
    assert carry_out(job, means) is ApplyOutcome.UNKNOWN
    job.look.assert_not_called()


@pytest.mark.parametrize("fault", ["look", "note", "all"])
@pytest.mark.parametrize("code", [0, 1])
def test_9_a_stack_that_could_not_be_noted_is_told_and_changes_no_outcome(
    fault: str, code: int, job: Job, means: Means, mocker
):
    def refuse(event: Event, *_rest: object) -> None:
        if event is Event.STACK_NOT_NOTED:
            raise AuditError("the disk is full")

    ends(means, code)
    told = mocker.Mock()
    listening = msgspec.structs.replace(means, on_progress=told)
    if fault == "note":
        means.ledger.note_stack.side_effect = LedgerError("there is no room left")
    else:
        job.look.side_effect = RuntimeError("canary")
    if fault == "all":
        told.side_effect = RuntimeError
        means.audit.append.side_effect = refuse
    assert carry_out(job, listening) is (ApplyOutcome.FAILED if code else ApplyOutcome.APPLIED)
    assert told.call_args.args[0].event == "not_noted"
    (event, body, _), _ = means.audit.append.call_args
    assert event is Event.STACK_NOT_NOTED
    error = "LedgerError" if fault == "note" else "RuntimeError"
    assert body == {"decision_id": "d" * 32, "error": error}
