"""Gemini CLI itself, against our hook."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from desk import APPLY, REFUSED, Desk
from gemini_content import Gemini
from pretend_model import Call, PretendModel, Step

pytestmark = pytest.mark.executor

SETTINGS = ".gemini/settings.json"
RECORDED = Path(__file__).parents[2] / "transcripts" / "gemini-cli"
LOOK = Call("run_shell_command", {"command": "echo harm''less", "description": "Look"})
DEPLOY = Call("run_shell_command", {"command": APPLY})
TRUSTED = {"GEMINI_CLI_TRUST_WORKSPACE": "true"}
HOW = {
    "security": {"auth": {"selectedType": "gemini-api-key"}},
    "privacy": {"usageStatisticsEnabled": False},
    "general": {"enableAutoUpdate": False},
}


def gemini(desk, *options: str) -> Desk:
    made = desk("gemini")
    (made.home / ".gemini").mkdir()
    (made.home / SETTINGS).write_text(json.dumps(HOW))
    made.install("gemini-cli", *options)
    return made


def play(
    made: Desk, *options: str, env: Mapping[str, str] = TRUSTED, **scripts: Sequence[Step]
) -> PretendModel:
    """Let the model play the script `main` without a person; return what it heard."""
    with PretendModel([Gemini()], **scripts) as model:
        ended = made.run(
            "-p", "play:main", "-m", "gemini-2.5-flash", "--yolo", *options,
            env={"GOOGLE_GEMINI_BASE_URL": model.url, "GEMINI_API_KEY": "pretend", **env},
        )  # fmt: skip
    assert ended.code == 0, ended.err
    return model


@pytest.mark.parametrize("scope", ["--project", "--user"])
def test_an_apply_is_refused_and_the_model_hears_why(desk, scope: str):
    made = gemini(desk, scope)
    looked, refused = play(made, main=[LOOK, DEPLOY]).results("main")
    assert "harmless" in looked
    assert refused.startswith(f"Tool execution blocked: {REFUSED}")
    assert "guardrail apply tfplan" in refused
    assert not made.ran
    recorded = json.loads((RECORDED / "looks_around.json").read_text())["event"]
    assert [sorted(each) for each in made.questions] == [sorted(recorded)] * 2


def test_a_line_tells_where_it_runs(desk):
    made = gemini(desk)
    (made.project / "prod").mkdir()
    call = Call("run_shell_command", {"command": "pwd; touch here", "dir_path": "prod"})
    play(made, main=[call])
    assert made.questions[0]["tool_input"]["dir_path"] == "prod"
    assert (made.project / "prod" / "here").exists()


def test_a_subagent_is_refused_as_well(desk):
    made = gemini(desk)
    call = Call("invoke_agent", {"agent_name": "generalist", "prompt": "play:sub"})
    assert REFUSED in play(made, main=[call], sub=[DEPLOY]).results("sub")[0]
    assert not made.ran


def test_its_own_settings_are_not_written(desk):
    made = gemini(desk)
    before = (made.project / SETTINGS).read_text()
    write = Call("write_file", {"file_path": SETTINGS, "content": "{}"})
    edit = {"file_path": SETTINGS, "old_string": "guardrail", "new_string": "x"}
    replace = Call("replace", edit | {"instruction": "Rename"})
    plain = Call("write_file", {"file_path": "main.tf", "content": "# none"})
    written, edited, _ = play(made, main=[write, replace, plain]).results("main")
    assert "no agent may write it" in written
    assert "no agent may write it" in edited
    assert (made.project / SETTINGS).read_text() == before
    assert (made.project / "main.tf").read_text() == "# none"


@pytest.mark.parametrize("broken", ["", "exit 1", "exit 2", "kill -9 $$"])
def test_a_hook_that_fails_blocks(desk, broken: str):
    made = gemini(desk)
    made.hook(broken)
    assert "Tool execution blocked:" in play(made, main=[DEPLOY]).results("main")[0]
    assert not made.ran


def test_tools_of_servers_are_asked_about_and_ours_work(desk, terraform_server):
    made = gemini(desk)
    for name, argv in {
        "terraform": terraform_server,
        "guardrail": ["guardrail", "mcp"],
    }.items():
        assert made.sh(made.binary, "mcp", "add", name, *argv, env=TRUSTED).code == 0
    apply = Call("mcp_terraform_action_run", {"run_id": "run-1", "run_action": "apply"})
    explain = Call("mcp_guardrail_explain_finding", {"rule": "environment/rebuilt"})
    model = play(made, main=[apply, explain])
    refused, explained = model.results("main")
    assert "applies a run of HCP Terraform" in refused
    assert "An environment is rebuilt" in explained
    assert not made.ran


# -- what gets past, as the page says -------------------------------------------------------


def test_a_hook_that_takes_too_long_lets_the_call_run(desk):
    made = gemini(desk)
    made.seconds(SETTINGS, '"timeout": 30000', '"timeout": 500')
    made.hook("sleep 1; echo no >&2; exit 2")
    play(made, main=[DEPLOY])
    assert made.ran


@pytest.mark.parametrize(("scope", "ran"), [("--project", True), ("--user", False)])
def test_skip_trust_leaves_only_the_repositorys_hooks_out(desk, scope: str, ran: bool):
    made = gemini(desk, scope)
    play(made, "--skip-trust", env={}, main=[DEPLOY])
    assert made.ran is ran


@pytest.mark.parametrize("off", [{"enabled": False}, {"disabled": ["guardrail"]}])
def test_a_repositorys_settings_can_switch_the_users_hooks_off(desk, off: dict[str, object]):
    made = gemini(desk, "--user")
    (made.project / ".gemini").mkdir()
    (made.project / SETTINGS).write_text(json.dumps({"hooksConfig": off}))
    play(made, main=[DEPLOY])
    assert made.ran
