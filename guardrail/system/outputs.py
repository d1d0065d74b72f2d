"""
Writing where the caller says, and never over the guardrail's own files.

Where the guardrail runs as another user than whoever calls it, the caller's paths
are opened with the guardrail's rights. So:

1. What is there already is opened as it is, and only then looked at: a link, or a
   folder that is swapped meanwhile, leads nowhere else.
2. A new file is made in a folder that is held open, and never through a link.
3. Neither lies in the guardrail's own folders, by its true path.
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from guardrail.errors import FileError
from guardrail.system.regular import failure

_OPEN = os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
_MAKE = os.O_WRONLY | os.O_CLOEXEC | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC


def write_output(path: Path, data: bytes, *, own: Sequence[Path], mode: int = 0o666) -> None:
    """
    Write ``data`` to ``path``: a file, which it replaces, or a device or pipe.

    ``own`` are the guardrail's folders, ``mode`` is for a new file. Raises :class:`FileError`.
    """
    try:
        fd = _opened(path, own, mode)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
    except (OSError, ValueError) as error:
        raise failure("cannot be written", path, error) from None


def _opened(path: Path, own: Sequence[Path], mode: int) -> int:
    try:
        # 1. What is there.
        fd = os.open(path, _OPEN)
    except FileNotFoundError:
        return _made(path, own, mode)
    try:
        os.set_blocking(fd, True)
        if stat.S_ISREG(os.fstat(fd).st_mode):
            _refuse_own(fd, path, own)
            os.ftruncate(fd, 0)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _made(path: Path, own: Sequence[Path], mode: int) -> int:
    # 2. A new file.
    folder = os.open(path.parent, _FOLDER)
    try:
        _refuse_own(folder, path, own)
        return os.open(path.name, _MAKE, mode, dir_fd=folder)
    finally:
        os.close(folder)


def _refuse_own(fd: int, path: Path, own: Sequence[Path]) -> None:
    # 3. Its true path: the kernel's word where there is one.
    link = Path(f"/proc/self/fd/{fd}")
    true = link.readlink() if link.is_symlink() else path.resolve()
    if any(true.is_relative_to(folder.resolve()) for folder in own):
        raise FileError(
            f"{str(path)!r} lies among the guardrail's own files, which no report may replace"
        )
