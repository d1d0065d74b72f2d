"""
Reading the JSON of our own documents: one text, one meaning.

Refused: anything but UTF-8, a member twice, NaN and infinities, fractions (where the
document has none), deep nesting, and strings that a person can't see as they are.
"""

import math
from typing import NoReturn, TypeAlias

MAX_DEPTH = 16

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"


class MalformedDocumentError(ValueError):
    """The bytes are not one strict JSON document. The message holds nothing from them."""


def read(data: bytes, *, limit: int, fractions: bool = False) -> Value:
    """
    Return the one JSON value in ``data``, at most ``limit`` bytes of it.

    Raises :class:`MalformedDocumentError` for everything the module's head names.
    """
    import json  # noqa: PLC0415 (a check that reads no document of ours starts sooner)

    if len(data) > limit:
        raise MalformedDocumentError(f"at most {limit} bytes expected, {len(data)} came")
    try:
        value: Value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_members,
            parse_float=_fraction if fractions else _refused,
            parse_constant=_refused,
        )
    except MalformedDocumentError:
        raise
    except (ValueError, RecursionError):
        raise MalformedDocumentError("the text is not one JSON document in UTF-8") from None
    _inspect(value, MAX_DEPTH)
    return value


def _members(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedDocumentError("a member occurs twice in one object")
    return members


def _fraction(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refused(text)
    return number


def _refused(_: str) -> NoReturn:
    raise MalformedDocumentError("a number is not one that this document may hold")


def _inspect(value: Value, depth: int) -> None:
    """Refuse what is nested deeper than ``depth`` and every string that isn't printable."""
    if isinstance(value, str):
        if not value.isprintable():
            raise MalformedDocumentError("a string holds characters that can't be printed")
        return
    if not isinstance(value, list | dict):
        return
    if depth == 0:
        raise MalformedDocumentError(f"nested deeper than {MAX_DEPTH} levels")
    for part in value if isinstance(value, list) else (*value, *value.values()):
        _inspect(part, depth - 1)
