"""A child process that takes as long as it needs: followed to its end, and never torn down."""

import math
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from guardrail.errors import ProcessError

_EVERYBODY_SECONDS = 1.0
"""How long to wait for a sign that the child got a signal that was meant for everybody."""


def supervise(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    on_line: Callable[[bytes], None],
    pass_fds: Sequence[int] = (),
    executable: str | None = None,
    stop: Callable[[], bool] = lambda: False,
    stopping: bytes = b"",
) -> int:
    """
    Run ``argv`` for as long as it takes, and hand every line of its output to ``on_line``.

    The child leads a session of its own, and its output is a file, not a pipe:
    when this process is killed, the child neither hears the signal nor dies of a
    closed pipe half way through a change.

    The first SIGINT, or ``stop`` once it is true, is passed on as one SIGINT, which asks
    Terraform to stop in order; then we wait. A SIGTERM is passed on a second later, and not
    where a line with ``stopping`` says that the child is stopping already: a service manager
    sends it to everybody, and a second request makes Terraform drop what it does. In another
    thread than the main one, which alone hears signals, only ``stop`` counts.
    Returns the exit code, negative for a signal. Raises :class:`ProcessError`
    when it can't be started.
    """
    with _scratch() as output:
        try:
            child = subprocess.Popen(
                list(argv),
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=tuple(pass_fds),
                executable=executable,
                start_new_session=True,
            )
        except OSError as error:
            name = Path(argv[0]).name
            raise ProcessError(f"{name} could not be started: {error.strerror}") from error
        request = _Request(child, stop, stopping)
        with interrupts_heard(request.wish):
            return _follow(child, output.fileno(), on_line, request)


@contextmanager
def interrupts_noted() -> Iterator[Callable[[], bool]]:
    """
    Let no SIGINT or SIGTERM end what the block does; give what says whether one came.

    Only for the main thread. What :func:`supervise` runs meanwhile still hears of them.
    """
    noted = False

    def note(_number: int, _frame: object) -> None:
        nonlocal noted
        noted = True

    with interrupts_heard(note):
        yield lambda: noted


class _Request:
    """The one request to stop that a child gets."""

    def __init__(
        self, child: subprocess.Popen[bytes], stop: Callable[[], bool], stopping: bytes
    ) -> None:
        self._child, self._stop, self._stopping = child, stop, stopping
        self._due, self._made = math.inf, False

    def wish(self, number: int, _frame: object = None) -> None:
        """Have it made: at once, or a little later for what others may have got as well."""
        wait = _EVERYBODY_SECONDS if number == signal.SIGTERM else 0.0
        self._due = min(self._due, time.monotonic() + wait)

    def hear(self, line: bytes) -> None:
        """Learn from what the child says whether somebody else made it."""
        if self._stopping and self._stopping in line:
            self._made = True

    def make(self) -> None:
        """Make it where it is due."""
        if self._stop():
            self.wish(signal.SIGINT)
        if not self._made and time.monotonic() >= self._due and self._child.poll() is None:
            self._made = True
            self._child.send_signal(signal.SIGINT)


@contextmanager
def interrupts_heard(hear: Callable[[int, object], None]) -> Iterator[None]:
    """Let ``hear`` have every SIGINT and SIGTERM in the block; only the main thread gets any."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _follow(
    child: subprocess.Popen[bytes],
    output: int,
    on_line: Callable[[bytes], None],
    request: _Request,
) -> int:
    offset, pending = 0, b""
    while True:
        ended = _ended(child)
        while block := os.pread(output, 65536, offset):
            offset += len(block)
            *lines, pending = (pending + block).split(b"\n")
            for line in lines:
                request.hear(line)
                on_line(line)
        request.make()
        if ended:
            if pending:
                on_line(pending)
            return child.returncode


def _ended(child: subprocess.Popen[bytes]) -> bool:
    try:
        child.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return False
    return True


def _scratch() -> BinaryIO:
    # Output can hold values: it stays in memory where that can be had, else in a nameless file.
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("output"), "w+b")
    return TemporaryFile()
