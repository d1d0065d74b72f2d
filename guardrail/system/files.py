"""
Files, read and written so that nobody else has a say in what they hold.

The one place to import file functions from; what they share lies in
:mod:`guardrail.system.regular`, :mod:`guardrail.system.sealed` and
:mod:`guardrail.system.trusted`. All raise :class:`guardrail.errors.FileError`; its
message names the path and never holds anything of the file's content.
"""

import contextlib
import os
import stat
from pathlib import Path

from guardrail.errors import FileError
from guardrail.system.regular import failure, kind, read_limited
from guardrail.system.sealed import Sealed, SealedOutput, seal, seal_file, sealed_output
from guardrail.system.trusted import Trusted, trusted_file

__all__ = [
    "Sealed",
    "SealedOutput",
    "Trusted",
    "private_directory",
    "read_limited",
    "seal",
    "seal_file",
    "sealed_output",
    "sync_directory",
    "trusted_file",
    "write_private",
    "write_whole",
]

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_private(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``, whole or not at all, readable by the current user only."""
    write_whole(path, data, mode=0o600)


def write_whole(path: Path, data: bytes, *, mode: int) -> None:
    """
    Put ``data`` at ``path``, whole or not at all, in a file of ``mode``.

    1. Write a new file beside it.
    2. Make its content durable.
    3. Let it take the name.
    4. Make the name durable.
    """
    try:
        temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
        try:
            _write_new(temporary, data, mode)
            # 3. The name.
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        # 4. The directory that holds the name.
        sync_directory(path.parent)
    except (OSError, ValueError) as error:
        raise failure("cannot be written", path, error) from None


def _write_new(path: Path, data: bytes, mode: int) -> None:
    # 1. A new file: O_EXCL, so that nobody prepared it.
    fd = os.open(path, _NEW, 0o600)
    with os.fdopen(fd, "wb") as file:
        os.fchmod(fd, mode)
        file.write(data)
        file.flush()
        # 2. The content.
        os.fsync(fd)


def sync_directory(path: Path) -> None:
    """Make the names in the directory at ``path`` durable. Raises :class:`OSError`."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def private_directory(path: Path) -> None:
    """
    Make sure that ``path`` is a directory of the current user's that nobody else may enter.

    It is made where it is missing, with the directories above it.
    """
    try:
        _make(path)
        found = path.lstat()
    except (OSError, ValueError) as error:
        raise failure("cannot be made", path, error) from None
    if not stat.S_ISDIR(found.st_mode):
        raise FileError(f"{str(path)!r} is {kind(found.st_mode)}, not a directory")
    if found.st_uid != os.geteuid():
        raise FileError(f"the directory {str(path)!r} belongs to another user")
    if found.st_mode & 0o077:
        raise FileError(
            f"the directory {str(path)!r} is open to other users",
            hint=f"close it with `chmod 700 {str(path)!r}`, after a look at what is in it",
        )


def _make(path: Path) -> None:
    if not path.parent.exists():
        _make(path.parent)
    # Another process may make it at the same time.
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
