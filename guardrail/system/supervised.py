"""A child process that takes as long as it needs: followed to its end, and never torn down."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from guardrail.errors import ProcessError


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
    In another thread than the main one, which alone hears signals, none is forwarded.
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
        with _interrupts_forwarded_to(child):
            return _follow(child, output.fileno(), on_line)


@contextmanager
def _interrupts_forwarded_to(child: subprocess.Popen[bytes]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
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


def _scratch() -> BinaryIO:
    # Output can hold values: it stays in memory where that can be had, else in a nameless file.
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("output"), "w+b")
    return TemporaryFile()
