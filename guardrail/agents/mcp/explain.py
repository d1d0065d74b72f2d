"""What a rule is about, from the text that is shipped beside it."""

import re
from functools import cache
from pathlib import Path

from guardrail.agents.mcp.shapes import Explained
from guardrail.errors import UsageError
from guardrail.policy.bundle import built_in_directory

_RULE = re.compile(r"[a-z_]{1,40}/[a-z_]{1,60}", re.ASCII)
_TITLE = re.compile(r"^# title: (.+)$", re.MULTILINE)
_TIER = re.compile(r'^#   tier: "([^"]+)"$', re.MULTILINE)
_WHY = re.compile(r"^# description: (?:\|\n((?:#   .*\n)+)|(.+)\n)", re.MULTILINE)


@cache
def explain(rule: str) -> Explained:
    """
    Return what ``rule`` (``category/name``) looks for and why.

    Only the built-in rules are known: the text of others may come from whoever wrote the
    repository. Raises :class:`UsageError` for any other name.
    """
    file = _file(rule)
    if file is None:
        raise UsageError(
            "no built-in rule has this name",
            hint="findings name their rule as category/name; other rules are explained by "
            "whoever added them",
        )
    text = file.read_text("utf-8")
    return Explained(
        rule=rule,
        title=_found(_TITLE, text),
        tier=_found(_TIER, text),
        why=_found(_WHY, text),
        page=f"docs/rules/{rule}.md",
    )


def _file(rule: str) -> Path | None:
    if _RULE.fullmatch(rule) is None:
        return None
    category, _, name = rule.partition("/")
    file = built_in_directory() / "guardrail" / "rules" / category / name / f"{name}.rego"
    return file if file.is_file() else None


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    lines = "" if match is None else match[match.lastindex or 0]
    return " ".join(line.removeprefix("#").strip() for line in lines.splitlines())
