"""
The processes that started us: their names and their variables.

An agent's command can drop the variables that give it away; the shell it runs
in keeps its own from when it began. What can't be read, such as a process of
another user, is not clean: it is reported as obstructed.
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from guardrail.origin.evidence import Evidence
from guardrail.origin.match import match_ancestors
from guardrail.origin.observed import Process
from guardrail.origin.program import program_names, script_of
from guardrail.origin.signals import Signals
from guardrail.sources.procfs import parent_of, read_process

T = TypeVar("T")

MOST_ANCESTORS = 64
"""Nobody nests deeper by accident."""


class Ancestry(Struct, frozen=True, kw_only=True):
    """Who started us."""

    processes: tuple[Process, ...]
    """Nearest first, up to the first process of the system."""
    obstructed: tuple[str, ...]


def ancestor_evidence(
    env: Mapping[str, str], signals: Signals, *, pid: int | None = None
) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    """
    Return what the ancestors of ``pid`` (else of this process) give away, and what is obstructed.

    ``env`` are our own variables; what they say already is not said again.
    """
    ancestry = ancestors(os.getpid() if pid is None else pid)
    return match_ancestors(ancestry.processes, env, signals), ancestry.obstructed


def ancestors(pid: int) -> Ancestry:
    """Return the ancestors of ``pid``, without itself, as far as they can be seen."""
    return linux_ancestors(pid) if sys.platform == "linux" else psutil_ancestors(pid)


def linux_ancestors(pid: int, root: Path = Path("/proc")) -> Ancestry:
    """Return the ancestors of ``pid`` from the ``/proc`` that is mounted at ``root``."""

    def parent(of: int) -> int:
        above, began = parent_of(of, root)
        # A parent that began after its child is another process under a used number.
        if above and parent_of(above, root)[1] > began:
            raise ProcessLookupError
        return above

    return _climb(pid, parent, lambda number: read_process(number, root))


def psutil_ancestors(pid: int) -> Ancestry:
    """Return the ancestors of ``pid`` on any system, through psutil."""
    import psutil  # noqa: PLC0415

    def parent(of: int) -> int:
        above = psutil.Process(of).parent()
        return 0 if above is None else int(above.pid)

    def read(number: int) -> Process:
        process = psutil.Process(number)
        argv: list[str] = _or(process.cmdline, [], psutil.AccessDenied)
        return Process(
            programs=program_names(_or(process.exe, "", psutil.AccessDenied), argv, process.name()),
            script=script_of(argv),
            environment=_or(process.environ, None, psutil.AccessDenied),
        )

    return _climb(pid, parent, read, gone=psutil.Error)


def _or(read: Callable[[], T], otherwise: T, refused: type[Exception]) -> T:
    try:
        return read()
    except refused:
        return otherwise


def _climb(
    pid: int,
    parent: Callable[[int], int],
    read: Callable[[int], Process],
    gone: type[Exception] = OSError,
) -> Ancestry:
    found: list[Process] = []
    obstructed: list[str] = []
    try:
        while (pid := parent(pid)) > 0:
            if len(found) == MOST_ANCESTORS:
                obstructed.append(f"processes: more than {MOST_ANCESTORS} ancestors")
                break
            process = read(pid)
            found.append(process)
            if process.environment is None:
                obstructed.append(f"processes: the variables of ancestor {pid} can't be read")
    except (gone, OSError, ValueError):
        obstructed.append("processes: an ancestor ended or hides while we look")
    return Ancestry(processes=tuple(found), obstructed=tuple(obstructed))
