"""Denials that can still be put before a senior, and approvals that were handed in."""

from msgspec import Struct

KEPT_SECONDS = 600
"""How long a denial can be turned into a request."""
MOST = 4096
"""So many are remembered altogether."""
EACH = 512
"""So many denials of one caller are remembered."""


class Denial(Struct, frozen=True, kw_only=True):
    """One evaluation that was denied for want of an approval."""

    caller: str
    asked: str
    """Digest of subject, action, resource and the context that counts."""
    expires: int


class Approved(Struct, frozen=True, kw_only=True):
    """An approval that was handed in."""

    token: bytes
    expires: int
    callers: frozenset[str]
    """Who may use it."""


class Denials:
    """What this process remembers for a while. Only to be used from one thread."""

    def __init__(self) -> None:
        self._denied: dict[str, Denial] = {}
        self._approved: dict[str, Approved] = {}

    def note(self, evaluation_id: str, denial: Denial) -> None:
        """Remember a denial; the caller's oldest makes room, or the oldest of all."""
        self._denied[evaluation_id] = denial
        mine = [key for key, each in self._denied.items() if each.caller == denial.caller]
        for oldest in mine[:-EACH]:
            del self._denied[oldest]
        while len(self._denied) > MOST:
            del self._denied[next(iter(self._denied))]

    def find(self, evaluation_id: str, caller: str) -> Denial | None:
        """Return what ``caller`` was denied, even where that was too long ago to be asked for."""
        found = self._denied.get(evaluation_id)
        return None if found is None or found.caller != caller else found

    def hand_in(self, request_id: str, approved: Approved) -> None:
        """Keep the approval of a request until it expires."""
        self._approved[request_id] = approved
        while len(self._approved) > MOST:
            del self._approved[next(iter(self._approved))]

    def approval(self, request_id: str, caller: str, now: int) -> Approved | None:
        """Return the approval of a request that ``caller`` may use, where one was handed in."""
        found = self._approved.get(request_id)
        if found is None or found.expires <= now or caller not in found.callers:
            return None
        return found
