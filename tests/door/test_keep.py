"""An apply in a process of its own: what comes of it, and what does not."""

import pytest
from installed import AGENT, Installed
from terraform_workspace import Workspace

from guardrail.decision import Outcome
from guardrail.door.keep import apply_kept
from guardrail.door.session import Call
from guardrail.enforce.progress import Progress
from guardrail.errors import GuardrailError
from guardrail.ledger.interface import ApplyOutcome
from guardrail.system.clock import unix_now

pytestmark = pytest.mark.terraform


@pytest.fixture
def call(workspace: Workspace, installed: Installed) -> Call:
    workspace.write('resource "terraform_data" "one" {}\n').init()
    return Call(
        installation=installed.installation,
        directory=workspace.directory,
        env=dict(AGENT),
        now=unix_now(),
    )


def test_a_harmless_plan_is_applied_and_told_as_by_any_other_door(
    call: Call, workspace: Workspace, installed: Installed
):
    plan = workspace.plan(out="tfplan")
    printed = installed.check(plan, "--chdir", workspace.directory).decision
    heard: list[Progress] = []
    kept = apply_kept(call, plan, token=None, on_progress=heard.append)
    assert kept.outcome is ApplyOutcome.APPLIED
    assert kept.decision.outcome is Outcome.ALLOW
    assert kept.decision.plan.sha256 == printed["plan"]["sha256"]
    assert [each.event for each in heard] == ["apply_start", "apply_complete", "summary"]
    assert (workspace.directory / "terraform.tfstate").exists()


def test_a_plan_that_needs_a_senior_is_a_decision_and_no_error(
    call: Call, workspace: Workspace, installed: Installed
):
    workspace.apply()
    kept = apply_kept(call, workspace.plan("-destroy", out="tfplan"), token=None)
    assert kept.outcome is None
    assert kept.decision.outcome is Outcome.APPROVAL_REQUIRED
    assert kept.decision.origin.names == ("claude-code",)
    (request,) = installed.requests()
    assert kept.decision.approval.request == request.request_id


def test_what_cannot_be_decided_is_the_same_error(call: Call, workspace: Workspace):
    with pytest.raises(GuardrailError, match="does not exist"):
        apply_kept(call, workspace.directory / "missing", token=None)


def test_a_stop_before_terraform_starts_begins_nothing(
    call: Call, workspace: Workspace, installed: Installed
):
    plan = workspace.plan(out="tfplan")
    with pytest.raises(GuardrailError, match="told to stop before it began"):
        apply_kept(call, plan, token=None, stop=lambda: True)
    assert not (workspace.directory / "terraform.tfstate").exists()
    assert '"outcome":"not_started"' in installed.run("audit", "show").out


def test_a_keeper_that_dies_is_no_success(call: Call, workspace: Workspace, mocker):
    mocker.patch("guardrail.door.keep._START", "import os; os._exit(0)")
    with pytest.raises(GuardrailError, match="without a word"):
        apply_kept(call, workspace.directory / "tfplan", token=None)
