"""
The processes that started us: their names and their variables.

An agent's command can drop the variables that give it away; the shell it runs
in keeps its own from when it began. What can't be read, such as a process of
another user, is not clean: it is reported as obstructed.

macOS shows a program's variables to nobody else where it restricts the program, as it does its
own shells: psutil then returns none at all and no error
(https://github.com/giampaolo/psutil/issues/2084). Names are always shown.
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

    # Until 7.2.2 a refusal of macOS may come as an error of the system with the number 0.
    # https://github.com/giampaolo/psutil/pull/2709
    refusals = (psutil.AccessDenied, OSError)

    def parent(of: int) -> int:
        process = psutil.Process(of)
        if process.ppid() == 0:
            return 0
        above = process.parent()
        # None for a parent that is gone, and for another process under its number.
        if above is None:
            raise ProcessLookupError
        return int(above.pid)

    def read(number: int) -> Process:
        process = psutil.Process(number)
        argv: list[str] = _or(process.cmdline, [], refusals)
        title: str = _or(process.name, "", refusals)
        return Process(
            programs=program_names(_or(process.exe, "", refusals), argv, title),
            script=script_of(argv),
            environment=_shown(_or(process.environ, None, refusals), number),
        )

    return _climb(pid, parent, read, gone=psutil.Error)


def _shown(variables: Mapping[str, str] | None, pid: int) -> Mapping[str, str] | None:
    """Return what of ``variables``, as psutil gives them, is known; None where macOS hides them."""
    may_be_hidden = sys.platform == "darwin" and not variables
    if not may_be_hidden:
        return variables
    # launchd, which no agent starts: it must not obstruct every run on every Mac.
    return {} if pid == 1 else None


def _or(read: Callable[[], T], otherwise: T, refusals: tuple[type[Exception], ...]) -> T:
    try:
        return read()
    except refusals:
        return otherwise


def _climb(
    pid: int,
    parent: Callable[[int], int],
    read: Callable[[int], Process],
    gone: type[Exception] = OSError,
) -> Ancestry:
    found: list[Process] = []
    hidden: list[int] = []
    obstructed: list[str] = []
    try:
        # Nothing is above the first process; macOS would name its kernel.
        while pid != 1 and (pid := parent(pid)) > 0:
            if len(found) == MOST_ANCESTORS:
                obstructed.append(f"processes: more than {MOST_ANCESTORS} ancestors")
                break
            process = read(pid)
            found.append(process)
            if process.environment is None:
                hidden.append(pid)
    except (gone, OSError, ValueError):
        obstructed.append("processes: an ancestor ended or hides while we look")
    if hidden:
        who = f"ancestor{'s' if len(hidden) > 1 else ''} {', '.join(map(str, hidden))}"
        obstructed.insert(0, f"processes: the variables of {who} can't be read")
    return Ancestry(processes=tuple(found), obstructed=tuple(obstructed))
