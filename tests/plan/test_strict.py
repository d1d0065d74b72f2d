import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from guardrail.errors import MalformedPlanError, PlanError, PlanTooLargeError
from guardrail.plan import strict

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


def read(data):
    """Read a document the way a plan is read: its members, then each member whole."""
    found = strict.document(strict.utf8(memoryview(data)))
    for raw in found.values():
        strict.refuse_duplicates(raw, "a member")
    return {key: msgspec.json.decode(raw) for key, raw in found.items()}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(max_size=6), VALUES))
def test_any_object_is_read_as_the_standard_reader_reads_it(value):
    assert read(compact(value)) == value
    assert read(json.dumps(value, indent=2).encode()) == value


@settings(max_examples=150, deadline=None)
@given(st.data(), VALUES, VALUES, st.booleans())
def test_a_key_that_occurs_twice_is_refused_at_any_depth(data, first, second, pretty):
    key = data.draw(st.text(max_size=4))
    depth = data.draw(st.integers(0, 5))
    space = " " if pretty else ""
    name = json.dumps(key)
    text = f"{{{name}:{space}{json.dumps(first)},{name}:{json.dumps(second)}}}"
    for level in range(depth):
        text = f'{{"x{level}":{space}{text}}}' if level % 2 else f'{{"x":[1,{text}]}}'
    with pytest.raises(MalformedPlanError, match="once"):
        read(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"\\u0061":2}',
        b'{"\\u0061":1,"a":2}',
        b'{"x":{"a":1,"\\u0061":1}}',
        b'{"a":1, "a":1}',
        b'{"":1,"":1}',
        b'{"a":{"b":1,"c":{"d":1,"d":1}}}',
        b'{"a":[[{"d":1,"d":{}}]]}',
    ],
)
def test_keys_that_are_equal_once_unescaped_are_the_same_key(text):
    with pytest.raises(MalformedPlanError, match="once"):
        read(text)


def test_a_needless_escape_alone_is_no_duplicate():
    assert read(b'{"\\u0061":1,"b":{"\\/":2}}') == {"a": 1, "b": {"/": 2}}


def test_nested_members_find_duplicates_without_the_document_being_compact():
    raw = Raw(b'{"a" : {"b":1}, "a": 2}')
    with pytest.raises(MalformedPlanError, match="once"):
        strict.members(raw, "here")
    assert list(strict.members(Raw(b'{"a" : 1, "b": 2}'), "here")) == ["a", "b"]
    assert strict.members(Raw(b"{}"), "here") == {}


class Shell(msgspec.Struct):
    name: str | msgspec.UnsetType = msgspec.UNSET
    parts: list[Raw] | msgspec.UnsetType = msgspec.UNSET


SHELL = msgspec.json.Decoder(Shell)


@pytest.mark.parametrize(
    "text",
    [
        b"{}",
        b'{"name":"a","parts":[{"b":1},[]]}',
        b'{"parts":[],"name":"\\u0061"}',
        b'{"name":"a","parts":[1, 2],"more":{"b":[1]}}',
    ],
)
def test_a_shell_reads_what_its_shape_names_and_looks_at_the_rest(text):
    shell, value = strict.shell(Raw(text), SHELL, "here"), json.loads(text)
    assert (shell.name or "") == value.get("name", "")
    assert [json.loads(bytes(part)) for part in shell.parts or []] == value.get("parts", [])


@pytest.mark.parametrize(
    "text",
    [
        b'{"name":"a","name":"a"}',
        b'{"parts":[1],"parts":[1,2]}',
        b'{"parts":[1],"parts":null}',
        b'{"parts":[1],"p\\u0061rts":[1]}',
        b'{"more":1,"name":"a","more":1}',
        b'{"name":"a","more":{"b":[{"c":1,"c":2}]}}',
    ],
)
def test_a_key_that_occurs_twice_in_a_shell_is_refused(text):
    with pytest.raises(MalformedPlanError, match="once"):
        strict.shell(Raw(text), SHELL, "here")


def test_a_shell_of_a_wrong_type_is_refused():
    with pytest.raises(MalformedPlanError, match="array"):
        strict.shell(Raw(b'{"parts":"canary"}'), SHELL, "here")


class Frame(msgspec.Struct, omit_defaults=True):
    name: str
    mark: object = None
    values: Raw = Raw(b"null")


FRAME = msgspec.json.Decoder(Frame)


@pytest.mark.parametrize(
    "text",
    [
        b'{"name":"a","mark":{"b":[1]},"values":{"c":1}}',
        b'{"values":{"c":1},"name":"a"}',
        b'{"name":"\\u0061","values":{"c":1},"more":{"b":1}}',
        b'{"name":"a","mark":null,"values":{"c": 1}}',
    ],
)
def test_a_frame_reads_what_its_shape_names_in_any_order(text):
    frame = strict.frame(Raw(text), FRAME, "here")
    assert (frame.name, json.loads(bytes(frame.values))) == ("a", {"c": 1})


@pytest.mark.parametrize(
    "text",
    [
        b'{"name":"a","name":"a"}',
        b'{"name":"a","n\\u0061me":"a"}',
        b'{"name":"a","mark":{"b":1,"b":1}}',
        b'{"name":"a","mark":{"b":1,"\\u0062":1}}',
        b'{"name":"a","values":{},"values":{"c":1}}',
        b'{"name":"a","values":{"c":1},"values":{}}',
        b'{"name":"a","more":1,"more":1}',
        b'{"name":"a","more":{"b":[{"c":1,"c":2}]}}',
        b'{"name":1,"name":"a"}',
    ],
)
def test_a_key_that_occurs_twice_in_a_frame_is_refused(text):
    with pytest.raises(MalformedPlanError, match="once"):
        strict.frame(Raw(text), FRAME, "here")


def test_a_frame_of_a_wrong_type_is_refused():
    with pytest.raises(MalformedPlanError, match="str"):
        strict.frame(Raw(b'{"name":1}'), FRAME, "here")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_utf8_and_utf16_are_read_alike(encoding):
    value = {"key": "a 日本語 😀 é", "n": 1}
    assert read(json.dumps(value, ensure_ascii=False).encode(encoding)) == value


def test_utf16_of_both_orders_is_read_with_its_mark():
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert read(mark + '{"é":1}'.encode(encoding)) == {"é": 1}


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":"\xff"}',
        b'{"\xff":1}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xc0\xaf"}',
        b'{"a":"\xe6\x97"}',
        b"\xff\xfe{\x00\x00\xd8}\x00",
        b"\xff\xfe{",
        '{"a":1}'.encode("utf-32"),
    ],
)
def test_invalid_text_is_refused(data):
    with pytest.raises(MalformedPlanError):
        read(data)


def test_invalid_text_across_a_chunk_is_refused_and_valid_text_is_read(monkeypatch):
    monkeypatch.setattr(strict, "_CHUNK", 3)
    assert read('{"a":"日本語"}'.encode()) == {"a": "日本語"}
    with pytest.raises(MalformedPlanError, match="UTF-8"):
        read('{"a":"日本語'.encode()[:-1])


@pytest.mark.parametrize("escape", [r"\ud800", r"\udc00", r"\ud800A", r"\udc00\ud800", r"\uD83D x"])
def test_a_lone_surrogate_is_refused_wherever_it_is(escape):
    for text in (f'{{"a":"{escape}"}}', f'{{"{escape}":1}}', f'{{"a":[{{"b":"{escape}"}}]}}'):
        with pytest.raises(MalformedPlanError):
            read(text.encode())


def test_a_pair_of_surrogates_and_an_escaped_backslash_are_read():
    assert read(rb'{"a":"\ud83d\ude00","b":"\\ud800"}') == {"a": "😀", "b": "\\ud800"}


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "01", "1.", ".5", "+1", "tru"])
def test_what_json_does_not_know_is_refused(word):
    for text in (f'{{"a":{word}}}', f'{{"a":{{"b":[{word}]}}}}'):
        with pytest.raises(MalformedPlanError):
            read(text.encode())


@pytest.mark.parametrize(
    "text", [b'{"a":1}{"b":2}', b'{"a":1} x', b'{"a":1}\n{}', b'x {"a":1}', b'{"a":1}\x00']
)
def test_a_second_document_or_text_around_is_refused(text):
    with pytest.raises(MalformedPlanError):
        read(text)


def test_white_space_around_is_allowed():
    assert read(b' \n{"a":1}\n') == {"a": 1}
    assert read(b'{"a":1}' + b" " * 100) == {"a": 1}


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_100000_deep_is_refused(opening):
    closing = {b"[": b"]", b'{"a":': b"1}"}[opening]
    for text in (opening * 100_000, b'{"x":' + opening * 100_000 + closing * 100_000 + b"}"):
        with pytest.raises(PlanError):
            read(text)


def test_a_piece_deeper_than_the_exact_reader_goes_is_refused():
    deep = Raw(b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}")
    with pytest.raises(PlanTooLargeError, match="deeper"):
        strict.refuse_duplicates(deep, "here")
    with pytest.raises(PlanTooLargeError, match="deeper"):
        strict.refuse_duplicates(Raw(b"[" * 5000 + b"]" * 5000), "here")


def test_numbers_keep_every_digit():
    decoder = msgspec.json.Decoder(int)
    for number in (2**53 + 1, 2**64 + 1, 10**40 + 7, -(2**63) - 1):
        assert strict.leaf(Raw(str(number).encode()), decoder, "here") == number
    strict.refuse_duplicates(Raw(b'{"a":1e999,"b":123456789012345678901234567890.5}'), "here")


def test_a_number_of_absurd_length_is_refused():
    with pytest.raises(MalformedPlanError):
        strict.refuse_duplicates(Raw(b'{"a":' + b"9" * 5000 + b"}"), "here")


def test_a_text_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(strict, "MAX_BYTES", 10)
    with pytest.raises(PlanTooLargeError, match="11"):
        strict.utf8(memoryview(b" " * 11))
    assert bytes(strict.utf8(memoryview(b" " * 10))) == b" " * 10


def test_empty_and_one_byte_texts_are_left_to_the_reader():
    for data in (b"", b"{", b"\x00"):
        with pytest.raises(MalformedPlanError):
            read(data)


def test_a_wrong_type_names_the_path_and_never_the_value():
    class Shape(msgspec.Struct):
        a: list[int]

    with pytest.raises(MalformedPlanError) as caught:
        strict.leaf(Raw(b'{"a":[1,"canary"]}'), msgspec.json.Decoder(Shape), "resources[3]")
    assert "resources[3]" in caught.value.message
    assert "$.a[1]" in caught.value.message
    assert "canary" not in caught.value.message
    assert caught.value.__cause__ is None


def test_a_duplicate_key_is_not_named_because_a_key_may_be_a_value():
    with pytest.raises(MalformedPlanError) as caught:
        read(b'{"x":{"canary":1,"canary":2}}')
    assert "canary" not in caught.value.message
    assert caught.value.__suppress_context__


def test_the_buffer_is_not_copied():
    data = b'{"a":"' + b"x" * 100 + b'"}'
    view = memoryview(data)
    raw = strict.document(strict.utf8(view))["a"]
    assert bytes(raw) == data[5:-1]
