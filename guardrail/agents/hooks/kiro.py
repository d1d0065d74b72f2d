"""
Kiro and Amazon Q: ``preToolUse`` hooks.

Exit code 2 blocks, with the reason on standard error. ``use_aws`` is the AWS command
line taken apart, and is put together again here.
https://kiro.dev/docs/cli/hooks
"""

import shlex

import msgspec

from guardrail.agents.hooks.protocol import (
    Reply,
    denied_by_code,
    failed_by_code,
    read_claude_shaped,
)
from guardrail.agents.verdict import Asked, MalformedCallError, Verdict

NAME = "kiro"


def read(data: bytes) -> Asked:
    """Read one ``preToolUse`` event."""
    asked = read_claude_shaped(data, NAME)
    if asked.tool not in {"use_aws", "aws"}:
        return asked
    words = [asked.arguments.get(name) for name in ("service_name", "operation_name")]
    if not all(isinstance(word, str) for word in words):
        raise MalformedCallError("use_aws names no service and operation")
    return msgspec.structs.replace(asked, command=shlex.join(["aws", *map(str, words)]))


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return denied_by_code(verdict)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return failed_by_code(why)
