"""
GitHub Copilot, CLI and cloud agent: ``preToolUse`` hooks.

The event comes in two spellings, by how the hook is configured. The answer is one flat
JSON object; every exit code but 0 blocks.
https://docs.github.com/en/copilot/reference/hooks-configuration
"""

from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.hooks.protocol import (
    BLOCKS,
    SILENT,
    Reply,
    asked,
    read_claude_shaped,
    spoken,
    undecided,
)
from guardrail.agents.verdict import Asked, Verdict

NAME = "copilot-cli"


class _Call(Struct, frozen=True, rename="camel"):
    tool_name: str | None = None
    tool_args: Any = None
    session_id: str | None = None
    cwd: str | None = None


def read(data: bytes) -> Asked:
    """Read one ``preToolUse`` or ``PreToolUse`` event."""
    call = msgspec.json.decode(data, type=_Call)
    if call.tool_name is None:
        return read_claude_shaped(data, NAME)
    return asked(
        NAME,
        call.tool_name,
        call.tool_args,
        directory=call.cwd or "",
        session=call.session_id or "",
    )


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return SILENT if verdict.allow else _denied(verdict.message)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return _denied(undecided(why))


def _denied(message: str) -> Reply:
    said = {"permissionDecision": "deny", "permissionDecisionReason": message}
    return Reply(stdout=msgspec.json.encode(said), stderr=spoken(message), code=BLOCKS)
