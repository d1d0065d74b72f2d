"""What an agent is about to do, as far as its executor tells, and what it is told."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct


class Asked(Struct, frozen=True, kw_only=True):
    """One call of a tool, before it runs. All of it is chosen by the agent or its executor."""

    executor: str
    """Which executor asks, as a slug such as ``claude-code``."""
    tool: str
    """The tool's name, with its server's where the executor tells it."""
    shell: bool = False
    """Whether the tool is known to run commands and nothing else."""
    command: str | None = None
    """What it is to run as a command line; None where it names none."""
    language: str = "bash"
    """The shell's language: ``bash`` or ``powershell``."""
    arguments: Mapping[str, Any] = {}
    """The tool's arguments."""
    files: tuple[str, ...] = ()
    """The files that the tool is to write."""
    directory: str = ""
    """Where it is to run; empty where the executor does not tell."""
    session: str = ""
    """The executor's name for the conversation."""


class Waiting(Struct, frozen=True, kw_only=True):
    """A saved plan that waits for a senior."""

    request: str
    """The id of the request."""
    plan: str
    """Its absolute path."""
    directory: str
    """Where it is to be applied: absolute, without links."""


class Verdict(Struct, frozen=True, kw_only=True):
    """Whether the call may run, and what the agent is told if not."""

    allow: bool
    code: str
    """A stable word for why: ``allowed``, ``approval_required``, ``no_saved_plan``, …"""
    message: str = ""
    """A few lines for the agent, without control characters; empty where the call may run."""
    allowed: tuple[str, ...] = ()
    """What it may do now, one sentence each."""
    prohibited: tuple[str, ...] = ()
    """What it must not do."""
    waits: Waiting | None = None
    """What a senior's token would release; None where none would."""


ALLOWED = Verdict(allow=True, code="allowed")


class MalformedCallError(Exception):
    """What the executor said is no call of a tool."""


def plain(value: object) -> dict[str, Any]:
    """Return a tool's arguments as a mapping; some executors write it as JSON in a string."""
    if value is None:
        return {}
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.MsgspecError, RecursionError):
            raise MalformedCallError("the arguments are not JSON") from None
    if not isinstance(value, dict):
        raise MalformedCallError("the arguments are no mapping")
    return value
