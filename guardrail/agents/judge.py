"""
Whether a call of a tool may run.

1. A file that decides whether agents are asked is written by no agent, and Terraform's state
   by Terraform alone.
2. A tool of a known server that changes infrastructure is stopped.
3. A command line is read. What is harmless runs; what can't be read runs too, as the gate
   and the credentials still stand before what it may do, but not in the profile ``strict``.
4. A saved plan is decided by the gate. Allowed, it may be applied by the very command that was
   read if that is all there is to it; else the gate applies it.
5. Every other change of infrastructure is stopped, with the way that is open.

What can't be decided raises :class:`GuardrailError`, which the caller turns into a denial.
"""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from guardrail.agents.verdict import ALLOWED, Asked, Verdict
from guardrail.errors import FileError

if TYPE_CHECKING:
    from guardrail.system.installation import Installation


class World(Struct, frozen=True, kw_only=True):
    """What a judgement takes from around it; looked at only where something must be judged."""

    installation: "Callable[[], Installation]"
    env: Mapping[str, str]


def plainly_harmless(asked: Asked) -> bool:
    """
    Tell whether ``asked`` may run beyond doubt: a shell's line of the plainest sort.

    What this takes is bounded by the size of the call. False says nothing.
    """
    return asked.shell and not asked.files and asked.language == "bash" and _plain(asked.command)


def _plain(command: str | None) -> bool:
    from guardrail.agents.shell import plain  # noqa: PLC0415 - many tools run no shell

    return command is not None and plain.plainly_harmless(command)


def judge(asked: Asked, world: World) -> Verdict:
    """Return whether ``asked`` may run, and what the agent is told if not."""
    if asked.files:
        from guardrail.agents.own_files import guards  # noqa: PLC0415 - most calls write nothing

        own = world.installation().folders
        if any(guards(file, asked.directory, own) for file in asked.files):
            from guardrail.agents.stops import stop_edit  # noqa: PLC0415 - see above

            return stop_edit(asked, world)  # 1.
        from guardrail.agents.state_files import names_state, points_to_state  # noqa: PLC0415

        if any(names_state(file) or points_to_state(file) for file in asked.files):
            from guardrail.agents.stops import stop_state  # noqa: PLC0415 - see above

            return stop_state(asked, world)
    command = asked.command
    if not asked.shell:
        from guardrail.agents.tool_lines import shell_line  # noqa: PLC0415 - see above
        from guardrail.agents.tools import changing_tool  # noqa: PLC0415 - see above

        what = changing_tool(asked.tool, asked.arguments)
        if what is not None:
            from guardrail.agents.stops import stop_tool  # noqa: PLC0415 - see above

            return stop_tool(asked, world, what)  # 2.
        command = shell_line(asked.tool, asked.arguments) or command
    return ALLOWED if command is None else _judge_line(command, asked, world)


def _judge_line(command: str, asked: Asked, world: World) -> Verdict:
    from guardrail.agents.shell.reading import Answer, read_command  # noqa: PLC0415 - see above

    reading = read_command(
        command,
        language=asked.language,
        script=_scripts(asked.directory),
        holds=_holds(asked.directory),
    )
    match reading.answer:  # 3.
        case Answer.HARMLESS:
            return ALLOWED
        case Answer.OPAQUE if not os.path.lexists(world.installation().settings):
            return ALLOWED  # Most lines of this sort are met where the profile is the default.
        case Answer.OPAQUE:
            from guardrail.agents.operations import judge_opaque  # noqa: PLC0415 - seldom needed

            return judge_opaque(reading, asked, world)
        case Answer.INFRASTRUCTURE:
            from guardrail.agents.operations import judge_operations  # noqa: PLC0415 - see above

            return judge_operations(reading, asked, world)  # 4. and 5.


def _holds(directory: str) -> Callable[[str, str], bool]:
    """Return what tells whether a folder, named from a place under ``directory``, holds state."""

    def holds(place: str, path: str) -> bool:
        from posixpath import join  # noqa: PLC0415 - most remove no folder

        from guardrail.agents.state_files import holds_state  # noqa: PLC0415 - see above

        return holds_state(join(directory or ".", place), path)

    return holds


def _scripts(directory: str) -> Callable[[str, str], str | None]:
    """Return what reads a file that a command runs, named from a place under ``directory``."""

    def read(place: str, name: str) -> str | None:
        from posixpath import join  # noqa: PLC0415 - most run no file

        from guardrail.system.regular import read_limited  # noqa: PLC0415 - see above

        try:
            data = read_limited(join(directory or ".", place, name), _SCRIPT)
        except FileError:
            return None
        # One byte that is no text must not make a script unreadable; a program is full of NULs.
        return None if b"\0" in data else data.decode(errors="replace")

    return read


_SCRIPT = 1 << 18
"""The largest script that is looked into, in bytes."""
