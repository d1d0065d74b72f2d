"""
The public keys of an issuer (a JSON Web Key Set, RFC 7517), and the one that a token names.

1. The set is one JSON object of a sane size, without repeated members.
2. Exactly one key has the name that was asked for. Two are an ambiguity that somebody made.
3. It is for signatures, as far as it says what it is for.
4. Its type decides the algorithm; where it names one, that is the same. A shared secret
   (``oct``) has no type of the table, so no key that is public can become one.
5. It is strong enough, and a point of its curve.

Of a key only its public part is taken, so a set that gives its private keys away changes nothing.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import jiter

from guardrail.origin.fault import Fault, FaultError

if TYPE_CHECKING:
    from jwt import PyJWK

MOST_BYTES: Final = 256 * 1024
MOST_KEYS: Final = 100
RSA_BITS: Final = (2048, 8192)
"""The shortest that is safe, and the longest that is quick."""

_ALGORITHMS: Final = {
    ("RSA", ""): ("RS256", ("kty", "n", "e")),
    ("EC", "P-256"): ("ES256", ("kty", "crv", "x", "y")),
    ("OKP", "Ed25519"): ("EdDSA", ("kty", "crv", "x")),
}
"""Type and curve, to the algorithm (RFC 7518 3.1, RFC 8037 3.1) and the public part."""
ALGORITHMS: Final = frozenset(name for name, _ in _ALGORITHMS.values())


def find_key(jwks: bytes, kid: str) -> "PyJWK":
    """
    Return the key named ``kid`` in ``jwks``; its ``algorithm_name`` is the only one to use.

    Raises :class:`FaultError`.
    """
    # 1. The set.
    # 2. One key of that name.
    named = [key for key in _keys(jwks) if key.get("kid") == kid]
    if len(named) != 1:
        raise FaultError(Fault.UNKNOWN_KEY if not named else Fault.KEYS_UNUSABLE)
    key = named[0]
    # 3. For signatures.
    if key.get("use", "sig") != "sig" or "verify" not in _operations(key):
        raise FaultError(Fault.KEYS_UNUSABLE)
    # 4. The algorithm of its type.
    algorithm, parts = _ALGORITHMS.get((str(key.get("kty")), str(key.get("crv", ""))), ("", ()))
    if not algorithm or key.get("alg", algorithm) != algorithm:
        raise FaultError(Fault.KEYS_UNUSABLE)
    # 5. Its strength.
    return _loaded({name: key.get(name) for name in parts}, algorithm)


def _keys(jwks: bytes) -> list[Mapping[str, object]]:
    if len(jwks) > MOST_BYTES:
        raise FaultError(Fault.KEYS_UNUSABLE)
    try:
        document = jiter.from_json(jwks, catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError:
        raise FaultError(Fault.KEYS_UNUSABLE) from None
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        raise FaultError(Fault.KEYS_UNUSABLE)
    return [key for key in keys if isinstance(key, dict)]


def _operations(key: Mapping[str, object]) -> list[object]:
    operations = key.get("key_ops", ["verify"])
    return operations if isinstance(operations, list) else []


def _loaded(public: dict[str, object], algorithm: str) -> "PyJWK":
    from jwt import PyJWK  # noqa: PLC0415 - it loads cryptography

    if not all(isinstance(part, str) for part in public.values()):
        raise FaultError(Fault.KEYS_UNUSABLE)
    try:
        key = PyJWK(public, algorithm)
    # Whatever the library says of a key that is none.
    except Exception:  # noqa: BLE001
        raise FaultError(Fault.KEYS_UNUSABLE) from None
    if algorithm == "RS256" and not RSA_BITS[0] <= key.key.key_size <= RSA_BITS[1]:
        raise FaultError(Fault.KEYS_UNUSABLE)
    return key
