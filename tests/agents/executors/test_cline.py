"""Cline's CLI itself, against our plugin and our script."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from chat_completions import Chat
from desk import APPLY, REFUSED, Desk
from pretend_model import Call, PretendModel, Step

pytestmark = pytest.mark.executor

PLUGIN = ".cline/plugins/guardrail.ts"
RECORDED = Path(__file__).parents[2] / "transcripts"
LOOK = Call("run_commands", {"commands": ["echo harm''less"]})
DEPLOY = Call("run_commands", {"commands": [APPLY]})


def cline(desk, name: str = "cline-cli", *options: str) -> Desk:
    made = desk("cline")
    made.install(name, *options)
    return made


def play(
    made: Desk, *options: object, mcp: Mapping[str, Any] | None = None, **scripts: Sequence[Step]
) -> PretendModel:
    """Let the model play the script `main` without a person; return what it heard."""
    kept = made.home / ".cline/data/settings"
    kept.mkdir(parents=True, exist_ok=True)
    with PretendModel([Chat()], **scripts) as model:
        settings = {
            "provider": "openai-compatible", "apiKey": "pretend", "model": "pretend",
            "baseUrl": f"{model.url}/v1",
        }  # fmt: skip
        entry = {"settings": settings, "updatedAt": "2026-11-24T00:00:00Z", "tokenSource": "manual"}
        providers = {
            "version": 1, "lastUsedProvider": "openai-compatible", "modes": {},
            "providers": {"openai-compatible": entry},
        }  # fmt: skip
        quiet = {"telemetryOptOut": True, "autoUpdateEnabled": False}
        (kept / "providers.json").write_text(json.dumps(providers))
        (kept / "global-settings.json").write_text(json.dumps(quiet))
        (kept / "cline_mcp_settings.json").write_text(json.dumps({"mcpServers": mcp or {}}))
        # Or it leaves a daemon behind.
        made.run(*options, "--json", "Do play:main", env={"CLINE_SESSION_BACKEND_MODE": "local"})
    return model


def same_form(made: Desk, recorded: str) -> bool:
    event = json.loads((RECORDED / recorded).read_text())["event"]
    return {tuple(sorted(each)) for each in made.questions} == {tuple(sorted(event))}


@pytest.mark.parametrize("scope", ["--project", "--user"])
def test_an_apply_is_refused_and_the_model_hears_why(desk, scope: str):
    made = cline(desk, "cline-cli", scope)
    several = Call("run_commands", {"commands": ["ls", "terraform destroy"]})
    looked, refused, again = play(made, main=[LOOK, DEPLOY, several]).results("main")
    assert "harmless" in looked
    assert REFUSED in refused
    assert "guardrail apply tfplan" in refused
    assert "terraform plan -destroy" in again
    assert not made.ran
    assert same_form(made, "cline-cli/lists_files.json")


def test_a_subagent_is_refused_as_well(desk):
    made = cline(desk)
    call = Call("spawn_agent", {"task": "Do play:sub", "systemPrompt": "x"})
    assert REFUSED in play(made, main=[call], sub=[DEPLOY]).results("sub")[0]
    assert not made.ran


@pytest.mark.parametrize(
    "given",
    [
        {"command": "touch", "args": ["ran", "; terraform apply"]},
        {"commands": ["touch ran", "terraform apply"]},
        {"commands": "touch ran; terraform apply"},
        {"commands": ["bash <<X", "touch ran; terraform apply", "X"]},
    ],
)
def test_forms_of_a_command_that_are_not_offered(desk, given: dict[str, object]):
    made = cline(desk)
    play(made, main=[Call("run_commands", given)])
    # The first is a harmless program with an odd argument; Cline runs it without a shell.
    assert made.ran is ("args" in given)


def test_a_call_tells_where_it_runs(desk):
    made = cline(desk)
    below = made.project / "prod"
    below.mkdir()
    call = Call("run_commands", {"commands": ["touch here; $X"]})
    play(made, "--cwd", below, main=[call])
    assert (below / "here").exists()
    assert made.questions[0]["cwd"] == str(below)


def test_its_own_plugin_is_not_written(desk):
    made = cline(desk)
    before = (made.project / PLUGIN).read_text()
    edit = {"path": str(made.project / PLUGIN), "old_text": "ask", "new_text": "x"}
    plain = {"path": str(made.project / "main.tf"), "new_text": "# none"}
    refused, _ = play(made, main=[Call("editor", edit), Call("editor", plain)]).results("main")
    assert "no agent may write it" in refused
    assert (made.project / PLUGIN).read_text() == before
    assert (made.project / "main.tf").read_text().strip() == "# none"


@pytest.mark.parametrize("broken", ["", "exit 1", "kill -9 $$", "sleep 60"])
def test_a_plugin_whose_program_fails_blocks(desk, broken: str):
    made = cline(desk)
    made.hook(broken)
    assert "guardrail: BLOCKED - " in play(made, main=[DEPLOY]).results("main")[0]
    assert not made.ran


def test_tools_of_servers_are_asked_about_and_ours_work(desk, terraform_server):
    made = cline(desk)
    mcp = {
        "terraform": {"command": terraform_server[0], "args": terraform_server[1:]},
        "guardrail": {"command": "guardrail", "args": ["mcp"]},
    }
    apply = Call("terraform__action_run", {"run_id": "run-1", "run_action": "apply"})
    explain = Call("guardrail__explain_finding", {"rule": "environment/rebuilt"})
    refused, explained = play(made, mcp=mcp, main=[apply, explain]).results("main")
    assert "applies a run of HCP Terraform" in refused
    assert "An environment is rebuilt" in explained
    assert not made.ran


# -- the script, which is for editors ----------------------------------------------------------


@pytest.mark.parametrize("scope", ["--project", "--user"])
def test_the_script_ends_the_run_without_a_word_to_the_model(desk, scope: str):
    made = cline(desk, "cline", scope)
    model = play(made, main=[LOOK, DEPLOY, LOOK])
    (looked,) = model.results("main")
    assert "harmless" in looked
    assert not made.ran
    assert same_form(made, "cline/runs_harmless_commands.json")


@pytest.mark.parametrize("broken", ["", "exit 1", "kill -9 $$"])
def test_a_script_whose_program_fails_blocks(desk, broken: str):
    made = cline(desk, "cline")
    made.hook(broken)
    assert not play(made, main=[DEPLOY]).results("main")
    assert not made.ran


def test_the_script_runs_where_the_commands_will(desk):
    made = cline(desk, "cline")
    below = made.project / "prod"
    below.mkdir()
    made.hook('pwd > "$HOME/where"; echo \'{"cancel":false}\'')
    play(made, "--cwd", below, main=[LOOK])
    assert (made.home / "where").read_text().strip() == str(below)
