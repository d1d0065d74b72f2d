"""Codex CLI itself, against our hook."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from desk import APPLY, REFUSED, Desk
from openai_responses import Responses
from pretend_model import Call, PretendModel, Step

pytestmark = pytest.mark.executor

HOOKS = ".codex/hooks.json"
RECORDED = Path(__file__).parents[2] / "transcripts" / "codex"
TRUSTED = "--dangerously-bypass-hook-trust"
"""Does for one run what a person does once under /hooks."""
LOOK = Call("exec_command", {"cmd": "echo harm''less"})
DEPLOY = Call("exec_command", {"cmd": APPLY})
CONFIGURATION = """\
model = "pretend"
model_provider = "pretend"
[model_providers.pretend]
name = "pretend"
base_url = "{url}/v1"
wire_api = "responses"
[projects."{project}"]
trust_level = "trusted"
"""
PATCH = "*** Begin Patch\n*** Update File: {file}\n@@\n-{{\n+{{ \n*** End Patch\n"


@pytest.fixture
def codex(desk) -> Desk:
    codex = desk("codex")
    codex.install("codex")
    return codex


def play(codex: Desk, *options: str, servers: str = "", **scripts: Sequence[Step]) -> PretendModel:
    """Let the model play the script `main` without a person; return what it heard."""
    home = codex.home / ".codex"
    home.mkdir(exist_ok=True)
    with PretendModel([Responses()], **scripts) as model:
        written = CONFIGURATION.format(url=model.url, project=codex.project)
        (home / "config.toml").write_text(written + servers)
        given = options if any("bypass-approvals" in each for each in options) else (
            *options, "--sandbox", "danger-full-access"
        )  # fmt: skip
        ended = codex.run("exec", *given, "play:main")
    assert ended.code == 0, ended.err
    return model


@pytest.mark.parametrize("options", [[], ["--dangerously-bypass-approvals-and-sandbox"]])
def test_an_apply_is_refused_and_the_model_hears_why(options: list[str], codex: Desk):
    looked, refused = play(codex, TRUSTED, *options, main=[LOOK, DEPLOY]).results("main")
    assert "harmless" in looked
    assert REFUSED in refused
    assert "guardrail apply tfplan" in refused
    assert not codex.ran
    recorded = json.loads((RECORDED / "runs_a_terminal_command.json").read_text())["event"]
    assert [sorted(each) for each in codex.questions] == [sorted(recorded)] * 2


def test_the_hook_hears_where_a_command_is_to_run(codex: Desk):
    (codex.project / "prod").mkdir()
    play(codex, TRUSTED, main=[Call("exec_command", {"cmd": "pwd", "workdir": "prod"})])
    assert codex.questions[0]["cwd"] == str(codex.project / "prod")


def test_a_subagent_is_refused_as_well(codex: Desk):
    start = Call("multi_agent_v1/spawn_agent", {"message": "play:sub"})

    def wait(results: Sequence[str]) -> Call:
        agent = json.loads(results[0])["agent_id"]
        return Call("multi_agent_v1/wait_agent", {"targets": [agent], "timeout_ms": 10000})

    model = play(codex, TRUSTED, main=[start, wait], sub=[DEPLOY])
    assert REFUSED in model.results("sub")[0]
    assert not codex.ran


def test_a_program_that_calls_tools_is_refused_as_well(codex: Desk):
    program = f"text(await tools.exec_command({{cmd: {json.dumps(APPLY)}}}))"
    options = (TRUSTED, "--enable", "code_mode")
    (refused,) = play(codex, *options, main=[Call("exec", {"input": program})]).results("main")
    assert REFUSED in refused
    assert not codex.ran


@pytest.mark.parametrize("broken", ["", "exit 1", "exit 2", "kill -9 $$"])
def test_a_hook_that_fails_blocks(broken: str, codex: Desk):
    codex.hook(broken)
    (refused,) = play(codex, TRUSTED, main=[DEPLOY]).results("main")
    assert "guardrail: nothing was run" in refused
    assert not codex.ran


@pytest.mark.parametrize("before", ["", "cd .codex && "])
def test_a_patch_in_a_terminal_does_not_reach_its_hooks(before: str, codex: Desk):
    hooks = (codex.project / HOOKS).read_text()
    patch = PATCH.format(file="hooks.json" if before else HOOKS)
    line = f"{before}apply_patch <<'EOF'\n{patch}EOF\n"
    (refused,) = play(codex, TRUSTED, main=[Call("exec_command", {"cmd": line})]).results("main")
    assert "no agent may write it" in refused
    assert (codex.project / HOOKS).read_text() == hooks


def test_a_patch_by_the_tool_does_not_reach_its_hooks(codex: Desk):
    call = Call("apply_patch", {"input": PATCH.format(file=HOOKS)})
    other = Call("apply_patch", {"input": "*** Begin Patch\n*** Add File: a\n+b\n*** End Patch\n"})
    model = play(codex, TRUSTED, "--model", "gpt-5.5", main=[call, other])
    refused, written = model.results("main")
    assert "no agent may write it" in refused
    assert "Success" in written
    assert codex.questions[0]["tool_name"] == "apply_patch"


def test_tools_of_servers_are_asked_about_and_ours_work(codex: Desk, terraform_server):
    ours = ["mcp", "--chdir", str(codex.project)]
    servers = (
        f"[mcp_servers.terraform]\ncommand = {json.dumps(terraform_server[0])}\n"
        f"args = {json.dumps(terraform_server[1:])}\n"
        f'[mcp_servers.guardrail]\ncommand = "guardrail"\nargs = {json.dumps(ours)}\n'
    )
    apply = Call("mcp__terraform/action_run", {"run_id": "run-1", "run_action": "apply"})
    explain = Call("mcp__guardrail/explain_finding", {"rule": "environment/rebuilt"})
    model = play(
        codex, TRUSTED, "--dangerously-bypass-approvals-and-sandbox",
        servers=servers, main=[apply, explain],
    )  # fmt: skip
    refused, explained = model.results("main")
    assert "applies a run of HCP Terraform" in refused
    assert "An environment is rebuilt" in explained
    assert not codex.ran


# -- what gets past, as the page says -------------------------------------------------------


@pytest.mark.parametrize("scope", ["--project", "--user"])
def test_a_hook_that_nobody_trusted_is_not_asked(scope: str, desk):
    codex = desk("codex")
    codex.install("codex", scope)
    play(codex, main=[DEPLOY])
    assert codex.ran
    assert not codex.questions


def test_a_hook_that_takes_too_long_lets_the_call_run(codex: Desk):
    codex.seconds(HOOKS, '"timeout": 30', '"timeout": 1')
    codex.hook("sleep 60")
    play(codex, TRUSTED, main=[DEPLOY])
    assert codex.ran


def test_what_is_typed_into_a_running_shell_is_not_asked_about(codex: Desk):
    start = Call("exec_command", {"cmd": "bash", "tty": True, "yield_time_ms": 500})

    def write(results: Sequence[str]) -> Call:
        found = re.search(r"session ID (\d+)", results[0])
        assert found
        given = {"session_id": int(found[1]), "chars": f"{APPLY}\n", "yield_time_ms": 2000}
        return Call("write_stdin", given)

    play(codex, TRUSTED, main=[start, write])
    assert codex.ran
    assert [each["tool_input"] for each in codex.questions] == [{"command": "bash"}]
