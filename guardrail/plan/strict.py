"""
JSON read strictly: one document, every key once, nothing guessed.

A plan is read piece by piece. :func:`document` gives the members of the whole,
:func:`members` and :func:`items` take a large piece apart without copying it,
:func:`leaf` looks at a small piece whole and :func:`frame` at what is around its
values. Each byte of a plan is seen by one of them, so a duplicate key is found at
any depth.

Sources: RFC 8259 (JSON), RFC 7493 §2.3 (duplicate names).
"""

import codecs
from collections.abc import Mapping
from typing import TypeVar

import jiter
import msgspec
from msgspec import UNSET, Raw, Struct
from msgspec.structs import asdict

from guardrail.errors import MalformedPlanError, PlanTooLargeError

MAX_BYTES = 1 << 30
"""No plan is longer: callers refuse a larger file before they read it."""

T = TypeVar("T")
S = TypeVar("S", bound=Struct)

_CHUNK = 1 << 20
_WHITESPACE = b" \t\r\n"
_UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

_OBJECT = msgspec.json.Decoder(dict[str, Raw])
_ARRAY = msgspec.json.Decoder(list[Raw])
_ANYTHING = msgspec.json.Decoder()
_ENCODER = msgspec.json.Encoder()


def utf8(data: bytes | memoryview, *, ascii_only: bool = False) -> memoryview:
    """
    Return ``data`` as valid UTF-8 without a byte order mark.

    ``ascii_only`` says that every byte was seen to be ASCII: a large plan is not looked through
    again for that.

    UTF-16 of both orders is converted, with or without its mark, because
    PowerShell's ``>`` writes it. Raises :class:`PlanTooLargeError` over
    :data:`MAX_BYTES` and :class:`MalformedPlanError` for invalid text.
    """
    view = memoryview(data)
    if len(view) > MAX_BYTES:
        raise PlanTooLargeError(f"expected at most {MAX_BYTES} bytes, got {len(view)}")
    head = bytes(view[:3])
    if head == codecs.BOM_UTF8:
        view = view[3:]
    elif encoding := _utf16(head):
        return memoryview(_from_utf16(view, encoding))
    if not ascii_only:
        _refuse_invalid_utf8(view)
    return view


def _utf16(head: bytes) -> str | None:
    if encoding := _UTF16_MARKS.get(head[:2]):
        return encoding
    if len(head) < 2 or 0 not in head[:2]:
        return None
    # JSON starts with an ASCII character, so the zero byte tells the order.
    return "utf-16-be" if head[0] == 0 else "utf-16-le"


def _from_utf16(view: memoryview, encoding: str) -> bytes:
    try:
        return codecs.decode(view, encoding).removeprefix("\ufeff").encode()
    except UnicodeDecodeError:
        raise MalformedPlanError("expected text, got invalid UTF-16") from None


def _refuse_invalid_utf8(view: memoryview) -> None:
    """Refuse invalid UTF-8: msgspec itself does not look inside what it skips."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(view), _CHUNK):
            chunk = bytes(view[start : start + _CHUNK])
            # Plain ASCII is valid as it is, unless it comes in the middle of a character.
            if not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # The cause would carry the bytes of the plan.
        raise MalformedPlanError("expected text, got invalid UTF-8") from None


def document(text: memoryview) -> dict[str, Raw]:
    """
    Return the members of the one object that ``text`` is.

    Their bytes stay where they are. A text with white space is first written
    without it, so that :func:`members` can count. Raises what :func:`members`
    raises, and :class:`MalformedPlanError` for text before or after the object.
    """
    found = _object(text, "the document")
    end = len(text) - _trailing_space(text)
    if end == _compact_length(found):
        return found
    compact = msgspec.json.format(bytes(text), indent=-1)
    return members(Raw(compact), "the document")


def members(raw: Raw, where: str) -> dict[str, Raw]:
    """
    Return the members of the object ``raw``, each still raw.

    Without white space an object is exactly as long as its distinct members
    need, so comparing two lengths proves that no key occurs twice; only what is
    written otherwise is read whole. ``where`` names the object in errors.
    Raises :class:`MalformedPlanError` and :class:`PlanTooLargeError`.
    """
    found = _object(raw, where)
    if len(memoryview(raw)) != _compact_length(found):
        refuse_duplicates(raw, where)
    return found


def shell(raw: Raw, decoder: "msgspec.json.Decoder[S]", where: str) -> S:
    """
    Return the object ``raw`` in the shape of ``decoder``: raw values, lists of them, and texts.

    Like :func:`members` and then :func:`items`, in one pass over the text; members
    that the shape lacks are looked at and left out. Raises like :func:`leaf`.
    """
    try:
        found = decoder.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        # A key that occurs twice is the better reason.
        members(raw, where)
        return _decode(decoder, raw, where)
    shape = {name: part for name, part in asdict(found).items() if part is not UNSET}
    if len(memoryview(raw)) != _compact_length(shape):
        for name, part in members(raw, where).items():
            if name not in shape:
                refuse_duplicates(part, where)
    return found


def items(raw: Raw, where: str) -> list[Raw]:
    """Return the elements of the array ``raw``, each still raw; raises like :func:`members`."""
    return _decode(_ARRAY, raw, where)


def leaf(raw: Raw, decoder: "msgspec.json.Decoder[T]", where: str) -> T:
    """
    Return the piece ``raw`` in the shape of ``decoder``, no key in it twice.

    Raises :class:`MalformedPlanError` with the path of the member whose type is
    wrong, never with its value, and :class:`PlanTooLargeError`.
    """
    refuse_duplicates(raw, where)
    return _decode(decoder, raw, where)


def frame(raw: Raw, decoder: "msgspec.json.Decoder[S]", where: str) -> S:
    """
    Return the object ``raw`` in the shape of ``decoder``, its raw members not looked into.

    Those are left to the caller and :func:`refuse_duplicates`. A shape that lists all
    members in their order proves by itself that no key occurs twice: written again, it
    is the same text. Anything else is read whole. Raises like :func:`leaf`.
    """
    try:
        found = decoder.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        # A key that occurs twice is the better reason.
        refuse_duplicates(raw, where)
        return _decode(decoder, raw, where)
    if Raw(_ENCODER.encode(found)) != raw:
        refuse_duplicates(raw, where)
    return found


def frames(
    raw: Raw, every: "msgspec.json.Decoder[list[S]]", each: "msgspec.json.Decoder[S]", where: str
) -> list[S]:
    """
    Return the elements of the array ``raw``, each as :func:`frame` would read it.

    All of them are held against the text at once; only where that does not come out the
    same is ``each`` read by itself, which also tells in which one something is wrong.
    """
    try:
        found = every.decode(raw)
        if Raw(_ENCODER.encode(found)) == raw:
            return found
    except (msgspec.DecodeError, RecursionError):
        pass  # named below, with its number
    return [
        frame(piece, each, f"{where}[{number}]") for number, piece in enumerate(items(raw, where))
    ]


def typed(raw: Raw, decoder: "msgspec.json.Decoder[T]", where: str) -> T:
    """Return a piece that holds no objects in the shape of ``decoder``; raises like :func:`leaf`."""
    return _decode(decoder, raw, where)


def first(raw: Raw) -> str:
    """Return the first character of ``raw``, which tells the type of a JSON value."""
    return chr(memoryview(raw)[0])


def refuse_duplicates(raw: Raw, where: str) -> None:
    """
    Raise :class:`MalformedPlanError` if a key occurs twice anywhere in ``raw``.

    A text that comes back the same from reading and writing has no key twice,
    and that is twice as fast as the reader that looks for them.
    """
    text = bytes(raw)
    try:
        if _ENCODER.encode(_ANYTHING.decode(text)) == text:
            return
    except (msgspec.DecodeError, RecursionError):
        pass  # numbers and depths that the exact reader below judges
    try:
        jiter.from_json(text, catch_duplicate_keys=True, allow_inf_nan=False, cache_mode="keys")
    except ValueError as error:
        # Only the kind is kept: the text names the key, and a key may be a value.
        if "duplicate key" in str(error):
            raise MalformedPlanError(f"expected every key once, got one twice in {where}") from None
        if "recursion" in str(error):
            raise _too_deep(where) from None
        raise MalformedPlanError(f"expected JSON that can be read exactly in {where}") from None


def _object(raw: Raw | memoryview, where: str) -> dict[str, Raw]:
    return _decode(_OBJECT, raw, where)


def _decode(decoder: "msgspec.json.Decoder[T]", raw: Raw | memoryview, where: str) -> T:
    try:
        return decoder.decode(raw)
    except RecursionError:
        raise _too_deep(where) from None
    except msgspec.ValidationError as error:
        raise MalformedPlanError(f"in {where}: {_first_lower(str(error))}") from None
    except msgspec.DecodeError as error:
        raise MalformedPlanError(f"in {where}: {_syntax(str(error))}") from None


def _too_deep(where: str) -> PlanTooLargeError:
    return PlanTooLargeError(f"expected JSON of a plan's depth, got deeper nesting in {where}")


def _syntax(message: str) -> str:
    if "truncated" in message:
        return "expected the whole JSON text, got one that ends too early"
    if "trailing characters" in message:
        return "expected one JSON document, got more text after it"
    return f"expected JSON, got {_first_lower(message.removeprefix('JSON is '))}"


def _first_lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _compact_length(found: Mapping[str, Raw | list[Raw] | str]) -> int:
    """Return how long an object with these members is when nothing in it is needless."""
    each = (len(_ENCODER.encode(key)) + 2 + _length(part) for key, part in found.items())
    return sum(each) + (1 if found else 2)


def _length(part: Raw | list[Raw] | str) -> int:
    if isinstance(part, Raw):
        return len(memoryview(part))
    if isinstance(part, str):
        return len(_ENCODER.encode(part))
    return sum(len(memoryview(each)) + 1 for each in part) + (1 if part else 2)


def _trailing_space(text: memoryview) -> int:
    tail = bytes(text[-16:])
    return len(tail) - len(tail.rstrip(_WHITESPACE))
