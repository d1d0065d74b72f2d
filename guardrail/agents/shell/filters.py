"""What programs that only pass text on make of it: decoders, and the ones that turn it around."""

import base64
import binascii
import codecs
import re
from typing import Final

from guardrail.agents.shell.marks import UNKNOWN, clean, known
from guardrail.agents.shell.patterns import late

_PASSING: Final = {"cat", "sort", "uniq", "tee", "head", "tail", "pv", "grep", "column", "fold"}
_DECODES: Final = late(r"-[di]*[dD][di]*|--decode")
_HEX: Final = late(r"-(rp|pr|r|p|ps|plain|revert)")
_RANGE: Final = late(r"(.)-(.)", re.DOTALL)
_MOST: Final = 1 << 16


def through(argv: tuple[str, ...], text: str) -> str:  # noqa: C901, PLR0911 - a row a program
    """Return what the program ``argv`` prints when it reads ``text``, or the mark for unknown."""
    if not argv or not all(known(word) for word in argv) or text == UNKNOWN or len(text) > _MOST:
        return UNKNOWN
    name, words = argv[0].rsplit("/", 1)[-1], argv[1:]
    match name:
        case "base64" | "gbase64" if any(_DECODES.fullmatch(word) for word in words):
            return _decoded(text)
        case "openssl" if "-d" in words and {"base64", "-base64", "-a"} & set(words):
            return _decoded(text)
        case "xxd" if "-r" in words or "-rp" in words or "-pr" in words:
            return _unhexed(text) if all(_HEX.fullmatch(word) for word in words) else UNKNOWN
        case "base64" | "gbase64":
            return base64.b64encode(text.encode("utf-8", "replace")).decode()
        case "rev":
            return "\n".join(line[::-1] for line in text.split("\n"))
        case "tac":
            return "\n".join(reversed(text.rstrip("\n").split("\n")))
        case "tr":
            return _translated(text, words)
        case "sed" if len(words) == 1:
            return _substituted(text, words[0])
        case _ if name in _PASSING:
            return text
        case _:
            return UNKNOWN


def _decoded(text: str) -> str:
    try:
        return clean(base64.b64decode("".join(text.split())).decode("utf-8", "replace"))
    except (binascii.Error, ValueError):
        return UNKNOWN


def _unhexed(text: str) -> str:
    try:
        return clean(bytes.fromhex("".join(text.split())).decode("utf-8", "replace"))
    except ValueError:
        return UNKNOWN


def _translated(text: str, words: tuple[str, ...]) -> str:
    match words:
        case ["-d", unwanted]:
            return "".join(each for each in text if each not in _set(unwanted))
        case [old, new] if not old.startswith("-"):
            old, new = _set(old), _set(new)
            new += new[-1:] * (len(old) - len(new))
            return text.translate(dict(zip(map(ord, old), new, strict=False)))
        case _:
            return UNKNOWN


def _set(text: str) -> str:
    text = codecs.decode(text, "unicode_escape") if re.fullmatch(r"(\\[ntr])+", text) else text
    text = text.replace("[:upper:]", "A-Z").replace("[:lower:]", "a-z")
    return _RANGE.sub(
        lambda found: "".join(map(chr, range(ord(found[1]), min(ord(found[2]) + 1, 0x250)))), text
    )


def _substituted(text: str, program: str) -> str:
    found = re.fullmatch(r"s([/|,#@])([\w .-]*)\1([\w ./-]*)\1g?", program)
    if found is None or "." in found[2]:
        return UNKNOWN
    return text.replace(found[2], found[3])
