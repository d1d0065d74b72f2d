"""
Shims: files named like Terraform that call the guardrail in its place.

They lead only those who call Terraform by its name; whoever calls it by its path goes past.
"""

import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from guardrail.errors import FileError
from guardrail.system.files import write_whole

NAMES = ("terraform", "tofu")
_HEAD = "#!/bin/sh\n# guardrail shim"


def install_shims(directory: Path, command: Sequence[str]) -> list[Path]:
    """
    Put a shim for each name into ``directory`` and return those that were not there as they are.

    ``command`` are the words that start the guardrail, the first an absolute path. Raises
    :class:`FileError`, before anything is written, where one would take the place of
    something else.
    """
    texts = {directory / name: _text(name, command) for name in NAMES}
    for path in texts:
        if os.path.lexists(path) and not is_shim(path):
            raise FileError(
                f"{str(path)!r} is there already, and is no shim of the guardrail",
                hint="choose a directory of its own, and put it first on PATH",
            )
    missing = [path for path, text in texts.items() if _content(path) != text]
    for path in missing:
        write_whole(path, texts[path], mode=0o755)
    return missing


def remove_shims(directory: Path) -> list[Path]:
    """Delete the shims in ``directory``, and nothing else; return them."""
    found = [path for name in NAMES if is_shim(path := directory / name)]
    for path in found:
        try:
            path.unlink()
        except OSError as error:
            raise FileError(f"{str(path)!r} cannot be deleted: {error.strerror}") from None
    return found


def is_shim(path: Path) -> bool:
    """Return whether a shim of the guardrail is what runs where ``path`` is called."""
    try:
        # A named pipe would keep us waiting.
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_HEAD)) == _HEAD.encode()
    except OSError:
        return False


def programs(name: str, search_path: str) -> Iterator[Path]:
    """Yield every program of that name in the absolute folders of ``search_path``, in their order."""
    for folder in dict.fromkeys(search_path.split(os.pathsep)):
        path = Path(folder, name)
        if path.is_absolute() and path.is_file() and os.access(path, os.X_OK):
            yield path


def _text(name: str, command: Sequence[str]) -> bytes:
    words = shlex.join(command)
    return f'{_HEAD}: {name} goes through the guardrail\nexec {words} {name} "$@"\n'.encode()


def _content(path: Path) -> bytes | None:
    # What is a shim is small, and a link to one is replaced by the file itself.
    return path.read_bytes() if is_shim(path) and not path.is_symlink() else None
