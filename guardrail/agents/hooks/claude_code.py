"""
Claude Code: ``PreToolUse`` hooks.

Denied with JSON, and with exit code 2 and standard error for versions that ignore
it. An allowed call gets no word: "allow" would skip the user's own prompt.
https://code.claude.com/docs/en/hooks
"""

import msgspec

from guardrail.agents.hooks.protocol import (
    BLOCKS,
    SILENT,
    Reply,
    read_claude_shaped,
    spoken,
    undecided,
)
from guardrail.agents.verdict import Asked, Verdict

NAME = "claude-code"


def read(data: bytes) -> Asked:
    """Read one ``PreToolUse`` event."""
    return read_claude_shaped(data, NAME)


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return SILENT if verdict.allow else _denied(verdict.message)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return _denied(undecided(why))


def _denied(message: str) -> Reply:
    said = {
        "hookEventName": "PreToolUse",
        "permissionDecision": "deny",
        "permissionDecisionReason": message,
    }
    stdout = msgspec.json.encode({"hookSpecificOutput": said})
    return Reply(stdout=stdout, stderr=spoken(message), code=BLOCKS)
