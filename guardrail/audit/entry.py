"""
One entry of the audit log, and how it hangs on the one before.

Pure: bytes in, values out. The format is in ``docs/formats/audit.md``.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec import Struct

from guardrail.canonical import canonical_bytes, sha256_hex
from guardrail.errors import AuditError

SCHEMA = "guardrail.audit/v1"
LABEL = b"guardrail-audit-entry@v1\0"
"""Goes before what is hashed, so that no other document has an entry's digest."""
NOTHING = "0" * 64
"""``prev`` of the first entry."""
LINE_LIMIT = 1 << 18
"""The longest line, in bytes, its line feed included."""


class Event(StrEnum):
    """What an entry tells."""

    DECISION = "decision"
    REQUEST_OPENED = "request_opened"
    APPROVAL_SIGNED = "approval_signed"
    APPROVAL_ACCEPTED = "approval_accepted"
    APPROVAL_REJECTED = "approval_rejected"
    APPLY_REFUSED = "apply_refused"
    """A plan that was to be applied could not be decided."""
    CHECK_REFUSED = "check_refused"
    """A plan that somebody sent to a server could not be decided."""
    APPLY_INTENT = "apply_intent"
    """Terraform is about to be started; durable before anything is burnt."""
    APPLY_OUTCOME = "apply_outcome"
    APPLY_SETTLED = "apply_settled"
    """A person said how an apply of unknown outcome ended."""
    STACK_NOT_NOTED = "stack_not_noted"
    """After an apply the ledger could not be told how the stack was left."""
    TRUST_CHANGED = "trust_changed"
    TORN = "torn"
    """An earlier write was cut short; only the log itself writes these."""


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the log."""

    schema: str
    seq: int
    """1 for the first entry, then one more each."""
    prev: str
    """``hash`` of the entry before."""
    time: int
    event: str
    """An :class:`Event`; text, so that a log of a later release can still be verified."""
    body: dict[str, object]
    hash: str


class Flaw(StrEnum):
    """What is wrong with one line by itself."""

    TORN = "torn"
    """It is no JSON at all: a write that was cut short, or a line that was overwritten."""
    NOT_AN_ENTRY = "not_an_entry"
    NOT_CANONICAL = "not_canonical"
    WRONG_HASH = "wrong_hash"


def next_entry(last: Entry | None, event: Event, body: Mapping[str, object], at: int) -> Entry:
    """
    Return the entry that follows ``last``, or the first one.

    ``at`` is in whole seconds since 1970. Raises :class:`AuditError` for a body that
    canonical JSON does not carry exactly, or that makes a line over :data:`LINE_LIMIT`.
    """
    rest: dict[str, object] = {
        "schema": SCHEMA,
        "seq": 1 if last is None else last.seq + 1,
        "prev": NOTHING if last is None else last.hash,
        "time": at,
        "event": event.value,
        "body": dict(body),
    }
    try:
        _refuse_floats(rest)
        line = canonical_bytes({**rest, "hash": _hash(rest)})
        entry = msgspec.json.decode(line, type=Entry)
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError):
        raise AuditError(
            f"the body of an entry ({event.value}) holds what a log entry cannot carry"
        ) from None
    if at < 0:
        raise AuditError("the time of an entry is before 1970")
    if len(line) >= LINE_LIMIT:
        raise AuditError(f"an entry ({event.value}) is longer than {LINE_LIMIT} bytes")
    return entry


def entry_line(entry: Entry) -> bytes:
    """Return the line of ``entry``, its line feed included."""
    return canonical_bytes(msgspec.to_builtins(entry)) + b"\n"


def read_line(line: bytes) -> tuple[Entry | None, Flaw | None]:
    """
    Return the entry on ``line`` (without its line feed) and what is wrong with it.

    The entry is there as far as the line has an entry's members; it is sound only
    where there is no flaw.
    """
    try:
        entry = msgspec.json.decode(line, type=Entry)
        again = canonical_bytes(msgspec.to_builtins(entry))
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return None, Flaw.NOT_AN_ENTRY if _is_json(line) else Flaw.TORN
    if again != line:
        return entry, Flaw.NOT_CANONICAL
    if entry.schema != SCHEMA or entry.seq < 1 or entry.time < 0:
        return entry, Flaw.NOT_AN_ENTRY
    rest = msgspec.to_builtins(entry)
    if rest.pop("hash") != _hash(rest):
        return entry, Flaw.WRONG_HASH
    return entry, None


def fragment(line: bytes) -> dict[str, object]:
    """Return how a ``torn`` entry names what is left of a write that was cut short."""
    return {"length": len(line), "sha256": sha256_hex(line)}


def _hash(rest: Mapping[str, object]) -> str:
    return sha256_hex(LABEL + canonical_bytes(dict(rest)))


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except RecursionError:
        return True
    except (ValueError, msgspec.MsgspecError):
        return False
    return True


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        for member in value:
            _refuse_floats(member)
