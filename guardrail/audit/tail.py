"""The end of a log: its last entry, and what a crash left behind it."""

from msgspec import Struct

from guardrail.audit.entry import Entry, Flaw, read_line
from guardrail.errors import AuditError

_BROKEN_HINT = "run `guardrail audit verify`, keep the file, and start a new log"


class Tail(Struct, frozen=True, kw_only=True):
    """Where the next entry goes."""

    last: Entry | None
    """None in a log without entries."""
    fragments: tuple[bytes, ...]
    """What is left of writes that were cut short after the last entry."""
    terminated: bool
    """Whether the file ends with a line feed, or is empty."""


def read_tail(window: bytes, *, whole: bool) -> Tail | None:
    """
    Return the tail of a log of which ``window`` is the end; ``whole``: it is all of it.

    None where the window holds no entry and is not the whole log. Raises
    :class:`AuditError` for a last line that a crash can't have left: it was changed.
    """
    *lines, rest = window.split(b"\n")
    if not whole:
        if not lines:
            return None
        # The first line of a window is cut.
        del lines[0]
    if rest:
        lines.append(rest)
    fragments: list[bytes] = []
    for line in reversed(lines):
        entry, flaw = read_line(line)
        if flaw is None:
            return _tail(entry, fragments, rest)
        # What a crash leaves is the start of an entry, and the start of a JSON object is no JSON.
        if flaw is not Flaw.TORN:
            raise AuditError("the last entry of the audit log was changed", hint=_BROKEN_HINT)
        fragments.append(line)
    return _tail(None, fragments, rest) if whole else None


def _tail(last: Entry | None, fragments: list[bytes], rest: bytes) -> Tail:
    return Tail(last=last, fragments=tuple(reversed(fragments)), terminated=not rest)
