"""Rego text as tokens: enough to see what a module says, without comments and inside no string."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guardrail.errors import PolicyError

_PARTS = r"""
      (?P<space>[ \t\n]+|\r\n)
    | (?P<comment>\#[^\n\r]*)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<string>"(?:[^"\\\x00-\x1f]|\\[^\x00-\x1f])*"|`[^`\r\x00]*`)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<sign>:=|==|!=|<=|>=|[][(){}<>=.,:;|&+*/%-])
    """
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class Token(NamedTuple):
    """One word or sign of a module."""

    kind: str
    """``name``, ``string``, ``number`` or ``sign``."""
    text: str
    line: int
    first: bool
    """Whether it is the first one on its line."""
    depth: int
    """How many brackets are open around it; an opening and its closing one have the same depth."""


def tokenize(name: str, text: str) -> list[Token]:
    """
    Return the tokens of ``text``, the module called ``name``.

    Raises :class:`PolicyError` at the first character that starts no token. Lone
    carriage returns and control characters are among them, because the engines
    would not agree on where a line or a comment ends; so is string interpolation,
    which only one of them reads.
    """
    tokens: list[Token] = []
    position, line, depth, last_line = 0, 1, 0, 0
    pattern = re.compile(_PARTS, re.VERBOSE)
    while position < len(text):
        found = pattern.match(text, position)
        if found is None or found.lastgroup is None:
            raise PolicyError(f"{name}:{line}: {text[position]!a} has no meaning here")
        kind, part = found.lastgroup, found.group()
        if kind not in {"space", "comment"}:
            depth -= part in _CLOSING
            tokens.append(Token(kind, part, line, line != last_line, depth))
            depth += part in _OPENING
            last_line = line
        line += part.count("\n")
        position = found.end()
    return tokens


def closing(tokens: Sequence[Token], opening: int) -> int:
    """Return where the bracket at ``opening`` is closed, or the end of ``tokens``."""
    depth = tokens[opening].depth
    for index in range(opening + 1, len(tokens)):
        if tokens[index].depth <= depth:
            return index
    return len(tokens)


def opening(tokens: Sequence[Token], closing: int) -> int:
    """Return where the bracket that ends at ``closing`` was opened, or the start of ``tokens``."""
    depth = tokens[closing].depth
    for index in range(closing - 1, -1, -1):
        if tokens[index].depth <= depth and tokens[index].text in _OPENING:
            return index
    return 0


def statements(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the tokens of each top-level statement, the package first."""
    starts = [
        index
        for index, token in enumerate(tokens)
        if token.depth == 0 and token.first and token.kind == "name" and token.text != "else"
    ]
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        yield tokens[start:end]
