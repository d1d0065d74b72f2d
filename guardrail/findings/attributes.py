"""
Reading attributes of a plan: the few that are asked for, without decoding the rest.

Values are compared and dropped where they are read; what only apply will know is
:data:`UNKNOWN`.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from msgspec import Raw, Struct, defstruct


class _Unknown:
    """Stands for a value that only apply will know."""


UNKNOWN: Final = _Unknown()
UNTOUCHED: Final = (Raw(), Raw(b"false"))
"""The masks of an attribute that is known before apply."""

Heads = msgspec.json.Decoder[Struct]
"""Decodes an object's attributes into raw JSON, and only those it was made for."""

_JSON: Final = msgspec.json.Decoder()


def heads_of(names: Iterable[str]) -> tuple[Heads, Struct]:
    """Return a decoder of only the top-level attributes ``names``, and what has none of them."""
    shape = defstruct("Attributes", [(name, Raw, Raw()) for name in sorted(set(names))])
    return msgspec.json.Decoder(shape), shape()


def heads(decoder: Heads, values: Raw) -> Struct | None:
    """Return the attributes in ``values``; None where it is no object, as null is none."""
    try:
        return decoder.decode(values)
    except msgspec.MsgspecError:
        return None


def head(values: Struct | None, name: str) -> Raw:
    """Return one of them; nothing at all where there is no such attribute."""
    return Raw() if values is None else getattr(values, name)


def decode(raw: Raw) -> object:
    """Return the value of ``raw``; None where there is none."""
    return _JSON.decode(raw) if raw != Raw() else None


def leaves(value: object, mask: object, steps: list[str]) -> Iterator[object]:
    """
    Yield what ``value`` holds at the path ``steps``, through every block of every list.

    A text that is JSON is what it says, and a key of a map may have dots itself.
    """
    value = opened(value) if steps else value
    if mask is True:
        yield UNKNOWN
    elif not steps:
        yield value
    elif isinstance(value, list) or isinstance(mask, list):
        values = value if isinstance(value, list) else []
        masks = mask if isinstance(mask, list) else []
        for place in range(max(len(values), len(masks))):
            item = values[place] if place < len(values) else None
            yield from leaves(item, masks[place] if place < len(masks) else None, steps)
    else:
        block = value if isinstance(value, dict) else {}
        name, *rest = steps
        if name not in block and (whole := ".".join(steps)) in block:
            name, rest = whole, []
        inner_mask = mask.get(name) if isinstance(mask, dict) else None
        yield from leaves(block.get(name), inner_mask, rest)


def opened(value: object) -> object:
    """Return what a text that is a JSON object or list says, and everything else as it is."""
    if not isinstance(value, str) or value[:1] not in {"{", "["}:
        return value
    try:
        return _JSON.decode(value)
    except (msgspec.MsgspecError, RecursionError):
        return value


def plain(value: object) -> object:
    """Return ``value`` comparable: texts without case, the words true and false as what they mean."""
    match value:
        case str():
            lowered = value.lower()
            return {"true": True, "false": False}.get(lowered, lowered)
        case list() | dict():
            return None
        case _:
            return value
