"""
Files that decide whether an agent is asked at all: no agent may write them.

They are the executors' hook configurations, the guardrail's settings, and what an
installation keeps. The list is of places, for every executor: an agent in one may
work for another.
"""

import re
from collections.abc import Iterable
from pathlib import Path

_PLACES = re.compile(
    r"""(?:^|/)(?:
        \.claude/settings(?:\.local)?\.json
      | \.cursor/hooks\.json
      | \.codex/(?:hooks\.json|config\.toml|requirements\.toml|rules/.*)
      | \.gemini/(?:settings\.json|policies/.*)
      | \.github/(?:hooks/.*|copilot/settings[^/]*\.json)
      | \.copilot/(?:hooks/.*|(?:config|settings)\.json)
      | \.kiro/(?:hooks|agents)/.*
      | \.amazonq/cli-agents/.*
      | \.aws/amazonq/cli-agents/.*
      | (?:\.windsurf|\.codeium/windsurf)/hooks\.json
      | (?:\.clinerules|cline|cline/rules)/hooks/.*
      | (?:\.opencode|opencode)/plugins?/.*
      | guardrail\.toml
      )$
      | ^/(?:private/)?etc/(?:claude-code|cursor|codex|gemini-cli|github-copilot|windsurf|guardrail)(?:/|$)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def guards(file: str, directory: str, own: Iterable[Path]) -> bool:
    """
    Tell whether writing ``file``, named from ``directory``, could switch the guardrail off.

    Asked of the name as it is given and of where links lead. ``own`` are the
    installation's folders.
    """
    try:
        named = Path(directory or ".", Path(file).expanduser())
        true = named.resolve()
    except (OSError, RuntimeError, ValueError):
        return True
    plain = re.sub(r"/(?:\./)+|//+", "/", str(named))
    if _PLACES.search(plain) or _PLACES.search(str(true)):
        return True
    return any(true.is_relative_to(folder) for folder in own)
