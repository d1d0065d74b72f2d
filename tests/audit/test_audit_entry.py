"""One entry: its one form, its hash, and what it cannot carry."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.audit.entry import (
    LABEL,
    LINE_LIMIT,
    NOTHING,
    Event,
    Flaw,
    entry_line,
    next_entry,
    read_line,
)
from guardrail.errors import AuditError

NOW = 1767225600
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
BODIES = st.dictionaries(
    TEXT,
    st.recursive(
        TEXT | st.booleans() | st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(body=BODIES, at=st.integers(0, 2**53 - 1))
def test_an_entry_is_read_back_from_its_line(body: dict[str, object], at: int) -> None:
    first = next_entry(None, Event.DECISION, body, at)
    second = next_entry(first, Event.APPLY_INTENT, body, at)

    assert read_line(entry_line(first)[:-1]) == (first, None)
    assert read_line(entry_line(second)[:-1]) == (second, None)
    assert (first.seq, first.prev, second.seq, second.prev) == (1, NOTHING, 2, first.hash)
    assert (second.body, second.time) == (body, at)


def test_the_hash_can_be_computed_by_anybody_with_a_json_library() -> None:
    entry = next_entry(None, Event.DECISION, {"outcome": "deny", "count": 2}, NOW)

    rest = json.loads(entry_line(entry))
    named = rest.pop("hash")
    again = json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()
    assert named == hashlib.sha256(LABEL + again).hexdigest()


def test_99_newlines_colours_and_nulls_stay_on_one_line() -> None:
    nasty = "one\ntwo\r\x1b[31mred\x00\u2028\u202e\x85"

    line = entry_line(next_entry(None, Event.DECISION, {"reason": nasty, nasty: nasty}, NOW))

    assert line.count(b"\n") == 1
    assert not {*line[:-1]} & {*range(32)}
    assert json.loads(line)["body"]["reason"] == nasty


def looped() -> dict[str, object]:
    body: dict[str, object] = {}
    body["again"] = body
    return body


@pytest.mark.parametrize(
    "body",
    [
        {"value": 1.5},
        {"value": [{"deep": float("nan")}]},
        {"value": 2**53},
        {"value": "\ud800"},
        {"value": b"bytes"},
        {"value": object},
        {1: "key"},
        looped(),
    ],
    ids=str,
)
def test_a_body_that_json_cannot_carry_is_refused_without_showing_it(body: dict) -> None:
    with pytest.raises(AuditError, match="holds what a log entry cannot carry") as caught:
        next_entry(None, Event.DECISION, body, NOW)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("at", [-1, 10**30, -(10**30)])
def test_82_a_time_that_is_none_is_refused(at: int) -> None:
    with pytest.raises(AuditError):
        next_entry(None, Event.DECISION, {}, at)


def test_an_overlong_entry_is_refused() -> None:
    with pytest.raises(AuditError, match="is longer than 262144 bytes"):
        next_entry(None, Event.DECISION, {"rules": "x" * LINE_LIMIT}, NOW)


LINE = entry_line(next_entry(None, Event.DECISION, {"outcome": "deny"}, NOW))[:-1]


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        (b"", Flaw.TORN),
        (LINE[:-1], Flaw.TORN),
        (LINE[:1], Flaw.TORN),
        (b"\xff", Flaw.TORN),
        (b"{}", Flaw.NOT_AN_ENTRY),
        (b"1", Flaw.NOT_AN_ENTRY),
        (b"[" * 100_000 + b"]" * 100_000, Flaw.NOT_AN_ENTRY),
        (LINE.replace(b'"seq":1', b'"seq":"1"'), Flaw.NOT_AN_ENTRY),
        (LINE.replace(b'"seq":1', b'"more":0,"seq":1'), Flaw.NOT_AN_ENTRY),
        (LINE.replace(b'"seq":1', b'"seq":0'), Flaw.NOT_AN_ENTRY),
        (LINE.replace(b"audit/v1", b"audit/v2"), Flaw.NOT_AN_ENTRY),
        (LINE.replace(b'"time":1', b'"time":-1'), Flaw.NOT_AN_ENTRY),
        (LINE.replace(b'"deny"', b"9007199254740993"), Flaw.NOT_AN_ENTRY),
        (LINE.replace(b":", b": ", 1), Flaw.NOT_CANONICAL),
        (LINE.replace(b'"seq":1', b'"seq":1,"seq":1'), Flaw.NOT_CANONICAL),
        (LINE.replace(b"deny", b"den\\u0079"), Flaw.NOT_CANONICAL),
        (LINE.replace(b"deny", b"allow"), Flaw.WRONG_HASH),
        (LINE.replace(b'"seq":1', b'"seq":2'), Flaw.WRONG_HASH),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:40].decode("ascii", "replace"),
)
def test_a_line_has_the_flaw_that_it_has(line: bytes, flaw: Flaw) -> None:
    assert read_line(line)[1] is flaw
