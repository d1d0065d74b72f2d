"""What the executors' protocols have in common."""

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.verdict import Asked, MalformedCallError, Verdict, plain

BLOCKS = 2
"""The exit code of everything but an allowed call."""


class Reply(Struct, frozen=True, kw_only=True):
    """What the executor hears."""

    stdout: bytes = b""
    stderr: bytes = b""
    code: int = 0


SILENT = Reply()
"""For executors that take silence for "go on as you would without me"."""

_SHELLS = re.compile(
    r"(?:^|[_.:-])(?:(?:ba|z|power)?sh|shell|pwsh|(?:local|run)_?shell(?:_command)?|terminal"
    r"|execute_(?:bash|cmd|command|shell)|exec_command|run_(?:commands?|in_terminal))$",
    re.IGNORECASE,
)
_POWERSHELL = re.compile("powershell|pwsh", re.IGNORECASE)
_WRITES = re.compile(
    "write|edit|replace|patch|create|insert|notebook|delete|move|rename|save|append",
    re.IGNORECASE,
)
_COMMANDS = ("command", "cmd", "command_line", "commandLine", "script", "cli_command")
_PATHS = (
    "file_path", "filePath", "path", "paths", "notebook_path", "absolute_path", "target_file",
    "destination", "new_path", "file", "source", "source_path", "destination_path", "old_path", "from",
    "to", "src", "dst", "target", "target_path", "relative_path", "oldPath", "newPath", "targetFile",
    "absolutePath", "relativePath", "pathInProject", "files", "edits", "uri",
)  # fmt: skip
_NESTED = 2
_PATCH = "apply_patch"
_PATCHED = re.compile(r"^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+?)\s*$", re.MULTILINE)


class ClaudeShaped(Struct, frozen=True):
    """The call as Claude Code writes it, which several others have taken over."""

    tool_name: str
    tool_input: Any = None
    session_id: str | None = None
    cwd: str | None = None


def read_claude_shaped(data: bytes, executor: str) -> Asked:
    """Read a call in the form of Claude Code."""
    call = msgspec.json.decode(data, type=ClaudeShaped)
    return asked(
        executor,
        call.tool_name,
        call.tool_input,
        directory=call.cwd or "",
        session=call.session_id or "",
    )


def asked(executor: str, tool: str, arguments: object, *, directory: str, session: str) -> Asked:
    """
    Return the call of ``tool`` with ``arguments``: a mapping, or one written as JSON.

    1. Whatever is called a command is read as one, whatever the tool is called.
    2. A shell without one that can be read is no call that could be judged.
    """
    if not tool:
        raise MalformedCallError("the tool has no name")
    given = plain(arguments)
    patch = _patch(tool, given)
    command = None if patch is not None else _command(given)  # 1.
    shell = _SHELLS.search(tool) is not None
    if shell and command is None:
        raise MalformedCallError("a shell is called without a command in words")  # 2.
    return Asked(
        executor=executor,
        tool=tool,
        shell=shell,
        command=command,
        language="powershell" if _POWERSHELL.search(tool) else "bash",
        arguments=given,
        files=patched_files(patch) if patch is not None else _files(tool, given),
        directory=directory,
        session=session,
    )


def moved(call: Asked, name: str) -> Asked:
    """Return ``call`` as it runs where the argument ``name`` says, from where it would run else."""
    place = call.arguments.get(name)
    if call.command is None or place in (None, ""):
        return call
    if not isinstance(place, str):
        raise MalformedCallError("the directory to run in is not given in words")
    there = posixpath.normpath(posixpath.join(call.directory, place))
    return msgspec.structs.replace(call, directory=there)


def patched_files(patch: str) -> tuple[str, ...]:
    """Return the names of the files that ``patch`` writes, in the form of ``apply_patch``."""
    return tuple(_PATCHED.findall(patch))


def spoken(message: str) -> bytes:
    """Return ``message`` as it goes to standard error."""
    return message.encode("utf-8", "backslashreplace") + b"\n"


def denied_by_code(verdict: Verdict) -> Reply:
    """Return the reply for executors that hear the exit code and read standard error."""
    return SILENT if verdict.allow else Reply(stderr=spoken(verdict.message), code=BLOCKS)


def undecided(why: str) -> str:
    """Return what an agent is told when its call could not be decided."""
    from guardrail.report.escape import sentence  # noqa: PLC0415 - an allowed call needs no words

    return (
        f"guardrail: BLOCKED - could not decide: {sentence(why)}\n"
        "You may: go on with other work, and tell the user what this message says.\n"
        "You must not: run it in another way, or change the guardrail's settings or hooks."
    )


def failed_by_code(why: str) -> Reply:
    """Return the same for a call that could not be decided."""
    return Reply(stderr=spoken(undecided(why)), code=BLOCKS)


def _command(given: Mapping[str, Any]) -> str | None:
    for name in _COMMANDS:
        match given.get(name):
            case None:
                continue
            case str(text):
                return text
            case [*words] if all(isinstance(word, str) for word in words):
                return shlex.join(words)
            case _:
                continue
    return None


def _patch(tool: str, given: Mapping[str, Any]) -> str | None:
    if not tool.endswith(_PATCH):
        return None
    texts = [text for text in given.values() if isinstance(text, str)]
    return "\n".join(texts)


def _files(tool: str, given: Mapping[str, Any]) -> tuple[str, ...]:
    if not _WRITES.search(tool):
        return ()
    return tuple(_paths(given, 0))


def _paths(given: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Yield what ``given`` calls a path, also in lists of files or edits inside it."""
    for name in _PATHS:
        match given.get(name):
            case str(path):
                yield path.removeprefix("file://")
            case [*several]:
                for each in several:
                    if isinstance(each, str):
                        yield each
                    elif isinstance(each, Mapping) and depth < _NESTED:
                        yield from _paths(each, depth + 1)
            case _:
                continue
