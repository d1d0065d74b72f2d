"""GitHub Copilot CLI itself, offline, against our hook."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from anthropic_messages import Messages
from desk import APPLY, REFUSED, Desk
from pretend_model import Call, PretendModel, Step

pytestmark = pytest.mark.executor

HOOKS = ".github/hooks/guardrail.json"
RECORDED = Path(__file__).parents[2] / "transcripts" / "copilot-cli"
TRUSTED = "--trust-folder"
LOOK = Call("bash", {"command": "echo harm''less", "description": "Look"})
DEPLOY = Call("bash", {"command": APPLY, "description": "Deploy"})


@pytest.fixture
def copilot(desk) -> Desk:
    copilot = desk("copilot")
    copilot.install("copilot-cli")
    return copilot


def play(copilot: Desk, *options: str, **scripts: Sequence[Step]) -> PretendModel:
    """Let the model play the script `main` without a person; return what it heard."""
    with PretendModel([Messages()], **scripts) as model:
        ended = copilot.run(
            "-p", "play:main", "--allow-all-tools", *options,
            env={
                "COPILOT_OFFLINE": "true",
                "COPILOT_AUTO_UPDATE": "false",
                "COPILOT_PROVIDER_BASE_URL": model.url,
                "COPILOT_PROVIDER_TYPE": "anthropic",
                "COPILOT_PROVIDER_API_KEY": "pretend",
                "COPILOT_MODEL": "pretend",
            },
        )  # fmt: skip
    assert ended.code == 0, ended.err
    return model


@pytest.mark.parametrize("options", [[], ["--yolo"]])
def test_an_apply_is_refused_and_the_model_hears_why(options: list[str], copilot: Desk):
    looked, refused = play(copilot, TRUSTED, *options, main=[LOOK, DEPLOY]).results("main")
    assert "harmless" in looked
    assert REFUSED in refused
    assert "guardrail apply tfplan" in refused
    assert not copilot.ran
    recorded = json.loads((RECORDED / "looks_around.json").read_text())["event"]
    assert [sorted(each) for each in copilot.questions] == [sorted(recorded)] * 2


def test_the_users_own_hooks_need_no_trust(desk):
    copilot = desk("copilot")
    copilot.install("copilot-cli", "--user")
    assert REFUSED in play(copilot, main=[DEPLOY]).results("main")[0]


def test_a_subagent_is_refused_as_well(copilot: Desk):
    given = {"description": "d", "prompt": "play:sub", "agent_type": "general-purpose", "name": "x"}
    model = play(copilot, TRUSTED, main=[Call("task", given)], sub=[DEPLOY])
    assert REFUSED in model.results("sub")[0]
    assert not copilot.ran


def test_a_running_shell_is_read_from_and_ended_without_a_word(copilot: Desk):
    start = {"command": "sleep 60", "description": "Wait", "mode": "async"}
    calls = [
        Call("bash", start),
        Call("read_bash", {"shellId": "0", "delay": 1}),
        Call("stop_bash", {"shellId": "0"}),
    ]
    results = play(copilot, TRUSTED, main=calls).results("main")
    assert not any("guardrail" in each for each in results)
    assert "stopped" in results[-1]
    assert [each["toolName"] for each in copilot.questions] == ["bash", "read_bash", "stop_bash"]


@pytest.mark.parametrize("broken", ["", "exit 1", "exit 2", "kill -9 $$"])
def test_a_hook_that_fails_blocks(broken: str, copilot: Desk):
    copilot.hook(broken)
    (refused,) = play(copilot, TRUSTED, main=[DEPLOY]).results("main")
    assert "Denied by preToolUse hook" in refused
    assert not copilot.ran


def test_its_own_hooks_are_not_written(copilot: Desk):
    hooks = Call("create", {"path": ".github/hooks/x.json", "file_text": "{}"})
    off = '{"disableAllHooks": true}'
    settings = Call("create", {"path": ".github/copilot/settings.json", "file_text": off})
    look = Call("view", {"path": str(copilot.project / HOOKS)})
    results = play(copilot, TRUSTED, main=[hooks, settings, look]).results("main")
    assert [("no agent may write it" in each) for each in results] == [True, True, False]
    assert "guardrail hook copilot-cli" in results[2]


def test_tools_of_servers_are_asked_about_and_ours_work(copilot: Desk, terraform_server):
    assert copilot.run("mcp", "add", "terraform", "--", *terraform_server).code == 0
    ours = ("guardrail", "mcp", "--chdir", copilot.project)
    assert copilot.run("mcp", "add", "guardrail", "--", *ours).code == 0
    apply = Call("terraform-action_run", {"run_id": "run-1", "run_action": "apply"})
    explain = Call("guardrail-explain_finding", {"rule": "environment/rebuilt"})
    refused, explained = play(copilot, TRUSTED, main=[apply, explain]).results("main")
    assert "applies a run of HCP Terraform" in refused
    assert "An environment is rebuilt" in explained
    assert not copilot.ran


def test_claude_codes_hooks_refuse_here_too_without_the_reason(desk):
    copilot = desk("copilot")
    copilot.install("claude-code")
    looked, refused = play(copilot, TRUSTED, main=[LOOK, DEPLOY]).results("main")
    assert "harmless" in looked
    assert refused == "Denied by preToolUse hook: hook exited with code 2"
    assert copilot.questions[0]["tool_name"] == "Bash"


# -- what gets past, as the page says -------------------------------------------------------


def test_a_repositorys_hooks_are_not_asked_in_a_folder_that_is_not_trusted(copilot: Desk):
    play(copilot, main=[DEPLOY])
    assert copilot.ran
    assert not copilot.questions


def test_a_hook_that_takes_too_long_lets_the_call_run(copilot: Desk):
    copilot.seconds(HOOKS, '"timeoutSec": 30', '"timeoutSec": 1')
    copilot.hook("sleep 60")
    play(copilot, TRUSTED, main=[DEPLOY])
    assert copilot.ran


@pytest.mark.parametrize("file", [".github/copilot/settings.json", ".claude/settings.json"])
@pytest.mark.parametrize("scope", ["--project", "--user"])
def test_a_repositorys_settings_switch_hooks_off(scope: str, file: str, desk):
    copilot = desk("copilot")
    copilot.install("copilot-cli", scope)
    settings = copilot.project / file
    settings.parent.mkdir(parents=True)
    settings.write_text('{"disableAllHooks": true}')
    play(copilot, TRUSTED, main=[DEPLOY])
    assert copilot.ran
