"""
Work that must end: done in a copy of this process, which is killed when it takes too long.

The copy may hang in a library, run out of memory or be killed by the system: whoever
waits for it learns that, and can still answer. Nothing but the result comes out of it.
"""

import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from guardrail.errors import ProcessError

_HEADER = 8


def run_watched(work: Callable[[], bytes], *, seconds: float) -> bytes:
    """
    Return what ``work`` returns, computed in a copy of this process within ``seconds``.

    ``work`` can read standard input; what it prints is thrown away. All that it started is
    killed at the end. Raises :class:`ProcessError` where it takes longer, raises or dies.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _do(work, writer, seconds)
    try:
        os.close(writer)
        return _result(reader, time.monotonic() + seconds)
    finally:
        os.close(reader)
        _end(child)


def _do(work: Callable[[], bytes], writer: int, seconds: float) -> NoReturn:
    # Nothing that goes wrong here may run on in the caller's code.
    try:
        # A group of its own, so that what it starts ends with it.
        os.setsid()
        # Where whoever waits is killed, nobody else ends this one.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds + 1)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        result = work()
        left = memoryview(len(result).to_bytes(_HEADER, "big") + result)
        while left:
            left = left[os.write(writer, left) :]
        os._exit(0)
    finally:
        os._exit(1)


def _result(reader: int, end: float) -> bytes:
    result = b""
    while True:
        ready, _, _ = select.select([reader], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise ProcessError("no answer was found in time")
        part = os.read(reader, 1 << 16)
        result += part
        size = int.from_bytes(result[:_HEADER], "big") + _HEADER
        if len(result) >= _HEADER and len(result) == size:
            return result[_HEADER:]
        if not part:
            raise ProcessError("the process that looked for an answer died")


def _end(child: int) -> None:
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(child, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(child, 0)
