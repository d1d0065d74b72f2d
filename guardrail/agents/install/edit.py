"""
Writing an executor's configuration so that it asks the guardrail, and taking that back.

1. Only the named file is written, and no link is followed on the way to it.
2. A file that cannot be read as what it should be is left alone.
3. What others wrote stays, and stays what it was: that is compared before anything is written.
4. Doing it twice changes nothing more. Undoing removes what was added.
"""

import difflib
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from msgspec import Struct

from guardrail.agents.install.merge import Made, holds, put_in, taken_out, unreadable
from guardrail.agents.install.wiring import Scope, Wiring
from guardrail.errors import FileError
from guardrail.report.escape import terminal
from guardrail.system.files import read_limited, write_whole

LIMIT = 1 << 20
"""The largest configuration that is read, in bytes."""

_BEGIN, _END = "# guardrail: begin\n", "# guardrail: end\n"
_BLOCK = re.compile(rf"^{_BEGIN}.*?^{_END}", re.MULTILINE | re.DOTALL)


class Ground(Struct, frozen=True, kw_only=True):
    """The directories that the scopes' files lie below."""

    project: Path
    home: Path
    root: Path = Path("/")

    def of(self, scope: Scope) -> Path:
        """Return the directory of ``scope``."""
        return {Scope.PROJECT: self.project, Scope.USER: self.home}.get(scope, self.root)


class Edit(Struct, frozen=True, kw_only=True):
    """A change of one file that was thought out and not made yet; None is no file."""

    base: Path
    path: Path
    before: str | None
    after: str | None
    mode: int

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.before == self.after

    def diff(self) -> str:
        """Return the change as a unified diff that a terminal can show."""
        old, new = ((text or "").splitlines() for text in (self.before, self.after))
        names = [
            os.devnull if text is None else str(self.path) for text in (self.before, self.after)
        ]
        lines = difflib.unified_diff(old, new, fromfile=names[0], tofile=names[1], lineterm="")
        return "".join(f"{terminal(line)}\n" for line in lines)


def plan_edit(
    name: str, wired: Wiring, base: Path, *, undo: bool, made: Made | None = None
) -> Edit:
    """
    Return the change that adds ``wired`` for the executor ``name`` below ``base``, or removes it.

    ``made`` are the keys that were made when it was added, None where that is not known.
    Raises :class:`FileError` or :class:`UsageError` where the file can't be changed safely.
    """
    path = base / wired.file
    _refuse_links(base, path)
    before, mode = _read(path, wired.mode)
    if wired.text is not None:
        after = _whole(path, before, wired.text, undo=undo)
    elif wired.toml is not None:
        after = (
            None if before is None and undo else _toml(path, before or "", wired.toml, undo=undo)
        )
    elif undo:
        after = taken_out(path, before, name, wired, made)
    else:
        after = put_in(path, before, name, wired)
    return Edit(base=base, path=path, before=before, after=after, mode=mode)


def make_edit(edit: Edit) -> None:
    """Write the file as it was thought out, or delete it where nothing is left."""
    _refuse_links(edit.base, edit.path)
    if _read(edit.path, edit.mode)[0] != edit.before:
        raise FileError(f"{str(edit.path)!r} changed meanwhile; nothing was written")
    if edit.after is not None:
        try:
            edit.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"{str(edit.path.parent)!r} cannot be made: {error.strerror}") from None
        write_whole(edit.path, edit.after.encode(), mode=edit.mode)
        return
    edit.path.unlink(missing_ok=True)


def _refuse_links(base: Path, path: Path) -> None:
    # 1. From below the base down to the file.
    for place in (*reversed(path.relative_to(base).parents), path.relative_to(base)):
        if (base / place).is_symlink() and place != Path():
            raise FileError(f"{str(base / place)!r} is a symbolic link; it is not followed here")


def _read(path: Path, mode: int) -> tuple[str | None, int]:
    if not os.path.lexists(path):
        return None, mode
    try:
        text = read_limited(path, LIMIT).decode("utf-8")
    except UnicodeDecodeError:
        raise unreadable(path, "UTF-8") from None
    return text, stat.S_IMODE(path.stat().st_mode)


def _whole(path: Path, before: str | None, text: str, *, undo: bool) -> str | None:
    ours = before is not None and "guardrail hook install" in before
    if before is not None and not ours:
        if undo:
            return before
        raise FileError(
            f"{str(path)!r} is there and was written by somebody else",
            hint="call guardrail from it as docs/agents shows",
        )
    return None if undo else text


# -- TOML: blocks of text between two marks ------------------------------------------------


def _toml(path: Path, before: str, parts: tuple[str, str], *, undo: bool) -> str | None:
    rest = _BLOCK.sub("", before)
    old = _toml_data(path, rest)
    if undo:
        return rest if rest or not before else None
    first, last = parts
    head = "" if holds(old, _toml_data(path, first)) else f"{_BEGIN}{first}{_END}"
    gap = "" if rest.endswith("\n") or not rest else "\n"
    after = f"{head}{rest}{gap}{_BEGIN}{last}{_END}"
    new = _toml_data(path, after)
    # 3. All that was there is still there.
    if not holds(new, old):
        raise unreadable(path, "TOML that can be added to")
    return after


def _toml_data(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise unreadable(path, "TOML that can be added to") from None
