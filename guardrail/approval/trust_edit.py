"""
Editing a trust document: each function returns a new one, with the next version.

Pure. Every result passes the same checks as a document that is read; what does
not raises :class:`guardrail.errors.TrustError`.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from guardrail.approval import keys, strict_base64
from guardrail.approval.trust import Person, Trust, TrustedKey, parse_trust, write_trust
from guardrail.errors import TrustError

DEFAULT_LEVELS = ("engineer", "senior", "principal")


def create(*, expires: int, levels: Sequence[str] = DEFAULT_LEVELS) -> Trust:
    """Return a first document, without persons. ``levels`` begins with the lowest."""
    return _checked(Trust(version=1, expires=expires, levels=tuple(levels), persons=()))


def add_person(
    trust: Trust,
    *,
    person_id: str,
    level: str,
    logins: Sequence[str],
    public_keys: Sequence[str],
    now: int,
    not_after: int | None = None,
) -> Trust:
    """
    Return ``trust`` with one person more.

    ``public_keys`` are lines of OpenSSH ``.pub`` files; the keys count from ``now``
    until ``not_after``, or without end.
    """
    person = Person(
        id=person_id,
        level=level,
        logins=tuple(logins),
        keys=tuple(_enrol(line, now, not_after) for line in public_keys),
    )
    return _next(replace(trust, persons=(*trust.persons, person)))


def add_key(
    trust: Trust, *, person_id: str, public_key: str, now: int, not_after: int | None = None
) -> Trust:
    """Return ``trust`` with one more key, a line of a ``.pub`` file, for a person who is in it."""
    if person_id not in {person.id for person in trust.persons}:
        raise TrustError(f"there is no person {person_id!r} in the trust document")
    key = _enrol(public_key, now, not_after)
    persons = tuple(
        replace(person, keys=(*person.keys, key)) if person.id == person_id else person
        for person in trust.persons
    )
    return _next(replace(trust, persons=persons))


def revoke_key(trust: Trust, *, fingerprint: str, now: int) -> Trust:
    """Return ``trust`` in which the key counts no more, from this moment and for ever."""
    found = trust.find(fingerprint)
    if found is None:
        raise TrustError(
            "there is no key with this fingerprint in the trust document",
            hint="`guardrail trust show` lists them",
        )
    if found[1].revoked_at is not None:
        raise TrustError("the key with this fingerprint has been revoked before")
    persons = tuple(
        replace(person, keys=tuple(_revoked(key, fingerprint, now) for key in person.keys))
        for person in trust.persons
    )
    return _next(replace(trust, persons=persons))


def renew(trust: Trust, *, expires: int) -> Trust:
    """Return ``trust``, reviewed, with a new end."""
    return _next(replace(trust, expires=expires))


def _enrol(line: str, now: int, not_after: int | None) -> TrustedKey:
    try:
        key = keys.read_line(line)
    except ValueError as error:
        raise TrustError(f"this is no public key that can be enrolled: {error}") from None
    return TrustedKey(
        type=key.type,
        blob=strict_base64.encode(key.blob),
        fingerprint=key.fingerprint,
        not_before=now,
        not_after=not_after,
    )


def _revoked(key: TrustedKey, fingerprint: str, now: int) -> TrustedKey:
    return replace(key, revoked_at=now) if key.fingerprint == fingerprint else key


def _next(trust: Trust) -> Trust:
    return _checked(replace(trust, version=trust.version + 1))


def _checked(trust: Trust) -> Trust:
    return parse_trust(write_trust(trust))
