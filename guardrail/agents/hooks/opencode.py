"""
OpenCode: a plugin's ``tool.execute.before``, which hands the call to this process.

The plugin that ``guardrail hook install opencode`` writes throws, and so blocks, for every
exit code but 0; the reason is on standard error. A shell's line may name the directory that
it runs in.
https://opencode.ai/docs/plugins
"""

from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.hooks.protocol import Reply, asked, denied_by_code, failed_by_code, moved
from guardrail.agents.verdict import Asked, Verdict

NAME = "opencode"


class _Call(Struct, frozen=True):
    tool: str
    args: Any = None
    cwd: str | None = None
    session: str | None = msgspec.field(name="sessionID", default=None)


def read(data: bytes) -> Asked:
    """Read one call as the plugin writes it."""
    call = msgspec.json.decode(data, type=_Call)
    told = asked(NAME, call.tool, call.args, directory=call.cwd or "", session=call.session or "")
    return moved(told, "workdir")


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return denied_by_code(verdict)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return failed_by_code(why)
