"""
Files that decide whether an agent is asked at all: no agent may write them.

They are the executors' hook configurations, the guardrail's settings, and what an
installation keeps. The list is of places, for every executor: an agent in one may
work for another. It is the only one: tools that write files and lines of a shell
are held against it alike.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from guardrail.agents.shell.patterns import late

if TYPE_CHECKING:
    from pathlib import Path

_PLACES = late(
    r"""(?:^|/)(?:
        \.claude/settings[^/]*\.json
      | claude-?code/managed-settings\.json
      | \.(?:claude|cursor|gemini|kiro|codex|copilot)/hooks(?:\.json|/.*)?
      | \.codex/(?:config\.toml|requirements\.toml|rules(?:/.*)?)
      | \.qwen/(?:settings\.json|trustedFolders\.json)
      | \.gemini/(?:settings\.json|trusted(?:Folders|_hooks)\.json|policies(?:/.*)?)
      | \.github/(?:hooks(?:/.*)?|copilot/settings[^/]*\.json)
      | \.copilot/(?:config|settings)\.json
      | \.kiro/(?:agents(?:/.*)?|settings(?:/cli\.json|/hooks.*)?)
      | \.amazonq/cli-agents(?:/.*)?
      | \.aws/amazonq/cli-agents(?:/.*)?
      | (?:\.windsurf|\.codeium/windsurf)/hooks(?:\.json|/.*)?
      | (?:\.clinerules|\.?cline|cline/rules)/hooks(?:/.*)?
      | \.?cline/(?:plugins(?:/.*)?|data/settings/global-settings\.json)
      | (?:\.opencode|\.config/opencode|opencode)/plugins?(?:/.*)?
      | opencode\.jsonc?
      | guardrail\.toml
      | \.?guardrail/(?:trust\.json|guardrail\.toml)
      | (?:\.config|\.local/state|\.local/share)/guardrail(?:/.*)?
      )/?$
      | ^/(?:private/)?etc/(?:claude-code|cursor|codex|gemini-cli|github-copilot|windsurf|guardrail)(?:/|$)
      | ^/Library/Application\ Support/(?:ClaudeCode|Cursor|GeminiCli|Windsurf)(?:/|$)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FOLDERS = late(
    r"(?:^|/)\.(?:claude|cursor|codex|kiro|windsurf|gemini|qwen|copilot|opencode|cline|clinerules|amazonq"
    r"|config/opencode)/?$",
    re.IGNORECASE,
)
_SAMPLES = tuple(
    sample.split("/")
    for sample in (
        ".claude/settings.json", ".claude/settings.local.json", ".cursor/hooks.json",
        ".codex/hooks.json", ".codex/config.toml", ".gemini/settings.json",
        ".qwen/settings.json",
        ".github/hooks/guardrail.json", ".copilot/hooks/guardrail.json", ".kiro/hooks/guardrail.json",
        ".amazonq/cli-agents/guardrail.json", ".windsurf/hooks.json", ".clinerules/hooks/PreToolUse",
        ".cline/plugins/guardrail.ts", ".opencode/plugins/guardrail.ts", "guardrail.toml",
    )
)  # fmt: skip
_LEAST = 3
"""Letters of a pattern that is taken for a name; a hidden one may have fewer."""
_MANY = late(r"[*?\[]")


def decides(path: str) -> bool:
    """
    Tell whether ``path``, as it is written, names a file that decides whether agents are asked.

    A pattern of a shell (``*``, ``?``, ``[``) counts if it could name one.
    """
    return _PLACES.search(path) is not None or (
        _MANY.search(path) is not None and any(_could_be(path, sample) for sample in _SAMPLES)
    )


def holds_deciding(path: str) -> bool:
    """Tell whether the folder ``path`` is one where such files are."""
    return _FOLDERS.search(path) is not None or (
        _MANY.search(path) is not None
        and any(_could_be(path, sample[:1]) for sample in _SAMPLES if len(sample) > 1)
    )


def guards(file: str, directory: str, own: "Iterable[Path]") -> bool:
    """
    Tell whether writing ``file``, named from ``directory``, could switch the guardrail off.

    Asked of the name as it is given and of where links lead. ``own`` are the
    installation's folders.
    """
    from pathlib import Path  # noqa: PLC0415 - a shell's line is held against names alone

    try:
        named = Path(directory or ".", Path(file).expanduser())
        true = named.resolve()
    except (OSError, RuntimeError, ValueError):
        return True
    plain = re.sub(r"/(?:\./)+|//+", "/", str(named))
    if _PLACES.search(plain) or _PLACES.search(str(true)):
        return True
    return any(true.is_relative_to(folder) for folder in own)


def _could_be(path: str, sample: list[str]) -> bool:
    parts = path.rstrip("/").split("/")[-len(sample) :]
    # A shell's pattern meets no hidden name unless it says the dot, and one of few letters means
    # something else.
    literal = "".join(parts) if len(sample) > 1 else parts[0].split(".toml")[0]
    least = _LEAST - (literal[:1] == ".")
    if len(parts) < len(sample) or len(re.sub(r"[^a-zA-Z]", "", literal)) < least:
        return False
    return all(
        fnmatchcase(name, part) and name.startswith(".") <= part.startswith(".")
        for name, part in zip(sample, parts, strict=True)
    )
