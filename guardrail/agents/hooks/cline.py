"""
Cline: the ``PreToolUse`` hook, a program of that name.

1. Cline believes JSON only, whatever the exit code, and lets a call run that gets none.
2. Its core (the CLI from 3.0) tells the call as the model made it, ``tool_call``; what is told
   beside that, and alone by older ones, has every argument turned into a text.
3. One call runs many lines, each in a shell of its own, at the same time and in the same
   place. Neighbours that make up a here-document are put together before that.
4. That place is where the hook itself is started, which may lie below the workspace.

https://docs.cline.bot (hooks), https://github.com/cline/cline (sdk/packages/core)
"""

import os
import shlex
from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.hooks.protocol import BLOCKS, Reply, asked, spoken, undecided
from guardrail.agents.shell.plain import plainly_harmless
from guardrail.agents.verdict import Asked, MalformedCallError, Verdict, plain

NAME = "cline"
_NAMES = {"commands", "command", "cmd"}


class _Use(Struct, frozen=True, rename="camel"):
    tool_name: str
    parameters: Any = None


class _Made(Struct, frozen=True):
    name: str
    input: Any = None


class _Call(Struct, frozen=True, rename="camel"):
    pre_tool_use: _Use | None = None
    made: _Made | None = msgspec.field(name="tool_call", default=None)
    task_id: str | None = None
    workspace_roots: tuple[str, ...] | None = None


def read(data: bytes) -> Asked:
    """Read one ``PreToolUse`` event."""
    call = msgspec.json.decode(data, type=_Call)
    if call.made is not None:  # 2.
        tool, given = call.made.name, call.made.input
    elif call.pre_tool_use is not None:
        tool, given = call.pre_tool_use.tool_name, call.pre_tool_use.parameters
    else:
        raise MalformedCallError("it names no tool")
    if tool == "use_mcp_tool":
        named = plain(given)
        tool = f"{named.get('server_name', '')}:{named.get('tool_name', '')}"
        given = named.get("arguments")
    roots = call.workspace_roots or ()
    here = _here(roots) if call.made is not None else next(iter(roots), "")
    return asked(NAME, tool, taken(tool, given), directory=here, session=call.task_id or "")


def taken(tool: str, given: object) -> object:
    """Return the arguments of ``tool`` as a mapping, in the forms that Cline's core takes them."""
    if tool == "run_commands":
        return {"command": _script(_lines(given))}
    return {"input": given} if tool == "apply_patch" and isinstance(given, str) else given


def answer(verdict: Verdict) -> Reply:
    """Say the verdict."""
    return Reply(stdout=b'{"cancel":false}') if verdict.allow else _denied(verdict.message)


def failed(why: str) -> Reply:
    """Say that there is no verdict."""
    return _denied(undecided(why))


def _denied(message: str) -> Reply:
    said = {"cancel": True, "errorMessage": message}
    return Reply(stdout=msgspec.json.encode(said), stderr=spoken(message), code=BLOCKS)


def _here(roots: tuple[str, ...]) -> str:
    # 4.
    here = os.getcwd()  # noqa: PTH109 - a name, as the executor's
    inside = any(here == root or here.startswith(root.rstrip("/") + "/") for root in roots)
    return here if inside else next(iter(roots), "")


def _lines(given: object) -> list[str]:
    # Cline takes all these forms, and what is none of them it refuses to run.
    match given:
        case str(text):
            return [text, *_written(text)]
        case [*several]:
            return [line for each in several for line in _lines(each)]
        case {"command": str(program), "args": [*words]} if all(isinstance(w, str) for w in words):
            return [shlex.join([program, *words])]
        case dict() if "args" not in given and not _NAMES.isdisjoint(given):
            return [line for name in _NAMES & given.keys() for line in _lines(given[name])]
    raise MalformedCallError("commands are to run that are not given in words")


def _written(text: str) -> list[str]:
    # 2. A list that was turned into a text.
    if not text.startswith(("[", "{")):
        return []
    try:
        return _lines(msgspec.json.decode(text))
    except (msgspec.MsgspecError, MalformedCallError, RecursionError):
        return []


def _script(lines: list[str]) -> str:
    # 3.
    if len(lines) == 1:
        return lines[0]
    if all(map(plainly_harmless, lines)):
        return "\n".join(lines)
    together = ["\n".join(lines)] if any("<<" in line for line in lines) else []
    return "\n".join(f"bash -c {shlex.quote(line)}" for line in lines + together)
