import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.errors import MalformedPlanError, PlanError, UnsupportedPlanError
from guardrail.plan import wire

KNOWN = frozenset(range(1, 20))


def read(data):
    return wire.message(memoryview(data), KNOWN, "test")


def test_numbers_and_bytes_are_read_in_order():
    fields = read(b"\x08\x96\x01\x12\x02hi\x12\x01x\x18\x01")
    assert wire.number(fields, 1, "test") == 150
    assert wire.texts(fields, 2, "test") == ("hi", "x")
    assert wire.flag(fields, 3, "test") is True


def test_what_is_absent_has_the_value_that_proto3_says():
    fields = read(b"")
    assert wire.number(fields, 1, "test") == 0
    assert wire.flag(fields, 1, "test") is False
    assert wire.text(fields, 1, "test") == ""
    assert wire.texts(fields, 1, "test") == ()


def test_the_largest_number_is_read_and_a_larger_one_refused():
    largest = b"\x08" + b"\xff" * 9 + b"\x01"
    assert wire.number(read(largest), 1, "test") == 2**64 - 1
    with pytest.raises(MalformedPlanError):
        read(b"\x08" + b"\xff" * 9 + b"\x02")


@pytest.mark.parametrize(
    "data",
    [
        b"\x08",
        b"\x08\x80",
        b"\x08\x80\x00",
        b"\x08" + b"\x80" * 10 + b"\x01",
        b"\x12\x05hi",
        b"\x12",
        b"\x09" + b"\x00" * 8,
        b"\x0d" + b"\x00" * 4,
        b"\x0b",
        b"\x0c",
        b"\x0e\x01",
        b"\x88\x00\x01",
    ],
)
def test_malformed_data_is_refused(data):
    with pytest.raises(MalformedPlanError):
        read(data)


def test_a_field_that_nobody_knows_is_refused():
    with pytest.raises(UnsupportedPlanError, match="field 20"):
        read(b"\xa0\x01\x01")
    with pytest.raises(UnsupportedPlanError, match="field 0"):
        read(b"\x00\x01")


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (wire.number, b"\x0a\x01x"),
        (wire.number, b"\x08\x01\x08\x02"),
        (wire.flag, b"\x08\x02"),
        (wire.text, b"\x08\x01"),
        (wire.text, b"\x0a\x01\xff"),
        (wire.text, b"\x0a\x01a\x0a\x01b"),
        (wire.texts, b"\x0a\x01a\x08\x01"),
        (wire.content, b"\x08\x01"),
    ],
)
def test_a_field_of_another_kind_or_twice_is_refused(reader, data):
    with pytest.raises(MalformedPlanError):
        reader(read(data), 1, "test")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_arbitrary_bytes_raise_nothing_else(data):
    try:
        fields = read(data)
    except PlanError:
        return
    assert set(fields) <= KNOWN
