"""What a call of a tool is taken to run."""

from pathlib import Path

import pytest

from guardrail.agents.frameworks.calls import Known, asked
from guardrail.agents.frameworks.guard import Ruling, ToolGuard


def lines(tool: str, arguments: dict, known: Known | None = None) -> list[str | None]:
    calls = asked("test", tool, arguments, known=known or Known(), directory="/srv", session="")
    return [call.command for call in calls[1:2]]


DESTRUCTIVE = [
    ("shell", {"command": "terraform destroy -auto-approve"}),
    ("execute_bash", {"input": "terraform destroy"}),
    ("BashTool", {"anything": "terraform destroy"}),
    ("run", {"cmd": ["terraform", "destroy"]}),
    ("terminal", {"commands": ["cd prod", "terraform apply -auto-approve"]}),
    ("terminal", {"commands": ["cat <<EOF", "terraform destroy"]}),
    ("terminal", {"commands": ["echo 'open", "terraform destroy", "'"]}),
    ("computer", {"action": {"type": "exec", "commands": ["terraform destroy"]}}),
    ("bash", {"command": {"x": {"y": ["terraform destroy", 1]}}}),
    ("tool", {"steps": [{"cmd": "ls"}, {"cmd": "terraform destroy"}]}),
    ("terraform", {"command": "destroy", "args": ["-auto-approve"]}),
    ("terraform", {"command": "apply -auto-approve"}),
    ("terraform", {"command": "terraform destroy"}),
    ("terraform_destroy", {}),
    ("TerraformApply", {"auto_approve": True}),
    ("tofu-apply", {}),
    ("run_terragrunt", {"operation": "run-all destroy"}),
    ("tf", {"subcommand": "x", "command": "tofu apply"}),
    ("mcp__terraform__action_run", {"run_action": "apply"}),
    ("shell", '{"command": "terraform destroy"}'),
]
HARMLESS = [
    ("shell", {"command": "ls -la"}),
    ("shell", {"command": "terraform plan -out=tfplan"}),
    ("search", {"query": "how does terraform destroy work"}),
    ("write_file", {"path": "notes.md", "content": "never run terraform destroy"}),
    ("terraform", {"command": "plan"}),
    ("terraform_plan", {"out": "tfplan"}),
    ("terraform_validate", {}),
    ("get_weather", {"city": "Apply, Terraform County"}),
    ("noop", {}),
    ("noop", None),
]
UNREADABLE = [("shell", "{"), ("shell", "[1]"), ("shell", 7), ("shell", b"\xff")]


@pytest.fixture
def guard(tmp_path: Path, installed) -> ToolGuard:
    return ToolGuard(
        "test",
        directory=tmp_path,
        commands={"deploy": "what"},
        plans={"release": "file"},
        env={},
        installation=installed.installation,
    )


@pytest.mark.parametrize(("tool", "arguments"), DESTRUCTIVE)
def test_what_changes_infrastructure_is_refused(guard, tool, arguments):
    ruling = guard.rule(tool, arguments)
    assert not ruling.run
    assert ruling.message.isprintable() or "\n" in ruling.message


@pytest.mark.parametrize(("tool", "arguments"), HARMLESS)
def test_what_changes_nothing_runs(guard, tool, arguments):
    assert guard.rule(tool, arguments) == Ruling(run=True)


@pytest.mark.parametrize(("tool", "arguments"), UNREADABLE)
def test_what_cannot_be_read_is_refused(guard, tool, arguments):
    assert not guard.rule(tool, arguments).run


@pytest.mark.parametrize("deep", [10, 100, 5000])
def test_arguments_are_read_to_their_end_or_refused(guard, deep):
    value: object = {"command": "terraform destroy"}
    for _ in range(deep):
        value = [{"x": value}]
    assert not guard.rule("tool", {"x": value}).run


def test_a_tool_that_does_not_show_it_is_known_by_what_the_guard_is_told(guard):
    assert not guard.rule("deploy", {"what": "terraform destroy"}).run
    assert guard.rule("deploy", {"what": "ls"}).run
    for unread in ({}, {"what": None}, {"what": 7}, {"what": {"x": "ls"}}):
        assert not guard.rule("deploy", unread).run
    assert not guard.rule("release", {"file": "missing.tfplan"}).run
    assert not guard.rule("release", {}).run
    assert lines("release", {"file": "a b"}, Known(plans={"release": "file"})) == [
        "terraform apply 'a b'"
    ]


def test_a_plan_is_looked_for_where_the_tool_runs():
    calls = asked(
        "test", "terraform_apply", {"plan_file": "p", "cwd": "stacks/prod"},
        known=Known(), directory="/srv", session="",
    )  # fmt: skip
    assert calls[1].directory == "/srv/stacks/prod"
    assert calls[1].command == "terraform apply p"


def test_the_guards_own_files_are_not_written(guard, tmp_path: Path):
    assert not guard.rule("write_file", {"path": ".claude/settings.json", "content": "{}"}).run
    assert guard.rule("read_file", {"path": ".claude/settings.json"}).run
