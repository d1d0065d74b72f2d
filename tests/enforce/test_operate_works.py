"""The works that no plan stands for: nothing else than what was decided is pushed or run."""

import json
from pathlib import Path

import pytest
from terraform_workspace import Workspace

from guardrail.decision import (
    ApprovalRecord,
    Decision,
    Next,
    Outcome,
    PlanRecord,
    PolicyRecord,
    StackRecord,
    Standing,
)
from guardrail.enforce.operate import Command, Place, Push
from guardrail.errors import EnforcementError
from guardrail.findings.model import Counts
from guardrail.ledger.interface import ApplyOutcome
from guardrail.origin.evidence import Origin, OriginKind
from guardrail.system.files import seal
from guardrail.system.terraform import Terraform, open_terraform, pull_state


def decided(*, sha256: str = "", json_sha256: str = "") -> Decision:
    """Return a decision about an operation of these digests."""
    return Decision(
        decision_id="d" * 32, outcome=Outcome.ALLOW, would_be=Outcome.ALLOW, profile="balanced",
        mode=Standing.ADVISORY, engine="embedded",
        plan=PlanRecord(
            source="operation", operation="state rm", sha256=sha256, json_sha256=json_sha256,
            terraform_version="1",
        ),
        stack=StackRecord(directory="/s", workspace="default", backend="local", lineage="", serial=0),
        origin=Origin(kind=OriginKind.AGENT, names=(), evidence=()),
        counts=Counts(), environments=(), findings=(),
        approval=ApprovalRecord(required=None, request=None),
        next=Next(allowed=(), prohibited=()), policy=PolicyRecord(sha256="p", rules=1), time=0,
    )  # fmt: skip


def place(directory: Path, found: list[str]) -> Place:
    return Place(directory=directory, look=lambda *_: found.pop(0), sha256="one")


def script(folder: Path, text: str) -> Terraform:
    """Return a program in Terraform's place."""
    path = folder / "terraform"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return open_terraform(str(path), None, "")


def command(directory: Path, *, attached: bool = False, **fields) -> Command:
    here = place(directory, ["one"])
    return Command(
        arguments=("say", "so"), place=here, attached=attached, fingerprint=lambda: "f", **fields
    )


def test_a_place_that_changed_is_refused(tmp_path: Path):
    here = place(tmp_path, ["one", "two"])
    here.check({})
    with pytest.raises(EnforcementError, match="state changed"):
        here.check({})


def test_a_command_is_the_one_that_was_decided(tmp_path: Path):
    command(tmp_path).check_same(decided(sha256="f"))
    with pytest.raises(EnforcementError, match="configuration changed"):
        command(tmp_path).check_same(decided(sha256="g"))


@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize(
    ("ends", "outcome"),
    [
        ("exit 0", ApplyOutcome.APPLIED),
        ("exit 1", ApplyOutcome.FAILED),
        ("exit 2", ApplyOutcome.UNKNOWN),
        ("kill -9 $$", ApplyOutcome.UNKNOWN),
    ],
)
def test_an_end_that_says_nothing_is_not_known(
    tmp_path: Path, attached: bool, ends: str, outcome: ApplyOutcome
):
    with script(tmp_path, ends) as terraform:
        assert command(tmp_path, attached=attached).run(terraform, {}, lambda _: None) is outcome


def test_only_what_is_attached_is_heard(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    with script(tmp_path, 'echo "$@"') as terraform:
        command(tmp_path).run(terraform, {}, lambda _: None)
        assert capfd.readouterr().out == ""
        command(tmp_path, attached=True).run(terraform, {}, lambda _: None)
        assert capfd.readouterr().out == "say so\n"


def test_a_push_is_of_the_state_that_was_decided(tmp_path: Path):
    with seal(b"{}") as state:
        push = Push(state=state, place=place(tmp_path, ["one"]), options=())
        push.check_same(decided(json_sha256=state.sha256))
        with pytest.raises(EnforcementError, match="state to push changed"):
            push.check_same(decided(json_sha256="x"))


@pytest.mark.terraform
def test_a_push_that_somebody_overtook_is_refused_by_terraform_itself(workspace: Workspace):
    workspace.write('resource "terraform_data" "x" {}\n').init().apply()
    state = workspace.state()
    ours = json.dumps({**state, "serial": state["serial"] + 1, "resources": []}).encode()
    # Between the last look and the push: as many writes as ours, of something else.
    workspace.write('resource "terraform_data" "y" {}\nresource "terraform_data" "x" {}\n').apply()
    here = place(workspace.directory, ["one"])
    with open_terraform(str(workspace.terraform), None, "") as terraform, seal(ours) as sealed:
        done = Push(state=sealed, place=here, options=()).run(
            terraform, workspace.environment, lambda _: None
        )
        assert done is ApplyOutcome.FAILED
        left = json.loads(
            pull_state(terraform, env=workspace.environment, directory=workspace.directory)
        )
    assert len(left["resources"]) == 2
