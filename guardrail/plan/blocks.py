"""
The blocks of an HCL file: where they begin, and what is in them, without their expressions.

The whole reader (python-hcl2) takes as long to load as a small check, and 7 milliseconds for a
kilobyte; a text like ``"$${"`` it refuses.
Whether a block says ``prevent_destroy``, which module it calls and at which line it begins
needs none of that: comments, heredocs and texts with templates are blanked, after which
braces are only braces. Never raises; a file that is no HCL gives whatever blocks it seems
to have. Source: HCL's native syntax specification, and its scanner for what ends a heredoc.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

_NAME = r"[^\W\d][\w-]*"
_STOP = re.compile(rf'["{{}}#]|//|/\*|<<-?({_NAME})[ \t]*\r?\n')
_QUOTED = re.compile(r'\\.|\$\$\{|%%\{|[$%]\{|"', re.DOTALL)
_PLAIN = re.compile(r'"[^"\\{}$%\n]*"')
"""A text that may stay as it is: labels, sources of modules, and the words true and false."""

_BRACE = re.compile(r"[{}]")
_LABEL = rf'"[^"]*"|{_NAME}'
_HEADER = re.compile(rf"({_NAME})((?:[ \t]+(?:{_LABEL}))*)[ \t]*")
_VISIBLE = re.compile(r"[^\n]")


class Block(Struct, frozen=True, kw_only=True):
    """One block."""

    kind: str
    """Such as ``resource``."""
    labels: tuple[str, ...]
    line: int
    """Where it begins in what was read, counted from 1."""
    body: str
    """What stands between its braces; comments, heredocs and templates are blanks."""


def read_blocks(text: str) -> Iterator[Block]:
    """Yield the outermost blocks of the file ``text``."""
    yield from inner_blocks(_blank(text))


def inner_blocks(body: str) -> Iterator[Block]:
    """Yield the outermost blocks in the ``body`` of a block."""
    depth, counted, line, ended, begun = 0, 0, 1, 0, 0
    header: re.Match[str] | None = None
    for brace in _BRACE.finditer(body):
        place = brace.start()
        if brace[0] == "{":
            if depth == 0:
                begun = max(ended, body.rfind("\n", 0, place) + 1)
                header = _HEADER.fullmatch(body[begun:place].lstrip())
                line += body.count("\n", counted, begun)
                counted, begun = begun, place + 1
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                ended = place + 1
                if header is not None:
                    labels = re.findall(_LABEL, header[2])
                    yield Block(
                        kind=header[1],
                        labels=tuple(label.strip('"') for label in labels),
                        line=line,
                        body=body[begun:place],
                    )


def attribute(body: str, name: str) -> str | None:
    """Return what the attribute ``name`` is set to in ``body``, as written; None where it is not."""
    found = re.search(rf"^[ \t]*{name}[ \t]*=(?!=)[ \t]*([^\n}}]*)", body, re.MULTILINE)
    return found and found[1].strip()


def _blank(text: str) -> str:
    """Return ``text`` with blanks, line by line, for everything in which a brace is no brace."""
    pieces: list[str] = []
    kept = at = 0
    while found := _STOP.search(text, at):
        start, at = found.start(), found.end()
        if found[0] in "{}":
            continue
        if plain := _PLAIN.match(text, start):
            at = plain.end()
            continue
        at = _after(text, found)
        pieces += (text[kept:start], _VISIBLE.sub(" ", text[start:at]))
        kept = at
    return "".join((*pieces, text[kept:]))


def _after(text: str, stop: re.Match[str]) -> int:
    """Return where the comment or the template ends that ``stop`` begins."""
    match stop[0]:
        case "#" | "//":
            return _found(text, "\n", stop.end())
        case "/*":
            return _found(text, "*/", stop.end()) + 2
        case _:
            return _after_template(text, stop)


def _found(text: str, what: str, start: int) -> int:
    place = text.find(what, start)
    return len(text) if place < 0 else place


def _after_template(text: str, stop: re.Match[str]) -> int:
    """Return where a quoted text or a heredoc ends; expressions in it may hold more of both."""
    frames: list[re.Pattern[str]] = [_ending(stop)]
    at = stop.end()
    while frames:
        found = frames[-1].search(text, at)
        if found is None:
            return len(text)
        at = found.end()
        mark, within = found[0], frames[-1]
        if within is _STOP:
            if mark == "}":
                frames.pop()
            elif mark == "{":
                frames.append(_STOP)
            elif mark in {"#", "//", "/*"}:
                at = _after(text, found)
            else:
                frames.append(_ending(found))
        elif mark in {"${", "%{"}:
            frames.append(_STOP)
        elif not (mark.startswith("\\") or mark in {"$${", "%%{"}):
            frames.pop()
    return at


def _ending(stop: re.Match[str]) -> re.Pattern[str]:
    """Return what means something inside the template that ``stop`` begins."""
    if stop[1] is None:
        return _QUOTED
    return re.compile(rf"\$\$\{{|%%\{{|[$%]\{{|^[ \t]*{stop[1]}[ \t]*\r?$", re.MULTILINE)
