"""
Protocol Buffers on the wire, as far as a saved plan uses them, read strictly.

A message is a mapping of field numbers to values in order. Nothing is skipped
unknowingly: the caller names every field that the message may have, and a
field that is new may carry an effect. Source: protobuf.dev/programming-guides/encoding.
"""

from collections.abc import Container

from guardrail.errors import MalformedPlanError, UnsupportedPlanError

_VARINT, _BYTES = 0, 2
_LONGEST_VARINT = 10

Fields = dict[int, list[int | memoryview]]


def message(data: memoryview, known: Container[int], what: str) -> Fields:
    """
    Return the fields of one message.

    Raises :class:`UnsupportedPlanError` for a field that is not in ``known``, and
    :class:`MalformedPlanError` for data that is no message.
    """
    fields: Fields = {}
    position, end = 0, len(data)
    while position < end:
        tag, position = _varint(data, position, what)
        number, kind = tag >> 3, tag & 7
        if number not in known:
            raise UnsupportedPlanError(
                f"expected the known fields of {what} in the saved plan, got field {number}",
                hint="upgrade the guardrail: this Terraform writes plans it does not know",
            )
        value, position = _value(data, position, kind, what)
        fields.setdefault(number, []).append(value)
    return fields


def number(fields: Fields, field: int, what: str) -> int:
    """Return the one number in ``field``; 0 where it is absent, as proto3 defines."""
    value = _single(fields, field, 0, what)
    if not isinstance(value, int):
        raise _malformed(what)
    return value


def flag(fields: Fields, field: int, what: str) -> bool:
    """Return the one boolean in ``field``; false where it is absent."""
    value = number(fields, field, what)
    if value > 1:
        raise _malformed(what)
    return bool(value)


def content(fields: Fields, field: int, what: str) -> memoryview:
    """Return the bytes (or the inner message) in ``field``; empty where it is absent."""
    value = _single(fields, field, memoryview(b""), what)
    if isinstance(value, int):
        raise _malformed(what)
    return value


def text(fields: Fields, field: int, what: str) -> str:
    """Return the one string in ``field``; empty where it is absent."""
    return _decoded(content(fields, field, what), what)


def texts(fields: Fields, field: int, what: str) -> tuple[str, ...]:
    """Return every string in the repeated ``field``."""
    return tuple(_decoded(value, what) for value in contents(fields, field, what))


def contents(fields: Fields, field: int, what: str) -> list[memoryview]:
    """Return every inner message in the repeated ``field``."""
    values = fields.get(field, [])
    found = [value for value in values if not isinstance(value, int)]
    if len(found) != len(values):
        raise _malformed(what)
    return found


def _single(fields: Fields, field: int, absent: int | memoryview, what: str) -> int | memoryview:
    # Readers merge or pick when a single field comes twice; a writer never does that.
    values = fields.get(field, [absent])
    if len(values) != 1:
        raise _malformed(what)
    return values[0]


def _value(data: memoryview, position: int, kind: int, what: str) -> tuple[int | memoryview, int]:
    value, position = _varint(data, position, what)
    if kind == _VARINT:
        return value, position
    end = position + value
    if kind != _BYTES or end > len(data):
        raise _malformed(what)
    return data[position:end], end


def _varint(data: memoryview, position: int, what: str) -> tuple[int, int]:
    result = 0
    for shift, byte in enumerate(data[position : position + _LONGEST_VARINT]):
        result |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            # One number, one spelling: the last byte may not be empty padding.
            if result >> 64 or (byte == 0 and shift):
                break
            return result, position + shift + 1
    raise _malformed(what)


def _decoded(value: memoryview, what: str) -> str:
    try:
        return str(value, "utf-8")
    except UnicodeDecodeError:
        raise _malformed(what) from None


def _malformed(what: str) -> MalformedPlanError:
    return MalformedPlanError(
        f"expected well-formed {what} in the saved plan, got something else",
        hint="make the plan again with: terraform plan -out=PLAN",
    )
