"""
The modules of a configuration: the root, and what it calls by a path (``./x``, ``../x``).

They are found in whatever holds the files, a working directory or a commit: in the
repository, within bounds, and never through a link. What cannot be read is not there.
"""

import os
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from guardrail.errors import FileError
from guardrail.plan.hcl import Module, read_module
from guardrail.system.regular import chunks, opened

MOST_MODULES = 500
"""So many calls of modules are followed; more is no configuration that somebody wrote."""

MOST_FILES = 2_000
MOST_FILE_BYTES = 1 << 20
MOST_BYTES = 32 << 20

_WALK = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
Files = Mapping[str, bytes]
Read = Callable[[Sequence[str]], Mapping[str, Files]]
"""Directories, relative to the top of the repository → their configuration files."""


class Called(Struct, frozen=True, kw_only=True):
    """One module, as often as it is called."""

    path: str
    """What addresses in it begin with."""
    directory: str
    """Relative to the top of the repository; in a saved plan to the root module."""
    files: Files

    @property
    def module(self) -> Module:
        """What its files say."""
        return read_module(self.files)


def is_configuration(name: str) -> bool:
    """Return whether Terraform reads the file ``name`` of a directory."""
    return name.endswith((".tf", ".tf.json")) and not name.startswith(".") and name.isprintable()


def located(directory: Path) -> tuple[Path, str]:
    """Return the top of the repository around ``directory``, and the way from there."""
    for top in (directory, *directory.parents):
        if (top / ".git").exists():
            return top, _relative(directory.relative_to(top).as_posix())
    return directory, ""


def walk(read: Read, start: str) -> list[Called]:
    """Return the root module in ``start`` and all that it calls by a path, level by level."""
    found: list[Called] = []
    waiting = [("", start)]
    while waiting and len(found) + len(waiting) <= MOST_MODULES:
        files = read(tuple(dict.fromkeys(place for _, place in waiting)))
        level = [Called(path=path, directory=at, files=files[at]) for path, at in waiting]
        found += level
        waiting = [
            (f"{called.path}module.{name}.", place)
            for called in level
            for name, source in called.module.calls.items()
            if (place := _local(called.directory, source)) is not None
        ]
    return found


def _local(directory: str, source: str) -> str | None:
    """Return the directory that ``source`` names from ``directory``; None outside the repository."""
    if not source.startswith(("./", "../")):
        return None
    place = posixpath.normpath(posixpath.join(directory, source))
    return None if place.startswith("..") else _relative(place)


def _relative(place: str) -> str:
    return "" if place == "." else place


class Worktree:
    """Configuration files as they lie there, within bounds."""

    def __init__(self, top: Path) -> None:
        """Prepare to read below ``top``, the one true path of a directory."""
        self._top = top
        self._room = MOST_BYTES
        self._files = MOST_FILES

    def read(self, directories: Sequence[str]) -> Mapping[str, Files]:
        """Return the configuration files of ``directories``, as far as they can be read."""
        return {each: dict(self._in(each)) for each in directories}

    def _in(self, directory: str) -> Iterator[tuple[str, bytes]]:
        with suppress(OSError, ValueError):
            held = os.open(self._top, _WALK)
            try:
                for part in filter(None, directory.split("/")):
                    inner = os.open(part, _WALK, dir_fd=held)
                    os.close(held)
                    held = inner
                with os.scandir(held) as entries:
                    names = sorted(each.name for each in entries if is_configuration(each.name))
                for name in names[: self._files]:
                    with suppress(FileError):
                        yield name, self._content(name, held)
            finally:
                os.close(held)

    def _content(self, name: str, directory: int) -> bytes:
        limit = min(MOST_FILE_BYTES, self._room)
        with opened(name, Path(name), limit, directory=directory) as fd:
            content = b"".join(chunks(fd, limit, Path(name)))
        self._room -= len(content)
        self._files -= 1
        return content
