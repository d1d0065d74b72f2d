"""
Gemini CLI: ``BeforeTool`` hooks.

Exit code 2 blocks where standard error is not empty; standard output is left alone, since
nothing but JSON may be there. A shell's line may name the directory that it runs in.
https://github.com/google-gemini/gemini-cli
"""

from guardrail.agents.hooks.protocol import (
    Reply,
    denied_by_code,
    failed_by_code,
    moved,
    read_claude_shaped,
)
from guardrail.agents.verdict import Asked, Verdict

NAME = "gemini-cli"


def read(data: bytes) -> Asked:
    """Read one ``BeforeTool`` event."""
    return moved(read_claude_shaped(data, NAME), "dir_path")


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return denied_by_code(verdict)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return failed_by_code(why)
