"""
Which object an address stands for: digests that tell two objects apart and hold neither.

The same object has the same digest in the state file and in a plan's prior state,
whatever wrote them down. Identities and addresses are values; only digests are kept.
"""

import re
from typing import Any

import msgspec
from msgspec import Raw, Struct

from guardrail.canonical import sha256_hex

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.)")


class _Named(Struct):
    arn: Any = None
    self_link: Any = None
    id: Any = None


_NAMED = msgspec.json.Decoder(_Named)


def address_digest(address: str) -> str:
    r"""
    Return the SHA-256 of ``address``, in hexadecimal.

    Which characters of a for_each key are written as ``\uXXXX`` depends on the version
    of Unicode that Terraform was built with, so those escapes are undone first.
    """
    plain = _ESCAPE.sub(_unescape, address) if "\\" in address else address
    return sha256_hex(plain.encode("utf-8", "surrogatepass"))


def identity_digest(type: str, values: Raw) -> str | None:  # noqa: A002 - Terraform's word
    """
    Return a digest of which object of ``type`` has the attributes ``values`` (a JSON object).

    What identifies it is its ``arn``, else its ``self_link``, else its ``id``: text or a
    number. None where it has none of them, or ``values`` is no object.
    """
    return next(iter(identity_digests(type, values)), None)


def same_object(known: str, type: str, values: Raw) -> bool | None:  # noqa: A002
    """
    Return whether ``values`` are of the object whose :func:`identity_digest` was ``known``.

    Better than comparing digests: a provider's upgrade that adds an ``arn`` to a type
    changes what identifies its objects, and any identity they still have counts.
    None where ``values`` identify nothing.
    """
    digests = identity_digests(type, values)
    return known in digests if digests else None


def identity_digests(type: str, values: Raw) -> tuple[str, ...]:  # noqa: A002 - Terraform's word
    """Return the digest of each identity in ``values`` of ``type``, the most telling first."""
    try:
        named = _NAMED.decode(values)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()
    texts = (_text(value) for value in (named.arn, named.self_link, named.id))
    # No type holds a zero byte, so nothing can move from one part to the other.
    return tuple(
        sha256_hex(f"{type}\0{text}".encode("utf-8", "surrogatepass")) for text in texts if text
    )


def _text(value: object) -> str:
    # A legacy state writes every number as text.
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def _unescape(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2]
    if digits is None or int(digits, 16) > 0x10FFFF:
        return escape[0]
    return chr(int(digits, 16))
