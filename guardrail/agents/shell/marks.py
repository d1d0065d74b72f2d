"""
Marks inside the text of a word, where the shell would put something else.

They are control characters that the reader takes out of every line first, so a
line cannot bring its own.
"""

import re
from typing import Final

from guardrail.agents.shell.patterns import late

UNKNOWN: Final = "\0"
"""An expansion whose value the line does not tell."""
STAR: Final = "\1"
"""An unquoted ``*``."""
ONE: Final = "\2"
"""An unquoted ``?``."""
SET: Final = "\3"
"""An unquoted ``[``."""
BREAK: Final = "\4"
"""Where one word becomes two."""
STREAM: Final = "\5"
"""A process substitution; what it prints follows."""

OPEN, COMMA, CLOSE = "\16", "\17", "\20"
"""Unquoted braces and the commas between them."""

_ANY: Final = late("[\0-\5\16-\20]")
_GLOBS: Final = str.maketrans({"*": STAR, "?": ONE, "[": SET})
_BRACES: Final = str.maketrans({"{": OPEN, ",": COMMA, "}": CLOSE})
_PLAIN_BRACES: Final = str.maketrans({OPEN: "{", COMMA: ",", CLOSE: "}"})
_INNERMOST: Final = late(f"{OPEN}([^{OPEN}{CLOSE}]*{COMMA}[^{OPEN}{CLOSE}]*){CLOSE}")
_MOST_WORDS: Final = 64
_ESCAPE: Final = late(
    r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|0?([0-7]{1,3})|c(.)|(.))",
    re.DOTALL,
)
_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "", "b": "", "f": "\f", "v": "\v", "e": ""}


FAR: Final = "\xa4"
"""Stands for a character that the grammar's scanner cannot take."""
_FAR: Final = re.compile("[^\\x00-\\xff]")


def near(text: str) -> str:
    """
    Return ``text`` with characters that the grammar's scanner can take.

    It asks C for the class of each, whose tables end at 255: beyond them it reads memory
    that is not there. No name of our tables has such a character.
    """
    return _FAR.sub(FAR, text)


def clean(text: str) -> str:
    """Return ``text`` without marks."""
    return _ANY.sub("", text)


def known(word: str) -> bool:
    """Return whether the shell would leave ``word`` as it is."""
    return not _ANY.search(word)


def unquoted(text: str) -> str:
    """Return what the shell makes of the value ``text`` of an expansion without quotes."""
    return re.sub(r"\s+", BREAK, text).translate(_GLOBS)


def literal(text: str) -> str:
    """Return the unquoted ``text`` of a line with patterns and braces marked."""
    return text.translate(_GLOBS).translate(_BRACES)


def unbraced(text: str) -> str:
    """Return ``text`` where braces mean themselves, as in an assignment."""
    return text.translate(_PLAIN_BRACES)


def braces(word: str) -> list[str]:
    """Return the words that ``{a,b}`` in ``word`` makes; more than a screenful is unknown."""
    words, done = [word], list[str]()
    while words:
        if len(words) + len(done) > _MOST_WORDS:
            return [UNKNOWN]
        first = words.pop(0)
        found = _INNERMOST.search(first)
        if found is None:
            done.append(first.translate(_PLAIN_BRACES))
            continue
        choices = found[1].split(COMMA)
        words = [first[: found.start()] + each + first[found.end() :] for each in choices] + words
    return done


def unmarked(word: str) -> str:
    """Return ``word`` with patterns as they were typed and ``?`` where a value is unknown."""
    return word.replace(STAR, "*").replace(SET, "[").replace(ONE, "?").replace(UNKNOWN, "?")


def source(word: str) -> str:
    """Return shell text that means ``word``: what is unknown stays an expansion."""
    pieces = re.split("([\0-\5])", word)
    quoted = ("'" + piece.replace("'", "'\\''") + "'" for piece in pieces[::2])
    marks = [*("${_}" for _ in pieces[1::2]), ""]
    return "".join(text + mark for text, mark in zip(quoted, marks, strict=True))


def script(text: str) -> str:
    """Return ``text`` as commands to read: unknown parts become an unknown variable."""
    return _ANY.sub(lambda found: _IN_SCRIPT[found[0]], text)


_IN_SCRIPT: Final = {
    UNKNOWN: "${_}",
    STAR: "*",
    ONE: "?",
    SET: "[",
    BREAK: " ",
    STREAM: "${_}",
    OPEN: "{",
    COMMA: ",",
    CLOSE: "}",
}


def escapes(text: str) -> str:
    """Return ``text`` with the escapes of ``$'…'``, ``echo -e`` and ``printf`` resolved."""
    return clean(_ESCAPE.sub(_character, text))


def _character(found: re.Match[str]) -> str:
    digits = found[1] or found[2] or found[3]
    if digits:
        code = int(digits, 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
    if found[4]:
        return chr(int(found[4], 8) & 0xFF)
    return "" if found[5] else _LETTERS.get(found[6], found[6])
