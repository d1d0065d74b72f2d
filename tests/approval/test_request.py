"""Requests: one text each, read from hands that may not be ours."""

import json
import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from guardrail.approval import strict_json
from guardrail.approval.request import (
    MAX_REQUEST,
    facts_digest,
    read_request,
    request_digest,
    write_request,
)
from guardrail.canonical import canonical_bytes, sha256_hex
from guardrail.errors import ApprovalError


def refused(data):
    with pytest.raises(ApprovalError) as caught:
        read_request(data)
    assert caught.value.code == "malformed_request"
    return caught.value.message


def test_a_request_goes_there_and_back(kit):
    data = write_request(kit.request)
    assert data.endswith(b"}\n")
    assert data.count(b"\n") == 1
    assert read_request(data) == read_request(data[:-1]) == kit.request
    assert write_request(read_request(data)) == data


def test_the_digest_is_that_of_the_text(kit):
    assert request_digest(kit.request) == sha256_hex(write_request(kit.request)[:-1])
    facts = json.loads(write_request(kit.request))["facts"]
    assert facts_digest(kit.request.facts) == sha256_hex(canonical_bytes(facts))


def edits(kit):
    text = write_request(kit.request).decode().rstrip()
    yield text + "\n\n"
    yield text + " "
    yield "\ufeff" + text
    yield text + text
    yield text[:-1]
    yield ""
    yield "null"
    yield "[]"
    yield json.dumps(json.loads(text))
    yield text.replace('"count":1', '"count":1.0')
    yield text.replace('"count":1', '"count":true')
    yield text.replace('"count":1', '"count":0')
    yield text.replace('"count":1', '"count":9')
    yield text.replace('"count":1', '"count":1,"count":1')
    yield text.replace('"count":1', '"count":2,"count":1')
    yield text.replace('"serial":41', '"serial":"41"')
    yield text.replace('"share":0.85', '"share":0.850')
    yield text.replace('"share":0.85', '"share":1e400')
    yield text.replace('"share":0.85', '"share":NaN')
    yield text.replace('"share":0.85', '"share":-Infinity')
    yield text.replace('"share":0.85', '"share":0.85,"zebra":1')
    yield text.replace('"replace":34', '"replace":34,"zebra":1')
    yield text.replace('"schema":"guardrail.request/v1"', '"schema":"guardrail.request/v2"')
    yield text.replace(',"schema":"guardrail.request/v1"', "")
    yield text.replace('"rebuilt"', '"vanished"')
    yield text.replace('"require_approval"', '"allow"')
    yield text.replace("91aa" * 16, "91AA" * 16)
    yield text.replace("0192" * 8, "0192" * 7)
    yield text.replace('"directory":', '"direct\\u006fry":')


def test_every_other_text_is_refused(kit):
    whole = write_request(kit.request).decode().rstrip()
    for text in edits(kit):
        assert text != whole
        refused(text.encode())


@pytest.mark.parametrize(
    "evil",
    [
        "\x1b[2J",
        "\n",
        "\r",
        "\t",
        "\0",
        "\x7f",
        "\x9b",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u2028",
        "\ufeff",
    ],
)
def test_what_a_person_cannot_see_is_refused_reading_and_writing(kit, evil):
    binding = replace(kit.request.binding, directory=f"/srv/{evil}live")
    request = replace(kit.request, binding=binding)
    assert "printed" in refused(canonical_bytes(msgspec.to_builtins(request)))
    with pytest.raises(ApprovalError):
        write_request(request)


def test_any_script_that_can_be_seen_is_kept(kit):
    binding = replace(kit.request.binding, directory="/srv/инфра/本番/été")
    request = replace(kit.request, binding=binding)
    assert read_request(write_request(request)) == request


def test_a_lone_surrogate_can_neither_be_written_nor_read(kit):
    binding = replace(kit.request.binding, directory="/srv/\ud800")
    with pytest.raises(ApprovalError, match="exactly"):
        write_request(replace(kit.request, binding=binding))
    refused(write_request(kit.request).replace(b"/srv/infra", b"/srv/\\ud800"))
    refused(write_request(kit.request).replace(b"/srv/infra", b"/srv/\xff"))


def test_a_time_that_is_negative_or_not_exact_is_refused(kit):
    for when in (-1, 2**53):
        text = write_request(kit.request).replace(
            b'"created":%d' % kit.request.created, b'"created":%d' % when
        )
        refused(text)


def test_a_request_over_the_limit_is_refused_before_it_is_read():
    assert str(MAX_REQUEST) in refused(b" " * (MAX_REQUEST + 2))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 17 + "]" * 17])
def test_deep_nesting_is_refused(text):
    refused(text.encode())


def test_no_digits_are_too_many():
    refused(b'{"created":' + b"9" * 10_000 + b"}")


def test_sixteen_levels_are_read_and_seventeen_are_not():
    assert strict_json.read(b"[" * 16 + b"1" + b"]" * 16, limit=99)
    for text in (b"[" * 17 + b"]" * 17, b'{"a":' * 17 + b"1" + b"}" * 17):
        with pytest.raises(strict_json.MalformedDocumentError, match="16"):
            strict_json.read(text, limit=999)


def test_a_member_whose_name_cannot_be_shown_is_refused():
    with pytest.raises(strict_json.MalformedDocumentError):
        strict_json.read(b'{"a\\u001b":1}', limit=99)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_the_reader_fail_in_another_way(junk):
    refused(junk)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
        max_leaves=10,
    )
)
def test_what_is_read_is_what_was_written(value):
    try:
        read = strict_json.read(json.dumps(value).encode(), limit=10**6, fractions=True)
    except strict_json.MalformedDocumentError:
        return
    assert read == value
    assert not isinstance(read, float) or math.isfinite(read)
