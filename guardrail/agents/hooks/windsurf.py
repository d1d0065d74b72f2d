"""
Windsurf: ``pre_run_command``, ``pre_mcp_tool_use`` and ``pre_write_code`` hooks.

Exit code 2 blocks, with the reason on standard error; every other code lets it run.
https://docs.windsurf.com/windsurf/cascade/hooks
"""

from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.hooks.protocol import Reply, asked, denied_by_code, failed_by_code
from guardrail.agents.verdict import Asked, MalformedCallError, Verdict

NAME = "windsurf"


class _Tool(Struct, frozen=True):
    command_line: str | None = None
    cwd: str | None = None
    mcp_server_name: str | None = None
    mcp_tool_name: str | None = None
    mcp_tool_arguments: Any = None
    file_path: str | None = None


class _Call(Struct, frozen=True):
    tool_info: _Tool
    agent_action_name: str = ""
    trajectory_id: str | None = None


def read(data: bytes) -> Asked:
    """Read one event: a command, a server's tool or a file that is written."""
    call = msgspec.json.decode(data, type=_Call)
    tool, arguments = _tool(call.tool_info)
    directory, session = call.tool_info.cwd or "", call.trajectory_id or ""
    return asked(NAME, tool, arguments, directory=directory, session=session)


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return denied_by_code(verdict)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return failed_by_code(why)


def _tool(told: _Tool) -> tuple[str, object]:
    if told.command_line is not None:
        return "run_command", {"command": told.command_line}
    if told.mcp_tool_name is not None:
        return f"{told.mcp_server_name or ''}:{told.mcp_tool_name}", told.mcp_tool_arguments
    if told.file_path is not None:
        return "write_code", {"file_path": told.file_path}
    raise MalformedCallError("it names neither a command nor a tool nor a file")
