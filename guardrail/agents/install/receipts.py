"""
Which keys were made when a hook was installed, so that undoing takes away those and no others.

Keys only, nothing of what a configuration holds. Where no receipt could be kept, undoing
takes away what it leaves empty.
"""

from contextlib import suppress
from pathlib import Path

import msgspec

from guardrail.agents.install.merge import Made
from guardrail.errors import FileError
from guardrail.system.files import private_directory, read_limited, write_private
from guardrail.system.installation import Installation

_LIMIT = 1 << 20


def keep_receipt(installation: Installation, path: Path, made: Made | None) -> None:
    """Remember ``made`` for the configuration at ``path``; None forgets it."""
    receipts = _read(installation)
    receipts.pop(str(path), None)
    if made is not None:
        receipts[str(path)] = sorted(made)
    with suppress(FileError):
        private_directory(installation.state)
        write_private(_file(installation), msgspec.json.encode(receipts))


def find_receipt(installation: Installation, path: Path) -> Made | None:
    """Return what was made in the configuration at ``path``; None where nothing says so."""
    found = _read(installation).get(str(path))
    return None if found is None else frozenset(found)


def _file(installation: Installation) -> Path:
    return installation.state / "hook-installs.json"


def _read(installation: Installation) -> dict[str, list[tuple[str, ...]]]:
    with suppress(FileError, msgspec.MsgspecError):
        data = read_limited(_file(installation), _LIMIT)
        return msgspec.json.decode(data, type=dict[str, list[tuple[str, ...]]])
    return {}
