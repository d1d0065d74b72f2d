import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from issuing import jwk, jwks, private
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from guardrail.origin.fault import Fault, FaultError
from guardrail.origin.keys import MOST_BYTES, MOST_KEYS, find_key

GITHUB_KEY = {
    "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "cc413527-173f-5a05-976e-9c52b1d7b431",
    "n": jwk()["n"], "e": "AQAB", "x5t": "b7AgGB4Z1xJC0hcgxUYm3JqSCLI", "x5c": ["MIIDrDCCApSgAw=="],
}  # fmt: skip
"""As https://token.actions.githubusercontent.com/.well-known/jwks lists it."""


def fault(keys: bytes, kid: str = "RS256-0") -> Fault:
    with pytest.raises(FaultError) as raised:
        find_key(keys, kid)
    return raised.value.fault


def weak(bits: int) -> dict:
    key = rsa.generate_private_key(65537, bits).public_key()
    return RSAAlgorithm.to_jwk(key, as_dict=True) | {"kid": "RS256-0"}


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_key_says_how_it_verifies(algorithm):
    for more in ({}, {"alg": None}, {"use": None}, {"use": None, "key_ops": ["verify"]}):
        found = find_key(jwks(jwk("RS256", 1), jwk(algorithm, **more)), f"{algorithm}-0")
        assert found.algorithm_name == algorithm


def test_the_keys_of_github_are_read():
    assert find_key(jwks(GITHUB_KEY), GITHUB_KEY["kid"]).algorithm_name == "RS256"


def test_of_a_key_pair_only_the_public_part_is_taken():
    whole = RSAAlgorithm.to_jwk(private("RS256"), as_dict=True) | {"key_ops": ["sign", "verify"]}
    key = find_key(jwks(whole | {"kid": "RS256-0"}), "RS256-0").key
    assert key.public_numbers() == private("RS256").public_key().public_numbers()
    assert not hasattr(key, "sign")


def test_two_keys_of_one_name_are_an_ambiguity():
    for other in (jwk("RS256", 1), jwk("ES256"), {"kty": "oct", "k": "AAAA"}, jwk()):
        keys = [jwk(), other | {"kid": "RS256-0"}]
        assert fault(jwks(*keys)) is Fault.KEYS_UNUSABLE
        assert fault(jwks(*reversed(keys))) is Fault.KEYS_UNUSABLE


def test_a_key_that_nobody_asked_for_may_be_anything():
    others = ({"kty": "oct", "k": "AAAA", "kid": "x"}, {"kid": 1}, {}, {"kty": ["RSA"], "kid": []})
    assert find_key(jwks(*others, jwk()), "RS256-0").algorithm_name == "RS256"


@pytest.mark.parametrize(
    "more",
    [
        {"use": "enc"},
        {"use": 1},
        {"key_ops": ["sign"]},
        {"key_ops": []},
        {"key_ops": "verify"},
        {"alg": "RS512"},
        {"alg": "PS256"},
        {"alg": "HS256"},
        {"alg": "none"},
        {"alg": ["RS256"]},
        {"kty": "oct", "k": "AAAA"},
        {"kty": "rsa"},
        {"kty": "EC"},
        {"kty": ["RSA"]},
        {"kty": None},
        {"crv": "P-256"},
        {"n": None},
        {"n": 1},
        {"n": ""},
        {"n": "!"},
        {"n": "AAAA"},
        {"e": "AA"},
        {"e": "AQ"},
        {"e": "Ag"},
        {"e": ["AQAB"]},
    ],
)
def test_a_key_for_something_else_is_unusable(more):
    assert fault(jwks(jwk(**more))) is Fault.KEYS_UNUSABLE


@pytest.mark.parametrize(
    ("algorithm", "more"),
    [
        ("ES256", {"crv": "P-384"}),
        ("ES256", {"crv": "secp256k1"}),
        ("ES256", {"crv": None}),
        ("ES256", {"crv": ["P-256"]}),
        ("ES256", {"x": "AAAA"}),
        ("ES256", {"y": jwk("ES256")["x"]}),
        ("EdDSA", {"crv": "Ed448"}),
        ("EdDSA", {"crv": "X25519"}),
        ("EdDSA", {"x": "AAAA"}),
    ],
)
def test_a_point_lies_on_its_curve(algorithm, more):
    assert fault(jwks(jwk(algorithm, **more)), f"{algorithm}-0") is Fault.KEYS_UNUSABLE


def test_other_curves_are_not_taken():
    p384 = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True)
    goldilocks = OKPAlgorithm.to_jwk(ed448.Ed448PrivateKey.generate().public_key(), as_dict=True)
    for key in (p384, goldilocks):
        assert fault(jwks(key | {"kid": "RS256-0"})) is Fault.KEYS_UNUSABLE


def test_a_key_is_strong_and_not_endless():
    assert fault(jwks(weak(1024))) is Fault.KEYS_UNUSABLE
    endless = "AQ" + "AB" * 2000
    assert fault(jwks(jwk(n=endless))) is Fault.KEYS_UNUSABLE


@pytest.mark.parametrize(
    "keys",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"keys": {}}',
        b'{"keys": null}',
        b'{"keys": [], "keys": []}',
        b"[" * 10_000,
        jwks(*[jwk()] * (MOST_KEYS + 1)),
        jwks(jwk(x5c="A" * MOST_BYTES)),
        json.dumps({"keys": [jwk()]})[:-2].encode() + b', {"kid": "a", "kid": "b"}]}',
    ],
    ids=range(11),
)
def test_what_is_no_key_set_is_unusable(keys):
    assert fault(keys) is Fault.KEYS_UNUSABLE


def test_a_set_without_the_key_is_no_fault_of_the_set():
    assert fault(b'{"keys": []}') is Fault.UNKNOWN_KEY
    assert fault(b'{"keys": ["RS256-0"]}') is Fault.UNKNOWN_KEY
