"""
The DSSE envelope: a payload, its type, and signatures over both.

It says nothing about who signed or whether that counts; see
:mod:`guardrail.approval.verify`. Format: ``docs/formats/token.md``.
"""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from guardrail.approval import strict_base64, strict_json
from guardrail.canonical import canonical_bytes
from guardrail.errors import ApprovalError

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
MAX_ENVELOPE = 49152
"""Bytes; what a token of 65,536 bytes can carry."""
MAX_SIGNATURES = 8


class Signature(Struct, frozen=True, kw_only=True):
    """One signature and the fingerprint of the key it claims to be made with."""

    keyid: str
    sig: bytes


class Envelope(Struct, frozen=True, kw_only=True):
    """A payload of type :data:`PAYLOAD_TYPE` with its signatures. Nothing in it is verified."""

    payload: bytes
    signatures: tuple[Signature, ...]
    """In strictly ascending order of ``keyid``."""


class _WireSignature(Struct, frozen=True, forbid_unknown_fields=True):
    keyid: str
    sig: str


class _WireEnvelope(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    payload: str
    payload_type: Literal["application/vnd.in-toto+json"]
    signatures: tuple[_WireSignature, ...]


def pre_authentication_encoding(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Return the bytes that are signed: payload type and payload, each with its length in bytes."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def write_envelope(envelope: Envelope) -> bytes:
    """Return the envelope as canonical JSON."""
    wire = _WireEnvelope(
        strict_base64.encode(envelope.payload),
        PAYLOAD_TYPE,
        tuple(_WireSignature(s.keyid, strict_base64.encode(s.sig)) for s in envelope.signatures),
    )
    return canonical_bytes(msgspec.to_builtins(wire))


def read_envelope(data: bytes) -> Envelope:
    """
    Read the one text that an envelope has.

    Raises :class:`ApprovalError` ``malformed_token`` for every other text.
    """
    try:
        wire = msgspec.convert(strict_json.read(data, limit=MAX_ENVELOPE), _WireEnvelope)
        envelope = Envelope(
            payload=strict_base64.decode(wire.payload),
            signatures=tuple(
                Signature(keyid=s.keyid, sig=strict_base64.decode(s.sig)) for s in wire.signatures
            ),
        )
    except msgspec.ValidationError:
        raise ApprovalError(
            "malformed_token", "a DSSE envelope of an in-toto statement expected"
        ) from None
    except ValueError as error:
        raise ApprovalError("malformed_token", f"the envelope is malformed: {error}") from None
    if not 1 <= len(envelope.signatures) <= MAX_SIGNATURES:
        raise ApprovalError("malformed_token", f"1 to {MAX_SIGNATURES} signatures expected")
    keyids = [s.keyid for s in envelope.signatures]
    if keyids != sorted(set(keyids)):
        raise ApprovalError("malformed_token", "signatures by distinct keys, in order, expected")
    if write_envelope(envelope) != data:
        raise ApprovalError("malformed_token", "the envelope is not in its one canonical form")
    return envelope
