"""Our own commands: what only a person may do is an operation."""

from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Call, Outcome, operands
from guardrail.agents.shell.steering import hides

_PERSONS: Final = {"approve", "reject", "trust"}
_WIRES: Final = {"hook", "shim"}
_INTO: Final = ("LD_", "DYLD_", "PYTHON")
_UNDONE: Final = {"uninstall", "remove", "undo"}


def read(call: Call) -> Iterator[Outcome]:
    """Yield the commands that speak for a senior, and those that take a hook out."""
    if {"-h", "--help"} & set(call.words):
        return
    words = operands(call.words)
    if not words:
        return
    if any(hides(name) or name.startswith(_INTO) for name in call.variables):
        yield call.operation("hide the caller")
    if words[0] in _PERSONS:
        yield call.operation(words[0])
    elif words[0] in _WIRES and (_UNDONE & set(words[1:2]) or "--undo" in call.words):
        yield call.operation(f"{words[0]} uninstall")
    elif "\0" in words[0]:
        yield call.operation("?")
