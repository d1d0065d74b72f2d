"""
The ledger's file: made once, opened for each operation, and never believed when it is older.

Beside the database lies its mark, a file with the number of writes so far. A
database that was removed, or restored from a copy, has fewer and is refused.
"""

import contextlib
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from guardrail.errors import FileError, LedgerError
from guardrail.ledger.schema import (
    APPLICATION_ID,
    OLDEST,
    VERSION,
    mark_of,
    schema,
    upgrade,
)
from guardrail.system.files import read_limited, sync_directory, write_private
from guardrail.system.filesystems import NETWORK, filesystem_type

PATIENCE = 10.0
"""How long to wait for other processes, in seconds."""
_DAMAGED_HINT = (
    "keep the file for the investigation and start with an empty state directory; "
    "open requests have to be asked again"
)


class Database:
    """The SQLite file at ``path``, made here where there is none."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """
        Open or make the ledger.

        1. Read the mark first: it never runs ahead of the database.
        2. Refuse a network filesystem: its locks don't hold.
        3. Make the database, whole, where there is none and no mark says there was.
        4. It is our own file, and nobody else's.
        5. It is a ledger of a version that can be read.
        6. It has at least the writes that the mark knows.
        7. Bring it to this version, in one transaction.

        With ``read_only`` it is neither made nor brought to this version.
        """
        self.path = path.absolute()
        self._mark_path = mark_of(self.path)
        # 1. The mark.
        mark = self._mark()
        # 2. The filesystem.
        kind = filesystem_type(self.path.parent)
        if kind in NETWORK:
            raise LedgerError(f"the ledger lies on a network filesystem ({kind})")
        try:
            # 3. The file.
            if not self.path.exists():
                _refuse_gone(mark)
                if not read_only:
                    self._make()
            # 4. Ours.
            self._refuse_foreign()
        except OSError as error:
            raise LedgerError(
                f"the ledger cannot be made or opened: {str(error.strerror).lower()}"
            ) from None
        with self.reading() as connection:
            # 5. A ledger.
            self.version = _readable_version(connection)
            # 6. Not older than it was.
            found = read_mark(connection, "generation")
        if found < (mark or 0):
            raise LedgerError(
                f"the ledger is older than it was: it holds {found} writes, {mark} were made",
                hint=_DAMAGED_HINT,
            )
        # 7. This version.
        if self.version < VERSION and not read_only:
            self._upgrade()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for single reading statements."""
        with _failures(), contextlib.closing(self._connect()) as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """
        Give a connection whose statements happen all or not at all, one process at a time.

        Left with an exception, nothing happened. Left without, everything is on disk.
        """
        with _failures(), contextlib.closing(self._connect()) as connection:
            # Taken at once: a lock that is only asked for at the first write can deadlock.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("UPDATE marks SET value = value + 1 WHERE name = 'generation'")
                generation = read_mark(connection, "generation")
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        # After the commit: a mark that runs ahead would close a good ledger.
        self._note(generation)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw", uri=True, timeout=PATIENCE, isolation_level=None
        )
        try:
            for pragma in ("synchronous = FULL", "fullfsync = ON", "trusted_schema = OFF"):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _mark(self) -> int | None:
        if not os.path.lexists(self._mark_path):
            return None
        try:
            text = read_limited(self._mark_path, 32)
            return int(text.decode("ascii"))
        except (FileError, ValueError):
            raise LedgerError("the ledger's mark is not readable", hint=_DAMAGED_HINT) from None

    def _note(self, generation: int) -> None:
        try:
            write_private(self._mark_path, b"%d\n" % generation)
        except FileError as error:
            raise LedgerError(f"the ledger's mark: {error.message}") from None

    def _make(self) -> None:
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        os.close(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        try:
            with _failures(), contextlib.closing(sqlite3.connect(temporary)) as connection:
                connection.executescript(schema())
                connection.execute("PRAGMA journal_mode = WAL")
            # Whole at once, and only one process's: whoever comes second uses the first one's.
            with contextlib.suppress(FileExistsError):
                os.link(temporary, self.path)
        finally:
            temporary.unlink()
        sync_directory(self.path.parent)

    def _upgrade(self) -> None:
        with self.writing() as connection:
            # Another process may have been first.
            if _readable_version(connection) < VERSION:
                for statement in upgrade():
                    connection.execute(statement)
        self.version = VERSION

    def _refuse_foreign(self) -> None:
        found = self.path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise LedgerError("the ledger is not a regular file")
        if found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise LedgerError(
                "the ledger belongs to another user, or is open to others",
                hint="it must be a file of its own with mode 0600",
            )


def read_mark(connection: sqlite3.Connection, name: str) -> int:
    """Return the mark ``name``: a number that only rises."""
    rows = connection.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchall()
    return msgspec.convert(rows, tuple[tuple[int]])[0][0]


def _refuse_gone(mark: int | None) -> None:
    if mark is not None:
        raise LedgerError(f"the ledger is gone: {mark} writes were made to it", hint=_DAMAGED_HINT)


def _readable_version(connection: sqlite3.Connection) -> int:
    found = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version", "journal_mode")
    }
    if found["application_id"] != APPLICATION_ID or found["journal_mode"] != "wal":
        raise LedgerError("the file in the ledger's place is no ledger", hint=_DAMAGED_HINT)
    version = msgspec.convert(found["user_version"], int)
    if not OLDEST <= version <= VERSION:
        raise LedgerError(
            f"the ledger has version {version}, expected {OLDEST} to {VERSION}",
            hint="use the release of guardrail that wrote it",
        )
    return version


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    """Turn what SQLite says into what it means for the caller."""
    try:
        yield
    except sqlite3.Error as error:
        raise _failure(error) from None
    except (OverflowError, UnicodeEncodeError):
        raise LedgerError("the ledger cannot hold such a number or text") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, TypeError, IndexError):
        raise LedgerError("the ledger is damaged", hint=_DAMAGED_HINT) from None


def _failure(error: sqlite3.Error) -> LedgerError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return LedgerError(f"other processes kept the ledger locked for {PATIENCE:g} seconds")
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return LedgerError("the ledger is damaged", hint=_DAMAGED_HINT)
    reasons = {
        sqlite3.SQLITE_FULL: "there is no room left",
        sqlite3.SQLITE_IOERR: "the disk fails",
        sqlite3.SQLITE_READONLY: "it may not be written",
        sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
        sqlite3.SQLITE_PERM: "it may not be opened",
    }
    return LedgerError(
        f"the ledger cannot be used: {reasons.get(code, 'the database refused')}",
        hint="nothing is applied without the ledger; look at its folder, then try again",
    )
