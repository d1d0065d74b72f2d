"""The attacks on an approval, row by row; each name says what is refused."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from guardrail.approval import trust_edit
from guardrail.approval.envelope import (
    Envelope,
    Signature,
    pre_authentication_encoding,
    write_envelope,
)
from guardrail.approval.keys import Presence
from guardrail.approval.request import Binding, Required, request_digest
from guardrail.approval.statement import ApprovalVerdict
from guardrail.approval.token import read_token, write_token
from guardrail.canonical import canonical_bytes


def test_a_seniors_token_releases_its_request(kit):
    approval = kit.check(kit.token())
    assert approval.verdict is ApprovalVerdict.APPROVE
    assert (approval.person, approval.level) == ("alice", "senior")
    assert approval.key == kit.keys["alice"].public.fingerprint
    assert (approval.jti, approval.request_id) == ("5d" * 32, kit.request.request_id)
    assert (approval.exp, approval.reason) == (kit.now + 3600, "CHG-1042")


def test_a_line_feed_may_follow_the_token(kit):
    assert kit.check(kit.token() + b"\n").person == "alice"
    assert kit.refused(kit.token() + b"\n\n") == "malformed_token"
    assert kit.refused(kit.token() + b"\r\n") == "malformed_token"


def test_a_principal_may_release_what_asks_for_a_senior(kit):
    assert kit.check(kit.token("petra")).level == "principal"


def test_a_touched_security_key_releases(kit):
    payload = kit.payload("alice-sk")
    for presence in (Presence.KEY, Presence.TOUCH):
        assert kit.check(kit.seal(payload, "alice-sk"), presence=presence).person == "alice"
    verified = kit.seal(payload, "alice-sk", flags=5)
    assert kit.check(verified, presence=Presence.VERIFIED).person == "alice"


# Forgery and encoding


def test_any_bit_flipped_in_a_token_is_refused(kit):
    token = kit.token()
    for position in range(len(token)):
        for bit in range(8):
            bent = bytearray(token)
            bent[position] ^= 1 << bit
            kit.refused(bytes(bent))


def test_any_bit_flipped_in_the_payload_is_refused(kit):
    envelope = read_token(kit.token())
    for position in range(len(envelope.payload)):
        bent = bytearray(envelope.payload)
        bent[position] ^= 1
        token = write_token(replace(envelope, payload=bytes(bent)))
        assert kit.refused(token) == "bad_signature"


@pytest.mark.parametrize("who", ["alice", "alice-sk"])
def test_any_bit_flipped_in_a_signature_is_refused(kit, who):
    envelope = read_token(kit.token(who))
    (signature,) = envelope.signatures
    for position in range(len(signature.sig)):
        for bit in range(8):
            bent = bytearray(signature.sig)
            bent[position] ^= 1 << bit
            one = replace(signature, sig=bytes(bent))
            kit.refused(write_token(replace(envelope, signatures=(one,))))


def test_a_signature_by_an_unknown_key_is_refused(kit):
    assert kit.refused(kit.seal(kit.payload(), "mallory")) == "unknown_key"


def test_a_signature_by_an_unknown_key_under_a_known_name_is_refused(kit):
    payload = kit.payload()
    forged = Signature(
        keyid=kit.keys["alice"].public.fingerprint,
        sig=kit.keys["mallory"].sign(pre_authentication_encoding(payload)),
    )
    token = write_token(Envelope(payload=payload, signatures=(forged,)))
    assert kit.refused(token) == "wrong_key"


def test_an_unknown_key_that_carries_a_known_keys_blob_is_refused(kit):
    payload = kit.payload()
    forged = Signature(
        keyid=kit.keys["alice"].public.fingerprint,
        sig=kit.keys["mallory"].sign(
            pre_authentication_encoding(payload), as_key=kit.keys["alice"].public
        ),
    )
    token = write_token(Envelope(payload=payload, signatures=(forged,)))
    assert kit.refused(token) == "bad_signature"


def test_another_payload_type_is_refused(kit):
    payload = kit.payload()
    other = "application/vnd.cyclonedx+json"
    envelope = kit.envelope(kit.token())
    assert kit.refused(kit.pack(canonical_bytes(envelope | {"payloadType": other}))) == (
        "malformed_token"
    )
    signed = kit.keys["alice"].sign(pre_authentication_encoding(payload, other))
    signature = Signature(keyid=kit.keys["alice"].public.fingerprint, sig=signed)
    token = write_token(Envelope(payload=payload, signatures=(signature,)))
    assert kit.refused(token) == "bad_signature"


@pytest.mark.parametrize("namespace", ["git", "file", "guardrail-approval@v2", "", "GIT"])
def test_a_signature_for_another_namespace_is_refused(kit, namespace):
    assert kit.refused(kit.seal(kit.payload(), namespace=namespace)) == "wrong_namespace"


def test_a_signed_git_commit_is_no_approval(kit):
    commit = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nall good\n"
    signature = Signature(
        keyid=kit.keys["alice"].public.fingerprint,
        sig=kit.keys["alice"].sign(commit, namespace="git"),
    )
    token = write_token(Envelope(payload=commit, signatures=(signature,)))
    assert kit.refused(token) == "wrong_namespace"


@pytest.mark.parametrize(
    "how",
    [
        {"reserved": b"x"},
        {"version": 2},
        {"version": 0},
        {"trailing": b"\0"},
        {"inner_trailing": b"\0"},
        {"hash_name": "sha1"},
        {"hash_name": "md5"},
        {"hash_name": "sha384"},
    ],
    ids=str,
)
def test_a_signature_in_another_form_is_refused(kit, how):
    assert kit.refused(kit.seal(kit.payload(), **how)) == "malformed_signature"


def test_both_hashes_of_openssh_are_read(kit):
    for name in ("sha256", "sha512"):
        assert kit.check(kit.seal(kit.payload(), hash_name=name)).person == "alice"


def test_an_untouched_security_key_is_refused(kit):
    token = kit.seal(kit.payload("alice-sk"), "alice-sk", flags=0)
    assert kit.refused(token) == "no_touch"
    pin_only = kit.seal(kit.payload("alice-sk"), "alice-sk", flags=4)
    assert kit.refused(pin_only) == "no_touch"


def test_a_touch_without_a_pin_is_refused_where_a_pin_is_asked_for(kit):
    token = kit.seal(kit.payload("alice-sk"), "alice-sk", flags=1)
    assert kit.refused(token, presence=Presence.VERIFIED) == "no_user_verification"


def test_a_plain_key_in_an_agent_is_refused_where_a_touch_is_asked_for(kit):
    for presence in (Presence.TOUCH, Presence.VERIFIED):
        assert kit.refused(kit.token(), presence=presence) == "no_touch"


def test_a_plain_key_with_the_bytes_of_a_security_key_is_refused(kit):
    security = kit.keys["alice-sk"]
    plain = type(security)(security.private, None, security=False)
    payload = kit.payload("alice-sk")
    message = pre_authentication_encoding(payload)
    for keyid, code in (
        (security.public.fingerprint, "wrong_key"),
        (plain.public.fingerprint, "unknown_key"),
    ):
        signature = Signature(keyid=keyid, sig=plain.sign(message))
        token = write_token(Envelope(payload=payload, signatures=(signature,)))
        assert kit.refused(token) == code


def test_a_plain_signature_under_the_blob_of_a_security_key_is_refused(kit):
    security = kit.keys["alice-sk"]
    plain = type(security)(security.private, None, security=False)
    payload = kit.payload("alice-sk")
    signed = plain.sign(pre_authentication_encoding(payload))
    signed = signed.replace(plain.public.blob, security.public.blob, 1)
    mixed = signed[:10] + len(security.public.blob).to_bytes(4, "big") + signed[14:]
    signature = Signature(keyid=security.public.fingerprint, sig=mixed)
    token = write_token(Envelope(payload=payload, signatures=(signature,)))
    assert kit.refused(token) == "wrong_key"


def test_an_envelope_without_signatures_is_refused(kit):
    envelope = kit.envelope(kit.token()) | {"signatures": []}
    assert kit.refused(kit.pack(canonical_bytes(envelope))) == "malformed_token"


def test_a_signature_given_twice_is_refused(kit):
    envelope = kit.envelope(kit.token())
    envelope["signatures"] *= 2
    assert kit.refused(kit.pack(canonical_bytes(envelope))) == "malformed_token"


def test_one_good_signature_does_not_carry_a_bad_one(kit):
    payload = kit.payload()
    good = read_token(kit.seal(payload, "alice", "petra"))
    first, second = good.signatures
    bad = replace(second, sig=first.sig)
    assert kit.refused(write_token(replace(good, signatures=(first, bad)))) == "wrong_key"


def test_a_huge_token_is_refused_at_once(kit):
    assert kit.refused(b"tfg1." + b"A" * 10_000_000) == "malformed_token"
    deep = b'{"payload":' + b"[" * 40_000
    assert kit.refused(kit.pack(deep)) == "malformed_token"
    many = kit.envelope(kit.token())
    many["signatures"] = [{"keyid": str(n), "sig": ""} for n in range(1000, 2000)]
    assert kit.refused(kit.pack(canonical_bytes(many))) == "malformed_token"


# Structure: signed by the right key, and still refused


def paths_of(value, at=()):
    """Yield the path of every object in ``value``."""
    if isinstance(value, dict):
        yield at
        for name, part in value.items():
            yield from paths_of(part, (*at, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from paths_of(part, (*at, index))


def at(value, path):
    for step in path:
        value = value[step]
    return value


def test_any_member_added_to_or_taken_from_a_statement_is_refused(kit):
    payload = kit.payload()
    for path in paths_of(json.loads(payload)):
        added = json.loads(payload)
        at(added, path)["zebra"] = 1
        assert kit.refused(kit.seal(canonical_bytes(added))) == "malformed_statement"
        for name in list(at(added, path)):
            if name == "zebra":
                continue
            taken = json.loads(payload)
            del at(taken, path)[name]
            assert kit.refused(kit.seal(canonical_bytes(taken))) == "malformed_statement"


def test_any_member_added_to_or_taken_from_an_envelope_is_refused(kit):
    token = kit.token()
    for path in paths_of(kit.envelope(token)):
        added = kit.envelope(token)
        at(added, path)["zebra"] = 1
        assert kit.refused(kit.pack(canonical_bytes(added))) == "malformed_token"
        for name in at(kit.envelope(token), path):
            taken = kit.envelope(token)
            del at(taken, path)[name]
            assert kit.refused(kit.pack(canonical_bytes(taken))) == "malformed_token"


def doubled(text):
    """Yield ``text`` with each of its members written twice in turn."""
    decoder = json.JSONDecoder()
    for position, char in enumerate(text):
        if char == '"' and text[position - 1] in "{,":
            try:
                _, colon = decoder.raw_decode(text, position)
                if text[colon] == ":":
                    _, end = decoder.raw_decode(text, colon + 1)
                    yield text[:end] + "," + text[position:]
            except ValueError:
                continue


def test_any_member_written_twice_is_refused(kit):
    payload = kit.payload()
    variants = list(doubled(payload.decode()))
    assert len(variants) >= 30
    for variant in variants:
        assert kit.refused(kit.seal(variant.encode())) == "malformed_statement"
    envelope = write_envelope(read_token(kit.token())).decode()
    variants = list(doubled(envelope))
    assert len(variants) == 5
    for variant in variants:
        assert kit.refused(kit.pack(variant.encode())) == "malformed_token"


def test_white_space_and_other_order_are_refused(kit):
    payload = json.loads(kit.payload())
    for text in (json.dumps(payload), json.dumps(payload, indent=1)):
        assert kit.refused(kit.seal(text.encode())) == "malformed_statement"
    backwards = dict(reversed(payload.items()))
    text = json.dumps(backwards, separators=(",", ":"))
    assert kit.refused(kit.seal(text.encode())) == "malformed_statement"
    loose = json.dumps(kit.envelope(kit.token()))
    assert kit.refused(kit.pack(loose.encode())) == "malformed_token"


@pytest.mark.parametrize("name", ["iat", "nbf", "exp", "max_uses"])
@pytest.mark.parametrize(
    "value",
    ["1.5", "1e400", "NaN", "Infinity", "true", "null", '"1767225600"', "1.0", "-1", "9" * 31],
)
def test_a_time_that_is_not_a_whole_number_is_refused(kit, name, value):
    statement = json.loads(kit.payload())
    statement["predicate"][name] = "HERE"
    text = canonical_bytes(statement).decode().replace('"HERE"', value)
    assert kit.refused(kit.seal(text.encode())) == "malformed_statement"


@pytest.mark.parametrize("name", ["iat", "nbf", "exp"])
def test_a_time_beyond_exact_numbers_is_refused(kit, name):
    statement = json.loads(kit.payload())
    statement["predicate"][name] = "HERE"
    text = canonical_bytes(statement).decode().replace('"HERE"', str(2**53))
    assert kit.refused(kit.seal(text.encode())) == "malformed_statement"


@pytest.mark.parametrize(
    "jti",
    ["", " ", "a", "5D" * 32, "5d" * 31, "5d" * 33, "\u0435" * 64, "5d" * 32 + "\n", "g" * 64],
)
def test_a_jti_that_is_not_64_hexadecimal_digits_is_refused(kit, jti):
    token = kit.reseal(kit.token(), lambda s: s["predicate"].update(jti=jti))
    assert kit.refused(token) == "malformed_statement"


@pytest.mark.parametrize("verdict", ["APPROVE", "approved", "", "deny", True, None])
def test_an_unknown_verdict_is_refused(kit, verdict):
    token = kit.reseal(kit.token(), lambda s: s["predicate"].update(verdict=verdict))
    assert kit.refused(token) == "malformed_statement"


@pytest.mark.parametrize("reason", ["a\nb", "\x1b[2J", "x" * 201, "\u202egnp", "\u200b", 7])
def test_a_reason_that_cannot_be_shown_is_refused(kit, reason):
    token = kit.reseal(kit.token(), lambda s: s["predicate"].update(reason=reason))
    assert kit.refused(token) == "malformed_statement"


def test_a_lone_surrogate_is_refused(kit):
    payload = kit.payload().replace(b"CHG-1042", b"\\ud800")
    assert kit.refused(kit.seal(payload)) == "malformed_statement"
    payload = kit.payload().replace(b"CHG-1042", b"\xed\xa0\x80")
    assert kit.refused(kit.seal(payload)) == "malformed_statement"


def test_times_out_of_order_are_refused(kit):
    for change in ({"nbf": kit.now - 1}, {"exp": kit.now}, {"nbf": kit.now + 3600}):
        token = kit.reseal(kit.token(), lambda s, c=change: s["predicate"].update(c))
        assert kit.refused(token) == "malformed_statement"


def test_a_statement_too_large_for_a_signer_is_refused(kit):
    token = kit.reseal(
        kit.token(), lambda s: s["predicate"]["binding"].update(directory="/" * 4096)
    )
    assert kit.refused(token) == "malformed_statement"


def test_the_signed_bytes_may_be_4096_and_no_more(kit):
    spare = 4096 - len(pre_authentication_encoding(kit.payload()))
    for length, good in ((spare, True), (spare + 1, False)):
        directory = kit.request.binding.directory + "d" * length
        binding = replace(kit.request.binding, directory=directory)
        request = replace(kit.request, binding=binding)
        statement = json.loads(kit.payload())
        statement["predicate"]["binding"]["directory"] = directory
        statement["predicate"]["request_sha256"] = request_digest(request)
        token = kit.seal(canonical_bytes(statement))
        if good:
            assert kit.check(token, request=request)
        else:
            assert kit.refused(token, request=request) == "malformed_statement"


def test_several_subjects_or_none_are_refused(kit):
    for change in (lambda s: s["subject"].clear(), lambda s: s["subject"].append(s["subject"][0])):
        assert kit.refused(kit.reseal(kit.token(), change)) == "malformed_statement"


def test_another_type_of_statement_is_refused(kit):
    for member, value in (
        ("_type", "https://in-toto.io/Statement/v0.1"),
        ("predicateType", "https://slsa.dev/provenance/v1"),
    ):
        token = kit.reseal(kit.token(), lambda s, m=member, v=value: s.update({m: v}))
        assert kit.refused(token) == "malformed_statement"


# Binding

BINDING_CODES = {
    "plan_sha256": "wrong_plan",
    "plan_json_sha256": "wrong_plan",
    "operation": "wrong_plan",
    "terraform_version": "wrong_terraform",
    "terraform_sha256": "wrong_terraform",
    "lockfile_sha256": "wrong_lockfile",
    "directory": "wrong_target",
    "backend": "wrong_target",
    "backend_sha256": "wrong_target",
    "workspace": "wrong_target",
    "lineage": "wrong_state",
    "serial": "stale_state",
    "policy_sha256": "wrong_policy",
    "guardrail_version": "wrong_guardrail",
}


def test_every_part_of_the_binding_has_a_code():
    assert set(BINDING_CODES) == {field.name for field in fields(Binding)}


@pytest.mark.parametrize("name", BINDING_CODES)
def test_a_token_for_another_binding_is_refused(kit, name):
    old = getattr(kit.request.binding, name)
    binding = replace(kit.request.binding, **{name: 42 if name == "serial" else f"{old}x"})
    assert kit.refused(kit.token(), binding=binding) == BINDING_CODES[name]
    request = replace(kit.request, binding=binding)
    assert kit.refused(kit.token(), request=request) == BINDING_CODES[name]


def test_a_subject_that_is_another_plan_is_refused(kit):
    def edit(statement):
        statement["subject"][0]["digest"]["sha256"] = "00" * 32

    assert kit.refused(kit.reseal(kit.token(), edit)) == "wrong_plan"


def test_facts_that_changed_since_are_refused(kit):
    counts = replace(kit.request.facts.counts, delete=1)
    facts = replace(kit.request.facts, counts=counts)
    assert kit.refused(kit.token(), facts=facts) == "wrong_facts"


def test_a_token_for_another_request_of_the_same_plan_is_refused(kit):
    for change in (
        {"nonce": "00" * 32},
        {"request_id": "ff" * 16},
        {"expires": kit.request.expires + 1},
    ):
        request = replace(kit.request, **change)
        assert kit.refused(kit.token(), request=request) == "wrong_request"


def test_a_requirement_lowered_in_the_request_is_refused(kit):
    low = kit.with_required(kit.request, level="engineer")
    assert kit.refused(kit.token("jane", low)) == "wrong_request"


# Roles


def test_an_engineers_token_is_refused(kit):
    assert kit.refused(kit.token("jane")) == "level_too_low"


def test_a_level_in_the_token_is_refused(kit):
    token = kit.reseal(
        kit.token("jane"), lambda s: s["predicate"]["approver"].update(level="principal"), "jane"
    )
    assert kit.refused(token) == "malformed_statement"


def test_a_level_that_trust_does_not_know_is_refused(kit):
    request = kit.with_required(kit.request, level="wizard")
    assert kit.refused(kit.token(request=request), request=request) == "unknown_level"


@pytest.mark.parametrize(
    "login",
    [
        "alice",
        "ALICE",
        "alice@example.com",
        "Alice@Example.COM",
        "\uff41lice",
        "\U0001d400lice",
        " alice ",
    ],
)
def test_an_approver_who_asked_is_refused(kit, login):
    request = kit.with_requester(kit.request, "ci", login)
    assert kit.refused(kit.token(request=request), request=request) == "self_approval"


def test_an_approver_who_asked_is_refused_under_another_key(kit):
    request = kit.with_requester(kit.request, "alice@example.com")
    for who in ("alice", "alice-two", "alice-sk"):
        assert kit.refused(kit.token(who, request), request=request) == "self_approval"


def test_an_agent_is_nobody_who_approves(kit):
    request = kit.with_requester(kit.request, agents=("Alice",))
    assert kit.refused(kit.token(request=request), request=request) == "self_approval"


def test_naming_somebody_else_as_approver_is_refused(kit):
    token = kit.reseal(kit.token(), lambda s: s["predicate"]["approver"].update(id="petra"))
    assert kit.refused(token) == "wrong_approver"


def test_an_approver_who_did_not_sign_is_refused(kit):
    token = kit.seal(kit.payload("petra"), "alice")
    assert kit.refused(token) == "wrong_approver"


def test_a_key_revoked_after_signing_is_refused(kit):
    key = kit.keys["alice"].public.fingerprint
    for when in (kit.now - 10**6, kit.now, kit.now + 10**6):
        trust = trust_edit.revoke_key(kit.trust, fingerprint=key, now=when)
        assert kit.refused(kit.token(), trust=trust) == "revoked_key"
        assert kit.check(kit.token("alice-two"), trust=trust).person == "alice"


def test_a_person_demoted_after_signing_is_refused(kit):
    demoted = tuple(
        replace(p, level="engineer") if p.id == "alice" else p for p in kit.trust.persons
    )
    trust = replace(kit.trust, persons=demoted)
    assert kit.refused(kit.token(), trust=trust) == "level_too_low"


def test_a_key_outside_its_window_now_is_refused(kit):
    def window(**times):
        persons = tuple(
            replace(p, keys=tuple(replace(k, **times) for k in p.keys)) for p in kit.trust.persons
        )
        return replace(kit.trust, persons=persons)

    assert kit.refused(kit.token(), trust=window(not_before=kit.now + 1)) == "key_not_valid_now"
    assert kit.refused(kit.token(), trust=window(not_after=kit.now)) == "key_not_valid_now"
    assert kit.check(kit.token(), trust=window(not_before=kit.now, not_after=kit.now + 1))


def test_dating_a_statement_back_into_a_keys_window_is_refused(kit):
    persons = tuple(
        replace(p, keys=tuple(replace(k, not_after=kit.now - 10) for k in p.keys))
        for p in kit.trust.persons
    )
    trust = replace(kit.trust, persons=persons)
    token = kit.token(now=kit.now - 100)
    assert kit.refused(token, trust=trust) == "key_not_valid_now"


# Several persons


def test_two_persons_satisfy_a_quorum_of_two(kit):
    request = kit.with_required(kit.request, count=2)
    token = kit.seal(kit.payload(request=request), "alice", "bob")
    assert kit.check(token, request=request).person == "alice"


def test_one_person_is_not_two(kit):
    request = kit.with_required(kit.request, count=2)
    assert kit.refused(kit.token(request=request), request=request) == "not_enough_approvers"


def test_one_person_with_two_keys_is_not_two(kit):
    request = kit.with_required(kit.request, count=2)
    token = kit.seal(kit.payload(request=request), "alice", "alice-two", "alice-sk")
    assert kit.refused(token, request=request) == "not_enough_approvers"


def test_one_key_under_two_names_is_not_two(kit):
    request = kit.with_required(kit.request, count=2)
    envelope = read_token(kit.token(request=request))
    (real,) = envelope.signatures
    again = replace(real, keyid=kit.keys["bob"].public.fingerprint)
    both = tuple(sorted((real, again), key=lambda s: s.keyid))
    token = write_token(replace(envelope, signatures=both))
    assert kit.refused(token, request=request) == "wrong_key"


def test_every_signer_of_a_quorum_must_count(kit):
    request = kit.with_required(kit.request, count=2)
    token = kit.seal(kit.payload(request=request), "alice", "jane")
    assert kit.refused(token, request=request) == "level_too_low"
    asked = kit.with_requester(request, "bob")
    token = kit.seal(kit.payload(request=asked), "alice", "bob")
    assert kit.refused(token, request=asked) == "self_approval"


def test_a_revoked_signer_spoils_a_quorum(kit):
    request = kit.with_required(kit.request, count=2)
    token = kit.seal(kit.payload(request=request), "alice", "bob")
    for who in ("alice", "bob"):
        key = kit.keys[who].public.fingerprint
        trust = trust_edit.revoke_key(kit.trust, fingerprint=key, now=kit.now)
        assert kit.refused(token, request=request, trust=trust) == "revoked_key"


def test_a_requirement_of_nobody_still_needs_somebody(kit):
    request = replace(kit.request, required=Required(level="senior", count=0))
    assert kit.check(kit.token(request=request), request=request).person == "alice"


# Rejections


def test_a_rejection_is_returned_as_one(kit):
    rejection = kit.check(kit.token(verdict=ApprovalVerdict.REJECT, reason="not on a Friday"))
    assert rejection.verdict is ApprovalVerdict.REJECT
    assert rejection.reason == "not on a Friday"


def test_one_person_is_enough_to_reject_and_may_have_asked(kit):
    request = kit.with_required(kit.with_requester(kit.request, "alice"), count=2)
    token = kit.token(request=request, verdict=ApprovalVerdict.REJECT)
    assert kit.check(token, request=request).verdict is ApprovalVerdict.REJECT


def test_an_engineer_cannot_block_a_request(kit):
    assert kit.refused(kit.token("jane", verdict=ApprovalVerdict.REJECT)) == "level_too_low"


def test_a_rejection_cannot_be_turned_into_an_approval(kit):
    envelope = read_token(kit.token(verdict=ApprovalVerdict.REJECT))
    payload = envelope.payload.replace(b'"reject"', b'"approve"')
    assert payload != envelope.payload
    assert kit.refused(write_token(replace(envelope, payload=payload))) == "bad_signature"


# Clock


def test_an_approval_ends_with_its_last_second(kit):
    token = kit.token()
    assert kit.check(token, now=kit.now + 3599)
    assert kit.refused(token, now=kit.now + 3600) == "expired"
    assert kit.refused(token, now=kit.now + 10**9) == "expired"


def test_an_approval_from_the_future_is_refused_beyond_the_skew(kit):
    assert kit.check(kit.token(now=kit.now + 60))
    assert kit.refused(kit.token(now=kit.now + 61)) == "not_yet_valid"
    later = kit.reseal(kit.token(), lambda s: s["predicate"].update(nbf=kit.now + 61))
    assert kit.refused(later) == "not_yet_valid"


def test_an_approval_that_lives_too_long_is_refused(kit):
    assert kit.refused(kit.token(minutes=61)) == "lifetime_too_long"
    assert kit.refused(kit.token(), max_seconds=3599) == "lifetime_too_long"


def test_an_approval_does_not_outlive_its_request(kit):
    request = replace(kit.request, expires=kit.now + 10)
    assert kit.check(kit.token(request=request), request=request).exp == kit.now + 10
    longer = kit.reseal(
        kit.token(request=request), lambda s: s["predicate"].update(exp=kit.now + 100)
    )
    assert kit.check(longer, request=request, now=kit.now + 9)
    assert kit.refused(longer, request=request, now=kit.now + 10) == "request_expired"


# Anything at all


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_get_past_the_reader(kit, junk):
    kit.refused(junk)
    kit.refused(b"tfg1." + junk)
    kit.refused(kit.pack(junk))
    assert kit.refused(kit.seal(junk)) == "malformed_statement"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_part_of_a_statement_replaced_is_refused(kit, data):
    statement = json.loads(kit.payload())
    path = data.draw(st.sampled_from(sorted(paths_of(statement), key=str)))
    owner = at(statement, path)
    name = data.draw(st.sampled_from(sorted(owner)))
    value = data.draw(json_values)
    if name == "reason" or value == owner[name]:
        return
    owner[name] = value
    try:
        payload = canonical_bytes(statement)
    except ValueError:
        return
    kit.refused(kit.seal(payload))
