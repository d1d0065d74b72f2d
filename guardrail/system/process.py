"""
Child processes: the only module that starts any.

No shell, an argument list, an environment given in full, a bound on time and on
what is read back.
"""

import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from guardrail.errors import ProcessError
from guardrail.system.environment import SEARCH_PATH


class Finished(Struct, frozen=True):
    """A child process that ended by itself."""

    code: int
    stdout: bytes
    stderr: bytes


def run(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: bytes = b"",
    timeout: float = 60.0,
    pass_fds: Sequence[int] = (),
    stdout_fd: int | None = None,
    executable: str | None = None,
) -> Finished:
    """
    Run ``argv`` to its end and return what it said; any exit code is returned.

    ``env`` is the whole environment. ``timeout`` is in seconds; a child that
    takes longer is killed. With ``stdout_fd`` its output goes there instead of
    into memory; with ``executable`` that file is run under the name ``argv[0]``.
    Raises :class:`ProcessError` when it can't be started or is killed
    for its time; the message names the program, never its arguments.
    """
    program = Path(argv[0]).name
    try:
        done = subprocess.run(
            list(argv),
            env=dict(env),
            cwd=cwd,
            input=stdin,
            stdout=subprocess.PIPE if stdout_fd is None else stdout_fd,
            stderr=subprocess.PIPE,
            timeout=timeout,
            pass_fds=tuple(pass_fds),
            executable=executable,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProcessError(f"{program} took longer than {timeout:g} seconds") from None
    except OSError as error:
        raise ProcessError(f"{program} could not be started: {error.strerror}") from error
    return Finished(done.returncode, done.stdout or b"", done.stderr)


def supervise(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    on_line: Callable[[bytes], None],
    pass_fds: Sequence[int] = (),
    executable: str | None = None,
) -> int:
    """
    Run ``argv`` for as long as it takes, and hand every line of its output to ``on_line``.

    The child leads a session of its own, and its output is a file, not a pipe:
    when this process is killed, the child neither hears the signal nor dies of a
    closed pipe half way through a change. The first SIGINT or SIGTERM is
    forwarded as one SIGINT, which asks Terraform to stop in order; then we wait.
    Returns the exit code, negative for a signal. Raises :class:`ProcessError`
    when it can't be started.
    """
    with open(os.memfd_create("output"), "w+b") as output:  # noqa: PTH123 (a descriptor)
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
        with _interrupts_forwarded_to(child):
            return _follow(child, output.fileno(), on_line)


@contextmanager
def _interrupts_forwarded_to(child: subprocess.Popen[bytes]) -> Iterator[None]:
    asked = False

    def forward(_number: int, _frame: object) -> None:
        nonlocal asked
        if not asked and child.poll() is None:
            asked = True
            child.send_signal(signal.SIGINT)

    before = {number: signal.signal(number, forward) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _follow(child: subprocess.Popen[bytes], output: int, on_line: Callable[[bytes], None]) -> int:
    offset, pending = 0, b""
    while True:
        ended = _ended(child)
        while block := os.pread(output, 65536, offset):
            offset += len(block)
            *lines, pending = (pending + block).split(b"\n")
            for line in lines:
                on_line(line)
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


def find_program(name: str) -> Path | None:
    """Return where the program is: in the machine's own folders, else in an absolute one of PATH."""
    folders = [*SEARCH_PATH.split(":"), *os.environ.get("PATH", "").split(":")]
    found = shutil.which(name, path=":".join(each for each in folders if each.startswith("/")))
    return None if found is None else Path(found)
