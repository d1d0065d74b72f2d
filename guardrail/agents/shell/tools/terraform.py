"""Terraform and OpenTofu: the commands that only read are listed, anything else is an operation."""

from collections.abc import Iterator, Sequence
from typing import Final

from guardrail.agents.shell.calls import Call, Outcome, join, told
from guardrail.agents.shell.marks import known
from guardrail.agents.shell.model import UNKNOWN_WORD, Operation
from guardrail.door.subcommands import (
    HELP,
    MOVES_STATE,
    OPERATIONS,
    OPERATIONS_BELOW,
    READS,
    READS_BELOW,
)

_VALUED: Final = {
    "var", "var-file", "target", "replace", "state", "state-out", "backup", "parallelism",
    "lock-timeout", "invoke", "generate-config-out", "out", "exclude", "target-file",
    "exclude-file", "config", "provider", "backend-config",
}  # fmt: skip
_QUIET: Final = {
    "auto-approve", "no-color", "json", "input", "compact-warnings", "lock-timeout", "parallelism",
    "concise", "deprecation", "show-sensitive", "json-into",
}  # fmt: skip
_STEERING: Final = {
    "var", "var-file", "target", "replace", "state", "state-out", "backup", "destroy", "refresh",
    "refresh-only", "lock", "invoke", "exclude", "target-file", "exclude-file",
}  # fmt: skip


def read(call: Call) -> Iterator[Outcome]:
    """Yield what a call of Terraform does."""
    directory, words = _global(call.directory, call.words)
    if not words:
        return
    yield from below(call, words, directory)


def below(call: Call, words: Sequence[str], directory: str) -> Iterator[Operation]:
    """Yield what the subcommand ``words[0]`` does in ``directory``."""
    name, *rest = words
    if not known(name):
        yield call.operation(UNKNOWN_WORD, directory=directory)
        return
    before = rest[: rest.index("--")] if "--" in rest else rest
    if HELP & set(before):
        return
    if name in READS_BELOW:
        yield from _below(call, name, rest, directory)
    elif name == "plan":
        yield call.operation(
            "plan", plan=_out(rest), directory=directory, steered=_steered(rest, harmless=True)
        )
    elif name == "init":
        moved = [each for each in MOVES_STATE if each in set(map(_flag, rest)) and _on(rest, each)]
        if moved or any(not known(word) and not word.startswith("-") for word in rest):
            yield call.operation(f"init -{moved[0]}" if moved else "init", directory=directory)
    elif name not in READS:
        yield call.operation(
            name if name in OPERATIONS else UNKNOWN_WORD,
            plan=_operand(rest) if name == "apply" else None,
            directory=directory,
            steered=_steered(rest),
        )


def is_subcommand(word: str) -> bool:
    """Return whether ``word`` is a subcommand that we know."""
    return word in READS | OPERATIONS | set(READS_BELOW)


def _global(directory: str, words: Sequence[str]) -> tuple[str, list[str]]:
    at = 0
    while at < len(words) and words[at].startswith("-"):
        flag = _flag(words[at])
        if flag in {"version", "v", "help", "h"}:
            return directory, []
        if flag == "chdir" and "=" in words[at]:
            directory = join(directory, words[at].partition("=")[2])
        elif flag == "chdir":
            at += 1
            directory = join(directory, words[at]) if at < len(words) else directory
        at += 1
    return directory, list(words[at:])


def _below(call: Call, name: str, rest: Sequence[str], directory: str) -> Iterator[Operation]:
    words = [word for word in rest if not word.startswith("-")]
    if not words or words[0] in READS_BELOW[name]:
        return
    told_name = words[0] if words[0] in OPERATIONS_BELOW[name] else UNKNOWN_WORD
    yield call.operation(f"{name} {told_name}", directory=directory, steered=_steered(rest))


def _flag(word: str) -> str:
    return word.lstrip("-").partition("=")[0] if word.startswith("-") else ""


def _on(words: Sequence[str], flag: str) -> bool:
    values = [word.partition("=")[2] for word in words if _flag(word) == flag]
    return any(value.lower() not in {"false", "0", "f"} for value in values)


def _steered(words: Sequence[str], *, harmless: bool = False) -> Iterator[str]:
    for word in words:
        flag = _flag(word)
        if flag in _STEERING:
            yield f"-{flag}"
        elif not harmless and ((flag and flag not in _QUIET) or not known(word)):
            yield UNKNOWN_WORD


def _out(words: Sequence[str]) -> str | None:
    for at, word in enumerate(words):
        if _flag(word) == "out":
            value = word.partition("=")[2] or (words[at + 1] if at + 1 < len(words) else "")
            return told(value) if value else None
    return None


def _operand(words: Sequence[str]) -> str | None:
    """Return the operand; flags end at the first word that is none, as Terraform's own parser has it."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        if words[at] == "--":
            at += 1
            break
        takes = _flag(words[at]) in _VALUED and "=" not in words[at]
        at += 2 if takes else 1
    rest = words[at:]
    if not all(known(word) for word in words) or len(rest) > 1:
        return UNKNOWN_WORD
    return told(rest[0]) if rest else None
