r"""
Text from outside, made harmless for the place where it is shown.

Labels, names and messages can carry what an attacker chose: a for_each key, a
tag, a user's name. One function for each destination; what it changes stays
visible, so that nothing can be hidden and nothing can be smuggled in.

1. Every character that a terminal obeys or that cannot be seen is written out as
   ``\u{202e}``: controls, bidirectional and other format characters, surrogates,
   separators, odd spaces, fillers and variation selectors.
2. In Markdown every word that is not plain prose becomes a code span: there a
   renderer makes no link, mention, HTML, emphasis or reference out of it.
3. In JSON everything beyond printable ASCII is written as ``\uXXXX``: a terminal
   that shows the document shows only ASCII.
"""

import re

INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
"""Characters that count as printable and show nothing: fillers and variation selectors."""

LIMIT = 200
"""Longer labels are cut in the middle: one label must not push the others off the screen."""
SENTENCE = 400
"""The same for whole messages, which name a label and end with what matters."""

_OBEYED = re.compile(r"[^\x20-\x7e]")
_PROSE = (
    r"""[("']?(?:[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d{1,6}(?:\.\d{1,3})?)%?[)"']?[,.;:?%]?"""
    r"""|[\u2013\u2014]|%\)?[,.;:]?"""
)
_WORD = r"`([^`]+)`([,.;:)]?)(?= |$)|([^ ]+)"
_END = r"(?<=[^),])(?:\)|,|\),)$"
_EDGE_SPACE = r"^ +| +$"
_ORDINAL = r"\d+[.)]"
_HEX = r"[0-9a-fA-F]{7,}"
_BEYOND_ASCII = r"[^\x20-\x7e\n]"


def terminal(text: str) -> str:
    """Return ``text`` as one line that a terminal shows and does not obey (step 1)."""
    if text.isascii() and text.isprintable():
        return text
    return _OBEYED.sub(_seen, text)


def shorten(text: str, limit: int = LIMIT) -> str:
    """Return ``text`` with its middle cut out, and the cut counted, when over ``limit`` long."""
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 3
    return f"{text[:head]} … {len(text) - head - tail} characters left out … {text[-tail:]}"


def label(text: str) -> str:
    """Return ``text`` for a terminal, cut to a length that leaves room for other lines."""
    return shorten(terminal(text))


def sentence(text: str) -> str:
    """Return a message for a terminal, cut like :func:`label`."""
    return shorten(terminal(text), SENTENCE)


def code(text: str) -> str:
    """Return ``text`` as one Markdown code span, whatever it holds; empty stays empty (step 2)."""
    if not text:
        return ""
    inner = label(text).replace("`", r"\u{60}").replace("|", r"\u{7c}")
    # A renderer may take a space off each end of a code span.
    return f"`{re.sub(_EDGE_SPACE, _spelled_out, inner)}`"


def markdown(text: str) -> str:
    """
    Return ``text`` as Markdown prose in which every word that is not prose is code (step 2).

    What stands between a pair of backticks is taken as one word.
    """
    words = [_token(match) for match in re.finditer(_WORD, sentence(text))]
    if words and re.fullmatch(_ORDINAL, words[0]):
        words[0] = code(words[0])
    return " ".join(words)


def json_text(document: bytes) -> str:
    """Return a UTF-8 JSON document as printable ASCII with the same meaning (step 3)."""
    return re.sub(_BEYOND_ASCII, _json_escape, document.decode("utf-8"))


def _seen(match: re.Match[str]) -> str:
    character = match[0]
    if character.isprintable() and character not in INVISIBLE:
        return character
    return f"\\u{{{ord(character):x}}}"


def _spelled_out(match: re.Match[str]) -> str:
    return r"\u{20}" * len(match[0])


def _token(match: re.Match[str]) -> str:
    quoted, mark, word = match.groups()
    if quoted is not None:
        return code(quoted) + str(mark)
    if re.fullmatch(_PROSE, word) and not re.search(_HEX, word):
        return str(word)
    # A bracket or comma that a sentence puts behind a name is no part of the name.
    end = re.search(_END, word)
    if end is None or "(" in word:
        return code(word)
    return code(word[: end.start()]) + end[0]


def _json_escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
