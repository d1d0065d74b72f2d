"""
Cline: the ``PreToolUse`` hook, a program of that name.

Cline believes JSON only, whatever the exit code, and lets a call run that gets none.
https://docs.cline.bot (hooks)
"""

from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.hooks.protocol import BLOCKS, Reply, asked, spoken, undecided
from guardrail.agents.verdict import Asked, Verdict, plain

NAME = "cline"


class _Use(Struct, frozen=True, rename="camel"):
    tool_name: str
    parameters: Any = None


class _Call(Struct, frozen=True, rename="camel"):
    pre_tool_use: _Use
    task_id: str | None = None
    workspace_roots: tuple[str, ...] | None = None


def read(data: bytes) -> Asked:
    """Read one ``PreToolUse`` event."""
    call = msgspec.json.decode(data, type=_Call)
    tool, arguments = call.pre_tool_use.tool_name, plain(call.pre_tool_use.parameters)
    if tool == "use_mcp_tool":
        tool = f"{arguments.get('server_name', '')}:{arguments.get('tool_name', '')}"
        arguments = plain(arguments.get("arguments"))
    directory = next(iter(call.workspace_roots or ()), "")
    return asked(NAME, tool, arguments, directory=directory, session=call.task_id or "")


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return Reply(stdout=b'{"cancel":false}') if verdict.allow else _denied(verdict.message)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return _denied(undecided(why))


def _denied(message: str) -> Reply:
    said = {"cancel": True, "errorMessage": message}
    return Reply(stdout=msgspec.json.encode(said), stderr=spoken(message), code=BLOCKS)
