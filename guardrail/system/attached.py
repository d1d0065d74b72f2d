"""A child process on our own terminal: it talks to whoever called us, and we wait for its end."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from guardrail.errors import ProcessError


def attend(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    pass_fds: Sequence[int] = (),
    executable: str | None = None,
) -> int:
    """
    Run ``argv`` on our own input, output and terminal, for as long as it takes.

    A terminal sends its interrupt to the child as well as to us, and we outlive it. Without one,
    the child is in a group of its own, and whoever stops us reaches it only through us: a second
    request would make Terraform drop what it does. A SIGTERM is passed on as an interrupt, which
    asks Terraform to stop in order, and so is what comes while it is only about to start.
    Returns the exit code, negative for a signal. Raises :class:`ProcessError` when it can't be
    started.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    shared = _has_terminal()
    request = _Request(shared=shared)
    with _heard(request):
        try:
            child = subprocess.Popen(
                list(argv),
                env=dict(env),
                cwd=cwd,
                pass_fds=tuple(pass_fds),
                executable=executable,
                process_group=None if shared else 0,
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "an argument holds a NUL"
            raise ProcessError(f"{Path(argv[0]).name} could not be started: {why}") from None
        request.reach(child)
        return child.wait()


class _Request:
    """The one request to stop that the child gets from us."""

    def __init__(self, *, shared: bool) -> None:
        self._shared, self._wished, self._made = shared, False, False
        self._child: subprocess.Popen[bytes] | None = None

    def reach(self, child: subprocess.Popen[bytes]) -> None:
        """Have it made to ``child``: at once where it was wished before there was any."""
        self._child = child
        if self._wished:
            self._make(child)

    def wish(self, number: int, _frame: object) -> None:
        """Make it, where nobody else does."""
        if self._wished or (self._shared and number == signal.SIGINT):
            return
        self._wished = True
        if self._child is not None:
            self._make(self._child)

    def _make(self, child: subprocess.Popen[bytes]) -> None:
        if not self._made:
            self._made = True
            child.send_signal(signal.SIGINT)


def _has_terminal() -> bool:
    """Return whether a terminal sends what is typed at it to our process group."""
    try:
        fd = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(fd)


@contextlib.contextmanager
def _heard(request: _Request) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.signal(number, request.wish) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
