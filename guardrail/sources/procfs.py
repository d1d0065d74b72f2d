"""
The ancestors of a process, read from Linux's ``/proc``.

psutil could do this, and does elsewhere (:mod:`guardrail.sources.processes`). Here
``/proc`` is read directly for two reasons: importing psutil costs a tenth of what a
whole check may take, and psutil 7.2 stops at the first empty entry of an
environment, so ``execve`` with an empty string in front hides all the rest.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from guardrail.origin.observed import Process
from guardrail.origin.program import program_names, script_of

_MOST_BYTES = 8 << 20


def parent_of(pid: int, root: Path = Path("/proc")) -> tuple[int, int]:
    """
    Return the parent of ``pid`` and when ``pid`` began, in clock ticks since boot.

    Raises :class:`OSError` or :class:`ValueError` when that can't be read.
    """
    # The program's title may hold spaces and brackets; numbers begin after its last bracket.
    fields = _read(root / str(pid) / "stat").rpartition(b")")[2].split()
    if len(fields) < 20:
        raise ValueError("expected the fields of a process, got fewer")
    return int(fields[1]), int(fields[19])


def read_process(pid: int, root: Path = Path("/proc")) -> Process:
    """
    Return what ``/proc`` says about ``pid``.

    The environment is None where it is another user's. Raises :class:`OSError`
    when the process is gone.
    """
    here = root / str(pid)
    argv = [os.fsdecode(word) for word in _read(here / "cmdline").split(b"\0")]
    title = os.fsdecode(_read(here / "comm")).rstrip("\n")
    return Process(
        programs=program_names(_link(here / "exe"), argv, title),
        script=script_of(argv),
        environment=_environment(here / "environ"),
    )


def _environment(path: Path) -> Mapping[str, str] | None:
    try:
        raw = _read(path)
    except PermissionError:
        return None
    return dict(_variables(raw))


def _variables(raw: bytes) -> Iterator[tuple[str, str]]:
    for entry in raw.split(b"\0"):
        name, equals, value = entry.partition(b"=")
        if equals:
            yield os.fsdecode(name), os.fsdecode(value)


def _link(path: Path) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115
    except OSError:
        return ""


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST_BYTES)
