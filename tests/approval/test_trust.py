"""Trust documents: what is read, what is refused, and how they are edited."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from guardrail.approval import trust_edit
from guardrail.approval.trust import check_trust, parse_trust, read_trust, write_trust
from guardrail.errors import TrustError


def refused(data, needle=None):
    with pytest.raises(TrustError, match=needle) as caught:
        parse_trust(data if isinstance(data, bytes) else json.dumps(data).encode())
    return caught.value.message


@pytest.fixture
def plain(kit):
    """Return the trust document as plain values, to be spoilt."""
    return json.loads(write_trust(kit.trust))


def test_a_trust_document_goes_there_and_back(kit):
    data = write_trust(kit.trust)
    assert read_trust(data, now=kit.now, seen_version=kit.trust.version) == kit.trust
    assert b"null" not in data


def test_order_and_white_space_are_free(kit, plain):
    backwards = dict(reversed(plain.items()))
    assert parse_trust(json.dumps(backwards, indent=7).encode()) == kit.trust


def test_a_document_older_than_one_seen_is_refused(kit):
    with pytest.raises(TrustError, match="rolled back"):
        read_trust(write_trust(kit.trust), now=kit.now, seen_version=kit.trust.version + 1)


def test_an_expired_document_is_refused(kit):
    data = write_trust(kit.trust)
    assert read_trust(data, now=kit.trust.expires - 1, seen_version=0)
    with pytest.raises(TrustError, match="expired 0 seconds ago"):
        read_trust(data, now=kit.trust.expires, seen_version=0)


@pytest.mark.parametrize(
    "name",
    [
        *("*", "*@corp", "a?ice", "!alice", "a,b", "[ab]", "-alice", "a b", "alice\n"),
        *("Alice", "\u0430lice", "al\u0131ce", "\ufb01ona", "alice\u200b"),
        *("", "a", "a" * 65, 7, None),
    ],
)
def test_an_id_with_patterns_or_letters_that_look_alike_is_refused(plain, name):
    plain["persons"][0]["id"] = name
    refused(plain)


@pytest.mark.parametrize(
    "login",
    ["*", "*@corp", "a?", "!x", "a,b", "\u0430lice", "", "a b", "alice\n", "x" * 129, 7, None],
)
def test_a_login_with_patterns_or_letters_that_look_alike_is_refused(plain, login):
    plain["persons"][0]["logins"] = [login]
    refused(plain)


def test_a_person_twice_is_refused(plain):
    plain["persons"][1]["id"] = "alice"
    refused(plain, "twice")


@pytest.mark.parametrize("name", ["alice", "ALICE", "Alice@Example.com"])
def test_a_name_of_two_persons_is_refused(plain, name):
    plain["persons"][1]["logins"].append(name)
    refused(plain, "in common")


def test_a_persons_own_names_may_repeat(plain):
    plain["persons"][0]["logins"] = ["alice", "Alice", "alice"]
    parse_trust(json.dumps(plain).encode())


def test_a_key_twice_is_refused_wherever_it_is(plain):
    mine = plain["persons"][0]["keys"]
    for keys in (mine, plain["persons"][1]["keys"]):
        keys.append(mine[0])
        refused(plain, "twice")
        keys.pop()


def test_one_secret_under_two_types_is_refused(kit):
    plain_key = kit.keys["alice"]
    as_security = type(plain_key)(plain_key.private, None, security=True)
    with pytest.raises(TrustError, match="twice"):
        trust_edit.add_key(kit.trust, person_id="bob", public_key=as_security.line, now=kit.now)


@pytest.mark.parametrize(
    ("change", "needle"),
    [
        ({"fingerprint": "SHA256:" + "A" * 43}, "another fingerprint"),
        ({"type": "sk-ssh-ed25519@openssh.com"}, "not of the type"),
        ({"type": "ssh-rsa"}, "schema"),
        ({"type": "ecdsa-sha2-nistp256"}, "schema"),
        ({"blob": "AAAA"}, "malformed"),
        ({"blob": "AAA"}, "malformed"),
        ({"blob": "AA AA"}, "schema"),
        ({"blob": ""}, "schema"),
        ({"not_before": "1"}, "schema"),
        ({"not_before": None}, "schema"),
        ({"not_before": -1}, "schema"),
        ({"not_before": True}, "schema"),
        ({"not_after": 5}, "window"),
        ({"not_before": 5, "not_after": 5}, "window"),
        ({"revoked_at": 2**53}, "schema"),
        ({"max_tier": 3}, "schema"),
        ({"fingerprint": "MD5:00"}, "schema"),
    ],
    ids=str,
)
def test_a_key_of_another_shape_is_refused(plain, change, needle):
    plain["persons"][0]["keys"][0].update(change)
    refused(plain, needle)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"version": -1},
        {"version": True},
        {"version": "1"},
        {"version": 2**53},
        {"expires": None},
        {"expires": 1e300},
        {"levels": []},
        {"levels": ["senior", "senior", "engineer", "principal"]},
        {"levels": ["engineer"]},
        {"levels": ["Senior"]},
        {"levels": "senior"},
        {"persons": {}},
        {"persons": [{}]},
        {"schema": "guardrail.trust/v2"},
        {"threshold": 0},
    ],
    ids=str,
)
def test_a_document_of_another_shape_is_refused(plain, change):
    refused(plain | change)


def test_any_member_missing_is_refused(plain):
    for owner in (plain, plain["persons"][0], plain["persons"][0]["keys"][0]):
        for name in list(owner):
            value = owner.pop(name)
            refused(plain, "schema")
            owner[name] = value


def test_a_whole_number_written_as_a_fraction_is_refused(kit):
    for text in (b"1.0", b"1e0", b"NaN", b"Infinity", b"9" * 5000):
        refused(write_trust(kit.trust).replace(b'"version": 5', b'"version": ' + text))


def test_a_member_twice_is_refused(kit):
    data = write_trust(kit.trust)
    refused(
        data.replace(b'"level": "engineer"', b'"level": "engineer", "level": "senior"'), "twice"
    )


def test_a_refusal_names_the_place_and_not_the_value(plain):
    plain["persons"][0]["id"] = "hush*hush"
    message = refused(plain)
    assert "persons/0/id" in message
    assert "hush" not in message


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", b"\xff", b"[" * 10**5, b" " * 2**21])
def test_what_is_no_document_is_refused(data):
    refused(data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_in_another_way(junk):
    refused(junk)


# Editing


def test_a_new_document_has_nobody(kit):
    trust = trust_edit.create(expires=kit.now + 1)
    assert (trust.version, trust.levels, trust.persons) == (1, trust_edit.DEFAULT_LEVELS, ())
    assert trust.find(kit.keys["alice"].public.fingerprint) is None


def test_every_edit_raises_the_version(kit):
    trust = trust_edit.create(expires=kit.now + 1, levels=("low", "high"))
    alice = {
        "person_id": "alice",
        "level": "high",
        "logins": ("al",),
        "public_keys": (kit.keys["alice"].line,),
        "now": kit.now,
    }
    added = trust_edit.add_person(trust, **alice, not_after=kit.now + 5)
    more = trust_edit.add_key(
        added, person_id="alice", public_key=kit.keys["alice-sk"].line, now=kit.now
    )
    mark = kit.keys["alice"].public.fingerprint
    revoked = trust_edit.revoke_key(more, fingerprint=mark, now=kit.now + 2)
    renewed = trust_edit.renew(revoked, expires=kit.now + 99)
    versions = [t.version for t in (trust, added, more, revoked, renewed)]
    assert versions == [1, 2, 3, 4, 5]
    person, key = renewed.find(mark)
    assert (person.id, person.level, person.logins) == ("alice", "high", ("al",))
    assert (key.not_before, key.not_after, key.revoked_at) == (kit.now, kit.now + 5, kit.now + 2)
    assert renewed.find(kit.keys["alice-sk"].public.fingerprint)[1].revoked_at is None
    assert renewed.expires == kit.now + 99
    assert trust.persons == ()


def test_an_edit_that_makes_no_sense_is_refused(kit):
    mark = kit.keys["alice"].public.fingerprint
    revoked = trust_edit.revoke_key(kit.trust, fingerprint=mark, now=kit.now)
    with pytest.raises(TrustError, match="before"):
        trust_edit.revoke_key(revoked, fingerprint=mark, now=kit.now)
    with pytest.raises(TrustError, match="no key"):
        trust_edit.revoke_key(kit.trust, fingerprint="SHA256:none", now=kit.now)
    with pytest.raises(TrustError, match="no person"):
        trust_edit.add_key(
            kit.trust, person_id="eve", public_key=kit.keys["mallory"].line, now=kit.now
        )
    with pytest.raises(TrustError, match="enrolled"):
        trust_edit.add_key(kit.trust, person_id="bob", public_key="ssh-rsa AAAA", now=kit.now)
    for who, level in (("al*", "senior"), ("mal", "wizard"), ("alice", "senior")):
        with pytest.raises(TrustError):
            trust_edit.add_person(
                kit.trust,
                person_id=who,
                level=level,
                logins=(),
                public_keys=(kit.keys["mallory"].line,),
                now=kit.now,
            )


def test_a_revoked_key_cannot_be_enrolled_again(kit):
    mark = kit.keys["alice"].public.fingerprint
    revoked = trust_edit.revoke_key(kit.trust, fingerprint=mark, now=kit.now)
    with pytest.raises(TrustError, match="twice"):
        trust_edit.add_key(revoked, person_id="bob", public_key=kit.keys["alice"].line, now=kit.now)


def test_a_document_made_in_memory_passes_the_same_checks(kit):
    with pytest.raises(TrustError, match="each level"):
        check_trust(replace(kit.trust, levels=("senior", "senior")))
