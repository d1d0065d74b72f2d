"""OpenCode itself, against our plugin."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from chat_completions import Chat
from desk import APPLY, REFUSED, Desk
from pretend_model import Call, PretendModel, Step

pytestmark = pytest.mark.executor

PLUGIN = ".opencode/plugins/guardrail.ts"
RECORDED = Path(__file__).parents[2] / "transcripts" / "opencode"
LOOK = Call("bash", {"command": "echo harm''less", "description": "Look"})
DEPLOY = Call("bash", {"command": APPLY, "description": "Deploy"})


def opencode(desk, *options: str) -> Desk:
    made = desk("opencode")
    made.install("opencode", *options)
    return made


def play(
    made: Desk, *options: str, mcp: Mapping[str, Any] | None = None, **scripts: Sequence[Step]
) -> PretendModel:
    """Let the model play the script `main` without a person; return what it heard."""
    with PretendModel([Chat()], **scripts) as model:
        provider = {
            "npm": "@ai-sdk/openai-compatible",
            "options": {"baseURL": f"{model.url}/v1", "apiKey": "pretend"},
            "models": {"pretend": {"limit": {"context": 100_000, "output": 10_000}}},
        }
        settings = {
            "autoupdate": False, "share": "disabled", "model": "pretend/pretend",
            "small_model": "pretend/pretend", "provider": {"pretend": provider}, "mcp": mcp or {},
        }  # fmt: skip
        (made.project / "opencode.json").write_text(json.dumps(settings))
        ended = made.run(
            "run", *options, "play:main",
            env={"OPENCODE_DISABLE_MODELS_FETCH": "1", "npm_config_fetch_retries": "0"},
        )  # fmt: skip
    assert ended.code == 0, ended.err
    return model


@pytest.mark.parametrize("scope", ["--project", "--user"])
def test_an_apply_is_refused_and_the_model_hears_why(desk, scope: str):
    made = opencode(desk, scope)
    looked, refused = play(made, main=[LOOK, DEPLOY]).results("main")
    assert looked == "harmless\n"
    assert refused.startswith(REFUSED)
    assert "guardrail apply tfplan" in refused
    assert not made.ran
    recorded = json.loads((RECORDED / "looks_around.json").read_text())["event"]
    assert [sorted(each) for each in made.questions] == [sorted(recorded)] * 2
    assert made.questions[0]["cwd"] == str(made.project)


def test_a_line_tells_where_it_runs(desk):
    made = opencode(desk)
    (made.project / "prod").mkdir()
    call = Call("bash", {"command": "touch here; $X", "workdir": "prod", "description": "Touch"})
    play(made, main=[call])
    assert made.questions[0]["args"]["workdir"] == "prod"
    assert (made.project / "prod" / "here").exists()


def test_a_subagent_is_refused_as_well(desk):
    made = opencode(desk)
    given = {"description": "d", "prompt": "play:sub", "subagent_type": "general"}
    assert REFUSED in play(made, main=[Call("task", given)], sub=[DEPLOY]).results("sub")[0]
    assert not made.ran


def test_its_own_plugin_is_not_written(desk):
    made = opencode(desk)
    before = (made.project / PLUGIN).read_text()
    read = Call("read", {"filePath": str(made.project / PLUGIN)})
    write = Call("write", {"filePath": str(made.project / PLUGIN), "content": ""})
    edit = Call("edit", {"filePath": PLUGIN, "oldString": "ask", "newString": "x"})
    plain = Call("write", {"filePath": str(made.project / "main.tf"), "content": "# none"})
    _, written, edited, _ = play(made, main=[read, write, edit, plain]).results("main")
    assert "no agent may write it" in written
    assert "no agent may write it" in edited
    assert (made.project / PLUGIN).read_text() == before
    assert (made.project / "main.tf").read_text() == "# none"


@pytest.mark.parametrize("broken", ["", "exit 1", "kill -9 $$", "sleep 60"])
def test_a_hook_that_fails_blocks(desk, broken: str):
    made = opencode(desk)
    made.seconds(PLUGIN, "(late, 30000)", "(late, 500)")
    made.hook(broken)
    (refused,) = play(made, main=[DEPLOY]).results("main")
    assert refused.startswith("guardrail: BLOCKED - it ")
    assert not made.ran


def test_a_program_that_may_not_be_run_blocks(desk):
    made = opencode(desk)
    made.hook("exit 0")
    (made.bin / "guardrail").chmod(0o644)
    assert "EACCES" in play(made, main=[DEPLOY]).results("main")[0]
    assert not made.ran


def test_tools_of_servers_are_asked_about_and_ours_work(desk, terraform_server):
    made = opencode(desk)
    mcp = {
        "terraform": {"type": "local", "command": terraform_server},
        "guardrail": {"type": "local", "command": ["guardrail", "mcp"]},
    }
    apply = Call("terraform_action_run", {"run_id": "run-1", "run_action": "apply"})
    explain = Call("guardrail_explain_finding", {"rule": "environment/rebuilt"})
    refused, explained = play(made, mcp=mcp, main=[apply, explain]).results("main")
    assert "applies a run of HCP Terraform" in refused
    assert "An environment is rebuilt" in explained
    assert not made.ran


# -- what gets past, as the page says -------------------------------------------------------


def test_without_plugins_nobody_is_asked(desk):
    made = opencode(desk)
    play(made, "--pure", main=[DEPLOY])
    assert made.ran
    assert not made.questions
