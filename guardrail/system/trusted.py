"""Files that only root and the current user could have written, or named."""

import contextlib
import errno
import os
import stat
from pathlib import Path

from msgspec import Struct

from guardrail.errors import FileError
from guardrail.system.regular import chunks, failure, opened

# A directory may be open to pass through and closed to list; O_PATH needs no right to list it.
_WALK = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_ACL = "system.posix_acl_access"


class Trusted(Struct, frozen=True, kw_only=True):
    """The content of a file that only root and the current user could have written."""

    data: bytes
    root_owned: bool
    """Whether root owns the file and every directory above it, so that only root wrote it."""
    private: bool = False
    """Whether its mode lets nobody but its owner read it."""


def trusted_file(path: Path, *, limit: int = 1 << 20) -> Trusted:
    """
    Return the content of a file that nobody but root and the current user could have changed.

    1. Start at the root directory; ``path`` must be absolute and free of ``..``.
    2. Go down name by name, each opened in the directory before it; no link is followed.
    3. Each directory belongs to root or the current user, and nobody else may write to it.
       (A sticky one of root's, like ``/tmp``, will do: nobody can take others' names in it.)
    4. The file is regular, has one name, and the same holds for its owner and mode.
    5. It carries no access control list, which could let others write whatever its mode says.
    6. What is read is the file that was looked at.

    Raises :class:`FileError` for everything else, and for more than ``limit`` bytes.
    """
    # 1. From the root.
    if not path.is_absolute() or ".." in path.parts:
        raise FileError(f"{str(path)!r} is not an absolute path without '..'")
    with contextlib.ExitStack() as held:
        directory, owners = None, set()
        for depth, name in enumerate(path.parts[:-1], start=1):
            place = Path(*path.parts[:depth])
            # 2. One name down.
            directory = _open_directory(name, directory, place)
            held.callback(os.close, directory)
            # 3. Nobody else's directory.
            found = os.fstat(directory)
            _refuse_foreign(found, place)
            owners.add(found.st_uid)
        # 4. The file.
        fd = held.enter_context(opened(path.name or "/", path, limit, directory=directory))
        found = os.fstat(fd)
        if found.st_nlink != 1:
            raise FileError(f"{str(path)!r} has {found.st_nlink} names, expected one")
        _refuse_foreign(found, path)
        # 5. No other rights.
        _refuse_acl(fd, path)
        # 6. The same descriptor.
        data = b"".join(chunks(fd, limit, path))
    return Trusted(
        data=data,
        root_owned=owners | {found.st_uid} == {0},
        private=not found.st_mode & 0o077,
    )


def _open_directory(name: str, directory: int | None, place: Path) -> int:
    try:
        return os.open(name, _WALK, dir_fd=directory)
    except NotADirectoryError:
        raise FileError(
            f"{str(place)!r} is not a directory; symbolic links are not followed here"
        ) from None
    except (OSError, ValueError) as error:
        raise failure("cannot be opened", place, error) from None


def _refuse_foreign(found: os.stat_result, place: Path) -> None:
    if found.st_uid not in {0, os.geteuid()}:
        raise FileError(f"{str(place)!r} belongs to another user")
    sticky = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX and found.st_uid == 0
    if found.st_mode & 0o022 and not sticky:
        raise FileError(
            f"{str(place)!r} can be changed by other users",
            hint=f"close it with `chmod go-w {str(place)!r}`, after a look at what is in it",
        )


def _refuse_acl(fd: int, path: Path) -> None:
    try:
        names = os.listxattr(fd) if hasattr(os, "listxattr") else []
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            raise failure("cannot be read", path, error) from None
        names = []
    if _ACL in names:
        raise FileError(
            f"{str(path)!r} carries an access control list",
            hint=f"remove it with `setfacl -b {str(path)!r}`, after a look at what is in it",
        )
