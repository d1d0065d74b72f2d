"""Child processes that are talked to: every wait is bounded, and trouble ends the child."""

import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from guardrail.errors import ProcessError


class Child:
    """
    A child process that is talked to over its standard input and output.

    Every wait is bounded. Where something goes wrong the child is killed, by its
    process id, and :class:`ProcessError` is raised.
    """

    def __init__(self, child: subprocess.Popen[bytes], program: str) -> None:
        self._child = child
        self._program = program
        self._input, self._output = child.stdin, child.stdout
        for pipe in (self._input, self._output):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    def write(self, data: bytes, *, timeout: float) -> None:
        """Hand all of ``data`` to the child within ``timeout`` seconds."""
        if self._input is None:
            raise ProcessError(f"{self._program} does not listen")
        left, end = memoryview(data), time.monotonic() + timeout
        while left:
            self._wait_for(self._input.fileno(), select.POLLOUT, end)
            try:
                left = left[os.write(self._input.fileno(), left) :]
            except OSError:
                raise self._gone() from None

    def read(self, size: int, *, timeout: float) -> bytes:
        """Return exactly ``size`` bytes that the child said, within ``timeout`` seconds."""
        if self._output is None:
            raise ProcessError(f"{self._program} cannot be heard")
        parts: list[bytes] = []
        left, end = size, time.monotonic() + timeout
        while left:
            self._wait_for(self._output.fileno(), select.POLLIN, end)
            part = os.read(self._output.fileno(), min(left, 1 << 20))
            if not part:
                raise self._gone()
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def ended(self, *, within: float) -> bool:
        """Return whether the child has ended, after waiting for that up to ``within`` seconds."""
        try:
            self._child.wait(timeout=within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End the child at once and close what leads to it; does nothing the second time."""
        self._child.kill()
        for pipe in (self._input, self._output):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._child.wait()

    def _wait_for(self, fd: int, event: int, end: float) -> None:
        ready = select.poll()
        ready.register(fd, event)
        if not ready.poll(max(0.0, end - time.monotonic()) * 1000):
            self.kill()
            raise ProcessError(f"{self._program} took too long")

    def _gone(self) -> ProcessError:
        self.kill()
        code = self._child.returncode
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        return ProcessError(f"{self._program} {how}")


def start(
    argv: Sequence[str], *, env: Mapping[str, str], cwd: Path | None = None, talk: bool = True
) -> Child:
    """
    Start ``argv`` and return it running; with ``talk``, over pipes to its input and output.

    It leads a session of its own, so that a Ctrl-C at the terminal reaches only
    this process, which then ends it. What it says on standard error is dropped.
    Raises :class:`ProcessError` when it can't be started.
    """
    program = Path(argv[0]).name
    pipe = subprocess.PIPE if talk else subprocess.DEVNULL
    try:
        child = subprocess.Popen(
            list(argv),
            env=dict(env),
            cwd=cwd,
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise ProcessError(f"{program} could not be started: {error.strerror}") from error
    return Child(child, program)


def listening_port(child: Child, *, within: float) -> int:
    """
    Return the TCP port on which ``child`` itself listens, after waiting up to ``within`` seconds.

    It is read from the process, so that nobody else can stand in for it.
    """
    import psutil  # noqa: PLC0415 (slow to import, and rarely needed)

    end = time.monotonic() + within
    while time.monotonic() < end:
        if child.ended(within=0.01):
            raise ProcessError("it ended before it listened")
        with suppress(psutil.Error):
            for connection in psutil.Process(child.pid).net_connections(kind="tcp"):
                if connection.status == psutil.CONN_LISTEN:
                    return int(connection.laddr.port)
    raise ProcessError("it did not listen in time")
