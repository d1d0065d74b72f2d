"""Other agents: they are asked by their own hooks, unless the line starts them without."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from guardrail.agents.shell.calls import Call, Outcome, Reader, operands
from guardrail.agents.shell.model import Operation, Reason
from guardrail.agents.shell.patterns import late

_AGENTS: Final = (
    "claude", "codex", "gemini", "cursor-agent", "opencode", "aider", "amp", "goose", "qwen", "droid",
    "crush", "auggie", "cline", "kiro-cli", "q", "grok", "kimi", "openhands", "plandex", "codebuff",
)  # fmt: skip
_MANAGES: Final = {
    "mcp", "login", "logout", "auth", "doctor", "update", "upgrade", "install", "version", "help",
    "plugin", "plugins", "extensions", "models", "completion", "features", "sessions", "stats", "serve",
}  # fmt: skip
_TELLS: Final = {"--version", "-v", "-V", "--help", "-h"}
_WITHOUT_HOOKS: Final = late(
    r"disableAllHooks\W+true|allowManagedHooksOnly|(features\.)?hooks\s*=\s*(false|\[\]|\{\})"
    r"|tools\.enableHooks\W+false|hooksConfig"
)
_BARE: Final = {"--bare", "--no-hooks", "--safe-mode"}
_CHANGES: Final = Operation(tool="guardrail", name="change hooks or settings")


def _agent(call: Call) -> Iterator[Outcome]:
    words = call.words
    if _TELLS & set(words):
        return
    named = operands(words)
    settings = named[:1] == ["config"] and any("hook" in word.lower() for word in named)
    disabled = any(one == "--disable" and "hooks" in two for one, two in pairwise(words))
    if settings or disabled or _BARE & set(words) or _WITHOUT_HOOKS.search(" ".join(words)):
        yield _CHANGES
    elif not named or named[0] not in {*_MANAGES, "config"}:
        yield Reason.PROGRAM


READERS: Final[dict[str, Reader]] = dict.fromkeys(_AGENTS, _agent)
