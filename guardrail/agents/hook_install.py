"""
Writing an executor's configuration so that it asks the guardrail, and taking that back.

1. Only the named file is written, and no link is followed on the way to it.
2. A file that cannot be read as what it should be is left alone.
3. What others wrote stays, and stays what it was: that is compared before anything is written.
4. Doing it twice changes nothing more. Undoing removes what was added.
"""

import difflib
import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from guardrail.agents.wiring import Scope, Wiring
from guardrail.errors import FileError, UsageError
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


def plan_edit(name: str, wired: Wiring, base: Path, *, undo: bool) -> Edit:
    """
    Return the change that adds ``wired`` for the executor ``name`` below ``base``, or removes it.

    Raises :class:`FileError` or :class:`UsageError` where the file can't be changed safely.
    """
    path = base / wired.file
    _refuse_links(base, path)
    before, mode = _read(path, wired.mode)
    if wired.text is not None:
        after = _whole(path, before, wired.text, undo=undo)
    elif wired.toml is not None:
        after = _toml(path, before or "", wired.toml, undo=undo)
    else:
        after = _json(path, before, name, wired, undo=undo)
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
        raise _unreadable(path, "UTF-8") from None
    return text, stat.S_IMODE(path.stat().st_mode)


def _unreadable(path: Path, kind: str) -> FileError:
    # 2. Left alone.
    return FileError(
        f"{str(path)!r} is not {kind}; nothing was written",
        hint="put it right, or add the hook by hand as docs/agents shows",
    )


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
    head = "" if _holds(old, _toml_data(path, first)) else f"{_BEGIN}{first}{_END}"
    gap = "" if rest.endswith("\n") or not rest else "\n"
    after = f"{head}{rest}{gap}{_BEGIN}{last}{_END}"
    new = _toml_data(path, after)
    # 3. All that was there is still there.
    if not _holds(new, old):
        raise _unreadable(path, "TOML that can be added to")
    return after


def _toml_data(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise _unreadable(path, "TOML that can be added to") from None


def _holds(whole: Any, part: Any) -> bool:
    if isinstance(part, dict):
        inside = isinstance(whole, dict)
        return inside and all(key in whole and _holds(whole[key], part[key]) for key in part)
    if isinstance(part, list):
        return isinstance(whole, list) and all(each in whole for each in part)
    return bool(whole == part)


# -- JSON: elements of lists, and keys ------------------------------------------------------


def _json(path: Path, before: str | None, name: str, wired: Wiring, *, undo: bool) -> str | None:
    document = _json_data(path, before)
    if not undo and _installed(document, wired):
        return before
    ours = re.compile(rf"""guardrail['"]? hook {re.escape(name)}(?![\w-])""")
    _remove(document, wired, ours)
    if undo:
        if before is None or document == _json_data(path, before):
            return before
        # What only we would have put there was put there by us.
        return None if document in ({}, dict(wired.settings)) else _dumped(document, before)
    kept = json.dumps(document)
    for key, value in wired.settings.items():
        if document.setdefault(key, value) != value:
            raise UsageError(
                f"{str(path)!r} says {key!r} is something else than {value!r}",
                hint="whoever wrote that must change it",
            )
    for entry in wired.entries:
        _list(path, document, entry.place).append(dict(entry.value))
    # 3. All that was there is still there.
    if not _holds(document, json.loads(kept)):
        raise _unreadable(path, "JSON that can be added to")
    return _dumped(document, before)


def _installed(document: dict[str, Any], wired: Wiring) -> bool:
    wanted: dict[str, Any] = dict(wired.settings)
    if not _holds(document, wanted):
        return False
    return all(dict(each.value) in (_at(document, each.place) or []) for each in wired.entries)


def _at(document: Any, place: tuple[str, ...]) -> Any:
    for key in place:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _list(path: Path, document: dict[str, Any], place: tuple[str, ...]) -> list[Any]:
    here: Any = document
    for key in place[:-1]:
        here = here.setdefault(key, {})
        if not isinstance(here, dict):
            raise _unreadable(path, "a configuration with hooks in their place")
    found = here.setdefault(place[-1], [])
    if not isinstance(found, list):
        raise _unreadable(path, "a configuration with hooks in their place")
    return found


def _remove(document: dict[str, Any], wired: Wiring, ours: re.Pattern[str]) -> None:
    for entry in wired.entries:
        found = _at(document, entry.place)
        if not isinstance(found, list):
            continue
        kept = [each for each in found if not any(map(ours.search, _commands(each)))]
        if len(kept) == len(found):
            continue
        found[:] = kept
        for depth in range(len(entry.place), 0, -1):
            *above, key = entry.place[:depth]
            if not _at(document, entry.place[:depth]):
                _at(document, tuple(above)).pop(key)


def _commands(element: Any) -> Iterator[str]:
    if isinstance(element, dict):
        for key, value in element.items():
            if isinstance(value, str) and key in {"command", "bash", "powershell"}:
                yield value
            else:
                yield from _commands(value)
    elif isinstance(element, list):
        for each in element:
            yield from _commands(each)


def _json_data(path: Path, text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_float=_exact)
    except (ValueError, RecursionError):
        raise _unreadable(path, "JSON") from None
    if not isinstance(document, dict):
        raise _unreadable(path, "a JSON object")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _exact(text: str) -> float:
    if repr(float(text)) != text:
        raise ValueError("a number would be written in another way")
    return float(text)


def _dumped(document: dict[str, Any], before: str | None) -> str:
    found = re.search(r"^\{\r?\n([ \t]+)", before or "{\n  ")
    text = json.dumps(document, indent=found[1] if found else None, ensure_ascii=False)
    return text + ("\n" if before is None or before.endswith("\n") else "")
