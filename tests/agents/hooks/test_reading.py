"""What the adapters make of an executor's words: which line runs, and where."""

import json
import shlex

import msgspec
import pytest

from guardrail.agents.hooks import cline, cline_cli, gemini_cli, kiro, opencode
from guardrail.agents.shell.model import Answer
from guardrail.agents.shell.reading import read_command
from guardrail.agents.verdict import MalformedCallError


def gemini(**given: object):
    event = {"tool_name": "run_shell_command", "tool_input": given, "cwd": "/srv/shop"}
    return gemini_cli.read(json.dumps(event).encode())


def opened(**args: object):
    return opencode.read(json.dumps({"tool": "bash", "args": args, "cwd": "/srv/shop"}).encode())


def core(given: object, roots: tuple[str, ...] = ("/srv/shop",)):
    event = {"tool_call": {"name": "run_commands", "input": given}, "workspaceRoots": roots}
    return cline.read(json.dumps(event).encode())


@pytest.mark.parametrize(
    ("place", "directory"),
    [
        (None, "/srv/shop"),
        ("", "/srv/shop"),
        ("prod", "/srv/shop/prod"),
        ("../other/./x", "/srv/other/x"),
        ("/srv/prod", "/srv/prod"),
        ("~", "/srv/shop/~"),
    ],
)
def test_a_line_runs_where_its_call_says(place: str | None, directory: str):
    assert gemini(command="terraform apply tfplan", dir_path=place).directory == directory
    assert opened(command="terraform apply tfplan", workdir=place).directory == directory


def test_a_place_that_is_no_text_is_no_call():
    with pytest.raises(MalformedCallError, match="directory"):
        gemini(command="ls", dir_path=["prod"])


def test_where_a_line_may_run_elsewhere_no_plan_is_known():
    event = {"tool_name": "execute_bash", "cwd": "/srv/shop"}
    line = {"command": "terraform apply tfplan", "path": "prod"}
    asked = kiro.read(json.dumps(event | {"tool_input": line}).encode())
    (plan,) = read_command(asked.command).operations
    assert (plan.directory, plan.alone) == ("?", False)
    del line["path"]
    assert kiro.read(json.dumps(event | {"tool_input": line}).encode()).command == line["command"]


@pytest.mark.parametrize(
    "given",
    [
        {"commands": ["ls"]},
        {"commands": "ls"},
        {"commands": {"command": "ls"}},
        {"command": "ls"},
        {"cmd": "ls"},
        {"command": "ls", "args": []},
        ["ls"],
        [{"command": "ls"}],
        "ls",
    ],
)
def test_clines_commands_are_read_in_all_their_forms(given: object):
    assert core(given).command == "ls"


@pytest.mark.parametrize(
    "given", [None, 7, {}, [7], {"commands": 7}, {"commands": [{}]}, {"command": "ls", "args": "x"}]
)
def test_what_cline_could_not_run_is_no_call(given: object):
    with pytest.raises((MalformedCallError, msgspec.ValidationError)):
        core(given)


@pytest.mark.parametrize(
    "lines",
    [
        ["ls", "terraform destroy"],
        ["echo 'a", "terraform destroy\necho '"],
        ["cat <<X", "terraform destroy"],
        ["bash <<X", "terraform destroy", "X"],
        ["# only", "terraform destroy"],
        ["cd prod &&", "terraform destroy"],
        ['["terraform destroy"]', "ls"],
        ["ls", {"command": "terraform", "args": ["destroy"]}],
    ],
)
def test_no_line_of_clines_hides_another(lines: list[object]):
    assert read_command(core({"commands": lines}).command).answer is Answer.INFRASTRUCTURE


def test_clines_lines_run_beside_each_other():
    asked = core({"commands": ["cd prod", "terraform apply tfplan"]})
    assert asked.command == "bash -c 'cd prod'\nbash -c 'terraform apply tfplan'"
    assert core({"commands": ["ls", "git status"]}).command == "ls\ngit status"


def test_a_program_with_arguments_goes_through_no_shell():
    asked = core({"command": "echo", "args": ["; terraform destroy"]})
    assert shlex.split(asked.command) == ["echo", "; terraform destroy"]
    assert read_command(asked.command).answer is Answer.HARMLESS


def test_clines_core_runs_where_it_starts_the_hook(tmp_path, monkeypatch):
    below = tmp_path / "shop" / "prod"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert core("ls", (str(tmp_path / "shop"),)).directory == str(below)
    assert core("ls", (str(tmp_path / "sho"),)).directory == str(tmp_path / "sho")


def test_a_plugin_says_where_its_call_runs():
    event = {"tool": "run_commands", "input": {"commands": ["ls"]}, "cwd": "/srv/shop/prod"}
    asked = cline_cli.read(json.dumps(event).encode())
    assert (asked.executor, asked.directory, asked.command) == ("cline-cli", "/srv/shop/prod", "ls")
