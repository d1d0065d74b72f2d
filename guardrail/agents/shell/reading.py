"""
The door of this room, where a command line is told apart.

1. Marks of our own and NUL are taken out of the text; they could not run anyway.
2. Continued lines are joined, as the shell does before it sees words.
3. Anything that Terraform or a cloud would notice is ``infrastructure``; a part
   that cannot be read makes the line ``opaque``; only the rest is harmless.
"""

import re
from collections.abc import Callable
from typing import Final

from guardrail.agents.shell.commands import Shell
from guardrail.agents.shell.marks import clean
from guardrail.agents.shell.model import Answer, Operation, Reading, Reason
from guardrail.agents.shell.patterns import late

__all__ = ["Answer", "Operation", "Reading", "Reason", "read_command"]

_SHELLS: Final = {"bash", "sh", "zsh", "dash", "ksh"}
_LONGEST: Final = 256 * 1024
"""Characters; Linux takes no longer argument, so no agent runs a longer line."""
_LOOKS_LIKE: Final = late(
    r"\b(terraform|tofu|terragrunt)\b.*\b(apply|destroy|import|refresh)\b", re.DOTALL
)
"""Where a line is too much to read, its words decide."""


def read_command(
    text: str,
    *,
    language: str = "bash",
    script: Callable[[str, str], str | None] | None = None,
    holds: Callable[[str, str], bool] | None = None,
) -> Reading:
    """
    Return what ``text`` would do; nothing runs, nothing is opened, nothing is raised.

    ``script(directory, name)`` returns the text of a file that the line would run
    (a shell script, a Makefile, ``package.json``, …), or None; ``directory`` is
    relative to where the line runs, or absolute. Without it scripts are opaque.
    ``holds(directory, path)`` tells whether Terraform's state is somewhere in a folder
    that the line removes; ``path`` may be a pattern.
    A ``language`` that is no shell of the Bourne family is opaque at best.
    """
    if len(text) > _LONGEST:
        return _too_much(text, Reason.SIZE)
    text = clean(text)
    if language not in _SHELLS:
        text = _foreign(text)
    shell = Shell(script, holds)
    try:
        shell.read(text)
    except RecursionError:
        return _too_much(text, Reason.DEPTH)
    if shell.exhausted:
        return _too_much(text, Reason.SIZE)
    if language not in _SHELLS:
        shell.reasons[Reason.LANGUAGE] = None
    return _answer(tuple(dict.fromkeys(shell.operations)), tuple(shell.reasons))


def _foreign(text: str) -> str:
    """Return PowerShell or ``cmd`` as far as it can be read like any shell."""
    text = re.sub(r"`\r?\n", " ", text).replace("`", "").replace("\\", "/")
    return re.sub(r"(^|[;|{(=\n])\s*[&.]\s+(?=[\"'\w$/])", r"\1 ", text)


def _answer(operations: tuple[Operation, ...], reasons: tuple[str, ...]) -> Reading:
    answer = Answer.HARMLESS
    if any(operation.name.rpartition(" ")[2] != "plan" for operation in operations):
        answer = Answer.INFRASTRUCTURE
    elif reasons:
        answer = Answer.OPAQUE
    return Reading(answer=answer, operations=operations, reasons=reasons)


def _too_much(text: str, reason: Reason) -> Reading:
    if _LOOKS_LIKE.search(text.replace("\\\n", "")):
        return _answer((Operation(tool="terraform", name="?", directory="?"),), (reason,))
    return _answer((), (reason,))
