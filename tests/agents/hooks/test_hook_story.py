"""An agent's rebuild, stopped at the hook, on a real Terraform and a pretend cloud."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from installed import Installed
from pretend_cloud import Cloud
from terraform_workspace import Workspace

from guardrail.agents.messages import LINES

pytestmark = pytest.mark.terraform


@pytest.fixture
def ask(installed: Installed, stack: Workspace):
    """Return what asks as Claude Code does before it runs a command in the stack's directory."""

    def asking(command: str, session: str = "0b1c5d8e") -> tuple[int, str]:
        event = {
            "session_id": session,
            "transcript_path": "/home/dev/.claude/projects/shop/0b1c5d8e.jsonl",
            "cwd": str(stack.directory),
            "permission_mode": "default",
            "hook_event_name": "PreToolUse",
            "tool_name": "Bash",
            "tool_input": {"command": command, "description": "Deploy"},
            "tool_use_id": "toolu_01A9",
        }
        done = subprocess.run(
            installed.argv("hook", "claude-code"),
            input=json.dumps(event).encode(),
            capture_output=True,
            check=False,
            # Nothing but the door itself tells that an agent asks.
            env={"PATH": os.environ["PATH"]},
        )
        if not done.stdout:
            return done.returncode, ""
        said = json.loads(done.stdout)["hookSpecificOutput"]
        assert said["permissionDecision"] == "deny"
        assert done.stderr.decode().strip() == said["permissionDecisionReason"]
        return done.returncode, said["permissionDecisionReason"]

    return asking


def test_a_rebuild_is_stopped_at_the_hook_and_a_seniors_token_releases_it(
    ask, stack: Workspace, cloud: Cloud, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    stack.write({"main.tf": cloud.environment_hcl(cidr="10.9.0.0/16", database="shop-v2")})
    rebuild = stack.plan(out="rebuild.tfplan")
    built = len(cloud.log())

    code, told = ask("terraform apply rebuild.tfplan")
    assert code == 2
    (request,) = installed.requests()
    assert (request.requester.origin, request.requester.agents) == ("agent", ("claude-code",))
    assert "BLOCKED - a senior engineer must approve" in told
    assert '"production": ' in told
    assert "environment/rebuilt" in told
    assert '"aws_db_instance.main"' in told
    assert request.request_id in told
    assert f"guardrail apply {rebuild} --token FILE" in told
    assert len(told.splitlines()) <= LINES
    assert len(cloud.log()) == built, "a stopped plan deletes nothing"

    assert "nothing has changed" in ask("terraform apply -auto-approve rebuild.tfplan")[1]
    assert "denial" not in ask("terraform apply rebuild.tfplan", session="another")[1]
    assert installed.requests() == [request]

    stack.write({"main.tf": cloud.environment_hcl(cidr="10.8.0.0/16")})
    stack.plan(out="rebuild.tfplan")
    again = ask("terraform apply rebuild.tfplan")[1]
    assert "New since the last denial: the plan" in again

    stack.write({"main.tf": cloud.environment_hcl(cidr="10.9.0.0/16", database="shop-v2")})
    rebuild = stack.plan(out="rebuild.tfplan")
    assert ask("terraform apply rebuild.tfplan")[0] == 2
    request = installed.requests()[-1]
    token = installed.approve(request, keys / "sam")
    assert ask("terraform apply rebuild.tfplan")[0] == 2, "the token opens the gate's apply alone"
    here = ("--chdir", stack.directory)
    released = installed.run("apply", rebuild, *here, "--token", token, env={})
    assert released.code == 0, released.err
    assert ("delete", "aws_db_instance") in cloud.operations(since=built)
    assert ("create", "aws_db_instance") in cloud.operations(since=built)


def test_what_needs_nobody_runs_by_the_very_command_that_was_read(
    ask, stack: Workspace, cloud: Cloud
):
    stack.write({"main.tf": cloud.environment_hcl() + '\noutput "zone" { value = "z" }\n'})
    stack.plan(out="tfplan")
    assert ask("terraform apply tfplan") == (0, "")
    for command in ("TF_CLI_ARGS=-destroy terraform apply tfplan", "terraform apply tfplan; ls"):
        code, told = ask(command)
        assert code == 2
        assert f"guardrail apply {stack.directory}/tfplan --chdir {stack.directory}" in told


def test_a_plan_that_is_not_there_is_not_allowed(ask):
    code, told = ask("terraform apply missing.tfplan")
    assert code == 2
    assert "could not decide" in told
