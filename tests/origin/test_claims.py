"""Every way to get a token past us that is known, and a few that are not."""

import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from issuing import GITHUB, GITHUB_CLAIMS, GITLAB_CLAIMS, NOW, jwk, jwks, lasting, private, token

from guardrail.origin.claims import LEEWAY, MOST_LETTERS, verify
from guardrail.origin.fault import Fault, FaultError

US = "guardrail.acme.example"
KEYS = jwks()
CLAIMS = lasting(GITHUB_CLAIMS, US)
GOOD = token(CLAIMS)


def verified(given: str, *, keys: bytes = KEYS, now: int = NOW, longest: int = 3600):
    return verify(given, keys, issuer=GITHUB, audience=US, longest=longest, now=now)


def fault(given: str, **rest) -> Fault:
    with pytest.raises(FaultError) as raised:
        verified(given, **rest)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert str(raised.value) == raised.value.fault.value
    return raised.value.fault


def packed(data: object) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: object, claims: object) -> str:
    """Sign whatever it is, with the real key."""
    text = f"{packed(header)}.{packed(claims)}"
    made = private("RS256").sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{packed(made)}"


HEADER = {"alg": "RS256", "kid": "RS256-0", "typ": "JWT"}


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_token_of_each_algorithm_is_verified(algorithm):
    found = verified(token(CLAIMS, algorithm=algorithm))
    assert found.claims == CLAIMS
    assert found.expires == NOW + 300


def test_the_tokens_of_gitlab_live_as_long_as_a_job():
    claims = lasting(GITLAB_CLAIMS, US, exp=NOW + 3600)
    found = verify(
        token(claims), KEYS, issuer=claims["iss"], audience=US, longest=3600, now=NOW + 3000
    )
    assert found.claims["groups_direct"] == ["acme", "acme/platform"]


def test_a_token_that_is_only_signed_by_hand_is_verified_too():
    assert verified(signed(HEADER, CLAIMS)).claims == CLAIMS
    assert verified(signed({**HEADER, "typ": None} | {"typ": "jwt"}, CLAIMS)).claims == CLAIMS


@pytest.mark.parametrize(
    "given",
    [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        GOOD + "=",
        GOOD + "\n",
        " " + GOOD,
        GOOD.replace(".", "..", 1),
        GOOD + ".",
        "é" + GOOD,
        "A" * (MOST_LETTERS + 1),
        GOOD[: GOOD.rindex(".") + 1],
        GOOD.split(".")[0] + "." + GOOD.split(".")[1] + ".A",
        signed(b"[]", CLAIMS),
        signed(b"not json", CLAIMS),
        signed(b'{"alg":"RS256","kid":"RS256-0","alg":"none"}', CLAIMS),
        signed(b'{"alg":"RS256","kid":"RS256-0","\\u0061lg":"RS256"}', CLAIMS),
        signed(HEADER | {"crit": ["exp"], "exp": 1}, CLAIMS),
        signed(HEADER | {"crit": []}, CLAIMS),
        signed(HEADER | {"b64": True}, CLAIMS),
        signed(HEADER | {"typ": "at+jwt"}, CLAIMS),
        signed(HEADER | {"typ": 1}, CLAIMS),
        signed(HEADER, b"[1]"),
        signed(HEADER, b"{}{}"),
        signed(HEADER, b"\xff"),
        signed(HEADER, b"[" * 5000),
        signed(HEADER, json.dumps(CLAIMS).encode()[:-1] + b', "actor": "someone"}'),
        signed(HEADER, json.dumps(CLAIMS).encode()[:-1] + b', "x": {"a": 1, "a": 2}}'),
        signed(HEADER, json.dumps(CLAIMS).encode()[:-1] + b', "x": NaN}'),
    ],
)  # fmt: skip
def test_what_is_no_token_is_malformed(given):
    assert fault(given) is Fault.MALFORMED


def test_a_huge_token_is_malformed_before_it_is_read(mocker):
    decode = mocker.patch("guardrail.origin.claims.urlsafe_b64decode")
    assert fault(token({**CLAIMS, "x": "A" * MOST_LETTERS})) is Fault.MALFORMED
    decode.assert_not_called()


def test_base64_has_one_spelling():
    head, claims, mark = GOOD.split(".")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = letters[letters.index(mark[-1]) ^ 1]
    decode = base64.urlsafe_b64decode
    assert decode(mark + "==") == decode(mark[:-1] + other + "==")
    assert fault(f"{head}.{claims}.{mark[:-1]}{other}") is Fault.MALFORMED


@pytest.mark.parametrize("name", ["none", "None", "NONE", "", "HS256", "HS512", "RS512", "PS256", "ES384", "RS256 ", "rs256"])  # fmt: skip
def test_no_other_algorithm_is_taken(name):
    assert fault(signed({**HEADER, "alg": name}, CLAIMS)) is Fault.ALGORITHM


@pytest.mark.parametrize("name", [None, 1, True, ["RS256"], {"RS256": 1}])
def test_an_algorithm_is_a_word(name):
    assert fault(signed({**HEADER, "alg": name}, CLAIMS)) is Fault.ALGORITHM


def test_no_algorithm_and_no_signature_is_none():
    for signature in ("", "A", "AA"):
        given = f"{packed({'alg': 'none', 'kid': 'RS256-0'})}.{packed(CLAIMS)}.{signature}"
        assert fault(given) in {Fault.ALGORITHM, Fault.MALFORMED}


def test_a_public_key_is_no_shared_secret():
    public = private("RS256").public_key()
    secrets = [
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        base64.urlsafe_b64decode(jwk()["n"] + "=="),
    ]
    for secret in secrets:
        text = f"{packed({**HEADER, 'alg': 'HS256'})}.{packed(CLAIMS)}"
        mark = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        assert fault(f"{text}.{packed(mark)}") is Fault.ALGORITHM
        # Said to be RS256, it is checked as RS256.
        text = f"{packed(HEADER)}.{packed(CLAIMS)}"
        mark = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        assert fault(f"{text}.{packed(mark)}") is Fault.SIGNATURE


def test_a_shared_secret_among_the_keys_is_no_key():
    secret = b"a secret of thirty-two bytes....".ljust(32)
    oct_key = {"kty": "oct", "k": packed(secret), "kid": "shared", "use": "sig"}
    for name in ("HS256", "RS256"):
        text = f"{packed({'alg': name, 'kid': 'shared'})}.{packed(CLAIMS)}"
        mark = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        for more in ({}, {"alg": name}):
            found = fault(f"{text}.{packed(mark)}", keys=jwks(oct_key | more))
            assert found in {Fault.ALGORITHM, Fault.KEYS_UNUSABLE}


@pytest.mark.parametrize("other", ["ES256", "EdDSA"])
def test_the_key_says_how_it_is_used_and_not_the_token(other):
    crossed = token(CLAIMS, algorithm=other, headers={"kid": "RS256-0"})
    assert fault(crossed) is Fault.ALGORITHM
    assert fault(signed({**HEADER, "kid": f"{other}-0"}, CLAIMS)) is Fault.ALGORITHM


@pytest.mark.parametrize(
    "kid",
    [None, 0, ["RS256-0"], "", "RS256-1", "../../../../etc/passwd", "/dev/null", "RS256-0\0",
     "RS256-0' OR 1=1", "https://evil.example/jwks", "rs256-0"],
)  # fmt: skip
def test_a_key_is_one_of_the_issuer_by_its_name(kid):
    header = {"alg": "RS256"} if kid is None else {"alg": "RS256", "kid": kid}
    assert fault(signed(header, CLAIMS)) is Fault.UNKNOWN_KEY


def test_no_file_and_no_address_is_looked_at_for_a_key(mocker):
    opened, connected = mocker.patch("builtins.open"), mocker.patch("socket.create_connection")
    theirs = jwk("RS256", 1)
    for header in (
        {"jwk": theirs},
        {"jku": "https://evil.example/jwks", "x5u": "https://evil.example/x"},
        {"x5c": ["AAAA"]},
    ):
        forged = token(CLAIMS, which=1, headers={**header, "kid": "RS256-0"})
        assert fault(forged) is Fault.SIGNATURE
        assert fault(token(CLAIMS, which=1, headers=header)) is Fault.UNKNOWN_KEY
    opened.assert_not_called()
    connected.assert_not_called()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_another_key_or_other_claims_are_another_signature(algorithm):
    forged = token(CLAIMS, algorithm=algorithm, which=1, headers={"kid": f"{algorithm}-0"})
    assert fault(forged) is Fault.SIGNATURE
    head, _, mark = token(CLAIMS, algorithm=algorithm).split(".")
    swapped = f"{head}.{packed({**CLAIMS, 'actor': 'someone'})}.{mark}"
    assert fault(swapped) is Fault.SIGNATURE


@pytest.mark.parametrize("name", ["iss", "sub", "exp", "iat"])
@pytest.mark.parametrize("value", [None, True, [], {}, -1, 1.5, 2**60])
def test_a_claim_that_is_missing_or_of_another_type_is_none(name, value):
    assert fault(token({**CLAIMS, name: None})) is Fault.CLAIMS
    assert fault(signed(HEADER, {**CLAIMS, name: value})) is Fault.CLAIMS


@pytest.mark.parametrize("value", [None, True, "0", 1.5, -1])
def test_a_beginning_may_be_missing_and_not_be_something_else(value):
    assert verified(token({**CLAIMS, "nbf": None})).expires
    assert fault(signed(HEADER, {**CLAIMS, "nbf": value})) is Fault.CLAIMS


@pytest.mark.parametrize(
    "issuer",
    [GITHUB + "/", GITHUB.upper(), GITHUB + ".evil.example", "http" + GITHUB[5:], "", " " + GITHUB],
)
def test_the_issuer_is_exactly_the_one_of_the_settings(issuer):
    assert fault(token({**CLAIMS, "iss": issuer})) is Fault.ISSUER


@pytest.mark.parametrize(
    "audience",
    ["", "https://github.com/acme", US + "/", US.upper(), [], [US, "other"], ["other"], [US, US],
     None, [[US]], {US: 1}, 1],
)  # fmt: skip
def test_the_audience_is_ours_alone(audience):
    assert fault(signed(HEADER, {**CLAIMS, "aud": audience})) is Fault.AUDIENCE
    missing = {name: value for name, value in CLAIMS.items() if name != "aud"}
    assert fault(signed(HEADER, missing)) is Fault.AUDIENCE
    assert verified(token({**CLAIMS, "aud": [US]})).expires


def test_a_token_counts_from_its_beginning_to_its_end():
    ends = NOW + 300
    assert verified(GOOD, now=ends + LEEWAY - 1)
    assert fault(GOOD, now=ends + LEEWAY) is Fault.EXPIRED
    assert fault(GOOD, now=ends + 10**6) is Fault.EXPIRED
    assert verified(GOOD, now=NOW - LEEWAY)
    assert fault(GOOD, now=NOW - LEEWAY - 1) is Fault.NOT_YET_VALID
    later = token({**CLAIMS, "nbf": NOW + LEEWAY + 1})
    assert fault(later) is Fault.NOT_YET_VALID


def test_a_token_lives_no_longer_than_the_settings_allow():
    assert verified(token({**CLAIMS, "exp": NOW + 3600}))
    assert fault(token({**CLAIMS, "exp": NOW + 3601})) is Fault.LIFETIME
    assert fault(token({**CLAIMS, "exp": NOW - 1, "iat": NOW})) is Fault.LIFETIME
    assert fault(token({**CLAIMS, "exp": NOW, "iat": NOW})) is Fault.LIFETIME


LETTERS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=")
ALL = {name: token(CLAIMS, algorithm=name) for name in ("RS256", "ES256", "EdDSA")}


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(ALL)),
    st.integers(0, 10**4),
    LETTERS | st.characters(),
    st.integers(0, 3),
)
def test_no_change_of_a_token_verifies(algorithm, place, letter, how):
    good = ALL[algorithm]
    at = place % len(good)
    changed = {
        0: good[:at] + letter + good[at + 1 :],
        1: good[:at] + letter + good[at:],
        2: good[:at] + good[at + 1 :],
        3: good[:at],
    }[how]
    if changed != good:
        assert fault(changed)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_nothing_made_up_verifies_or_crashes(header, claims, mark):
    assert fault(".".join(packed(part) for part in (header, claims, mark)))
    assert fault(f"{packed(HEADER)}.{packed(claims)}.{packed(mark)}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*HEADER, "crit", "b64", "jwk", "zip"]), JSON)
def test_no_other_header_crashes(name, value):
    header = {**HEADER, name: value}
    try:
        assert verified(signed(header, CLAIMS)).claims == CLAIMS
    except FaultError:
        return
    assert {**header, "typ": "JWT"}.items() >= HEADER.items()


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["iss", "sub", "aud", "exp", "iat", "nbf"]), JSON)
def test_no_other_claim_crashes(name, value):
    try:
        found = verified(signed(HEADER, {**CLAIMS, name: value}))
    except FaultError:
        return
    assert found.claims["iss"] == GITHUB
    assert found.claims["aud"] in (US, [US])
    assert type(found.expires) is int


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["kty", "n", "e", "alg", "use", "kid", "crv", "key_ops", "k", "d"]), JSON)
def test_no_other_key_crashes(name, value):
    try:
        verified(GOOD, keys=jwks(jwk(**{name: value})))
    except FaultError:
        return


@settings(max_examples=100, deadline=None)
@given(JSON | st.binary())
def test_no_other_key_set_crashes(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    assert fault(GOOD, keys=raw)
