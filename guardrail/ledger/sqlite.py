"""
The ledger of one machine, in an SQLite database.

Good against races, crashes and accidents. Against somebody who may write the file
it is worth nothing: see ``docs/formats/ledger.md``.
"""

import sqlite3

import msgspec

from guardrail.errors import AlreadySpentError, ApprovalError, LedgerError
from guardrail.ledger.database import read_mark
from guardrail.ledger.interface import CLOCK_SKEW, ApplyOutcome, Begun, Rejection, Toll
from guardrail.ledger.stacks import SqliteStacks, charge

_ASK_AGAIN = "ask for a new approval: the same again without a token opens a new request"


class SqliteLedger(SqliteStacks):
    """A :class:`guardrail.ledger.interface.Ledger`; see there for what the methods mean."""

    def open_request(self, request_id: str, body: bytes, created: int, expires: int) -> None:
        """Keep a request."""
        with self._database.writing() as connection:
            _advance(connection, created)
            kept = _body(connection, request_id)
            if kept is None:
                connection.execute(
                    "INSERT INTO requests VALUES (?, ?, ?, ?)",
                    (request_id, body, created, expires),
                )
            elif kept != body:
                raise LedgerError("another request has the same id")

    def request(self, request_id: str) -> bytes | None:
        """Return a request's body."""
        with self._database.reading() as connection:
            return _body(connection, request_id)

    def open_requests(self, now: int) -> tuple[bytes, ...]:
        """Return the requests that wait, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT body FROM requests WHERE expires > ?"
                " AND request_id NOT IN (SELECT request_id FROM burnt_requests)"
                " AND request_id NOT IN (SELECT request_id FROM rejections)"
                " ORDER BY created, request_id",
                (now,),
            ).fetchall()
            return tuple(_exact_bytes(body) for (body,) in rows)

    def burn(self, *, jti: str, request_id: str, plan_sha256: str, claim_id: str, at: int) -> None:
        """
        Spend an approval and its request, in one transaction.

        1. The request is one that this ledger kept.
        2. No senior rejected it.
        3. The clock was not set back.
        4. Neither the request nor the token is spent, but for this very claim.
        5. Both are spent.
        """
        if not jti or not claim_id:
            raise LedgerError("an approval without an id cannot be burnt")
        with self._database.writing() as connection:
            # 1. Known.
            if _body(connection, request_id) is None:
                raise LedgerError("the approval is for a request that is not in the ledger")
            # 2. Not rejected.
            if _rejection(connection, request_id) is not None:
                raise ApprovalError("rejected_by_senior", "a senior rejected this request")
            # 3. The clock.
            _advance(connection, at)
            # 4. Not spent.
            request_row, token_row = (plan_sha256, claim_id), (request_id, claim_id)
            _refuse_spent(connection, _REQUEST_CLAIM, request_id, mine=request_row)
            _refuse_spent(connection, _JTI_CLAIM, jti, mine=token_row)
            # 5. Spent.
            connection.execute(
                "INSERT INTO burnt_requests VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (request_id, *request_row, at),
            )
            connection.execute(
                "INSERT INTO burnt_tokens VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (jti, *token_row, at),
            )

    def spent(self, request_id: str) -> bool:
        """Whether an approval of the request was burnt."""
        with self._database.reading() as connection:
            return _claim(connection, _REQUEST_CLAIM, request_id) is not None

    def reject(self, request_id: str, *, person: str, at: int, jti: str = "") -> None:
        """Close a request for good."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO rejections VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (request_id, jti, person, at),
            )

    def rejection(self, request_id: str) -> Rejection | None:
        """Return who rejected a request."""
        with self._database.reading() as connection:
            return _rejection(connection, request_id)

    def begin_apply(
        self,
        *,
        apply_id: str,
        stack: str,
        plan_sha256: str,
        request_id: str | None,
        at: int,
        toll: Toll | None = None,
    ) -> None:
        """Note that Terraform is about to change a stack, and what that loses."""
        with self._database.writing() as connection:
            if _unfinished(connection, stack):
                raise LedgerError(
                    "an earlier apply of this stack began and nobody saw its end",
                    hint="find out what it did (`terraform plan`), then settle it",
                )
            row = (apply_id, stack, plan_sha256, request_id, at)
            changed = connection.execute(
                "INSERT INTO applies (apply_id, stack, plan_sha256, request_id, began)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                row,
            ).rowcount
            if changed != 1:
                raise LedgerError("an apply with this id began before")
            if toll is not None:
                charge(connection, toll, apply_id=apply_id, stack=stack, at=at)

    def end_apply(self, apply_id: str, outcome: str, at: int) -> None:
        """Note how an apply ended."""
        _one_of(outcome, *ApplyOutcome)
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE applies SET ended = coalesce(ended, ?2), outcome = ?1"
                " WHERE apply_id = ?3 AND coalesce(outcome, ?1) = ?1",
                (str(outcome), at, apply_id),
            ).rowcount
            if changed != 1:
                raise LedgerError("the apply did not begin here, or ended otherwise before")

    def unfinished(self, stack: str) -> tuple[Begun, ...]:
        """Return the applies of a stack without a known end."""
        with self._database.reading() as connection:
            return _unfinished(connection, stack)

    def settle(self, apply_id: str, outcome: str, *, person: str, why: str, at: int) -> None:
        """Note what a person found out about an unfinished apply."""
        _one_of(outcome, ApplyOutcome.APPLIED, ApplyOutcome.FAILED)
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE applies SET settled = ?, settled_by = ?, settled_why = ?, settled_at = ?"
                " WHERE apply_id = ? AND apply_id IN (SELECT apply_id FROM unfinished)",
                (str(outcome), person, why, at, apply_id),
            ).rowcount
            if changed != 1:
                raise LedgerError("there is no unfinished apply with this id")

    def seen_trust_version(self) -> int:
        """Return the highest version of the trust document that was seen."""
        with self._database.reading() as connection:
            return read_mark(connection, "trust_version")

    def note_trust_version(self, version: int) -> None:
        """Remember a version of the trust document."""
        if version > self.seen_trust_version():
            with self._database.writing() as connection:
                _raise_mark(connection, "trust_version", version)

    def note_time(self, now: int) -> None:
        """Remember the time."""
        with self._database.writing() as connection:
            _advance(connection, now)


_REQUEST_CLAIM = "SELECT plan_sha256, claim_id FROM burnt_requests WHERE request_id = ?"
_JTI_CLAIM = "SELECT request_id, claim_id FROM burnt_tokens WHERE jti = ?"


def _claim(connection: sqlite3.Connection, query: str, key: str) -> tuple[str, str] | None:
    row = connection.execute(query, (key,)).fetchone()
    return None if row is None else msgspec.convert(row, tuple[str, str])


def _refuse_spent(
    connection: sqlite3.Connection, query: str, key: str, *, mine: tuple[str, str]
) -> None:
    if _claim(connection, query, key) not in {None, mine}:
        raise AlreadySpentError("an approval of this request was used before", hint=_ASK_AGAIN)


def _body(connection: sqlite3.Connection, request_id: str) -> bytes | None:
    row = connection.execute(
        "SELECT body FROM requests WHERE request_id = ?", (request_id,)
    ).fetchone()
    return None if row is None else _exact_bytes(row[0])


def _exact_bytes(value: object) -> bytes:
    # Not by msgspec, which would take text for base64.
    if not isinstance(value, bytes):
        raise LedgerError("the ledger is damaged: a request is not what was kept")
    return value


def _rejection(connection: sqlite3.Connection, request_id: str) -> Rejection | None:
    row = connection.execute(
        "SELECT person, at, jti FROM rejections WHERE request_id = ?", (request_id,)
    ).fetchone()
    if row is None:
        return None
    person, at, jti = msgspec.convert(row, tuple[str, int, str])
    return Rejection(person=person, at=at, jti=jti)


def _unfinished(connection: sqlite3.Connection, stack: str) -> tuple[Begun, ...]:
    rows = connection.execute(
        "SELECT apply_id, plan_sha256, request_id, began FROM unfinished"
        " WHERE stack = ? ORDER BY began, apply_id",
        (stack,),
    ).fetchall()
    return tuple(
        Begun(apply_id=apply_id, stack=stack, plan_sha256=plan, request_id=request_id, at=at)
        for apply_id, plan, request_id, at in msgspec.convert(
            rows, list[tuple[str, str, str | None, int]]
        )
    )


def _advance(connection: sqlite3.Connection, now: int) -> None:
    highest = read_mark(connection, "time")
    if now < max(0, highest - CLOCK_SKEW):
        raise LedgerError(
            f"the clock went back by {highest - now} seconds",
            hint="set the clock right; approvals are not used while it shows the past",
        )
    _raise_mark(connection, "time", now)


def _raise_mark(connection: sqlite3.Connection, name: str, value: int) -> None:
    connection.execute("UPDATE marks SET value = max(value, ?) WHERE name = ?", (value, name))


def _one_of(outcome: str, *allowed: str) -> None:
    if outcome not in allowed:
        raise LedgerError(f"an apply ends as one of {', '.join(allowed)}")
