"""
Cline's CLI, from 3.0: a plugin's ``beforeTool``, which hands the call to this process.

The plugin that ``guardrail hook install cline-cli`` writes keeps the call from running for every
exit code but 0, and the model hears what is on standard error. A script as for the editors'
extensions would end the whole run there, and nobody would hear why.
https://docs.cline.bot/sdk/plugins
"""

from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.hooks.cline import taken
from guardrail.agents.hooks.protocol import Reply, asked, denied_by_code, failed_by_code
from guardrail.agents.verdict import Asked, Verdict

NAME = "cline-cli"


class _Call(Struct, frozen=True):
    tool: str
    input: Any = None
    cwd: str | None = None
    session: str | None = None


def read(data: bytes) -> Asked:
    """Read one call as the plugin writes it."""
    call = msgspec.json.decode(data, type=_Call)
    given = taken(call.tool, call.input)
    return asked(NAME, call.tool, given, directory=call.cwd or "", session=call.session or "")


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return denied_by_code(verdict)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return failed_by_code(why)
