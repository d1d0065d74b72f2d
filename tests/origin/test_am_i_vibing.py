"""What the npm package am-i-vibing 0.5.0 recognises, we recognise, without its substring matches."""

import pytest

from guardrail.origin.classify import classify
from guardrail.origin.evidence import OriginKind
from guardrail.origin.match import match_environment, match_process
from guardrail.origin.observed import Process
from guardrail.origin.program import program_names, script_of
from guardrail.origin.signals import load_signals

SIGNALS = load_signals()

AGENTS = [
    ("opencode", {"OPENCODE": "1"}),
    ("opencode", {"OPENCODE_BIN_PATH": "x"}),
    ("opencode", {"OPENCODE_SERVER": "x"}),
    ("opencode", {"OPENCODE_APP_INFO": "x"}),
    ("opencode", {"OPENCODE_MODES": "x"}),
    ("jules", {"HOME": "/home/jules", "USER": "swebot"}),
    ("claude-code", {"CLAUDECODE": "1"}),
    ("cursor", {"CURSOR_TRACE_ID": "x", "PAGER": "head -n 10000 | cat"}),
    ("antigravity", {"ANTIGRAVITY_AGENT": "1"}),
    ("antigravity", {"ANTIGRAVITY_PROJECT_ID": "x"}),
    ("gemini", {"GEMINI_CLI": "1"}),
    ("codex", {"CODEX_THREAD_ID": "x"}),
    ("bolt", {"SHELL": "/bin/jsh", "npm_config_yes": "true"}),
    ("replit", {"REPL_ID": "x", "REPLIT_MODE": "assistant"}),
    ("crush", {"CRUSH": "1"}),
    ("crush", {"AGENT": "crush"}),
    ("crush", {"AI_AGENT": "crush"}),
    ("amp", {"AMP_CURRENT_THREAD_ID": "x"}),
    ("amp", {"AGENT": "amp"}),
    ("augment", {"AUGMENT_AGENT": "1"}),
    ("qwen-code", {"QWEN_CODE": "1"}),
    ("pi", {"PI_CODING_AGENT": "true"}),
]
WEAK = [
    ("cursor", {"CURSOR_TRACE_ID": "x"}),
    ("replit", {"REPL_ID": "x"}),
    ("aider", {"AIDER_API_KEY": "x"}),
    ("bolt", {"SHELL": "/bin/jsh"}),
    ("zed", {"TERM_PROGRAM": "zed", "PAGER": "cat"}),
    ("zed", {"TERM_PROGRAM": "zed"}),
    ("windsurf", {"CODEIUM_EDITOR_APP_ROOT": "x"}),
    ("github-copilot", {"TERM_PROGRAM": "vscode", "GIT_PAGER": "cat"}),
    ("warp", {"TERM_PROGRAM": "WarpTerminal"}),
]
"""Set for people too: their editor's terminal, their pager, their configuration."""
PROCESSES = ["gemini", "codex", "aider", "crush", "octofriend", "devin", "droid"]


@pytest.mark.parametrize(("name", "env"), AGENTS)
def test_its_agents_are_agents(name, env) -> None:
    origin = classify(match_environment(env, SIGNALS))
    assert origin.kind is OriginKind.AGENT
    assert name in origin.names


@pytest.mark.parametrize(("name", "env"), WEAK)
def test_what_people_have_set_too_is_weak(name, env) -> None:
    origin = classify(match_environment(env, SIGNALS))
    assert (origin.kind, origin.names) == (OriginKind.UNKNOWN, (name,))


@pytest.mark.parametrize("name", PROCESSES)
def test_its_processes_are_recognised_by_whole_names(name) -> None:
    for argv in (
        [f"/usr/bin/{name}"],
        ["node", f"/usr/lib/bin/{name}.js"],
        ["python3", "-m", name],
    ):
        process = Process(programs=program_names("", argv, ""), script=script_of(argv))
        assert name in {e.name for e in match_process(process, SIGNALS)}
    for argv in (
        ["vim", f"{name}.md"],
        ["tail", f"/var/log/{name}/log"],
        [f"/opt/{name}/bin/make"],
    ):
        process = Process(programs=program_names("", argv, ""), script=script_of(argv))
        assert match_process(process, SIGNALS) == ()
