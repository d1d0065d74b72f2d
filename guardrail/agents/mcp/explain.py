"""What a rule is about, from the text that its author wrote beside it."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from guardrail.agents.mcp.shapes import Explained
from guardrail.door.session import trusted_settings
from guardrail.errors import UsageError
from guardrail.policy.bundle import built_in_directory, load_bundle
from guardrail.report.escape import terminal
from guardrail.system.installation import Installation

_RULE = re.compile(r"[a-z][a-z0-9_]{0,60}/[a-z][a-z0-9_]{0,60}", re.ASCII)
_METADATA = re.compile(r"^# METADATA\n((?:#.*\n)+)", re.MULTILINE)
_TITLE = re.compile(r"^# title: (.+)$", re.MULTILINE)
_TIER = re.compile(r"^#   tier: ([\"']?)([0-9a-z, ]+)\1$", re.MULTILINE)
_WHY = re.compile(r"^# description: (?:[|>][+-]?\n((?:#   .*\n)+)|(.+)\n)", re.MULTILINE)
_LENGTH = 2000
"""The longest text of somebody else's rule that is repeated, in characters."""


def explain(rule: str, installation: Installation) -> Explained:
    """
    Return what ``rule`` (``category/name``) looks for and why.

    The built-in rules are known, and those of the directories that the trusted settings name: the
    text of others may come from whoever wrote the repository. Raises :class:`UsageError` for
    any other name, and :class:`guardrail.errors.GuardrailError` where settings or rules can't be
    read.
    """
    if _RULE.fullmatch(rule) is not None:
        category, _, name = rule.partition("/")
        file = built_in_directory() / "guardrail" / "rules" / category / name / f"{name}.rego"
        if file.is_file():
            text, page = [file.read_text("utf-8")], f"docs/rules/{rule}.md"
            return _explained(rule, text, source="built-in", page=page)
        added = list(_added(rule, installation))
        if added:
            return _explained(rule, added, source="settings", page="")
    raise UsageError(
        "no rule of this name is built in or named by the settings",
        hint="findings name their rule as category/name; rules that a repository or an option adds "
        "are explained by whoever added them",
    )


def _added(rule: str, installation: Installation) -> Iterator[str]:
    directories = [Path(each) for each in trusted_settings(installation).policies]
    if not directories:
        return
    package = re.compile(
        rf"^package\s+guardrail\.rules\.{rule.replace('/', '[.]')}\s*$", re.MULTILINE
    )
    for text in load_bundle(directories).modules.values():
        if package.search(text) is not None:
            yield text


def _explained(rule: str, texts: Iterable[str], *, source: str, page: str) -> Explained:
    found = (_METADATA.search(text) for text in texts)
    said = next((each[1] for each in found if each is not None), "")
    return Explained.model_validate(
        {
            "rule": rule,
            "source": source,
            "title": _found(_TITLE, said),
            "tier": _found(_TIER, said),
            "why": _found(_WHY, said),
            "page": page,
        }
    )


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    lines = "" if match is None else match[match.lastindex or 0]
    joined = " ".join(line.removeprefix("#").strip() for line in lines.splitlines())
    return terminal(joined[:_LENGTH])
