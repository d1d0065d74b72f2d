"""
The trust document: whose approvals count.

The only source of a person's level. It lies where those whose changes are
guarded can't write; that is for the caller to see to. Format: ``docs/formats/trust.md``.
"""

import json
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from guardrail.approval import keys, strict_base64, strict_json
from guardrail.errors import TrustError

SCHEMA: Final = "guardrail.trust/v1"
MAX_TRUST = 1024 * 1024
"""Bytes."""


class TrustedKey(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One key of a person, and when it counts. Times are whole seconds since 1970, UTC."""

    type: str
    blob: str
    """The public key as OpenSSH writes it, in base64."""
    fingerprint: str
    not_before: int
    not_after: int | None = None
    revoked_at: int | None = None
    """For people to read: a key that has it never counts again, whatever the clock says."""

    def public_key(self) -> keys.PublicKey:
        """Return the key itself. Raises :class:`ValueError` when the blob is not one."""
        return keys.read_blob(strict_base64.decode(self.blob))


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who may approve."""

    id: str
    level: str
    logins: tuple[str, ...]
    """Other names of the person: operating system users, git e-mail addresses, CI actors."""
    keys: tuple[TrustedKey, ...]


class Trust(Struct, frozen=True, kw_only=True):
    """A trust document that is well formed."""

    schema: Literal["guardrail.trust/v1"] = SCHEMA
    version: int
    expires: int
    levels: tuple[str, ...]
    """Lowest first."""
    persons: tuple[Person, ...]

    def find(self, fingerprint: str) -> tuple[Person, TrustedKey] | None:
        """Return the person who holds the key with this fingerprint, and the key."""
        for person in self.persons:
            for key in person.keys:
                if key.fingerprint == fingerprint:
                    return person, key
        return None


def read_trust(data: bytes, *, now: int, seen_version: int) -> Trust:
    """
    Read a trust document that may be used now.

    ``seen_version`` is the highest version seen so far, 0 for none. Raises
    :class:`TrustError` when the document is malformed, expired or older than that.
    """
    trust = parse_trust(data)
    if trust.version < seen_version:
        raise TrustError(
            f"version {seen_version} or later of the trust document expected, "
            f"{trust.version} came: it was rolled back",
            hint="put the latest trust document back",
        )
    if now >= trust.expires:
        raise TrustError(
            f"the trust document expired {now - trust.expires} seconds ago",
            hint="have whoever keeps it review it and run `guardrail trust renew`",
        )
    return trust


def parse_trust(data: bytes) -> Trust:
    """
    Read a trust document to look at it or edit it; it may be old or expired.

    Raises :class:`TrustError` when it is malformed.
    """
    try:
        value = strict_json.read(data, limit=MAX_TRUST)
    except strict_json.MalformedDocumentError as error:
        raise TrustError(f"the trust document is malformed: {error}") from None
    _check_schema(value)
    trust = msgspec.convert(value, Trust)
    check_trust(trust)
    return trust


def write_trust(trust: Trust) -> bytes:
    """Return the document as indented JSON, for people to review."""
    return json.dumps(msgspec.to_builtins(trust), indent=2).encode("ascii") + b"\n"


def check_trust(trust: Trust) -> None:
    """Raise :class:`TrustError` for what no schema can say: doubles, wrong fingerprints, levels."""
    if len(set(trust.levels)) != len(trust.levels):
        raise TrustError("each level expected once in the trust document")
    names: dict[str, str] = {}
    points: set[bytes] = set()
    for person in trust.persons:
        if person.level not in trust.levels:
            raise TrustError(
                f"the level of {person.id} is not among the document's levels",
                hint=f"levels are {', '.join(trust.levels)}",
            )
        if person.id in names.values():
            raise TrustError(f"the person {person.id} occurs twice in the trust document")
        for name in (person.id, *person.logins):
            if names.setdefault(name.casefold(), person.id) != person.id:
                raise TrustError(f"{person.id} and another person have a name in common")
        for key in person.keys:
            # By its point: the same secret under two types or two names is still one key.
            point = _check_key(key, person.id)
            if point in points:
                raise TrustError(f"a key of {person.id} occurs twice in the trust document")
            points.add(point)


def _check_key(key: TrustedKey, person_id: str) -> bytes:
    try:
        public = key.public_key()
    except ValueError as error:
        raise TrustError(f"a key of {person_id} is malformed: {error}") from None
    if public.type != key.type:
        raise TrustError(f"a key of {person_id} is not of the type that is written beside it")
    if public.fingerprint != key.fingerprint:
        raise TrustError(f"a key of {person_id} has another fingerprint than is written beside it")
    if key.not_after is not None and key.not_after <= key.not_before:
        raise TrustError(f"the time window of a key of {person_id} is empty")
    return public.point


def _check_schema(value: strict_json.Value) -> None:
    import jsonschema  # noqa: PLC0415

    schema = json.loads(Path(__file__).with_name("trust.schema.json").read_bytes())
    for error in jsonschema.Draft202012Validator(schema).iter_errors(value):
        where = "/".join(str(part) for part in error.absolute_path) or "the top"
        raise TrustError(
            f"the trust document does not fit its schema at {where} ({error.validator})",
            hint="see docs/formats/trust.md",
        )
