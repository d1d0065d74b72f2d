"""
Reading a whole log and saying where it was changed.

Finds edits, deletions, insertions, swaps and duplicates at their line. Entries
cut off at the end, or a log written anew as a whole, show only against the hash of
an entry that was noted elsewhere (``head``).
"""

import os
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from guardrail.audit.entry import LINE_LIMIT, NOTHING, Entry, Event, Flaw, fragment, read_line
from guardrail.audit.log import PATIENCE
from guardrail.errors import AuditError, FileError
from guardrail.system.locks import lock_exclusively, unlock
from guardrail.system.regular import open_regular


class Code(StrEnum):
    """What is wrong at one line; the stable word for it."""

    NOT_AN_ENTRY = "not_an_entry"
    NOT_CANONICAL = "not_canonical"
    WRONG_HASH = "wrong_hash"
    MISSING = "missing"
    OUT_OF_ORDER = "out_of_order"
    BROKEN_CHAIN = "broken_chain"
    TORN_UNRECORDED = "torn_unrecorded"
    TORN_DIFFERS = "torn_differs"
    UNTERMINATED = "unterminated"
    HEAD_MISSING = "head_missing"


class Problem(Struct, frozen=True, kw_only=True):
    """One place where the log is not what was written."""

    line: int
    """Counted from 1; for a missing head the number of lines."""
    code: Code
    message: str


class Verified(Struct, frozen=True, kw_only=True):
    """What a log turned out to be. It is good only where there are no problems."""

    entries: int
    head: str
    """The hash of the last entry; 64 zeros in a log without entries."""
    torn: tuple[int, ...]
    """Lines that a crash cut short and a later entry records: no problem."""
    problems: tuple[Problem, ...]


def verify_file(path: Path, *, head: str | None = None) -> Verified:
    """
    Return what the log at ``path`` is; see :func:`verify`.

    Raises :class:`AuditError` when there is none or it can't be read.
    """
    try:
        with open_regular(path, 1 << 50) as fd:
            return verify(_lines(fd), head=head)
    except FileError as error:
        raise AuditError(f"the audit log cannot be read: {error.message}") from None
    except OSError as error:
        raise AuditError(f"the audit log cannot be read: {str(error.strerror).lower()}") from None


def verify(lines: Iterable[bytes], *, head: str | None = None) -> Verified:
    """
    Return what the log of ``lines`` is: its head, and every problem.

    Each line comes with its line feed. ``head`` is the hash of an entry that must
    be among them.
    """
    chain = _Chain()
    seen = head in {None, NOTHING}
    number = 0
    for number, line in enumerate(lines, start=1):
        entry = chain.add(number, line)
        seen = seen or (entry is not None and entry.hash == head)
    chain.end()
    if not seen:
        chain.report(number, Code.HEAD_MISSING, "the entry that was noted is not in the log")
    return Verified(
        entries=chain.entries,
        head=chain.head,
        torn=tuple(chain.torn),
        problems=tuple(chain.problems),
    )


class _Chain:
    """
    The chain as far as it was read.

    After a problem it goes on from what the line itself says, so that one change is
    told once, where it is.
    """

    def __init__(self) -> None:
        self.entries, self.seq, self.head = 0, 0, NOTHING
        self.torn: list[int] = []
        self.problems: list[Problem] = []
        self._lost = False
        self._pending: list[tuple[int, bytes]] = []

    def report(self, line: int, code: Code, message: str) -> None:
        self.problems.append(Problem(line=line, code=code, message=message))

    def add(self, number: int, line: bytes) -> Entry | None:
        """Take the next line; return its entry where it is sound by itself."""
        content = line.removesuffix(b"\n")
        entry, flaw = read_line(content)
        if content == line:
            self.report(
                number,
                Code.UNTERMINATED,
                "the line is cut off: a write that a crash stopped, or a log that was shortened",
            )
        elif flaw is Flaw.TORN:
            self._pending.append((number, content))
        if flaw is Flaw.TORN:
            return None
        self._settle(number, entry)
        if flaw is not None:
            self.report(number, Code(flaw), _FLAWS[flaw])
        elif entry is not None and not self._lost:
            self._compare(number, entry)
        self._go_on(entry)
        return entry if flaw is None else None

    def end(self) -> None:
        """Take the end of the log."""
        self._unrecorded()

    def _compare(self, number: int, entry: Entry) -> None:
        expected = self.seq + 1
        if entry.seq > expected:
            self.report(
                number,
                Code.MISSING,
                f"entry {entry.seq} follows entry {self.seq}: "
                f"{entry.seq - expected} entries before it are missing",
            )
        elif entry.seq < expected:
            self.report(
                number,
                Code.OUT_OF_ORDER,
                f"entry {entry.seq} follows entry {self.seq}: repeated, moved or inserted",
            )
        elif entry.prev != self.head:
            self.report(
                number, Code.BROKEN_CHAIN, "the entry does not follow from the one before it"
            )

    def _go_on(self, entry: Entry | None) -> None:
        self._lost = entry is None
        if entry is not None:
            self.entries, self.seq, self.head = self.entries + 1, entry.seq, entry.hash

    def _settle(self, number: int, entry: Entry | None) -> None:
        """Compare the torn lines before ``entry`` with what it records of them."""
        if entry is None or entry.event != Event.TORN:
            self._unrecorded()
            return
        if not self._pending or entry.body != {
            "fragments": [fragment(line) for _, line in self._pending]
        }:
            self.report(
                number, Code.TORN_DIFFERS, "the torn lines before it are not those it records"
            )
        self.torn.extend(line for line, _ in self._pending)
        self._pending.clear()

    def _unrecorded(self) -> None:
        for line, _ in self._pending:
            self.report(line, Code.TORN_UNRECORDED, "the line is no entry, and none records it")
        self._pending.clear()


_FLAWS = {
    Flaw.NOT_AN_ENTRY: "the line is no entry of this log",
    Flaw.NOT_CANONICAL: "the entry is not in its one canonical form: it was rewritten",
    Flaw.WRONG_HASH: "the entry does not have the hash it names: it was edited",
}


def _lines(fd: int) -> Iterator[bytes]:
    """Yield the lines that were whole when nobody wrote; overlong ones come in pieces."""
    try:
        lock_exclusively(fd, PATIENCE)
    except TimeoutError:
        raise AuditError("another process keeps the audit log locked") from None
    left = os.fstat(fd).st_size
    unlock(fd)
    with os.fdopen(os.dup(fd), "rb") as file:
        while left > 0 and (line := file.readline(min(left, LINE_LIMIT))):
            left -= len(line)
            yield line
