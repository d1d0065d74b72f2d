"""One object, one digest, wherever it is written down; two objects, two."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from guardrail.findings.identity import address_digest, identity_digest, same_object

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
IDENTITIES = st.one_of(TEXT, st.integers(-(2**63), 2**63))
OTHERS = st.dictionaries(
    TEXT.filter(lambda name: name not in {"arn", "self_link", "id"}),
    st.one_of(TEXT, st.none(), st.lists(TEXT), st.floats(allow_nan=False, allow_infinity=False)),
    max_size=3,
)


def raw(value: object, **how: object) -> Raw:
    return Raw(json.dumps(value, **how).encode())  # type: ignore[arg-type]


@given(TEXT, IDENTITIES, OTHERS, OTHERS)
def test_an_object_has_one_digest_however_and_with_whatever_it_is_written(
    kind: str, identity: object, some: dict, others: dict
):
    one = raw({**some, "id": identity}, ensure_ascii=True, indent=2)
    other = raw({"id": identity, **others}, ensure_ascii=False)
    assert identity_digest(kind, one) == identity_digest(kind, other) is not None


@given(TEXT, TEXT, TEXT, TEXT)
def test_two_objects_have_two_digests(kind: str, other_kind: str, one: str, other: str):
    alike = identity_digest(kind.replace("\0", ""), raw({"id": one})) == identity_digest(
        other_kind.replace("\0", ""), raw({"id": other})
    )
    assert alike is ((kind.replace("\0", ""), one) == (other_kind.replace("\0", ""), other))


@pytest.mark.parametrize(
    ("values", "identity"),
    [
        ({"arn": "a", "self_link": "s", "id": "i"}, "a"),
        ({"arn": None, "self_link": "s", "id": "i"}, "s"),
        ({"arn": "", "self_link": [], "id": "i"}, "i"),
        ({"arn": {"deep": True}, "id": 7}, "7"),
        ({"arn": True, "id": "i"}, "i"),
    ],
)
def test_the_most_telling_identity_counts(values: dict, identity: str):
    assert identity_digest("t", raw(values)) == identity_digest("t", raw({"id": identity}))


@pytest.mark.parametrize(
    "text", ["{}", '{"id": null}', '{"id": ""}', "null", "[]", "{", "[" * 10_000]
)
def test_what_has_no_identity_has_no_digest(text: str):
    assert identity_digest("t", Raw(text.encode())) is None
    assert same_object("known", "t", Raw(text.encode())) is None


def test_an_upgrade_that_adds_an_arn_makes_no_other_object():
    known = identity_digest("t", raw({"id": "i"}))
    assert known is not None
    assert same_object(known, "t", raw({"id": "i", "arn": "a"}))
    assert not same_object(known, "t", raw({"id": "other", "arn": "a"}))


def test_the_same_name_in_another_account_is_another_object():
    known = identity_digest("t", raw({"id": "data", "arn": "aws:1:data"}))
    assert known is not None
    assert not same_object(known, "t", raw({"id": "data", "arn": "aws:2:data"}))


def test_an_address_is_the_same_whichever_characters_its_writer_could_print():
    assert address_digest('a.b["\\u0301é\\U0001fae8"]') == address_digest(
        'a.b["\u0301é\U0001fae8"]'
    )


@given(TEXT, TEXT)
def test_two_addresses_have_two_digests(one: str, other: str):
    # Terraform writes each backslash of a key twice.
    one, other = (f'a.b["{key.replace(chr(92), chr(92) * 2)}"]' for key in (one, other))
    assert (address_digest(one) == address_digest(other)) is (one == other)


@pytest.mark.parametrize("address", ["\\", "\\U00110000", "\\ud800", "a\\"])
def test_what_is_no_address_has_a_digest_too(address: str):
    assert len(address_digest(address)) == 64
