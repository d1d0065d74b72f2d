"""
Any other executor, in a form of our own.

In: ``{"command": TEXT}``, or ``{"tool": NAME, "arguments": {…}}``; with ``directory`` and
``session`` where they are known. Out: nothing and exit code 0 for
a call that may run; else exit code 2, the reason on standard error, and on standard output
``{"allow": false, "code": …, "message": …, "allowed": […], "prohibited": […]}``.
"""

from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.hooks.protocol import BLOCKS, SILENT, Reply, asked, spoken, undecided
from guardrail.agents.verdict import Asked, MalformedCallError, Verdict

NAME = "generic"


class _Call(Struct, frozen=True):
    command: str | None = None
    tool: str | None = None
    arguments: Any = None
    directory: str | None = None
    session: str | None = None


def read(data: bytes) -> Asked:
    """Read one call: a command, or a tool with its arguments."""
    call = msgspec.json.decode(data, type=_Call)
    directory, session = call.directory or "", call.session or ""
    if call.command is not None:
        given = {"command": call.command}
        return asked(NAME, call.tool or "shell", given, directory=directory, session=session)
    if call.tool is None:
        raise MalformedCallError("it names neither a command nor a tool")
    return asked(NAME, call.tool, call.arguments, directory=directory, session=session)


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return SILENT if verdict.allow else _denied(verdict)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return _denied(Verdict(allow=False, code="undecided", message=undecided(why)))


def _denied(verdict: Verdict) -> Reply:
    stdout = msgspec.json.encode(verdict)
    return Reply(stdout=stdout, stderr=spoken(verdict.message), code=BLOCKS)
