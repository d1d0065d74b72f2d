"""What each executor says, and what it hears: replayed through a real process each."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from installed import Installed

from guardrail.agents.hooks import EXECUTORS
from guardrail.agents.hooks.run import LIMIT
from guardrail.agents.messages import LINES

TRANSCRIPTS = Path(__file__).parents[2] / "transcripts"
CASES = sorted(TRANSCRIPTS.glob("*/*.json"))
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}

SILENT = b""
ALLOWED = {"cursor": b'{"permission":"allow"}', "cline": b'{"cancel":false}'}
"""What an allowed call prints, for executors that take silence for something else."""
DENIES_IN_JSON = {"claude-code", "copilot-cli", "cursor", "cline", "generic"}
DENIES_WITH_ZERO = {"cursor"}
"""Executors that show the JSON instead of the reason when the exit code is 2."""


class Heard(msgspec.Struct):
    """What an executor hears."""

    code: int
    out: bytes
    err: bytes


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path / "guardrail")


def ask(installed: Installed, executor: str, question: bytes) -> Heard:
    done = subprocess.run(
        installed.argv("hook", executor),
        input=question,
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
        timeout=60,
    )
    return Heard(done.returncode, done.stdout, done.stderr)


def reason(executor: str, heard: Heard) -> str:
    """Return the reason as the model gets it, from where the executor takes it."""
    if executor not in DENIES_IN_JSON:
        assert heard.out == b""
        return heard.err.decode()
    said = json.loads(heard.out)
    match executor:
        case "claude-code":
            inner = said["hookSpecificOutput"]
            assert set(said) == {"hookSpecificOutput"}
            assert inner["hookEventName"] == "PreToolUse"
            assert inner["permissionDecision"] == "deny"
            return inner["permissionDecisionReason"]
        case "copilot-cli":
            assert said["permissionDecision"] == "deny"
            return said["permissionDecisionReason"]
        case "cursor":
            assert said["permission"] == "deny"
            assert said["user_message"] == said["agent_message"]
            return said["user_message"]
        case "cline":
            assert said["cancel"] is True
            return said["errorMessage"]
        case _:
            assert said["allow"] is False
            return said["message"]


def assert_denied(executor: str, heard: Heard) -> str:
    told = reason(executor, heard)
    assert told.startswith("guardrail: BLOCKED - ")
    assert len(told.strip().splitlines()) <= LINES
    assert all(char.isprintable() or char == "\n" for char in told)
    return told


def test_every_executor_has_transcripts():
    assert {path.parent.name for path in CASES} == set(EXECUTORS)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_call_is_answered_in_the_executors_form(path: Path, installed: Installed):
    executor, case = path.parent.name, json.loads(path.read_text())
    heard = ask(installed, executor, json.dumps(case["event"]).encode())
    if case["allowed"]:
        expected = ALLOWED.get(executor, SILENT)
        assert (heard.code, heard.out, heard.err) == (0, expected, b"")
        return
    assert heard.code == (0 if executor in DENIES_WITH_ZERO else 2)
    told = assert_denied(executor, heard)
    for words in case["says"]:
        assert words in told
    assert "You must not:" in told


def broken() -> dict[str, bytes]:
    good = b'{"tool_name":"Bash","tool_input":{"command":"ls"},"cwd":"/tmp"}'
    return {
        "nothing": b"",
        "blank": b"\n",
        "no JSON": b"ls -la",
        "cut off": good[:-9],
        "two documents": good + good,
        "a list": b"[]",
        "null": b"null",
        "a number": b"7",
        "no tool": b"{}",
        "wrong types": b'{"tool_name":7,"tool_input":[],"command":7,"tool":{},"toolName":[],'
        b'"preToolUse":7,"tool_call":7,"tool_info":[]}',
        "a tool without a name": b'{"tool_name":"","tool":"","toolName":"",'
        b'"preToolUse":{"toolName":""},"tool_info":{"mcp_tool_name":7}}',
        "not UTF-8": b'{"tool_name":"Bash\xff","tool":"\xff","command":"\xff","toolName":"\xff",'
        b'"preToolUse":{"toolName":"\xff"},"tool_info":{"command_line":"\xff"}}',
        "deep": b"[" * 100_000,
        "huge": b'{"tool_name":"' + b"x" * LIMIT + b'"}',
    }


@pytest.mark.parametrize("executor", sorted(EXECUTORS))
@pytest.mark.parametrize("name", sorted(broken()))
def test_what_cannot_be_read_is_denied_with_exit_code_2(
    executor: str, name: str, installed: Installed
):
    heard = ask(installed, executor, broken()[name])
    assert heard.code == 2
    assert "could not be read" in assert_denied(executor, heard)
    assert b"Traceback" not in heard.err


SHELLS_WITHOUT_A_COMMAND = {
    "claude-code": {"tool_name": "Bash", "tool_input": {"command": 7}},
    "cline": {"preToolUse": {"toolName": "execute_command", "parameters": {}}},
    "cline-cli": {"tool": "run_commands", "input": {"commands": [7]}},
    "codex": {"tool_name": "Bash", "tool_input": {"command": [7]}},
    "copilot-cli": {"toolName": "bash", "toolArgs": "{}"},
    "cursor": {"command": None},
    "gemini-cli": {"tool_name": "run_shell_command", "tool_input": None},
    "generic": {"tool": "shell"},
    "kiro": {"tool_name": "execute_bash", "tool_input": {}},
    "opencode": {"tool": "bash", "args": {"cmd": {}}},
    "q": {"tool_name": "use_aws", "tool_input": {"service_name": "rds"}},
    "qwen-code": {"tool_name": "run_shell_command", "tool_input": {"command": 7}},
    "windsurf": {"tool_info": {}},
}


@pytest.mark.parametrize("executor", sorted(EXECUTORS))
def test_a_shell_without_a_command_is_denied(executor: str, installed: Installed):
    heard = ask(installed, executor, json.dumps(SHELLS_WITHOUT_A_COMMAND[executor]).encode())
    assert heard.code == 2
    assert_denied(executor, heard)


@pytest.mark.parametrize("executor", sorted(EXECUTORS))
def test_a_broken_installation_denies_what_must_be_judged(executor: str, installed: Installed):
    installed.settings("nonsense = 1\n")
    event = json.loads((TRANSCRIPTS / executor / "applies.json").read_text())["event"]
    heard = ask(installed, executor, json.dumps(event).encode())
    assert heard.code == 2
    assert "could not decide" in assert_denied(executor, heard)


def test_a_closed_standard_input_is_denied(installed: Installed):
    argv = installed.argv("hook", "claude-code")
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *argv],
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
    )
    assert done.returncode == 2


@pytest.mark.parametrize("executor", ["cursor", "cline"])
def test_an_allowance_that_cannot_be_written_blocks(executor: str, installed: Installed):
    event = json.loads((TRANSCRIPTS / executor / "lists_files.json").read_text())["event"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >/dev/full', "sh", *installed.argv("hook", executor)],
        input=json.dumps(event).encode(),
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
    )
    assert done.returncode == 2


def test_an_executor_that_nobody_knows_is_a_usage_error(installed: Installed):
    assert installed.run("hook", "claude").code == 2
    assert installed.run("hook", "claude-code", "extra").code == 2
    assert installed.run("hook").code == 2


LOADED = """
import os, sys
from guardrail.agents.hooks.run import answer_call
code = answer_call("claude-code")
print(code, *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_what_is_plainly_harmless_is_answered_without_what_is_slow():
    event = (TRANSCRIPTS / "claude-code" / "lists_files.json").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        input=json.dumps(json.loads(event)["event"]).encode(),
        capture_output=True,
        check=True,
        env=ENVIRONMENT,
    )
    code, *modules = done.stdout.decode().split()
    assert code == "0"
    assert {"click", "tree_sitter", "psutil", "jsonschema", "json"} & set(modules) == set()
