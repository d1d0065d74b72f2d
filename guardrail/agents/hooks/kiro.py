"""
Kiro and Amazon Q: ``preToolUse`` hooks.

1. Exit code 2 blocks, with the reason on standard error.
2. ``use_aws`` is the AWS command line taken apart, and is put together again here.
3. Whether an argument names the directory that a line runs in was never seen: where one
   could, no plan counts as checked.

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
_PLACES = ("cwd", "dir", "directory", "path", "workdir", "working_dir", "working_directory")
_SOMEWHERE = 'cd "$SOMEWHERE"\n'


def read(data: bytes) -> Asked:
    """Read one ``preToolUse`` event."""
    asked = read_claude_shaped(data, NAME)
    if asked.tool not in {"use_aws", "aws"}:
        moves = asked.shell and any(map(asked.arguments.get, _PLACES))
        command = f"{_SOMEWHERE}{asked.command}" if moves else asked.command  # 3.
        return msgspec.structs.replace(asked, command=command)
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
