"""
What an agent was told before, so that asking again is told from asking anew.

One small file a session, in the installation's state: digests, no text. It decides
nothing: where it can't be kept, the answer only says less.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from guardrail.errors import FileError
from guardrail.system.files import private_directory, read_limited, write_private
from guardrail.system.installation import Installation

SESSIONS = 100
"""How many sessions are remembered; the ones that were quiet longest are forgotten."""
DENIALS = 20
"""How many denials of one session are."""
_LIMIT = 1 << 16

_Told = dict[str, dict[str, str]]


def what_changed(
    installation: Installation, session: str, about: str, facts: Mapping[str, str]
) -> str | None:
    """
    Return what changed since ``session`` was told about ``about``; None at the first time.

    ``facts`` maps what may change, as the words for it, to anything that is equal while
    it has not. They are remembered for the next time.
    """
    if not session:
        return None
    file = installation.state / "hooks" / f"{_digest(session)}.json"
    told = _read(file)
    before = told.pop(_digest(about), None)
    now = {name: _digest(value) for name, value in facts.items()}
    told[_digest(about)] = now
    _write(installation, file, dict([*told.items()][-DENIALS:]))
    if before is None:
        return None
    changed = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if changed:
        return f"New since the last denial: {', '.join(changed)}. It is still denied."
    return "This is the same denial as before: nothing has changed, and trying again changes none."


def _read(file: Path) -> _Told:
    with suppress(FileError, msgspec.MsgspecError):
        return msgspec.json.decode(read_limited(file, _LIMIT), type=_Told)
    return {}


def _write(installation: Installation, file: Path, told: _Told) -> None:
    with suppress(FileError, OSError):
        private_directory(installation.state)
        private_directory(file.parent)
        if not file.exists():
            _forget(file.parent)
        write_private(file, msgspec.json.encode(told))


def _forget(folder: Path) -> None:
    files = sorted(folder.glob("*.json"), key=lambda each: each.lstat().st_mtime)
    for file in files[: max(0, len(files) - SESSIONS + 1)]:
        file.unlink(missing_ok=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
