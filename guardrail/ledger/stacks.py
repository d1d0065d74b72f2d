"""What the ledger's database knows of stacks: how each was left, and what its applies lost."""

import sqlite3
from pathlib import Path
from typing import Self

import msgspec

from guardrail.errors import LedgerError
from guardrail.ledger.database import Database
from guardrail.ledger.interface import Lost, Remembered, Stack, Toll
from guardrail.ledger.schema import VERSION

_STACK = "SELECT key, place, lineage, serial, resources, peak, body, apply_id, at FROM stacks"
_LOSSES = (
    "SELECT environment, sum(lost), max(managed) FROM losses"
    " WHERE at >= ?3 AND (stack = ?1 OR (lineage = ?2 AND lineage <> ''))"
    " GROUP BY environment ORDER BY environment"
)
_IMPORTS = (
    "SELECT DISTINCT address FROM imports"
    " WHERE at >= ?3 AND (stack = ?1 OR (lineage = ?2 AND lineage <> ''))"
)


class SqliteStacks:
    """The part of :class:`guardrail.ledger.interface.Ledger` that is about stacks."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._database = Database(path, read_only=read_only)

    @classmethod
    def existing(cls, path: Path) -> Self | None:
        """
        Open the ledger at ``path`` as it is, to ask what it knows of stacks.

        None where it is of an older version, which knew of none.
        """
        ledger = cls(path, read_only=True)
        return None if ledger._database.version < VERSION else ledger

    def note_stack(self, stack: Stack) -> None:
        """Remember a stack as it is after an apply."""
        row = (
            stack.key,
            stack.place,
            stack.lineage,
            stack.serial,
            stack.resources,
            max(stack.peak, stack.resources),
            msgspec.json.encode(stack.remembered),
            stack.apply_id,
            stack.at,
        )
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO stacks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET place = excluded.place,"
                " lineage = excluded.lineage, serial = excluded.serial,"
                " resources = excluded.resources, peak = max(peak, excluded.peak),"
                " body = excluded.body, apply_id = excluded.apply_id, at = excluded.at",
                row,
            )

    def stack(self, key: str) -> Stack | None:
        """Return a stack by its key."""
        with self._database.reading() as connection:
            row = connection.execute(f"{_STACK} WHERE key = ?", (key,)).fetchone()
            return None if row is None else _stack(row)

    def stack_by_lineage(self, lineage: str) -> Stack | None:
        """Return the stack of a lineage that was noted last."""
        query = f"{_STACK} WHERE lineage = ? AND lineage <> '' ORDER BY at DESC, key LIMIT 1"
        with self._database.reading() as connection:
            row = connection.execute(query, (lineage,)).fetchone()
            return None if row is None else _stack(row)

    def stacks_at(self, place: str) -> tuple[Stack, ...]:
        """Return the stacks that were last applied from a place."""
        with self._database.reading() as connection:
            rows = connection.execute(f"{_STACK} WHERE place = ? ORDER BY key", (place,))
            return tuple(map(_stack, rows.fetchall()))

    def losses(self, key: str, lineage: str, since: int) -> tuple[Lost, ...]:
        """Return what applies of a stack lost, by environment."""
        with self._database.reading() as connection:
            rows = connection.execute(_LOSSES, (key, lineage, since)).fetchall()
            return tuple(
                Lost(environment=environment, lost=lost, managed=managed)
                for environment, lost, managed in msgspec.convert(rows, list[tuple[str, int, int]])
            )

    def losses_by_origin(self, origin: str, since: int) -> int:
        """Return how much an origin lost on all stacks."""
        query = "SELECT coalesce(sum(lost), 0) FROM losses WHERE at >= ? AND origin = ?"
        with self._database.reading() as connection:
            rows = connection.execute(query, (since, origin)).fetchall()
            return msgspec.convert(rows, tuple[tuple[int]])[0][0]

    def imports(self, key: str, lineage: str, since: int) -> frozenset[str]:
        """Return the digests of the addresses that applies of a stack imported."""
        with self._database.reading() as connection:
            rows = connection.execute(_IMPORTS, (key, lineage, since)).fetchall()
            return frozenset(address for (address,) in msgspec.convert(rows, list[tuple[str]]))


def charge(
    connection: sqlite3.Connection, toll: Toll, *, apply_id: str, stack: str, at: int
) -> None:
    """Note what an apply of ``stack`` is about to lose and to import, in the caller's transaction."""
    connection.executemany(
        "INSERT INTO losses VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                apply_id,
                stack,
                toll.lineage,
                lost.environment,
                toll.origin,
                lost.lost,
                lost.managed,
                at,
            )
            for lost in toll.losses
        ],
    )
    connection.executemany(
        "INSERT INTO imports VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(apply_id, stack, toll.lineage, address, at) for address in toll.imports],
    )


def _stack(row: object) -> Stack:
    key, place, lineage, serial, resources, peak, body, apply_id, at = msgspec.convert(
        row, tuple[str, str, str, int, int, int, object, str, int]
    )
    # Not by msgspec, which would take text for base64.
    if not isinstance(body, bytes):
        raise LedgerError("the ledger is damaged: a stack is not what was noted")
    return Stack(
        key=key,
        place=place,
        lineage=lineage,
        serial=serial,
        resources=resources,
        peak=peak,
        remembered=msgspec.json.decode(body, type=Remembered),
        apply_id=apply_id,
        at=at,
    )
