"""
Files that hold Terraform's state, known by their names.

``.terraform`` is none of them: ``terraform init`` makes it anew. Only what in it
says where the state is kept may not be written.
"""

import os
import re
from itertools import islice
from typing import TYPE_CHECKING

from guardrail.agents.shell.patterns import late

if TYPE_CHECKING:
    from pathlib import Path

_STATE = late(r"(?:^|/)[^/]*\.tfstate[^/]*$|(?:^|/)terraform\.tfstate\.d(?:/|$)", re.IGNORECASE)
_POINTER = late(r"(?:^|/)\.terraform/(?:environment|terraform\.tfstate)[^/]*$", re.IGNORECASE)
_MADE_UP = late(r"(?:^|/)(?:fixtures|__fixtures__|testdata|golden)/")

_NAMES = frozenset({"terraform.tfstate", "terraform.tfstate.d"})
_MADE_AGAIN = frozenset(
    {".terraform", ".git", "node_modules", ".venv", "venv", "__pycache__", ".tox", "target", "dist"}
)
_ENTRIES = 4_000
_PLACES = 200
_SMALL = 4_096
"""A state without resources is smaller, in bytes."""


def names_state(path: str) -> bool:
    """Tell whether ``path`` names state; what lies among a test's made-up files is none."""
    return (
        _STATE.search(path) is not None and not _POINTER.search(path) and not _MADE_UP.search(path)
    )


def points_to_state(path: str) -> bool:
    """Tell whether ``path`` names a file of ``.terraform`` that says where the state is kept."""
    return _POINTER.search(path) is not None


def holds_state(directory: str, path: str) -> bool:
    """
    Tell whether state is at ``path``, named from ``directory``, or below it.

    ``path`` may be a pattern of a shell. What can't be looked into holds none: this looks a few
    thousand entries deep, as one more chance to notice, and proves nothing. A state without
    resources is no loss.
    """
    from pathlib import Path  # noqa: PLC0415 - most calls remove no folder

    try:
        places = _places(Path(directory or "."), path)
        return any(_below(place) for place in places)
    except (OSError, ValueError, NotImplementedError, IndexError):
        return False


def _places(directory: "Path", path: str) -> "list[Path]":
    from pathlib import Path  # noqa: PLC0415 - see above

    named = Path(path).expanduser()
    if not any(mark in path for mark in "*?["):
        return [directory / named]
    root = Path(named.anchor) if named.is_absolute() else directory
    pattern = str(named.relative_to(named.anchor)) if named.is_absolute() else str(named)
    return list(islice(root.glob(pattern), _PLACES))


def _below(place: "Path") -> bool:
    from pathlib import Path  # noqa: PLC0415 - see above

    if place.name in _MADE_AGAIN or place.is_symlink():
        return False
    if place.name in _NAMES:
        return _full(place)
    waiting, seen = [place], 0
    while waiting and seen < _ENTRIES:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                seen += 1
                if entry.name in _NAMES and _full(Path(entry.path)):
                    return True
                if entry.is_dir(follow_symlinks=False) and entry.name not in _MADE_AGAIN:
                    waiting.append(Path(entry.path))
    return False


def _full(path: "Path") -> bool:
    from guardrail.errors import FileError  # noqa: PLC0415 - see above
    from guardrail.system.regular import read_limited  # noqa: PLC0415 - see above

    if path.is_dir():
        return any(path.rglob("terraform.tfstate"))
    try:
        text = b"".join(read_limited(str(path), _SMALL).split())
    except FileError:  # larger
        return path.exists()
    return b'"resources":[]' not in text and text != b""
