"""
What a tool's call would run, from its name and its arguments.

Frameworks let everybody name tools as they like, so this looks at words of names. What a
guard is told of a tool by name counts beside it. A text too many that is read as a command
line is nearly always harmless; one too few would run unread.
"""

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.verdict import Asked, MalformedCallError

_LINES = frozenset(
    {
        "bash_command", "cli_command", "cmd", "command", "command_line", "commands", "line",
        "lines", "script", "shell_command", "terminal_command",
    }
)  # fmt: skip
_VERBS = frozenset({"action", "args", "arguments", "operation", "subcommand"})
_PLANS = frozenset({"plan", "plan_file", "plan_name", "plan_path", "planfile", "saved_plan"})
_DIRECTORIES = frozenset(
    {"chdir", "cwd", "dir", "directory", "workdir", "working_dir", "working_directory"}
)
_FILES = frozenset({"file", "file_name", "file_path", "filename", "path", "target_file"})
_SHELLS = frozenset({"bash", "exec", "powershell", "sh", "shell", "terminal", "zsh"})
_TERRAFORM = frozenset({"terraform", "tofu", "opentofu", "terragrunt"})
_CHANGES = frozenset({"apply", "destroy", "import", "refresh", "taint", "untaint"})
_WRITES = frozenset(
    {"append", "create", "delete", "edit", "insert", "move", "patch", "replace", "save", "write"}
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PLAIN = re.compile(r"[\w./=:@%+,-]+", re.ASCII)
_DEPTH = 40


class Known(Struct, frozen=True, kw_only=True):
    """What a guard is told about its tools: from a tool's name to an argument's."""

    commands: Mapping[str, str] = {}
    """Tools that run a command line, which is in this argument."""
    plans: Mapping[str, str] = {}
    """Tools that apply a saved plan, whose file is in this argument."""


def asked(
    framework: str,
    tool: str,
    arguments: Mapping[str, Any],
    *,
    known: Known,
    directory: str,
    session: str,
) -> tuple[Asked, ...]:
    """
    Return what a call of ``tool`` asks for, as a hook would be asked; all of it must be allowed.

    1. The tool itself, by its name and its arguments.
    2. Every line together, as one shell would run them.
    3. Each line alone, as several shells would: an open quote in one hides no other.

    Raises :class:`MalformedCallError` for arguments that can't be read to their end.
    """
    words = {word.lower() for word in _WORD.findall(tool)}
    found = list(_named(arguments))
    place = next(_texts(found, _DIRECTORIES), "")
    lines = list(_lines(tool, words, arguments, found, known))
    itself = Asked(
        executor=framework,
        tool=tool,
        language="powershell" if "powershell" in words else "bash",
        arguments=arguments,
        files=tuple(_texts(found, _FILES)) if words & _WRITES else (),
        directory=posixpath.join(directory, place),
        session=session,
    )
    runs = ["\n".join(lines), *(lines if len(lines) > 1 else ())] if lines else []
    return (itself, *(msgspec.structs.replace(itself, command=run) for run in runs))


def _lines(
    tool: str,
    words: set[str],
    arguments: Mapping[str, Any],
    found: list[tuple[str, Any]],
    known: Known,
) -> Iterator[str]:
    if tool in known.commands:
        given = arguments.get(known.commands[tool])
        if not given or not isinstance(given, str | list | tuple):
            raise MalformedCallError("the argument that holds the command line is not a text")
        yield from _read_as_lines(given)
    if tool in known.plans:
        yield _apply(arguments.get(known.plans[tool]))
        return
    program = next(iter(sorted(words & _TERRAFORM)), None)
    if program is not None:
        yield from _of_terraform(program, words, found)
        return
    everything = bool(words & _SHELLS)
    for name, value in found:
        if name in _LINES or (everything and name not in _DIRECTORIES):
            yield from _read_as_lines(value)


def _of_terraform(program: str, words: set[str], found: list[tuple[str, Any]]) -> Iterator[str]:
    plan = next(_texts(found, _PLANS), None)
    for verb in sorted(words & _CHANGES):
        yield _apply(plan) if verb == "apply" else f"{program} {verb}"
    told = (
        line for name, value in found if name in _LINES | _VERBS for line in _read_as_lines(value)
    )
    for line in told:
        # Such a tool may be given the whole line, or what follows the program's name.
        if line.strip() == "apply" and plan is not None:
            yield _apply(plan)
        else:
            yield line if line.split(maxsplit=1)[:1] == [program] else f"{program} {line}"


def _apply(plan: object) -> str:
    return (
        f"terraform apply {shlex.quote(plan)}"
        if isinstance(plan, str) and plan
        else "terraform apply"
    )


def _read_as_lines(value: object) -> Iterator[str]:
    match value:
        case str() if value:
            yield value
        case list() | tuple() if all(isinstance(each, str) for each in value):
            # The words of one line, or a line each: where that can't be told, both.
            yield shlex.join(value)
            if not all(_PLAIN.fullmatch(each) for each in value):
                yield from value
        case list() | tuple():
            for each in value:
                yield from _read_as_lines(each)
        case Mapping():
            yield from _read_as_lines(list(value.values()))
        case _:
            pass


def _named(value: object, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield every name of a mapping anywhere in ``value``, in lower case, with what it names."""
    if depth > _DEPTH:
        raise MalformedCallError("the arguments are nested too deeply to be read")
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield str(name).lower().replace("-", "_"), each
            yield from _named(each, depth + 1)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _named(each, depth + 1)


def _texts(found: list[tuple[str, Any]], names: frozenset[str]) -> Iterator[str]:
    return (value for name, value in found if name in names and isinstance(value, str) and value)
