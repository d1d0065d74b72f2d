"""
Qwen Code: ``PreToolUse`` hooks.

Exit code 2 blocks where standard error is not empty. A line may name the directory that it runs
in, also one that runs beside the conversation (``monitor``).
https://github.com/QwenLM/qwen-code
"""

from guardrail.agents.hooks.protocol import (
    Reply,
    denied_by_code,
    failed_by_code,
    moved,
    read_claude_shaped,
)
from guardrail.agents.verdict import Asked, Verdict

NAME = "qwen-code"


def read(data: bytes) -> Asked:
    """Read one ``PreToolUse`` event."""
    return moved(read_claude_shaped(data, NAME), "directory")


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return denied_by_code(verdict)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return failed_by_code(why)
