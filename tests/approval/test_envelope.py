"""Envelopes, with securesystemslib as the second opinion."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as OtherEnvelope

from guardrail.approval import envelope, strict_base64
from guardrail.approval.envelope import (
    MAX_SIGNATURES,
    PAYLOAD_TYPE,
    Envelope,
    Signature,
    pre_authentication_encoding,
    read_envelope,
    write_envelope,
)
from guardrail.approval.token import named_request, read_token, write_token
from guardrail.errors import ApprovalError

payloads = st.binary(max_size=200)
envelopes = st.builds(
    lambda payload, sigs: Envelope(
        payload=payload,
        signatures=tuple(Signature(keyid=k, sig=v) for k, v in sorted(sigs.items())),
    ),
    payloads,
    st.dictionaries(
        st.text("abcXYZ019:+/", max_size=12), st.binary(max_size=80), min_size=1, max_size=8
    ),
)


@settings(max_examples=100, deadline=None)
@given(envelopes)
def test_another_reader_reads_what_we_write_and_signs_the_same_bytes(ours):
    plain = json.loads(write_envelope(ours))
    theirs = OtherEnvelope.from_dict(json.loads(write_envelope(ours)))
    assert theirs.payload == ours.payload
    assert theirs.payload_type == PAYLOAD_TYPE
    assert theirs.pae() == pre_authentication_encoding(ours.payload)
    assert theirs.to_dict() == plain


@settings(max_examples=100, deadline=None)
@given(envelopes)
def test_an_envelope_goes_there_and_back(ours):
    assert read_envelope(write_envelope(ours)) == ours
    assert read_token(write_token(ours)) == ours


def test_the_encoding_is_that_of_the_specification():
    encoded = pre_authentication_encoding(b"hello world", "http://example.com/HelloWorld")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_the_encoding_counts_bytes_and_not_characters():
    assert pre_authentication_encoding("né".encode(), "é") == "DSSEv1 2 é 3 né".encode()


@pytest.mark.parametrize("names", [["b", "a"], ["a", "a"], [], list("abcdefghi")])
def test_signatures_out_of_order_doubled_none_or_too_many_are_refused(names):
    ours = Envelope(payload=b"x", signatures=tuple(Signature(keyid=n, sig=b"s") for n in names))
    assert len(names) != MAX_SIGNATURES
    with pytest.raises(ApprovalError) as caught:
        read_envelope(write_envelope(ours))
    assert caught.value.code == "malformed_token"


@pytest.mark.parametrize("member", ["payload", "sig"])
@pytest.mark.parametrize("text", ["QQ", "QR==", "Q Q==", "QQ==\\n", "_-__", 7, None, ["QQ=="]])
def test_base64_in_any_other_form_is_refused(member, text):
    ours = Envelope(payload=b"A", signatures=(Signature(keyid="k", sig=b"A"),))
    plain = json.loads(write_envelope(ours))
    owner = plain if member == "payload" else plain["signatures"][0]
    owner[member] = text
    data = json.dumps(plain, separators=(",", ":")).encode()
    with pytest.raises(ApprovalError) as caught:
        read_envelope(data)
    assert caught.value.code == "malformed_token"


def test_a_token_needs_its_prefix():
    body = strict_base64.encode_url(b"{}").encode()
    for line in (b"", body, b"tfg2." + body, b"TFG1." + body, b" tfg1." + body, b"tfg1" + body):
        with pytest.raises(ApprovalError) as caught:
            read_token(line)
        assert caught.value.code == "malformed_token"
        assert caught.value.hint


def test_a_token_over_the_limit_is_refused():
    with pytest.raises(ApprovalError, match="65536"):
        read_token(b"tfg1." + b"A" * 65536)


def test_the_longest_token_can_carry_the_longest_envelope():
    length = len(write_token(Envelope(payload=b"", signatures=()))) - 5
    assert length > 0
    assert len(strict_base64.encode_url(b"\0" * (envelope.MAX_ENVELOPE - 4))) + 5 <= 65536


def test_the_request_that_a_token_names_can_be_looked_up(kit):
    assert named_request(kit.token()) == kit.request.request_id
    assert named_request(kit.seal(kit.payload(), "mallory")) == kit.request.request_id
    for token, code in ((b"", "malformed_token"), (kit.seal(b"{}"), "malformed_statement")):
        with pytest.raises(ApprovalError) as caught:
            named_request(token)
        assert caught.value.code == code
