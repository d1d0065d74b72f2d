"""The audit log as a file: several processes append to it, a crash may cut any of them short."""

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from guardrail.audit.entry import Entry, Event, entry_line, fragment, next_entry
from guardrail.audit.tail import Tail, read_tail
from guardrail.errors import AuditError
from guardrail.system.files import sync_directory
from guardrail.system.locks import lock_exclusively

PATIENCE = 30.0
"""How long to wait for other writers, in seconds."""
# Most tails fit into the first; a fragment and an entry of the longest kind into the second.
_WINDOWS = (1 << 16, 1 << 20)
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_FULL_HINT = (
    "nothing is applied without the audit log; make room or repair the disk, then try again"
)


class AuditLog:
    """The chained log at ``path``; it is made with its first entry."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._last: Entry | None = None
        self._untrusted = False

    def append(self, event: Event, body: Mapping[str, object], at: int) -> Entry:
        """
        Append one entry and return it when it is on disk.

        1. Open the log: a regular file of our own that nobody else can write.
        2. Wait until no other process writes.
        3. Find the last entry, and what a crash may have left after it.
        4. Hang the new entry on the last one; fragments are recorded before it, never removed.
        5. Write in one go.
        6. Make it durable; the first time, its name too.

        ``body`` holds what ``docs/formats/audit.md`` allows and no value of a plan; ``at``
        is in whole seconds since 1970. Raises :class:`AuditError` for everything that
        fails. Where step 6 fails, this object takes no more entries: what is on disk is
        not known any more.
        """
        if event is Event.TORN:
            raise ValueError("only the log itself records torn writes")
        if self._untrusted:
            raise AuditError("an earlier entry of the audit log could not be made durable")
        try:
            # 1. Open.
            with self._opened() as fd:
                # 2. Wait.
                self._lock(fd)
                # 3. The tail.
                size = os.fstat(fd).st_size
                tail = self._tail(fd, size)
                # 4. The new entry.
                entry, data = _compose(tail, event, body, at)
                # 5. One write.
                self._write(fd, data)
                # 6. Durable.
                self._sync(fd, first=size == 0)
        except OSError as error:
            raise AuditError(
                f"the audit log cannot be written: {str(error.strerror).lower()}", hint=_FULL_HINT
            ) from None
        self._last = entry
        return entry

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        fd = os.open(self.path, _FLAGS | os.O_CREAT, 0o600)
        try:
            found = os.fstat(fd)
            if not stat.S_ISREG(found.st_mode):
                raise AuditError("the audit log is not a regular file")
            if found.st_uid != os.geteuid() or found.st_nlink != 1 or found.st_mode & 0o022:
                raise AuditError(
                    "the audit log belongs to another user, or others can write to it",
                    hint="it must be a file of its own with mode 0600",
                )
            yield fd
        finally:
            os.close(fd)

    def _lock(self, fd: int) -> None:
        try:
            lock_exclusively(fd, PATIENCE)
        except TimeoutError:
            raise AuditError(
                f"another process kept the audit log locked for more than {PATIENCE:g} seconds"
            ) from None
        held, named = os.fstat(fd), self.path.lstat()
        if (held.st_dev, held.st_ino) != (named.st_dev, named.st_ino):
            raise AuditError("the audit log was replaced by another file while it was open")

    def _tail(self, fd: int, size: int) -> Tail:
        for window in _WINDOWS:
            start = max(0, size - window)
            data = os.pread(fd, size - start, start)
            if len(data) != size - start:
                raise AuditError("the audit log became shorter while it was read")
            tail = read_tail(data, whole=start == 0)
            if tail is not None:
                self._refuse_regress(tail.last)
                return tail
        raise AuditError("the audit log does not end with an entry")

    def _refuse_regress(self, last: Entry | None) -> None:
        mine = self._last
        if mine is None:
            return
        if last is None or last.seq < mine.seq or (last.seq == mine.seq and last != mine):
            raise AuditError("the audit log lost an entry that this process wrote")

    def _write(self, fd: int, data: bytes) -> None:
        written = os.write(fd, data)
        if written != len(data):
            raise AuditError(
                f"the audit log took {written} of {len(data)} bytes of an entry", hint=_FULL_HINT
            )

    def _sync(self, fd: int, *, first: bool) -> None:
        # After a failed fsync the kernel may drop what it could not write, and a second
        # fsync would report success.
        self._untrusted = True
        os.fsync(fd)
        if first:
            sync_directory(self.path.parent)
        self._untrusted = False


def _compose(tail: Tail, event: Event, body: Mapping[str, object], at: int) -> tuple[Entry, bytes]:
    last, data = tail.last, b"" if tail.terminated else b"\n"
    if tail.fragments:
        torn: dict[str, object] = {"fragments": [fragment(line) for line in tail.fragments]}
        last = next_entry(last, Event.TORN, torn, at)
        data += entry_line(last)
    entry = next_entry(last, event, body, at)
    return entry, data + entry_line(entry)
