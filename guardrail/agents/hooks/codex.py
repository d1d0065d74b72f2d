"""
Codex CLI: ``PreToolUse`` hooks.

1. Exit code 2 blocks only together with words on standard error. An "allow" without other
   input, and every "ask", would be taken for a failed hook, which lets the call run.
2. A patch comes as a tool's, or as a line of the shell that names ``apply_patch``: Codex
   takes such a line for a patch and runs no shell. The hook hears of a shell all the same.

https://github.com/openai/codex (codex-rs/hooks)
"""

import os
import re

from msgspec import structs

from guardrail.agents.hooks.protocol import (
    Reply,
    denied_by_code,
    failed_by_code,
    patched_files,
    read_claude_shaped,
)
from guardrail.agents.verdict import Asked, Verdict

NAME = "codex"

_PATCH = "*** Begin Patch"
_GOES = re.compile(r"""\bcd\s+(?:'([^']+)'|"([^"]+)"|([^\s;&|'"]+))""")


def read(data: bytes) -> Asked:
    """Read one ``PreToolUse`` event."""
    call = read_claude_shaped(data, NAME)
    line = call.command or ""
    if _PATCH not in line:
        return call
    # 2. Wherever the line goes before the patch may be where its files are.
    goes = ["".join(found) for found in _GOES.findall(line.partition(_PATCH)[0])]
    places = ["/".join(goes[at:]) for at in range(len(goes) + 1)]
    files = [os.path.join(place, file) for file in patched_files(line) for place in places]  # noqa: PTH118 - names, not places on this machine
    return structs.replace(call, files=(*call.files, *files))


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return denied_by_code(verdict)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return failed_by_code(why)
