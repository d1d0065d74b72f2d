"""What the ledger knows of stacks: how each was left, and what was lost within a window."""

import contextlib
import sqlite3
from pathlib import Path

import msgspec
import pytest
from pytest_mock import MockerFixture

from guardrail.errors import LedgerError
from guardrail.ledger.database import Database, read_mark
from guardrail.ledger.interface import Ledger, Lost, LostByOrigin, Remembered, Stack, Toll
from guardrail.ledger.sqlite import SqliteLedger

NOW = 1767225600
HOUR = 3600
STACK = Stack(
    key="s3:91ab#prod",
    place="/srv/live#prod",
    lineage="f3c6",
    serial=8,
    resources=2,
    peak=2,
    remembered=Remembered(
        objects={"5c" * 32: "07" * 32, "9b" * 32: ""},
        prevented=("aws_db_instance.main",),
        pointers={"aws": "c2" * 32},
    ),
    apply_id="b71f",
    at=NOW,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Ledger:
    return SqliteLedger(path)


def changed(**changes: object) -> Stack:
    return msgspec.structs.replace(STACK, **changes)


def lose(
    ledger: Ledger,
    apply_id: str,
    *,
    stack: str = STACK.key,
    lineage: str = STACK.lineage,
    origin: str = "agent:a",
    at: int = NOW,
    imports: tuple[str, ...] = (),
    **lost: tuple[str, int],
) -> None:
    toll = Toll(
        lineage=lineage,
        origin=origin,
        losses=tuple(of(n, a, b) for n, (a, b) in lost.items()),
        imports=imports,
    )
    ledger.begin_apply(
        apply_id=apply_id, stack=stack, plan_sha256="", request_id=None, at=at, toll=toll
    )
    ledger.end_apply(apply_id, "applied", at)


def of(environment: str, objects: str, managed: int) -> Lost:
    """Return the loss of objects with one letter each for a digest."""
    return Lost(environment=environment, objects=frozenset(objects), managed=managed)


def direct(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


# -- how a stack was left ----------------------------------------------------------------


def test_a_stack_is_remembered_as_it_was_noted(ledger: Ledger, path: Path) -> None:
    assert ledger.stack(STACK.key) is None
    ledger.note_stack(STACK)

    assert SqliteLedger(path).stack(STACK.key) == STACK
    assert ledger.stack("another") is None


def test_a_later_apply_takes_the_place_of_an_earlier_one_but_the_peak_stays(
    ledger: Ledger,
) -> None:
    ledger.note_stack(changed(resources=40, peak=0))
    later = changed(
        place="/elsewhere#prod", lineage="0a", serial=1, resources=3, peak=0,
        remembered=Remembered(), apply_id="c8", at=NOW + 1,
    )  # fmt: skip
    ledger.note_stack(later)

    assert ledger.stack(STACK.key) == msgspec.structs.replace(later, peak=40)
    assert ledger.stack_by_lineage(STACK.lineage) is None


def test_a_copied_stack_is_found_by_its_lineage_the_last_one_first(ledger: Ledger) -> None:
    ledger.note_stack(STACK)
    ledger.note_stack(changed(key="copy", at=NOW + 1))
    ledger.note_stack(changed(key="earlier copy", at=NOW - 1))

    found = ledger.stack_by_lineage(STACK.lineage)
    assert found is not None
    assert found.key == "copy"


def test_stacks_without_a_state_are_not_the_same_stack(ledger: Ledger) -> None:
    ledger.note_stack(changed(lineage=""))

    assert ledger.stack_by_lineage("") is None


def test_a_place_names_the_stacks_that_were_last_applied_from_there(ledger: Ledger) -> None:
    assert ledger.stacks_at(STACK.place) == ()
    other = changed(key="another")
    ledger.note_stack(STACK)
    ledger.note_stack(other)
    assert ledger.stacks_at(STACK.place) == (other, STACK)
    ledger.note_stack(changed(place="/elsewhere#prod"))

    assert ledger.stacks_at(STACK.place) == (other,)


@pytest.mark.parametrize(
    "body", ["'e30='", "'{}'", "x'7b'", "x'ff'", "x'7b226f626a65637473223a317d'"]
)
def test_a_stack_that_is_not_what_was_noted_is_damage(
    ledger: Ledger, path: Path, body: str
) -> None:
    ledger.note_stack(STACK)
    direct(path, f"UPDATE stacks SET body = {body}")

    with pytest.raises(LedgerError, match="the ledger is damaged"):
        ledger.stack(STACK.key)


# -- what was lost (bypass 22) -----------------------------------------------------------


def test_losses_within_the_window_add_up_by_environment(ledger: Ledger) -> None:
    lose(ledger, "old", production=("xyz", 60), at=NOW - 2 * HOUR)
    lose(ledger, "first", production=("abc", 40), staging=("d", 5), at=NOW - HOUR)
    lose(ledger, "second", production=("ef", 37))

    assert ledger.losses(STACK.key, "", NOW - HOUR) == (
        of("production", "abcef", 40),
        of("staging", "d", 5),
    )
    assert ledger.losses(STACK.key, "", NOW + 1) == ()


def test_what_is_lost_again_is_no_further_loss(ledger: Ledger) -> None:
    lose(ledger, "1", production=("ab", 10))
    lose(ledger, "2", production=("ab", 10))
    lose(ledger, "3", production=("bc", 10))

    assert ledger.losses(STACK.key, "", NOW) == (of("production", "abc", 10),)
    assert by_origin(ledger).here == {"a", "b", "c"}


def test_losses_of_a_copy_of_the_state_are_losses_of_the_stack(ledger: Ledger) -> None:
    lose(ledger, "here", production=("a", 9))
    lose(ledger, "copy", stack="copy", production=("bc", 10))
    lose(ledger, "other", stack="other", lineage="0a", production=("defg", 4))
    lose(ledger, "new", stack="new", lineage="", production=("hijklmno", 8))

    together = (of("production", "abc", 10),)
    assert ledger.losses(STACK.key, STACK.lineage, NOW) == together
    assert ledger.losses("nowhere", STACK.lineage, NOW) == together
    assert ledger.losses("nowhere", "", NOW) == ()


def by_origin(
    ledger: Ledger, origin: str = "agent:a", key: str = STACK.key, lineage: str = STACK.lineage
) -> LostByOrigin:
    return ledger.losses_by_origin(origin, key, lineage, NOW)


def test_an_origins_losses_add_up_over_all_stacks(ledger: Ledger) -> None:
    lose(ledger, "1", production=("a", 9), staging=("bc", 2))
    lose(ledger, "2", stack="other", lineage="0a", production=("adef", 4))
    lose(ledger, "3", stack="other", lineage="0a", production=("fg", 4))
    lose(ledger, "4", stack="third", lineage="", production=("a", 4))
    lose(ledger, "5", origin="unknown:", production=("hijk", 9))
    lose(ledger, "6", production=("lmno", 17), at=NOW - 1)

    assert by_origin(ledger) == LostByOrigin(here=frozenset("abc"), elsewhere=6)
    assert by_origin(ledger, key="third", lineage="") == LostByOrigin(
        here=frozenset("a"), elsewhere=8
    )
    assert by_origin(ledger, "agent:b") == LostByOrigin()


def test_an_origins_losses_of_a_copied_state_are_those_of_one_stack(ledger: Ledger) -> None:
    lose(ledger, "here", production=("ab", 9))
    lose(ledger, "copy", stack="copy", production=("bc", 9))

    assert by_origin(ledger, key="nowhere").here == {"a", "b", "c"}
    assert by_origin(ledger, key="nowhere", lineage="") == LostByOrigin(elsewhere=3)


@pytest.mark.parametrize("body", ["'[]'", "7", "x'7b'", "x'5b315d'", "x'ff'"])
def test_a_loss_that_is_not_what_was_noted_is_damage(ledger: Ledger, path: Path, body: str) -> None:
    row = f"'1', '{STACK.key}', '', 'production', 'agent:a', {body}, 9, {NOW}"
    direct(path, f"INSERT INTO losses VALUES ({row})")

    with pytest.raises(LedgerError, match="the ledger is damaged"):
        ledger.losses(STACK.key, "", NOW)
    with pytest.raises(LedgerError, match="the ledger is damaged"):
        by_origin(ledger)


def test_imports_are_remembered_for_the_stack_and_its_copies(ledger: Ledger) -> None:
    lose(ledger, "1", imports=("a", "a", "b"), at=NOW - HOUR)
    lose(ledger, "2", stack="copy", imports=("c",))

    assert ledger.imports(STACK.key, "", NOW - HOUR) == {"a", "b"}
    assert ledger.imports(STACK.key, STACK.lineage, NOW) == {"c"}


def test_an_apply_that_may_not_begin_loses_nothing(ledger: Ledger) -> None:
    ledger.begin_apply(apply_id="1", stack=STACK.key, plan_sha256="", request_id=None, at=NOW)
    with pytest.raises(LedgerError, match="nobody saw its end"):
        lose(ledger, "2", production=("a", 9), imports=("a",))

    assert ledger.losses(STACK.key, STACK.lineage, 0) == ()
    assert ledger.imports(STACK.key, STACK.lineage, 0) == frozenset()


def test_an_apply_whose_losses_cannot_be_noted_does_not_begin(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="cannot hold"):
        lose(ledger, "1", production=("a", 10**30))

    assert ledger.unfinished(STACK.key) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM stacks",
        "DELETE FROM losses",
        "DELETE FROM imports",
        "UPDATE losses SET objects = x'5b5d'",
        "UPDATE imports SET at = 0",
    ],
)
def test_losses_are_not_taken_back_even_by_hand(ledger: Ledger, path: Path, statement: str) -> None:
    ledger.note_stack(STACK)
    lose(ledger, "1", production=("a", 9), imports=("a",))

    with pytest.raises(sqlite3.IntegrityError, match="nothing is taken back"):
        direct(path, statement)


# -- a ledger of version 1 ---------------------------------------------------------------


@pytest.fixture
def old(path: Path) -> Path:
    """Return a ledger as the release before this one left it."""
    SqliteLedger(path).begin_apply(
        apply_id="old", stack="/srv/live#prod", plan_sha256="", request_id=None, at=NOW
    )
    direct(path, *(f"DROP TABLE {name}" for name in ("stacks", "losses", "imports")))
    direct(path, "PRAGMA user_version = 1")
    return path


def objects(path: Path) -> set[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()
        return {version, *connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema")}


def test_an_old_ledger_becomes_one_of_this_version_and_keeps_what_it_knew(
    old: Path, tmp_path: Path
) -> None:
    SqliteLedger(tmp_path / "new")
    ledger = SqliteLedger(old)

    assert objects(old) == objects(tmp_path / "new")
    assert [begun.apply_id for begun in ledger.unfinished("/srv/live#prod")] == ["old"]
    assert old.with_name("ledger.sqlite.mark").read_text() == "2\n", "one write more"
    ledger.note_stack(STACK)
    assert ledger.stack(STACK.key) == STACK


def test_an_upgrade_happens_whole_or_not_at_all(old: Path, mocker: MockerFixture) -> None:
    before = objects(old)
    half = ("CREATE TABLE stacks (key TEXT)", "CREATE TABLE marks (key TEXT)")
    mocker.patch("guardrail.ledger.database.upgrade", return_value=half)
    with pytest.raises(LedgerError):
        SqliteLedger(old)
    mocker.stopall()

    assert objects(old) == before
    assert SqliteLedger(old).stack(STACK.key) is None


def test_of_two_that_upgrade_at_once_the_second_uses_the_first_ones(old: Path) -> None:
    first, second = (Database(old, read_only=True) for _ in range(2))
    first._upgrade()
    SqliteLedger(old).note_stack(STACK)
    second._upgrade()

    assert SqliteLedger(old).stack(STACK.key) == STACK


# -- asked without being changed ---------------------------------------------------------


def test_a_ledger_that_is_only_asked_is_not_changed(ledger: Ledger, path: Path) -> None:
    ledger.note_stack(STACK)

    found = SqliteLedger.existing(path)
    assert found is not None
    assert found.stack(STACK.key) == STACK
    with Database(path).reading() as connection:
        assert read_mark(connection, "generation") == 1


def test_an_old_ledger_that_is_only_asked_stays_old_and_knows_no_stack(old: Path) -> None:
    before = objects(old)

    assert SqliteLedger.existing(old) is None
    assert objects(old) == before


def test_a_ledger_that_is_only_asked_is_not_made(path: Path) -> None:
    with pytest.raises(LedgerError, match="no such file"):
        SqliteLedger.existing(path)
    assert list(path.parent.iterdir()) == []


def test_72_a_ledger_that_is_gone_is_not_taken_for_one_that_never_was(
    ledger: Ledger, path: Path
) -> None:
    ledger.note_stack(STACK)
    path.unlink()

    with pytest.raises(LedgerError, match="the ledger is gone"):
        SqliteLedger.existing(path)
