"""
Values as canonical bytes, and bytes as digests.

Only for documents of our own (requests, statements, log entries): they hold
strings, booleans, lists, objects and integers below 2^53. What Terraform wrote
is hashed as the bytes it came in.
"""

import hashlib
from typing import Any


def canonical_bytes(value: Any) -> bytes:
    """
    Return ``value`` as RFC 8785 canonical JSON.

    Raises :class:`ValueError` for what RFC 8785 cannot carry exactly: integers
    from 2^53, NaN, infinities, lone surrogates.
    """
    import rfc8785  # noqa: PLC0415 (only requests, statements and entries are written this way)

    return rfc8785.dumps(value)


def sha256_hex(data: bytes | bytearray | memoryview) -> str:
    """Return the SHA-256 of ``data`` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical form of ``value``, in hexadecimal."""
    return sha256_hex(canonical_bytes(value))
