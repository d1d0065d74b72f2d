"""How a process begins and ends: with safe streams, without a dump, with the code it was given."""

import contextlib
import gc
import io
import os
import resource
import sys
from typing import NoReturn, TextIO


def prepare_process() -> None:
    """
    Make sure that how this process was started changes nothing of what it decides.

    1. Descriptors 0 to 2 are open. Where one was closed, the next file that is opened
       would get its number, and a child with input and output of its own would lose it.
    2. What the streams' encoding lacks is spelled out: a narrow one must not fail half way.
    3. A crash leaves no dump: memory holds the values of the plan. Children inherit that.
    """
    # 1. Descriptors.
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            # The lowest free number is taken, and every lower one is open by now.
            os.open(os.devnull, os.O_RDWR)
    # 2. Encodings.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # 3. No dump.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def leave(code: int) -> NoReturn:
    """
    End this process with ``code``, whatever became of its streams.

    1. What could not be written is given up: flushed again at the end, it would change the code.
    2. ``PYTHONINSPECT`` would go on after the end, and end with another code.
    """
    for stream in (sys.stdout, sys.stderr):
        # 1. Given up. A stream that was closed at the start is None.
        if stream is not None:
            _flush(stream)
    if sys.flags.inspect:
        # 2. The end.
        os._exit(code)
    # Otherwise Python looks through all that is alive, time and again, before it ends.
    gc.freeze()
    sys.exit(code)


def _flush(stream: TextIO) -> None:
    try:
        stream.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)
