"""
Verifying an identity token: a JSON Web Token (RFC 7519) in its compact form, of a known issuer.

Pure: the token, the issuer's keys and the time are arguments. The steps, in this order:

1. Form: ASCII of a sane size, three parts, each base64url in its one spelling.
2. Header: a JSON object without repeated members, without extensions that we would have to
   understand (``crit``), and of no other type than ``JWT``. What else it says (``jku``, ``jwk``,
   ``x5u`` …) is not looked at: keys come from the settings' place alone.
3. Algorithm: one of three, all asymmetric.
4. Key: the issuer's one key of the name ``kid`` (:mod:`guardrail.origin.keys`). Its type says how
   to verify; the header has to say the same.
5. Signature, by PyJWT.
6. Claims: a JSON object without repeated members, with ``iss``, ``sub``, ``aud``, ``exp`` and ``iat``.
7. Issuer: exactly the one of the settings.
8. Audience: exactly ours and no other, because whoever else a token is for could replay it here.
9. Time: issued, begun and not expired, with :data:`LEEWAY` for clocks; not longer than allowed.

The caller decides what claims mean, and makes sure that the keys are the issuer's.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Final

import jiter
from msgspec import Struct

from guardrail.origin.fault import Fault, FaultError
from guardrail.origin.keys import ALGORITHMS, find_key

MOST_LETTERS: Final = 16 * 1024
LEEWAY: Final = 30
"""Seconds by which two clocks may differ."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_LATEST: Final = 2**53


class Verified(Struct, frozen=True, kw_only=True):
    """What an issuer says, for certain."""

    claims: Mapping[str, object]
    expires: int
    """When that ends, in seconds since 1970."""


def verify(
    token: str, jwks: bytes, *, issuer: str, audience: str, longest: int, now: int
) -> Verified:
    """
    Return what ``token`` says, which ``issuer`` signed for ``audience``.

    ``longest`` is the longest life from issue to expiry, in seconds. Raises :class:`FaultError`.
    """
    # 1. Form.
    header_part, claims_part, _ = _parts(token)
    # 2. Header.
    header = _object(header_part)
    if "crit" in header or "b64" in header or str(header.get("typ", "JWT")).upper() != "JWT":
        raise FaultError(Fault.MALFORMED)
    # 3. Algorithm.
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise FaultError(Fault.ALGORITHM)
    # 4. Key. 5. Signature.
    if not isinstance(kid, str):
        raise FaultError(Fault.UNKNOWN_KEY)
    _verify_signature(token, jwks, algorithm, kid)
    # 6. Claims.
    claims = _object(claims_part)
    issued, expires, begins = (_time(claims, name) for name in ("iat", "exp", "nbf"))
    if not all(isinstance(claims.get(name), str) for name in ("iss", "sub")):
        raise FaultError(Fault.CLAIMS)
    # 7. Issuer.
    if claims["iss"] != issuer:
        raise FaultError(Fault.ISSUER)
    # 8. Audience.
    if claims.get("aud") not in (audience, [audience]):
        raise FaultError(Fault.AUDIENCE)
    # 9. Time.
    if expires <= now - LEEWAY:
        raise FaultError(Fault.EXPIRED)
    if max(issued, begins) > now + LEEWAY:
        raise FaultError(Fault.NOT_YET_VALID)
    if not 0 < expires - issued <= longest:
        raise FaultError(Fault.LIFETIME)
    return Verified(claims=claims, expires=expires)


def _parts(token: str) -> list[bytes]:
    if len(token) > MOST_LETTERS or not _TOKEN.fullmatch(token):
        raise FaultError(Fault.MALFORMED)
    return [_decoded(part) for part in token.encode("ascii").split(b".")]


def _decoded(part: bytes) -> bytes:
    """Return what ``part`` holds, unless it could be written in another way as well."""
    try:
        decoded = urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except ValueError:
        raise FaultError(Fault.MALFORMED) from None
    if urlsafe_b64encode(decoded).rstrip(b"=") != part:
        raise FaultError(Fault.MALFORMED)
    return decoded


def _object(data: bytes) -> Mapping[str, object]:
    try:
        found = jiter.from_json(data, catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError:
        raise FaultError(Fault.MALFORMED) from None
    if not isinstance(found, dict):
        raise FaultError(Fault.MALFORMED)
    return found


def _verify_signature(token: str, jwks: bytes, algorithm: str, kid: str) -> None:
    from jwt import PyJWS  # noqa: PLC0415 - it loads cryptography

    # 4. The key.
    key = find_key(jwks, kid)
    if key.algorithm_name != algorithm:
        raise FaultError(Fault.ALGORITHM)
    # 5. The signature.
    try:
        PyJWS().decode_complete(token, key, algorithms=[key.algorithm_name])
    # Whatever the library says of a token: its text could hold parts of it.
    except Exception:  # noqa: BLE001
        raise FaultError(Fault.SIGNATURE) from None


def _time(claims: Mapping[str, object], name: str) -> int:
    """Return a claim in whole seconds since 1970; only ``nbf`` may be missing, for 0."""
    found = claims.get(name, 0 if name == "nbf" else None)
    # A bool is an int to Python.
    if type(found) is not int or not 0 <= found < _LATEST:
        raise FaultError(Fault.CLAIMS)
    return found
