"""Claude Code itself, against our hook."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from anthropic_messages import Messages
from desk import APPLY, REFUSED, Desk
from pretend_model import Call, PretendModel, Step

pytestmark = pytest.mark.executor

SETTINGS = ".claude/settings.json"
RECORDED = Path(__file__).parents[2] / "transcripts" / "claude-code"
LOOK = Call("Bash", {"command": "echo harm''less", "description": "Look"})
DEPLOY = Call("Bash", {"command": APPLY, "description": "Deploy"})
MODES = ["default", "plan", "acceptEdits", "dontAsk", "auto", "bypassPermissions"]


@pytest.fixture
def claude(desk) -> Desk:
    claude = desk("claude")
    claude.install("claude-code")
    return claude


def play(claude: Desk, *options: str, allow: str = "Bash", **scripts: Sequence[Step]):
    """Let the model play the script `main` without a person; return what it heard."""
    with PretendModel([Messages()], **scripts) as model:
        ended = claude.run(
            "-p", "play:main", *options, "--allowedTools", allow,
            env={
                "ANTHROPIC_BASE_URL": model.url,
                "ANTHROPIC_API_KEY": "pretend",
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
                "IS_SANDBOX": "1",  # or it refuses root its most dangerous mode
            },
        )  # fmt: skip
    assert ended.code == 0, ended.err
    return model


def test_an_apply_is_refused_and_the_model_hears_why(claude: Desk):
    looked, refused = play(claude, main=[LOOK, DEPLOY]).results("main")
    assert looked == "harmless"
    assert REFUSED in refused
    assert "guardrail apply tfplan" in refused
    assert not claude.ran
    recorded = json.loads((RECORDED / "looks_around.json").read_text())["event"]
    assert [sorted(each) for each in claude.questions] == [sorted(recorded)] * 2


def test_the_users_own_configuration_is_read_too(desk):
    claude = desk("claude")
    claude.install("claude-code", "--user")
    assert REFUSED in play(claude, main=[DEPLOY]).results("main")[0]


@pytest.mark.parametrize("mode", MODES)
def test_no_mode_of_permissions_gets_past(mode: str, claude: Desk):
    (refused,) = play(claude, "--permission-mode", mode, main=[DEPLOY]).results("main")
    assert REFUSED in refused
    assert claude.questions[0]["permission_mode"] == mode
    assert not claude.ran


@pytest.mark.parametrize(
    "call",
    [
        Call("Bash", {"command": APPLY, "description": "Deploy", "run_in_background": True}),
        Call("Monitor", {"command": APPLY, "description": "Deploy", "timeout_ms": 5000,
                         "persistent": False}),
    ],
    ids=["background", "monitor"],
)  # fmt: skip
def test_what_runs_beside_the_conversation_is_asked_about(call: Call, claude: Desk):
    (refused,) = play(claude, allow="Bash Monitor", main=[call]).results("main")
    assert REFUSED in refused
    assert not claude.ran


def test_a_subagent_is_refused_as_well(claude: Desk):
    given = {"description": "d", "prompt": "play:sub", "subagent_type": "general-purpose"}
    model = play(claude, main=[Call("Agent", given)], sub=[DEPLOY])
    assert REFUSED in model.results("sub")[0]
    assert claude.questions[0]["agent_type"] == "general-purpose"
    assert not claude.ran


@pytest.mark.parametrize("broken", ["", "exit 1", "kill -9 $PPID", "sleep 60"])
def test_a_hook_that_fails_blocks(broken: str, claude: Desk):
    claude.seconds(SETTINGS, '"timeout": 30', '"timeout": 1')
    claude.hook(broken)
    (refused,) = play(claude, main=[DEPLOY]).results("main")
    assert "PreToolUse:Bash hook error" in refused
    assert not claude.ran


def test_without_on_failure_a_hook_that_hangs_lets_the_call_run(claude: Desk):
    claude.seconds(SETTINGS, '"timeout": 30', '"timeout": 1')
    claude.seconds(SETTINGS, '"onFailure": "block"', '"nothing": 1')
    claude.hook("sleep 60")
    play(claude, main=[DEPLOY])
    assert claude.ran


def test_its_own_settings_are_not_written(claude: Desk):
    before = (claude.project / SETTINGS).read_text()
    read = Call("Read", {"file_path": str(claude.project / SETTINGS)})
    write = Call("Write", {"file_path": str(claude.project / SETTINGS), "content": "{}"})
    _, refused = play(claude, allow="Read Write", main=[read, write]).results("main")
    assert "no agent may write it" in refused
    assert (claude.project / SETTINGS).read_text() == before


def test_tools_of_servers_are_asked_about_and_ours_work(claude: Desk, terraform_server):
    assert claude.run("mcp", "add", "terraform", "--", *terraform_server).code == 0
    ours = ("guardrail", "mcp", "--chdir", claude.project)
    assert claude.run("mcp", "add", "guardrail", "--", *ours).code == 0
    assert claude.run("mcp", "list").out.count("Connected") == 2
    apply = Call("mcp__terraform__action_run", {"run_id": "run-1", "run_action": "apply"})
    explain = Call("mcp__guardrail__explain_finding", {"rule": "environment/rebuilt"})
    allow = "mcp__terraform mcp__guardrail"
    refused, explained = play(claude, allow=allow, main=[apply, explain]).results("main")
    assert "applies a run of HCP Terraform" in refused
    assert "An environment is rebuilt" in explained
    assert not claude.ran


# -- what gets past, as the page says -------------------------------------------------------


def test_commands_in_a_skill_run_without_a_hook(claude: Desk):
    skill = claude.project / ".claude/skills/deploy/SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text(f"---\nname: deploy\ndescription: d\nallowed-tools: Bash\n---\n!`{APPLY}`\n")
    play(claude, allow="Bash Skill", main=[Call("Skill", {"skill": "deploy"})])
    assert claude.ran
    assert not claude.questions


@pytest.mark.parametrize("options", [["--bare"], ["--settings", '{"disableAllHooks": true}']])
def test_who_starts_it_can_leave_a_repositorys_hooks_out(options: list[str], claude: Desk):
    play(claude, *options, main=[DEPLOY])
    assert claude.ran
