"""Reading regular files, and nothing that only looks like one."""

import contextlib
import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING

from guardrail.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

# O_NONBLOCK: opening a FIFO would otherwise wait for somebody to write to it.
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_CHUNK = 1 << 20


def read_limited(path: "Path | str", limit: int) -> bytes:
    """
    Return the content of the regular file at ``path``, of at most ``limit`` bytes.

    Symbolic links are followed. Never waits. Raises :class:`FileError` for what is
    missing, too large, or a directory, FIFO, device or socket.
    """
    with open_regular(path, limit) as fd:
        return b"".join(chunks(fd, limit, path))


@contextlib.contextmanager
def open_regular(path: "Path | str", limit: int) -> Iterator[int]:
    """Give a descriptor of the regular file at ``path``, which holds at most ``limit`` bytes."""
    with opened(path, path, limit) as fd:
        yield fd


@contextlib.contextmanager
def opened(
    name: "Path | str", path: "Path | str", limit: int, *, directory: int | None = None
) -> Iterator[int]:
    """
    Give a descriptor of the regular file ``name``, called ``path`` in messages.

    With ``directory``, a descriptor, ``name`` is looked up there and no link is followed.
    """
    try:
        flags = _READ if directory is None else _READ | os.O_NOFOLLOW
        fd = os.open(name, flags, dir_fd=directory)
    except (OSError, ValueError) as error:
        raise failure("cannot be opened", path, error) from None
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise FileError(f"{str(path)!r} is {kind(found.st_mode)}, not a regular file")
        if found.st_size > limit:
            raise _too_large(path, limit)
        yield fd
    finally:
        os.close(fd)


def chunks(fd: int, limit: int, path: "Path | str") -> Iterator[bytes]:
    """Yield what ``fd`` holds; refuse a file that grows over ``limit`` bytes while it is read."""
    left = limit
    try:
        while chunk := os.read(fd, _CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _too_large(path, limit)
            yield chunk
    except OSError as error:
        raise failure("cannot be read", path, error) from None


def kind(mode: int) -> str:
    """Return what a file of ``mode`` is, in words."""
    names = {
        stat.S_IFDIR: "a directory",
        stat.S_IFIFO: "a FIFO",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFSOCK: "a socket",
        stat.S_IFREG: "a file",
    }
    return names.get(stat.S_IFMT(mode), "something unknown")


def failure(what: str, path: "Path | str", error: OSError | ValueError) -> FileError:
    """Return the error that says that ``path`` ``what``, for the system's reason."""
    match error:
        case FileNotFoundError():
            return FileError(f"{str(path)!r} does not exist")
        case OSError(strerror=str(reason)):
            return FileError(f"{str(path)!r} {what}: {reason[:1].lower()}{reason[1:]}")
        case _:
            return FileError(f"{str(path)!r} {what}: not a usable name")


def _too_large(path: "Path | str", limit: int) -> FileError:
    return FileError(f"{str(path)!r} is larger than {limit} bytes")
