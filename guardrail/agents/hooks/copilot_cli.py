"""
GitHub Copilot, CLI and cloud agent: ``preToolUse`` hooks.

1. The event comes in two spellings, by how the hook is configured.
2. Tools beside the shell read from one that runs, and end it: they carry no command.
3. What is typed into a running shell is read as its next lines, in a directory that nobody
   knows, so no plan there counts as checked.
4. The answer is one flat JSON object; every exit code but 0 blocks.

https://docs.github.com/en/copilot/reference/hooks-configuration
"""

import re
from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.hooks.protocol import (
    BLOCKS,
    SILENT,
    ClaudeShaped,
    Reply,
    asked,
    spoken,
    undecided,
)
from guardrail.agents.verdict import Asked, MalformedCallError, Verdict, plain

NAME = "copilot-cli"


_BESIDE = re.compile(r"(read|stop|list|write)_(?:bash|powershell)")
_KEY = re.compile(r"\{(\w+)\}")
_SOMEWHERE = 'cd "$SOMEWHERE"\n'


class _Call(Struct, frozen=True, rename="camel"):
    tool_name: str | None = None
    tool_args: Any = None
    session_id: str | None = None
    cwd: str | None = None


def read(data: bytes) -> Asked:
    """Read one ``preToolUse`` or ``PreToolUse`` event."""
    call: _Call | ClaudeShaped = msgspec.json.decode(data, type=_Call)
    if call.tool_name is None:
        call = msgspec.json.decode(data, type=ClaudeShaped)  # 1.
    tool = call.tool_name or ""
    given = call.tool_args if isinstance(call, _Call) else call.tool_input
    beside = _BESIDE.fullmatch(tool)
    if beside and beside[1] == "write":
        given = {"command": _SOMEWHERE + _typed(given)}  # 3.
    elif beside:
        tool = beside[1]  # 2.
    return asked(NAME, tool, given, directory=call.cwd or "", session=call.session_id or "")


def _typed(given: object) -> str:
    text = plain(given).get("input")
    if not isinstance(text, str):
        raise MalformedCallError("what is typed into a shell is not given in words")
    return _KEY.sub(lambda key: "\n" if key[1] == "enter" else "", text)


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return SILENT if verdict.allow else _denied(verdict.message)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return _denied(undecided(why))


def _denied(message: str) -> Reply:
    said = {"permissionDecision": "deny", "permissionDecisionReason": message}
    return Reply(stdout=msgspec.json.encode(said), stderr=spoken(message), code=BLOCKS)  # 4.
