"""Verifying: every change of a log is found, at its line."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_mock import MockerFixture

from guardrail.audit.entry import LINE_LIMIT, NOTHING, Entry, Event, entry_line, next_entry
from guardrail.audit.verify import Verified, verify, verify_file
from guardrail.errors import AuditError

NOW = 1767225600


def chained(*events: Event) -> list[bytes]:
    lines, last = [], None
    for number, event in enumerate(events):
        last = next_entry(last, event, {"number": number}, NOW + number)
        lines.append(entry_line(last))
    return lines


LOG = chained(*[Event.DECISION] * 6)


def found(lines: list[bytes], head: str | None = None) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in verify(lines, head=head).problems]


def hash_of(line: bytes) -> str:
    return line.partition(b'"hash":"')[2][:64].decode()


def test_a_log_as_it_was_written_has_no_problems() -> None:
    assert verify(LOG) == Verified(entries=6, head=hash_of(LOG[-1]), torn=(), problems=())


def test_an_empty_log_has_the_head_of_nothing() -> None:
    assert verify([]) == Verified(entries=0, head=NOTHING, torn=(), problems=())


def edited(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b'"number":2', b'"number":7'), *lines[3:]]


def deleted(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], *lines[3:]]


def swapped(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[3], lines[2], *lines[4:]]


def duplicated(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[2], *lines[3:]]


def inserted(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], chained(Event.DECISION)[0], *lines[2:]]


def first_deleted(lines: list[bytes]) -> list[bytes]:
    return lines[1:]


def rewritten(lines: list[bytes]) -> list[bytes]:
    other = entry_line(
        Entry(
            schema="guardrail.audit/v1", seq=3, prev=hash_of(lines[1]), time=NOW,
            event="decision", body={}, hash="0" * 64,
        )
    )  # fmt: skip
    return [*lines[:2], other, *lines[3:]]


def forked(lines: list[bytes]) -> list[bytes]:
    fork = chained(*[Event.APPLY_INTENT] * 3)[2]
    return [*lines[:2], fork, *lines[3:]]


def spaced(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b":", b": "), *lines[3:]]


def overwritten(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b"x" * (len(lines[2]) - 1) + b"\n", *lines[3:]]


def replaced_by_json(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b'{"seq":3}\n', *lines[3:]]


def blank_line(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b"\n", *lines[2:]]


def junk_at_the_end(lines: list[bytes]) -> list[bytes]:
    return [*lines, b"junk\n"]


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (edited, [(3, "wrong_hash")]),
        (deleted, [(3, "missing")]),
        (swapped, [(3, "missing"), (4, "out_of_order"), (5, "missing")]),
        (duplicated, [(4, "out_of_order")]),
        (inserted, [(3, "out_of_order"), (4, "missing")]),
        (first_deleted, [(1, "missing")]),
        (rewritten, [(3, "wrong_hash"), (4, "broken_chain")]),
        (forked, [(3, "broken_chain"), (4, "broken_chain")]),
        (spaced, [(3, "not_canonical")]),
        (overwritten, [(3, "torn_unrecorded"), (4, "missing")]),
        (replaced_by_json, [(3, "not_an_entry")]),
        (blank_line, [(3, "torn_unrecorded")]),
        (junk_at_the_end, [(7, "torn_unrecorded")]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_92_a_change_is_found_at_its_line(
    change: Callable[[list[bytes]], list[bytes]], problems: list[tuple[int, str]]
) -> None:
    assert found(change(LOG)) == problems


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_92_any_single_changed_byte_is_found(data: st.DataObject) -> None:
    content = bytearray(b"".join(LOG))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))

    assert found(BytesIO(content).readlines())


@settings(max_examples=200, deadline=None)
@given(st.permutations(range(6)), st.integers(1, 6))
def test_92_any_other_order_or_choice_of_lines_is_found(order: list[int], count: int) -> None:
    lines = [LOG[number] for number in order[:count]]

    if lines != LOG[:count]:
        assert found(lines)


# -- the end of a log --------------------------------------------------------------------


@pytest.mark.parametrize("keep", [0, 1, 5])
def test_93_a_shortened_log_verifies_by_itself_but_not_against_a_known_head(keep: int) -> None:
    assert found(LOG[:keep]) == []
    assert found(LOG[:keep], head=hash_of(LOG[-1])) == [(keep, "head_missing")]


def test_93_a_log_written_anew_is_found_by_a_known_head() -> None:
    anew = chained(*[Event.APPLY_INTENT] * 6)

    assert found(anew) == []
    assert found(anew, head=hash_of(LOG[3])) == [(6, "head_missing")]


@pytest.mark.parametrize("head", [None, NOTHING, hash_of(LOG[0]), hash_of(LOG[5])])
def test_a_known_head_may_be_any_entry(head: str | None) -> None:
    assert found(LOG, head=head) == []


def test_the_hash_of_an_edited_entry_is_no_head() -> None:
    assert (6, "head_missing") in found(edited(LOG), head=hash_of(LOG[2]))


def test_a_cut_line_is_told() -> None:
    assert found([*LOG[:5], LOG[5][:40]]) == [(6, "unterminated")]
    assert found([*LOG[:5], LOG[5][:-1]]) == [(6, "unterminated")]
    assert verify([*LOG[:5], LOG[5][:-1]]).entries == 6


# -- torn lines --------------------------------------------------------------------------


def recovered(fragments: list[bytes], recorded: dict[str, object]) -> list[bytes]:
    last = next_entry(None, Event.DECISION, {}, NOW)
    torn = next_entry(last, Event.TORN, recorded, NOW)
    return [entry_line(last), *fragments, entry_line(torn)]


def record(*fragments: bytes) -> dict[str, object]:
    return {
        "fragments": [
            {"length": len(each), "sha256": hashlib.sha256(each).hexdigest()} for each in fragments
        ]
    }


def test_94_torn_lines_that_are_recorded_are_no_problem() -> None:
    verified = verify(recovered([b'{"bo\n', b"{\n"], record(b'{"bo', b"{")))

    assert (verified.torn, verified.problems, verified.entries) == ((2, 3), (), 2)


@pytest.mark.parametrize(
    ("fragments", "recorded"),
    [
        ([b'{"ba\n'], record(b'{"bo')),
        ([b'{"bo\n', b"{\n"], record(b'{"bo')),
        ([b'{"bo\n'], record(b'{"bo', b"{")),
        ([], record(b'{"bo')),
        ([], record()),
        ([b'{"bo\n'], {}),
    ],
)
def test_94_torn_lines_other_than_recorded_are_found(
    fragments: list[bytes], recorded: dict[str, object]
) -> None:
    assert found(recovered(fragments, recorded)) == [(len(fragments) + 2, "torn_differs")]


# -- files -------------------------------------------------------------------------------


def test_a_missing_log_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match=r"cannot be read: '.*' does not exist"):
        verify_file(tmp_path / "audit.jsonl")


def test_an_endless_line_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    with path.open("wb") as file:
        file.write(LOG[0])
        file.truncate(4 * LINE_LIMIT)

    assert {problem.code for problem in verify_file(path).problems} == {"unterminated"}


def test_a_failing_disk_is_an_error(tmp_path: Path, mocker: MockerFixture) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b"".join(LOG))
    mocker.patch("os.dup", side_effect=OSError(24, "Too many open files"))

    with pytest.raises(AuditError, match="cannot be read: too many open files"):
        verify_file(path)


def test_no_problem_shows_what_the_log_holds() -> None:
    lines = [line.replace(b"decision", b"\x1b[2Jcanary") for line in LOG]

    for problem in verify(lines).problems:
        assert problem.message.isprintable()
        assert "canary" not in problem.message
