"""
The zip of a saved plan, read so that no other reader can see something else.

Two readers of one zip may disagree: Go takes the first of two entries of one
name, Python the last, so a forged plan can show one file and apply another.
This reader accepts only what Terraform's own writer makes. Security steps:

1. The end record is the last 22 bytes: nothing follows it, and it has no comment.
2. The central directory fills the space before the end record exactly.
3. Every entry is a plain deflated file as Go writes it: no encryption, no zip64,
   no attributes, no comment; its name is known, and occurs once.
4. The entries follow each other from the first byte to the directory without a
   gap, and each local header and data descriptor repeats the directory.
5. Every entry inflates to exactly the size and CRC-32 that it claims, within a
   limit for the whole archive.

Sources: PKWARE APPNOTE 6.3.10 §4.3, Go's archive/zip writer, and the file names of
Terraform's ``internal/plans/planfile``.
"""

import re
import struct
import zlib
from typing import NoReturn

from msgspec import Struct

from guardrail.errors import MalformedPlanError, PlanTooLargeError, UnsupportedPlanError

MAX_INFLATED = 1 << 31
"""The most that all entries of one saved plan may hold."""

_NAMES = re.compile(
    r"tfplan|tfstate|tfstate-prev|\.terraform\.lock\.hcl|tfconfig/modules\.json"
    r"|tfconfig/m-[^/\\\x00]*/[^/\\\x00]+\.(?:tf|tofu)(?:\.json)?"
)
_REQUIRED = ("tfplan", "tfstate", "tfconfig/modules.json")

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_DESCRIPTOR = struct.Struct("<4s3L")

_STREAMED, _UTF8_NAME = 0x0008, 0x0800
_VERSION, _DEFLATED = 20, 8
_TIMESTAMP_LENGTH = 9
_HIGHEST_RATIO = 1100
"""Deflate cannot shrink more than about 1032 times, so a larger claim is a lie."""


class _Entry(Struct, frozen=True, kw_only=True):
    name: str
    raw_name: bytes
    flags: int
    when: tuple[int, int]
    crc: int
    packed: int
    size: int
    extra: bytes
    offset: int


def read_archive(data: memoryview) -> dict[str, bytes]:
    """
    Return the files of a saved plan by name.

    Raises :class:`MalformedPlanError` for an archive that Terraform did not
    write, :class:`UnsupportedPlanError` for a file that is no part of a plan, and
    :class:`PlanTooLargeError` for one that inflates beyond :data:`MAX_INFLATED`.
    """
    try:
        entries, directory = _directory(data)
        return _files(data, entries, directory)
    except (struct.error, zlib.error, UnicodeDecodeError):
        _refuse("a whole archive", "one that is cut off or damaged")


def _directory(data: memoryview) -> tuple[list[_Entry], int]:
    # 1. The end record, at the very end.
    if len(data) < _END.size:
        _refuse("a zip archive", "fewer bytes than its end record has")
    end = _END.unpack_from(data, len(data) - _END.size)
    magic, disk, first_disk, here, count, size, start, comment = end
    if (magic, disk, first_disk, comment) != (b"PK\x05\x06", 0, 0, 0) or here != count:
        _refuse("the end record in the last 22 bytes", "something else there")
    # 2. The directory, without a gap to the end record.
    if start + size + _END.size != len(data):
        _refuse("the directory right before the end record", "a gap, or data before the archive")
    entries, position = [], start
    for _ in range(count):
        entry, position = _central_entry(data, position)
        entries.append(entry)
    if position != start + size:
        _refuse("a directory of the size it claims", "another size")
    _refuse_names([entry.name for entry in entries])
    return entries, start


def _central_entry(data: memoryview, position: int) -> tuple[_Entry, int]:
    # 3. Exactly what Go's writer makes.
    magic, creator, needed, flags, method, time, date, crc, packed, size, *rest = (
        _CENTRAL.unpack_from(data, position)
    )
    name_length, extra_length, comment, disk, internal, external, offset = rest
    if magic != b"PK\x01\x02":
        _refuse("an entry of the directory", "something else")
    fixed = (creator, needed, method, comment, disk, internal, external)
    if fixed != (_VERSION, _VERSION, _DEFLATED, 0, 0, 0, 0) or flags & ~_UTF8_NAME != _STREAMED:
        _refuse("plain deflated files only", "an entry of another kind")
    position += _CENTRAL.size
    raw_name = bytes(data[position : position + name_length])
    position += name_length
    extra = bytes(data[position : position + extra_length])
    if len(extra) != _TIMESTAMP_LENGTH or extra[:5] != b"UT\x05\x00\x01":
        _refuse("a timestamp and nothing more beside a name", "other extra data")
    entry = _Entry(
        name=raw_name.decode(),
        raw_name=raw_name,
        flags=flags,
        when=(time, date),
        crc=crc,
        packed=packed,
        size=size,
        extra=extra,
        offset=offset,
    )
    return entry, position + extra_length


def _refuse_names(names: list[str]) -> None:
    if len(set(names)) != len(names):
        _refuse("every file once", "one name twice")
    if not all(_NAMES.fullmatch(name) for name in names):
        raise UnsupportedPlanError(
            "expected the files of a saved plan, got another file among them"
        )
    if missing := [name for name in _REQUIRED if name not in names]:
        _refuse("the files of a saved plan", f"an archive without {missing[0]}")


def _files(data: memoryview, entries: list[_Entry], directory: int) -> dict[str, bytes]:
    # 4. Entry after entry, from the first byte to the directory.
    _refuse_bombs(entries)
    files, position = {}, 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset != position:
            _refuse("entries that follow each other", "a gap or an overlap")
        position = _after_local_header(data, entry)
        packed = data[position : position + entry.packed]
        position += entry.packed
        descriptor = _DESCRIPTOR.unpack_from(data, position)
        if descriptor != (b"PK\x07\x08", entry.crc, entry.packed, entry.size):
            _refuse("a data descriptor that repeats the directory", "another one")
        position += _DESCRIPTOR.size
        files[entry.name] = _inflated(packed, entry)
    if position != directory:
        _refuse("the directory right after the last entry", "a gap or an overlap")
    return files


def _after_local_header(data: memoryview, entry: _Entry) -> int:
    """Return where the content of ``entry`` starts; its local header must repeat the directory."""
    expected = _LOCAL.pack(
        b"PK\x03\x04",
        _VERSION,
        entry.flags,
        _DEFLATED,
        *entry.when,
        *(0, 0, 0),  # a streamed entry tells crc and sizes in the descriptor behind it
        len(entry.raw_name),
        len(entry.extra),
    )
    expected += entry.raw_name + entry.extra
    end = entry.offset + len(expected)
    if bytes(data[entry.offset : end]) != expected:
        _refuse("a local header that repeats the directory", "another one")
    return end


def _refuse_bombs(entries: list[_Entry]) -> None:
    if sum(entry.size for entry in entries) > MAX_INFLATED:
        raise PlanTooLargeError(f"expected at most {MAX_INFLATED} bytes in a saved plan, got more")
    if any(entry.size > entry.packed * _HIGHEST_RATIO for entry in entries):
        _refuse("sizes that deflate can reach", "an impossible one")


def _inflated(packed: memoryview, entry: _Entry) -> bytes:
    # 5. Exactly the claimed content; one byte more would show as unconsumed input.
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    content = inflater.decompress(packed, entry.size + 1)
    exact = inflater.eof and not inflater.unused_data and len(content) == entry.size
    if not exact or zlib.crc32(content) != entry.crc:
        _refuse("files of the size and checksum they claim", "a damaged one")
    return content


def _refuse(expected: str, got: str) -> NoReturn:
    raise MalformedPlanError(
        f"expected {expected} in the saved plan, got {got}",
        hint="make the plan again with: terraform plan -out=PLAN",
    ) from None
