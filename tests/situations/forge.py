"""Saved plans rewritten: the zip as Go writes it, and one field of the plan message."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable

EXTRA = b"UT\x05\x00\x01" + struct.pack("<L", 1_700_000_000)

Field = tuple[int, int, int | bytes]


def files(saved: bytes) -> list[tuple[str, bytes]]:
    """Return the files of a saved plan in their order."""
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def packed(contents: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of ``contents`` as Terraform would write it, names twice where they are."""
    body, directory, count = b"", b"", 0
    for name, content in contents:
        packer = zlib.compressobj(wbits=-15)
        data = packer.compress(content) + packer.flush()
        sizes = (zlib.crc32(content), len(data), len(content))
        raw, offset = name.encode(), len(body)
        lengths = (len(raw), len(EXTRA))
        body += struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 8, 8, 0, 0, 0, 0, 0, *lengths)
        body += raw + EXTRA + data + struct.pack("<4s3L", b"PK\x07\x08", *sizes)
        head = (b"PK\x01\x02", 20, 20, 8, 8, 0, 0, *sizes, *lengths)
        directory += struct.pack("<4s6H3L5H2L", *head, 0, 0, 0, 0, offset) + raw + EXTRA
        count += 1
    end = (b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + struct.pack("<4s4H2LH", *end)


def with_file(saved: bytes, name: str, content: bytes) -> bytes:
    """Return ``saved`` with another content of one file."""
    return packed((each, content if each == name else old) for each, old in files(saved))


def with_message(saved: bytes, edit: Callable[[list[Field]], list[Field]]) -> bytes:
    """Return ``saved`` with the fields of its plan message edited."""
    return with_file(saved, "tfplan", written(edit(fields(dict(files(saved))["tfplan"]))))


def with_action(saved: bytes, action: int) -> bytes:
    """Return ``saved`` with ``action`` as what is planned for every resource."""

    def edit(message: list[Field]) -> list[Field]:
        return [_replanned(each, action) if each[0] == 3 else each for each in message]

    return with_message(saved, edit)


def _replanned(entry: Field, action: int) -> Field:
    inner = [
        (9, 2, written([(1, 0, action), *(f for f in fields(value) if f[0] != 1)]))
        if number == 9
        else (number, kind, value)
        for number, kind, value in fields(entry[2])
    ]
    return 3, 2, written(inner)


def fields(message: bytes) -> list[Field]:
    """Return the fields of one protobuf message in their order."""
    found: list[Field] = []
    position = 0
    while position < len(message):
        tag, position = _number(message, position)
        value, position = _number(message, position)
        if tag & 7 == 2:
            value, position = message[position : position + value], position + value
        found.append((tag >> 3, tag & 7, value))
    return found


def written(message: Iterable[Field]) -> bytes:
    """Return ``message`` on the wire."""
    parts = []
    for number, kind, value in message:
        content = _varint(value) if isinstance(value, int) else _varint(len(value)) + value
        parts.append(_varint(number << 3 | kind) + content)
    return b"".join(parts)


def _number(data: bytes, position: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        byte = data[position]
        result |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return result, position


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
