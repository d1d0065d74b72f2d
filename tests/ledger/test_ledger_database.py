"""The ledger's file: gone, restored, damaged, locked, full, someone else's."""

import contextlib
import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from guardrail.errors import LedgerError
from guardrail.ledger.sqlite import SqliteLedger

NOW = 1767225600


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> SqliteLedger:
    made = SqliteLedger(path)
    made.open_request("request", b"{}", NOW, NOW + 3600)
    return made


def burn(ledger: SqliteLedger, claim: str = "claim") -> None:
    ledger.burn(jti="token", request_id="request", plan_sha256="6f" * 32, claim_id=claim, at=NOW)


def direct(path: Path, *statements: str) -> None:
    """Do to the database what somebody would do who may write it."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


# -- durable -----------------------------------------------------------------------------


def test_76_commits_are_written_ahead_and_synchronised(ledger: SqliteLedger) -> None:
    with ledger._database.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_76_a_burn_survives_without_what_was_only_in_memory(
    ledger: SqliteLedger, path: Path, tmp_path: Path
) -> None:
    after = tmp_path / "after"
    after.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as holding:
        # An open reader keeps the write-ahead log from being folded in.
        holding.execute("SELECT * FROM requests").fetchall()
        burn(ledger)
        for suffix in ("", "-wal", ".mark"):
            shutil.copy(f"{path}{suffix}", after)

    assert SqliteLedger(after / path.name).spent("request")


def test_the_files_are_for_their_owner_only(ledger: SqliteLedger, path: Path) -> None:
    burn(ledger)

    assert {entry.name: entry.stat().st_mode & 0o777 for entry in path.parent.iterdir()} == {
        "ledger.sqlite": 0o600,
        "ledger.sqlite.mark": 0o600,
    }


def test_a_name_that_means_something_in_an_address_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "odd?mode=memory&%41#name" / "ledger.sqlite"
    path.parent.mkdir()
    SqliteLedger(path).note_trust_version(3)

    assert SqliteLedger(path).seen_trust_version() == 3


# -- gone or older (attack row 72) -------------------------------------------------------


def test_72_a_ledger_that_was_removed_is_not_made_again(ledger: SqliteLedger, path: Path) -> None:
    burn(ledger)
    path.unlink()

    with pytest.raises(LedgerError, match="the ledger is gone: 2 writes were made"):
        SqliteLedger(path)
    with pytest.raises(LedgerError, match="cannot be opened"):
        burn(ledger, "second claim")


def test_72_a_ledger_restored_from_a_copy_is_refused(
    ledger: SqliteLedger, path: Path, tmp_path: Path
) -> None:
    shutil.copy(path, tmp_path / "copy")
    burn(ledger)
    shutil.copy(tmp_path / "copy", path)

    with pytest.raises(LedgerError, match="older than it was: it holds 1 writes, 2 were made"):
        SqliteLedger(path)


def test_72_a_ledger_that_lost_its_last_writes_is_refused(
    ledger: SqliteLedger, path: Path, tmp_path: Path
) -> None:
    after = tmp_path / "after"
    after.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as holding:
        holding.execute("SELECT * FROM requests").fetchall()
        burn(ledger)
        for suffix in ("", "-wal", ".mark"):
            shutil.copy(f"{path}{suffix}", after)
    wal = after / f"{path.name}-wal"
    os.truncate(wal, wal.stat().st_size - 1)

    with pytest.raises(LedgerError, match="older than it was"):
        SqliteLedger(after / path.name)


def test_72_a_removed_ledger_without_its_mark_knows_no_request(
    ledger: SqliteLedger, path: Path
) -> None:
    burn(ledger)
    for left in path.parent.iterdir():
        left.unlink()

    with pytest.raises(LedgerError, match="a request that is not in the ledger"):
        burn(SqliteLedger(path), "second claim")


@pytest.mark.parametrize("content", [b"", b"two\n", b"\xff", b"1" * 33])
def test_72_an_unreadable_mark_is_refused(ledger: SqliteLedger, path: Path, content: bytes) -> None:
    burn(ledger)
    path.with_name("ledger.sqlite.mark").write_bytes(content)

    with pytest.raises(LedgerError, match="mark is not readable"):
        SqliteLedger(path)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM burnt_requests",
        "DELETE FROM burnt_tokens",
        "DELETE FROM requests",
        "DELETE FROM rejections",
        "DELETE FROM applies",
        "DELETE FROM marks",
        "UPDATE burnt_requests SET claim_id = 'mine'",
        "UPDATE burnt_tokens SET claim_id = 'mine'",
        "UPDATE rejections SET request_id = 'other'",
        "UPDATE requests SET body = 'x'",
        "UPDATE marks SET value = value - 1",
    ],
)
def test_72_nothing_is_taken_back_even_by_hand(
    ledger: SqliteLedger, path: Path, statement: str
) -> None:
    burn(ledger)
    ledger.reject("request", person="sam", at=NOW)
    ledger.begin_apply(apply_id="a", stack="s", plan_sha256="", request_id=None, at=NOW)
    ledger.note_trust_version(2)

    with pytest.raises(sqlite3.IntegrityError, match=r"nothing is taken back|never falls"):
        direct(path, statement)


# -- damaged or something else -----------------------------------------------------------


def garbage(path: Path) -> None:
    path.write_bytes(b"garbage" * 1000)


def no_pages(path: Path) -> None:
    os.truncate(path, 4096)


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


def wrong_type(path: Path) -> None:
    direct(
        path,
        "PRAGMA writable_schema = ON",
        "DROP TRIGGER marks_rise",
        "UPDATE marks SET value = 'text' WHERE name = 'generation'",
    )


def missing_mark(path: Path) -> None:
    direct(path, "DROP TRIGGER marks_no_delete", "DELETE FROM marks")


@pytest.mark.parametrize("damage", [garbage, no_pages, overwritten, wrong_type, missing_mark])
@pytest.mark.usefixtures("ledger")
def test_a_damaged_ledger_is_refused(path: Path, damage: Callable[[Path], None]) -> None:
    damage(path)

    with pytest.raises(LedgerError, match="the ledger is damaged"):
        SqliteLedger(path)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other_database(path: Path) -> None:
    direct(path, "PRAGMA application_id = 1")


def other_journal(path: Path) -> None:
    direct(path, "PRAGMA journal_mode = DELETE")


@pytest.mark.parametrize("change", [empty, other_database, other_journal])
@pytest.mark.usefixtures("ledger")
def test_another_file_in_the_ledgers_place_is_refused(
    path: Path, change: Callable[[Path], None]
) -> None:
    change(path)

    with pytest.raises(LedgerError, match="is no ledger"):
        SqliteLedger(path)


@pytest.mark.parametrize("version", [0, 3])
@pytest.mark.usefixtures("ledger")
def test_a_ledger_of_another_version_is_refused(path: Path, version: int) -> None:
    direct(path, f"PRAGMA user_version = {version}")

    with pytest.raises(LedgerError, match=f"the ledger has version {version}, expected 1 to 2"):
        SqliteLedger(path)


def test_a_body_that_is_no_longer_bytes_is_damage(ledger: SqliteLedger, path: Path) -> None:
    direct(path, "DROP TRIGGER requests_no_update", "UPDATE requests SET body = 'text'")

    for read in (lambda: ledger.request("request"), lambda: ledger.open_requests(NOW)):
        with pytest.raises(LedgerError, match="the ledger is damaged"):
            read()


# -- strange places ----------------------------------------------------------------------


def test_a_link_in_the_ledgers_place_is_refused(path: Path, tmp_path: Path) -> None:
    SqliteLedger(tmp_path / "elsewhere")
    path.symlink_to("elsewhere")

    with pytest.raises(LedgerError, match="is not a regular file"):
        SqliteLedger(path)


def test_a_link_to_nowhere_is_refused(path: Path) -> None:
    path.symlink_to("nowhere")

    with pytest.raises(LedgerError, match="is not a regular file"):
        SqliteLedger(path)


@pytest.mark.usefixtures("ledger")
def test_a_ledger_open_to_others_is_refused(path: Path) -> None:
    path.chmod(0o640)

    with pytest.raises(LedgerError, match="or is open to others"):
        SqliteLedger(path)


@pytest.mark.usefixtures("ledger")
def test_a_ledger_of_another_user_is_refused(path: Path, mocker: MockerFixture) -> None:
    mocker.patch("os.geteuid", return_value=4242)

    with pytest.raises(LedgerError, match="belongs to another user"):
        SqliteLedger(path)


def test_a_missing_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no such file or directory"):
        SqliteLedger(tmp_path / "gone" / "ledger.sqlite")


def test_a_network_filesystem_is_refused(path: Path, mocker: MockerFixture) -> None:
    mocker.patch("guardrail.ledger.database.filesystem_type", return_value="nfs4")

    with pytest.raises(LedgerError, match=r"lies on a network filesystem \(nfs4\)"):
        SqliteLedger(path)


# -- failures (attack row 71) ------------------------------------------------------------


def test_71_a_ledger_locked_for_too_long_is_refused(
    ledger: SqliteLedger, path: Path, mocker: MockerFixture
) -> None:
    mocker.patch("guardrail.ledger.database.PATIENCE", 0.01)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(LedgerError, match="kept the ledger locked"):
            burn(ledger)
        assert not ledger.spent("request"), "reading goes on"
        other.execute("ROLLBACK")
    burn(ledger)


def test_71_a_loser_does_not_lock_the_others_out(ledger: SqliteLedger) -> None:
    burn(ledger)
    for number in range(20):
        with pytest.raises(Exception, match="was used before"):
            burn(ledger, f"claim {number}")

    ledger.note_trust_version(1)


def test_71_a_full_disk_is_refused_and_nothing_is_burnt(
    ledger: SqliteLedger, mocker: MockerFixture
) -> None:
    connect = sqlite3.connect

    def small(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    mocker.patch("sqlite3.connect", side_effect=small)
    with pytest.raises(LedgerError, match="there is no room left"):
        ledger.open_request("big", b"x" * 1_000_000, NOW, NOW + 1)
    mocker.stopall()

    assert ledger.request("big") is None
    burn(ledger)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (sqlite3.SQLITE_IOERR_FSYNC, "the disk fails"),
        (sqlite3.SQLITE_READONLY, "it may not be written"),
        (sqlite3.SQLITE_PERM, "it may not be opened"),
        (sqlite3.SQLITE_LOCKED, "kept the ledger locked"),
        (sqlite3.SQLITE_MISMATCH, "the database refused"),
        (None, "the database refused"),
    ],
)
def test_71_a_failing_database_is_refused(
    ledger: SqliteLedger, mocker: MockerFixture, code: int | None, message: str
) -> None:
    failure = sqlite3.OperationalError("canary")
    if code is not None:
        failure.sqlite_errorcode = code
    mocker.patch("sqlite3.connect", side_effect=failure)

    with pytest.raises(LedgerError, match=message) as caught:
        burn(ledger)
    assert "canary" not in caught.value.message


def test_a_ledger_that_cannot_be_made_leaves_nothing(path: Path, mocker: MockerFixture) -> None:
    mocker.patch("os.link", side_effect=OSError(errno.EPERM, "Operation not permitted"))

    with pytest.raises(LedgerError, match="cannot be made or opened: operation not permitted"):
        SqliteLedger(path)
    assert os.listdir(path.parent) == []


def test_a_connection_that_cannot_be_set_up_is_closed(
    ledger: SqliteLedger, mocker: MockerFixture
) -> None:
    broken = mocker.Mock()
    broken.execute.side_effect = sqlite3.OperationalError("no")
    mocker.patch("sqlite3.connect", return_value=broken)

    with pytest.raises(LedgerError):
        burn(ledger)
    broken.close.assert_called_once_with()


def test_whoever_makes_the_ledger_second_uses_the_first_ones(
    path: Path, mocker: MockerFixture
) -> None:
    link = os.link

    def too_late(source: Path, target: Path) -> None:
        mocker.stopall()
        SqliteLedger(target).note_trust_version(5)
        link(source, target)

    mocker.patch("os.link", side_effect=too_late)
    assert SqliteLedger(path).seen_trust_version() == 5
