"""
Public keys as OpenSSH writes them.

A key is its blob, type included: the same curve point as a plain key and as a
security key are two keys, and a library that forgets the type mixes them up.
"""

import base64
import hashlib
from enum import IntEnum

from msgspec import Struct

from guardrail.approval import strict_base64
from guardrail.approval.wire import Reader

ED25519 = "ssh-ed25519"
SK_ED25519 = "sk-ssh-ed25519@openssh.com"
TYPES = (ED25519, SK_ED25519)


class Presence(IntEnum):
    """How sure it must be that a person was there when a key signed."""

    KEY = 0
    """Any enrolled key; a security key must have been touched all the same."""
    TOUCH = 1
    """Only a security key that was touched: no agent can use it alone."""
    VERIFIED = 2
    """Only a security key that was touched and checked a PIN or a fingerprint."""


class PublicKey(Struct, frozen=True, kw_only=True):
    """One public key."""

    type: str
    point: bytes
    """The 32 bytes of the Ed25519 key."""
    application: bytes
    """What a security key was made for, such as ``ssh:``; empty for a plain key."""
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """The key's name, as ``ssh-keygen -l`` prints it."""
        return fingerprint(self.blob)


def fingerprint(blob: bytes) -> str:
    """Return the SHA-256 fingerprint of a key blob, as ``ssh-keygen -l`` prints it."""
    digest = base64.b64encode(hashlib.sha256(blob).digest())
    return "SHA256:" + digest.rstrip(b"=").decode("ascii")


def read_blob(blob: bytes) -> PublicKey:
    """Read a key blob. Raises :class:`ValueError` for any other type, length or trailing data."""
    reader = Reader(blob)
    key_type = reader.string()
    if key_type not in (ED25519.encode(), SK_ED25519.encode()):
        raise ValueError(f"a key of type {ED25519} or {SK_ED25519} expected")
    point = reader.string()
    if len(point) != 32:
        raise ValueError("an Ed25519 key has 32 bytes")
    application = reader.string() if key_type == SK_ED25519.encode() else b""
    if key_type == SK_ED25519.encode() and not application.startswith(b"ssh:"):
        raise ValueError("a security key made for ssh expected")
    reader.end()
    return PublicKey(type=key_type.decode(), point=point, application=application, blob=blob)


def read_line(line: str) -> PublicKey:
    """
    Read one line of an OpenSSH ``.pub`` file: type, blob and an optional comment.

    Raises :class:`ValueError` for anything else, an ``authorized_keys`` line with options included.
    """
    words = line.strip().split(maxsplit=2)
    if "\n" in line.strip() or len(words) < 2 or words[0] not in TYPES:
        raise ValueError(f"one line expected: {ED25519} or {SK_ED25519}, the key, and a comment")
    key = read_blob(strict_base64.decode(words[1]))
    if key.type != words[0]:
        raise ValueError("the line and the key in it name different types")
    return key
