"""
A JSON configuration with our elements in its lists, and without them again.

What others wrote stays what it was: a text that would come out otherwise is refused.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from guardrail.agents.install.wiring import Wiring
from guardrail.errors import FileError, UsageError

Place: TypeAlias = tuple[str, ...]
Made: TypeAlias = frozenset[Place]
"""The keys that were not there before; the empty one is the whole file."""


def put_in(path: Path, before: str | None, name: str, wired: Wiring) -> str | None:
    """Return the text of ``path`` with ``wired`` for the executor ``name``, an older one replaced."""
    document = _read(path, before)
    if _installed(document, wired):
        return before
    _remove(document, name, wired, None)
    kept = json.dumps(document)
    for key, value in wired.settings.items():
        if document.setdefault(key, value) != value:
            raise UsageError(
                f"{str(path)!r} says {key!r} is something else than {value!r}",
                hint="whoever wrote that must change it",
            )
    for entry in wired.entries:
        _list(path, document, entry.place).append(dict(entry.value))
    if not holds(document, json.loads(kept)):
        raise unreadable(path, "JSON that can be added to")
    return _dumped(document, before)


def taken_out(
    path: Path, before: str | None, name: str, wired: Wiring, made: Made | None
) -> str | None:
    """Return the text of ``path`` without ``wired``; None where nothing of others' is left."""
    document = _read(path, before)
    _remove(document, name, wired, made)
    for key, value in wired.settings.items():
        if made is not None and (key,) in made and document.get(key) == value:
            del document[key]
    if before is None or document == _read(path, before):
        return before
    if made is None:
        # What only we would have put there was put there by us.
        return None if document in ({}, dict(wired.settings)) else _dumped(document, before)
    return None if not document and () in made else _dumped(document, before)


def made_by(before: str | None, wired: Wiring) -> Made:
    """Return the keys that ``wired`` needs and that the text ``before`` does not have."""
    document = {} if before is None else json.loads(before)
    needed: list[Place] = [(key,) for key in wired.settings]
    for entry in wired.entries:
        needed += [entry.place[:depth] for depth in range(1, len(entry.place) + 1)]
    made = {place for place in needed if _at(document, place) is None}
    return frozenset(made | ({()} if before is None else set()))


def holds(whole: Any, part: Any) -> bool:
    """Tell whether ``whole`` has all that ``part`` has, in the same places."""
    if isinstance(part, dict):
        inside = isinstance(whole, dict)
        return inside and all(key in whole and holds(whole[key], part[key]) for key in part)
    if isinstance(part, list):
        return isinstance(whole, list) and all(each in whole for each in part)
    return bool(whole == part)


def unreadable(path: Path, kind: str) -> FileError:
    """Return the error that says that ``path`` is not ``kind``."""
    return FileError(
        f"{str(path)!r} is not {kind}; nothing was written",
        hint="put it right, or add the hook by hand as docs/agents shows",
    )


def _installed(document: dict[str, Any], wired: Wiring) -> bool:
    wanted: dict[str, Any] = dict(wired.settings)
    if not holds(document, wanted):
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
            raise unreadable(path, "a configuration with hooks in their place")
    found = here.setdefault(place[-1], [])
    if not isinstance(found, list):
        raise unreadable(path, "a configuration with hooks in their place")
    return found


def _remove(document: dict[str, Any], name: str, wired: Wiring, made: Made | None) -> None:
    ours = re.compile(rf"""guardrail['"]? hook {re.escape(name)}(?![\w-])""")
    for entry in wired.entries:
        found = _at(document, entry.place)
        if not isinstance(found, list):
            continue
        kept = [each for each in found if not any(map(ours.search, _commands(each)))]
        if len(kept) == len(found):
            continue
        found[:] = kept
        for depth in range(len(entry.place), 0, -1):
            place = entry.place[:depth]
            if not _at(document, place) and (made is None or place in made):
                _at(document, place[:-1]).pop(place[-1])


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


def _read(path: Path, text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_float=_exact)
    except (ValueError, RecursionError):
        raise unreadable(path, "JSON") from None
    if not isinstance(document, dict):
        raise unreadable(path, "a JSON object")
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
