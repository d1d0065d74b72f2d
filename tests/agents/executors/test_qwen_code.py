"""Qwen Code itself, against our hook."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from chat_completions import Chat
from desk import APPLY, REFUSED, Desk
from pretend_model import Call, PretendModel, Step

pytestmark = pytest.mark.executor

SETTINGS = ".qwen/settings.json"
RECORDED = Path(__file__).parents[2] / "transcripts" / "qwen-code"
LOOK = Call("run_shell_command", {"command": "echo harm''less", "is_background": False})
DEPLOY = Call("run_shell_command", {"command": APPLY, "is_background": False})
HOW = {
    "security": {"auth": {"selectedType": "openai"}},
    "privacy": {"usageStatisticsEnabled": False},
    "general": {"enableAutoUpdate": False},
}


def qwen(desk, *options: str) -> Desk:
    made = desk("qwen")
    (made.home / ".qwen").mkdir()
    (made.home / SETTINGS).write_text(json.dumps(HOW))
    made.install("qwen-code", *options)
    return made


def start(made: Desk, *options: object, **env: str):
    # It wants a newer Node.js than many machines have; one is installed beside it.
    node = shutil.which("node", path=made.binary.parent) or shutil.which("node")
    assert node is not None
    major = made.sh(node, "--version").out[1:].partition(".")[0]
    if int(major) < 22:
        pytest.skip("Qwen Code needs Node.js 22")
    return made.sh(node, made.binary.resolve(), *options, env=env)


def play(made: Desk, *options: str, **scripts: Sequence[Step]) -> PretendModel:
    """Let the model play the script `main` without a person; return what it heard."""
    with PretendModel([Chat()], **scripts) as model:
        ended = start(
            made, "-p", "play:main", "-m", "pretend", "--yolo", *options,
            OPENAI_API_KEY="pretend", OPENAI_BASE_URL=f"{model.url}/v1",
        )  # fmt: skip
    assert ended.code == 0, ended.err
    return model


@pytest.mark.parametrize("scope", ["--project", "--user"])
def test_an_apply_is_refused_and_the_model_hears_why(desk, scope: str):
    made = qwen(desk, scope)
    looked, refused = play(made, main=[LOOK, DEPLOY]).results("main")
    assert "harmless" in looked
    assert refused.startswith(REFUSED)
    assert "guardrail apply tfplan" in refused
    assert not made.ran
    recorded = json.loads((RECORDED / "lists_files.json").read_text())["event"]
    assert [sorted(each) for each in made.questions] == [sorted(recorded)] * 2


def test_a_line_tells_where_it_runs(desk):
    made = qwen(desk)
    below = made.project / "prod"
    below.mkdir()
    given = {"command": "touch here; $X", "directory": str(below), "is_background": False}
    play(made, main=[Call("run_shell_command", given)])
    assert made.questions[0]["tool_input"]["directory"] == str(below)
    assert (below / "here").exists()


def test_what_runs_beside_the_conversation_is_asked_about(desk):
    made = qwen(desk)
    hidden = Call("tool_search", {"query": "select:monitor"})
    inner = {"command": APPLY, "description": "Deploy"}
    monitor = Call("tool_call", {"name": "monitor", "arguments": inner})
    _, refused = play(made, main=[hidden, monitor]).results("main")
    assert REFUSED in refused
    assert made.questions[-1]["tool_name"] == "monitor"
    assert not made.ran


def test_a_subagent_is_refused_as_well(desk):
    made = qwen(desk)
    given = {"description": "d", "prompt": "play:sub", "subagent_type": "general-purpose"}
    assert REFUSED in play(made, main=[Call("agent", given)], sub=[DEPLOY]).results("sub")[0]
    assert not made.ran


def test_its_own_settings_are_not_written(desk):
    made = qwen(desk)
    write = Call("write_file", {"file_path": str(made.project / SETTINGS), "content": "{}"})
    assert "no agent may write it" in play(made, main=[write]).results("main")[0]
    assert "hook qwen-code" in (made.project / SETTINGS).read_text()


@pytest.mark.parametrize("broken", ["", "exit 1", "exit 2", "kill -9 $$"])
def test_a_hook_that_fails_blocks(desk, broken: str):
    made = qwen(desk)
    made.hook(broken)
    assert "guardrail: nothing was run" in play(made, main=[DEPLOY]).results("main")[0]
    assert not made.ran


def test_tools_of_servers_are_asked_about_and_ours_work(desk, terraform_server):
    made = qwen(desk)
    for name, argv in {"terraform": terraform_server, "guardrail": ["guardrail", "mcp"]}.items():
        assert start(made, "mcp", "add", name, *argv).code == 0
    apply = {"run_id": "run-1", "run_action": "apply"}
    explain = {"rule": "environment/rebuilt"}
    calls = [
        Call("tool_search", {"query": "select:mcp__terraform__action_run"}),
        Call("tool_search", {"query": "select:mcp__guardrail__explain_finding"}),
        Call("tool_call", {"name": "mcp__terraform__action_run", "arguments": apply}),
        Call("tool_call", {"name": "mcp__guardrail__explain_finding", "arguments": explain}),
    ]
    _, _, refused, explained = play(made, main=calls).results("main")
    assert "applies a run of HCP Terraform" in refused
    assert "An environment is rebuilt" in explained
    assert not made.ran


# -- what gets past, as the page says -------------------------------------------------------


def test_a_hook_that_takes_too_long_lets_the_call_run(desk):
    made = qwen(desk)
    made.seconds(SETTINGS, '"timeout": 30', '"timeout": 1')
    made.hook("sleep 2; echo no >&2; exit 2")
    play(made, main=[DEPLOY])
    assert made.ran


def test_a_safe_mode_leaves_hooks_out(desk):
    made = qwen(desk, "--user")
    play(made, "--safe-mode", main=[DEPLOY])
    assert made.ran


def test_a_repositorys_settings_can_switch_the_users_hooks_off(desk):
    made = qwen(desk, "--user")
    (made.project / ".qwen").mkdir()
    (made.project / SETTINGS).write_text('{"disableAllHooks": true}')
    play(made, main=[DEPLOY])
    assert made.ran
