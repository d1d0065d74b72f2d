"""
Codex CLI: ``PreToolUse`` hooks.

Exit code 2 blocks only together with words on standard error. An "allow" without other
input, and every "ask", would be taken for a failed hook, which lets the call run.
https://github.com/openai/codex (codex-rs/hooks)
"""

from guardrail.agents.hooks.protocol import (
    Reply,
    denied_by_code,
    failed_by_code,
    read_claude_shaped,
)
from guardrail.agents.verdict import Asked, Verdict

NAME = "codex"


def read(data: bytes) -> Asked:
    """Read one ``PreToolUse`` event."""
    return read_claude_shaped(data, NAME)


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return denied_by_code(verdict)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return failed_by_code(why)
