"""
SSH signatures (SSHSIG), checked in this process.

Stricter than ``ssh-keygen -Y verify``: one namespace, nothing reserved, nothing
trailing, and a security key must have been touched.

The steps of :func:`verify`:

1. Read the signature's fields, exactly.
2. The public key in it is the enrolled one, byte for byte.
3. The namespace is ours.
4. The Ed25519 signature holds over the message.
5. The person was as present as is asked for.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from guardrail.approval import strict_base64, wire
from guardrail.approval.keys import ED25519, SK_ED25519, Presence, PublicKey
from guardrail.errors import ApprovalError

NAMESPACE: Final = "guardrail-approval@v1"
MAGIC = b"SSHSIG"
_HASHES: Mapping[bytes, Callable[[bytes], Any]] = {
    b"sha256": hashlib.sha256,
    b"sha512": hashlib.sha512,
}
_TOUCHED, _VERIFIED = 0x01, 0x04
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


class SshSignature(Struct, frozen=True, kw_only=True):
    """The fields of one SSHSIG blob. Nothing in it is verified."""

    key: bytes
    namespace: bytes
    hash_name: bytes
    algorithm: bytes
    signature: bytes
    flags: int
    """What a security key says about the person; 0 for a plain key."""
    counter: int


def dearmor(text: bytes) -> bytes:
    """Return the blob in what ``ssh-keygen -Y sign`` prints. Raises :class:`ValueError`."""
    lines = text.decode("ascii").split("\n")
    if len(lines) < 4 or (lines[0], *lines[-2:]) != (_BEGIN, _END, ""):
        raise ValueError("one armoured SSH signature expected")
    return strict_base64.decode("".join(lines[1:-2]))


def read_signature(blob: bytes) -> SshSignature:
    """Read an SSHSIG blob, version 1. Raises :class:`ValueError` for anything but exactly that."""
    reader = wire.Reader(blob)
    if reader.take(6) != MAGIC or reader.number() != 1:
        raise ValueError("an SSH signature of version 1 expected")
    key, namespace, reserved, hash_name = (reader.string() for _ in range(4))
    if reserved:
        raise ValueError("nothing expected in the reserved field")
    if hash_name not in _HASHES:
        raise ValueError("sha256 or sha512 expected as the hash")
    inner = wire.Reader(reader.string())
    reader.end()
    algorithm, signature = inner.string(), inner.string()
    security_key = algorithm == SK_ED25519.encode()
    flags = inner.take(1)[0] if security_key else 0
    counter = inner.number() if security_key else 0
    inner.end()
    if len(signature) != 64:
        raise ValueError("an Ed25519 signature has 64 bytes")
    return SshSignature(
        key=key,
        namespace=namespace,
        hash_name=hash_name,
        algorithm=algorithm,
        signature=signature,
        flags=flags,
        counter=counter,
    )


def verify(blob: bytes, message: bytes, key: PublicKey, presence: Presence) -> None:
    """
    Check that ``key`` signed ``message`` for our namespace, with the person there.

    Raises :class:`ApprovalError` with the code ``malformed_signature``, ``wrong_key``,
    ``wrong_namespace``, ``bad_signature``, ``no_touch`` or ``no_user_verification``.
    """
    # (1) Read the signature's fields, exactly.
    try:
        found = read_signature(blob)
    except ValueError as error:
        raise ApprovalError("malformed_signature", f"the signature is malformed: {error}") from None

    # (2) The whole blob, so that a plain key can't pass for a security key.
    if found.key != key.blob or found.algorithm != key.type.encode():
        raise ApprovalError("wrong_key", "the signature was made with another key than it names")

    # (3) A signature for a git commit or a file is no approval.
    if found.namespace != NAMESPACE.encode():
        raise ApprovalError(
            "wrong_namespace",
            f"the signature was made for something else than {NAMESPACE}",
            hint="sign with `guardrail approve`",
        )

    # (4) The Ed25519 signature holds.
    if not _holds(found.signature, _signed_bytes(found, message, key), key.point):
        raise ApprovalError("bad_signature", "the signature does not match what was signed")

    # (5) The flags are part of what was signed, so they can be believed only now.
    _check_presence(found.flags, key, presence)


def _signed_bytes(found: SshSignature, message: bytes, key: PublicKey) -> bytes:
    hashed = _HASHES[found.hash_name](message).digest()
    fields = (found.namespace, b"", found.hash_name, hashed)
    signed = MAGIC + b"".join(wire.string(field) for field in fields)
    if key.type == ED25519:
        return signed
    application = hashlib.sha256(key.application).digest()
    state = bytes([found.flags]) + found.counter.to_bytes(4, "big")
    return application + state + hashlib.sha256(signed).digest()


def _holds(signature: bytes, data: bytes, point: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    try:
        ed25519.Ed25519PublicKey.from_public_bytes(point).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _check_presence(flags: int, key: PublicKey, presence: Presence) -> None:
    security_key = key.type == SK_ED25519
    if presence >= Presence.TOUCH and not security_key:
        raise ApprovalError("no_touch", "a security key expected, a plain key signed")
    if security_key and not flags & _TOUCHED:
        raise ApprovalError("no_touch", "the security key was not touched")
    if presence >= Presence.VERIFIED and not flags & _VERIFIED:
        raise ApprovalError("no_user_verification", "the security key checked no PIN")
