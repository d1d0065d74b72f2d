"""
Cursor: ``beforeShellExecution`` and ``beforeMCPExecution`` hooks.

1. With ``failClosed`` silence counts as a failure, so an allowed call is told so.
2. A denial is JSON with exit code 0: with 2, the model sees the JSON instead of the
   reason. Where nothing could be decided, 2 blocks whatever becomes of the JSON.
3. The model was seen to hear ``user_message`` only, so both carry the reason.

https://cursor.com/docs/agent/hooks
"""

from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.hooks.protocol import BLOCKS, Reply, asked, spoken, undecided
from guardrail.agents.verdict import Asked, MalformedCallError, Verdict

NAME = "cursor"


class _Call(Struct, frozen=True):
    hook_event_name: str = ""
    conversation_id: str | None = None
    workspace_roots: tuple[str, ...] | None = None
    command: str | None = None
    url: str | None = None
    cwd: str | None = None
    tool_name: str | None = None
    tool_input: Any = None


def read(data: bytes) -> Asked:
    """Read one event: a shell's command, or a tool with its arguments."""
    call = msgspec.json.decode(data, type=_Call)
    directory = call.cwd or next(iter(call.workspace_roots or ()), "")
    session = call.conversation_id or ""
    if call.tool_name is None:
        if call.command is None:
            raise MalformedCallError("it names neither a command nor a tool")
        return asked(NAME, "Shell", {"command": call.command}, directory=directory, session=session)
    # Here `command` is what started the server, which tells what kind of server it is.
    server = call.url or call.command or ""
    tool = f"{server}:{call.tool_name}" if server else call.tool_name
    return asked(NAME, tool, call.tool_input, directory=directory, session=session)


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    if verdict.allow:
        return Reply(stdout=b'{"permission":"allow"}')  # 1.
    return Reply(stdout=_denied(verdict.message))  # 2.


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    message = undecided(why)
    return Reply(stdout=_denied(message), stderr=spoken(message), code=BLOCKS)


def _denied(message: str) -> bytes:
    # 3. Both.
    said = {"permission": "deny", "user_message": message, "agent_message": message}
    return msgspec.json.encode(said)
