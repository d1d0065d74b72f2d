"""
Child processes: the only module that starts any.

No shell, an argument list, an environment given in full, a bound on time and on
what is read back.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from guardrail.errors import ProcessError


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
