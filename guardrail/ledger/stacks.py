"""What the ledger's database knows of stacks: how each was left, and what its applies lost."""

import sqlite3
from pathlib import Path
from typing import Self

import msgspec

from guardrail.errors import LedgerError
from guardrail.ledger.database import Database
from guardrail.ledger.interface import Lost, LostByOrigin, Remembered, Stack, Toll
from guardrail.ledger.schema import VERSION

_STACK = "SELECT key, place, lineage, serial, resources, peak, body, apply_id, at FROM stacks"
_LOSSES = (
    "SELECT environment, objects, managed FROM losses"
    " WHERE at >= ?3 AND (stack = ?1 OR (lineage = ?2 AND lineage <> ''))"
    " ORDER BY environment"
)
_LOSSES_BY_ORIGIN = (
    "SELECT stack = ?1 OR (lineage = ?2 AND lineage <> ''),"
    " CASE lineage WHEN '' THEN stack ELSE lineage END, objects FROM losses"
    " WHERE at >= ?3 AND origin = ?4"
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
            found: dict[str, Lost] = {}
            for environment, body, managed in msgspec.convert(rows, list[tuple[str, object, int]]):
                lost = Lost(environment=environment, objects=_objects(body), managed=managed)
                found[environment] = _together(found.get(environment, lost), lost)
            return tuple(found.values())

    def losses_by_origin(self, origin: str, key: str, lineage: str, since: int) -> LostByOrigin:
        """Return what an origin lost, of a stack and of others."""
        with self._database.reading() as connection:
            rows = connection.execute(_LOSSES_BY_ORIGIN, (key, lineage, since, origin)).fetchall()
            here: set[str] = set()
            elsewhere: dict[str, set[str]] = {}
            for same, name, body in msgspec.convert(rows, list[tuple[int, str, object]]):
                known = here if same else elsewhere.setdefault(name, set())
                known.update(_objects(body))
            return LostByOrigin(here=frozenset(here), elsewhere=sum(map(len, elsewhere.values())))

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
                msgspec.json.encode(sorted(lost.objects)),
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


def _together(one: Lost, other: Lost) -> Lost:
    return Lost(
        environment=one.environment,
        objects=one.objects | other.objects,
        managed=max(one.managed, other.managed),
    )


def _objects(body: object) -> frozenset[str]:
    if not isinstance(body, bytes):
        raise LedgerError("the ledger is damaged: a loss is not what was noted")
    return msgspec.json.decode(body, type=frozenset[str])


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
