"""What an agent hears the second time, from the command that an executor really starts."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from installed import Installed


@pytest.fixture
def ask(tmp_path: Path):
    installed = Installed(tmp_path / "guardrail")

    def asking(command: str, session: str = "one") -> str:
        event = {
            "session_id": session,
            "cwd": str(tmp_path),
            "hook_event_name": "PreToolUse",
            "tool_name": "Bash",
            "tool_input": {"command": command},
        }
        done = subprocess.run(
            installed.argv("hook", "claude-code"),
            input=json.dumps(event).encode(),
            capture_output=True,
            check=False,
            env={"PATH": os.environ["PATH"]},
        )
        assert done.returncode == 2
        said = json.loads(done.stdout)["hookSpecificOutput"]
        assert said["permissionDecision"] == "deny"
        return said["permissionDecisionReason"]

    return asking


SAME = "This is the same denial as before: nothing has changed"


@pytest.mark.parametrize(
    ("first", "second", "new"),
    [
        ("terraform apply", "terraform apply", None),
        ("terraform apply", "terraform apply -auto-approve", None),
        ("terraform apply", "bash -c 'terraform apply'", None),
        ("terraform -chdir=a apply", "terraform -chdir=b apply", "where it runs"),
        ("terraform apply", "terraform apply; tofu destroy", "what the line does"),
        ("terraform state rm a.b", "terraform state rm a.c", "the line"),
        ("aws s3 rb s3://a", "aws s3 rb s3://b", "the line"),
        ("rm .claude/settings.json", "rm .claude/settings.json", None),
    ],
)
def test_the_second_denial_says_what_changed(first: str, second: str, new: str | None, ask):
    assert "denial" not in ask(first)
    again = ask(second)
    assert (SAME if new is None else f"New since the last denial: {new}. ") in again
    assert "denial" not in ask(first, session="two")
