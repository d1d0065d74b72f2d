"""
Gemini CLI: ``BeforeTool`` hooks.

Exit code 2 blocks, with the reason on standard error; standard output is left alone,
since nothing but JSON may be there.
https://github.com/google-gemini/gemini-cli
"""

from guardrail.agents.hooks.protocol import (
    Reply,
    denied_by_code,
    failed_by_code,
    read_claude_shaped,
)
from guardrail.agents.verdict import Asked, Verdict

NAME = "gemini-cli"


def read(data: bytes) -> Asked:
    """Read one ``BeforeTool`` event."""
    return read_claude_shaped(data, NAME)


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return denied_by_code(verdict)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return failed_by_code(why)
