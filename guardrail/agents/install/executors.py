"""
What each executor's configuration must hold to ask the guardrail, and where it lies.

Options that make a hook's failure block are always among it: most executors let a call
run when a hook crashes, takes too long or is not there.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from guardrail.agents.install import scripts
from guardrail.agents.install.wiring import Entry, Scope, Wiring

SECONDS = 30
"""How long an executor waits; longer than :data:`guardrail.agents.hooks.run.DEADLINE`."""

_Words: TypeAlias = tuple[str, ...]


def wiring(name: str, scope: Scope, binary: Sequence[str]) -> Wiring | None:
    """
    Return what makes the executor ``name`` run ``binary``; None where it has no such place.

    ``binary`` are the words that start the guardrail, with an absolute path.
    """
    maker = _MAKERS.get(name)
    return None if maker is None else maker(scope, (*binary, "hook", name))


def _blocking(call: _Words) -> str:
    # Where the program is missing, a shell exits with 127, which most executors let pass.
    return f"{shlex.join(call)} || exit 2"


def _claude_code(scope: Scope, call: _Words) -> Wiring:
    managed = scope is Scope.MANAGED
    hook = {
        "type": "command",
        "command": _blocking(call),
        "timeout": SECONDS,
        "onFailure": "block",
    }
    matcher = "Bash|PowerShell|Monitor|Edit|MultiEdit|Write|NotebookEdit|mcp__.*"
    # Skills run the commands in their text, and hooks of their own, without asking any hook.
    alone = {"allowManagedHooksOnly": True, "disableSkillShellExecution": True}
    return Wiring(
        file="etc/claude-code/managed-settings.json" if managed else ".claude/settings.json",
        entries=(
            Entry(place=("hooks", "PreToolUse"), value={"matcher": matcher, "hooks": [hook]}),
        ),
        settings=alone if managed else {},
        note="Claude Code before 2.1.295 does not know onFailure: a hook that hangs lets calls run",
    )


def _cursor(scope: Scope, call: _Words) -> Wiring:
    hook = {"command": shlex.join(call), "timeout": SECONDS, "failClosed": True}
    events = ("beforeShellExecution", "beforeMCPExecution")
    return Wiring(
        file="etc/cursor/hooks.json" if scope is Scope.MANAGED else ".cursor/hooks.json",
        entries=tuple(Entry(place=("hooks", event), value=hook) for event in events),
        settings={"version": 1},
    )


# Codex, Gemini CLI and Qwen Code let a call run where the exit code is 2 and nothing was said.
_SAYING = """ || sh -c 'echo "guardrail: nothing was run" >&2; exit 2'"""


def _codex(scope: Scope, call: _Words) -> Wiring:
    hook = {
        "type": "command",
        "command": shlex.join(call) + _SAYING,
        "timeout": SECONDS,
        "statusMessage": "guardrail: checking infrastructure change",
    }
    matcher = "^(Bash|apply_patch|mcp__.*)$"
    if scope is not Scope.MANAGED:
        value = {"matcher": matcher, "hooks": [hook]}
        return Wiring(
            file=".codex/hooks.json",
            entries=(Entry(place=("hooks", "PreToolUse"), value=value),),
            note="Codex skips a hook until you trust it: start codex here once, and review its hooks",
        )
    end = (
        f"[features]\nhooks = true\n[hooks]\nmanaged_dir = {_toml(str(Path(call[0]).parent))}\n"
        f"[[hooks.PreToolUse]]\nmatcher = {_toml(matcher)}\n[[hooks.PreToolUse.hooks]]\n"
    )
    end += "".join(
        f"{key} = {_toml(value) if isinstance(value, str) else value}\n"
        for key, value in hook.items()
    )
    return Wiring(
        file="etc/codex/requirements.toml", toml=("allow_managed_hooks_only = true\n", end)
    )


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_GEMINI_NOTES = {
    True: "Gemini CLI reads a repository's hooks in folders it trusts, but not with --skip-trust",
    False: "in a folder that is marked as not trusted, Gemini CLI runs no hooks at all",
}


def _gemini(scope: Scope, call: _Words) -> Wiring:
    hook = {
        "name": "guardrail",
        "type": "command",
        "command": shlex.join(call) + _SAYING,
        "timeout": SECONDS * 1000,
    }
    matcher = "run_shell_command|write_file|replace|mcp_.*"
    managed = scope is Scope.MANAGED
    return Wiring(
        file="etc/gemini-cli/settings.json" if managed else ".gemini/settings.json",
        entries=(
            Entry(place=("hooks", "BeforeTool"), value={"matcher": matcher, "hooks": [hook]}),
        ),
        note=_GEMINI_NOTES[scope is Scope.PROJECT],
    )


def _qwen(scope: Scope, call: _Words) -> Wiring | None:
    if scope is Scope.MANAGED:
        return None
    hook = {
        "type": "command",
        "name": "guardrail",
        "command": shlex.join(call) + _SAYING,
        "timeout": SECONDS,
    }
    # Tools that are hidden at first, such as one that runs commands beside the conversation.
    value = {"matcher": "*", "hooks": [hook]}
    return Wiring(
        file=".qwen/settings.json",
        entries=(Entry(place=("hooks", "PreToolUse"), value=value),),
        note="disableAllHooks in any settings file, or --safe-mode, switches this off",
    )


_COPILOT_NOTES = {
    Scope.PROJECT: "Copilot reads a repository's hooks in folders it trusts: with -p, --trust-folder",
    Scope.USER: "a repository whose settings say disableAllHooks switches this off; --managed holds",
}


def _copilot(scope: Scope, call: _Words) -> Wiring:
    line = shlex.join(call)
    hook = {"type": "command", "bash": line, "powershell": f"& {line}", "timeoutSec": SECONDS}
    files = {
        Scope.PROJECT: ".github/hooks/guardrail.json",
        Scope.USER: ".copilot/hooks/guardrail.json",
        Scope.MANAGED: "etc/github-copilot/policy.d/guardrail.json",
    }
    return Wiring(
        file=files[scope],
        entries=(Entry(place=("hooks", "preToolUse"), value=hook),),
        settings={"version": 1},
        note="" if scope is Scope.MANAGED else _COPILOT_NOTES[scope],
    )


def _kiro(scope: Scope, call: _Words) -> Wiring | None:
    hook = {
        "name": "guardrail",
        "trigger": "PreToolUse",
        # Its tools are called one thing in one version, and another in the next.
        "matcher": ".*",
        "action": {"type": "command", "command": shlex.join(call) + _SAYING},
        "timeout": SECONDS,
        "enabled": True,
    }
    if scope is Scope.MANAGED:
        return None
    return Wiring(
        file=".kiro/hooks/guardrail.json",
        entries=(Entry(place=("hooks",), value=hook),),
        settings={"version": "v1"},
    )


def _q(scope: Scope, call: _Words) -> Wiring | None:
    files = {
        Scope.PROJECT: ".amazonq/cli-agents/guardrail.json",
        Scope.USER: ".aws/amazonq/cli-agents/guardrail.json",
    }
    if scope not in files:
        return None
    matchers = ("execute_bash", "use_aws", "fs_write", "@.*")
    hook = {"command": shlex.join(call) + _SAYING, "timeout_ms": SECONDS * 1000}
    place = ("hooks", "preToolUse")
    return Wiring(
        file=files[scope],
        entries=tuple(Entry(place=place, value={"matcher": each, **hook}) for each in matchers),
        settings={"name": "guardrail", "tools": ["*"]},
        note="this is an agent of its own: start it with `q chat --agent guardrail`",
    )


def _windsurf(scope: Scope, call: _Words) -> Wiring:
    files = {
        Scope.PROJECT: ".windsurf/hooks.json",
        Scope.USER: ".codeium/windsurf/hooks.json",
        Scope.MANAGED: "etc/windsurf/hooks.json",
    }
    hook = {"command": shlex.join(call) + _SAYING, "show_output": True}
    events = ("pre_run_command", "pre_mcp_tool_use", "pre_write_code")
    return Wiring(
        file=files[scope],
        entries=tuple(Entry(place=("hooks", event), value=hook) for event in events),
    )


def _cline(scope: Scope, call: _Words) -> Wiring | None:
    files = {
        Scope.PROJECT: ".clinerules/hooks/PreToolUse",
        Scope.USER: "Documents/Cline/Hooks/PreToolUse",
    }
    note = "switch hooks on in Cline's settings (Features, Enable Hooks)"
    return _written(files.get(scope), scripts.cline(call), note, mode=0o755)


def _cline_cli(scope: Scope, call: _Words) -> Wiring | None:
    file = None if scope is Scope.MANAGED else ".cline/plugins/guardrail.ts"
    note = (
        "plugins are for Cline's CLI; the editors' extensions need `guardrail hook install cline`"
    )
    return _written(file, scripts.cline_cli(call), note)


def _opencode(scope: Scope, call: _Words) -> Wiring | None:
    files = {
        Scope.PROJECT: ".opencode/plugins/guardrail.ts",
        Scope.USER: ".config/opencode/plugins/guardrail.ts",
    }
    note = "`opencode --pure` leaves plugins out"
    return _written(files.get(scope), scripts.opencode(call, SECONDS), note)


def _written(file: str | None, text: str, note: str, *, mode: int = 0o644) -> Wiring | None:
    return None if file is None else Wiring(file=file, text=text, note=note, mode=mode)


_MAKERS: Mapping[str, Callable[[Scope, _Words], Wiring | None]] = {
    "claude-code": _claude_code,
    "cline": _cline,
    "cline-cli": _cline_cli,
    "codex": _codex,
    "copilot-cli": _copilot,
    "cursor": _cursor,
    "gemini-cli": _gemini,
    "kiro": _kiro,
    "opencode": _opencode,
    "q": _q,
    "qwen-code": _qwen,
    "windsurf": _windsurf,
}
