"""Our own commands: what only a person may do is an operation."""

from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Call, Outcome, operands

_PERSONS: Final = {"approve", "reject", "trust"}
_SETTINGS: Final = {"hook", "shim"}


def read(call: Call) -> Iterator[Outcome]:
    """Yield the commands that speak for a senior, and those that take a hook out."""
    if {"-h", "--help"} & set(call.words):
        return
    words = operands(call.words)
    if not words:
        return
    if words[0] in _PERSONS:
        yield call.operation(words[0])
    elif words[0] in _SETTINGS and words[1:2] not in ([], ["install"], ["list"], ["status"]):
        if words[1] in {"uninstall", "remove", "undo"}:
            yield call.operation(f"{words[0]} uninstall")
    elif "\0" in words[0]:
        yield call.operation("?")
