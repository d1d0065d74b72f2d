"""Waiting for a file that another process holds, but not for ever."""

import fcntl
import time

_FIRST, _LONGEST = 0.001, 0.02


def lock_exclusively(fd: int, patience: float) -> None:
    """
    Hold the file behind ``fd`` alone, until it is unlocked or closed.

    Raises :class:`TimeoutError` when others still hold it after ``patience``
    seconds, :class:`OSError` when the filesystem has no locks.
    """
    deadline, pause = time.monotonic() + patience, _FIRST
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise TimeoutError from None
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST)
        else:
            return


def unlock(fd: int) -> None:
    """Let others have the file behind ``fd``."""
    fcntl.flock(fd, fcntl.LOCK_UN)
