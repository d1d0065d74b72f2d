"""Base64 in which each sequence of bytes has exactly one text: nothing to bend, nothing to hide."""

import base64
import binascii


def encode(data: bytes) -> str:
    """Return ``data`` in the standard alphabet, padded."""
    return base64.b64encode(data).decode("ascii")


def encode_url(data: bytes) -> str:
    """Return ``data`` in the URL-safe alphabet, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes whose :func:`encode` is ``text``. Raises :class:`ValueError` for any other text."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if encode(data) != text:
        raise ValueError("padded base64 in the standard alphabet expected")
    return data


def decode_url(text: str) -> bytes:
    """Return the bytes whose :func:`encode_url` is ``text``. Raises :class:`ValueError` for any other text."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if encode_url(data) != text:
        raise ValueError("unpadded base64 in the URL-safe alphabet expected")
    return data
