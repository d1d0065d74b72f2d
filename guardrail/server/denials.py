"""Denials that can still be put before a senior, and approvals that were handed in."""

from msgspec import Struct

KEPT_SECONDS = 600
"""How long a denial can be turned into a request."""
MOST = 4096


class Denial(Struct, frozen=True, kw_only=True):
    """One evaluation that was denied for want of an approval."""

    caller: str
    asked: str
    """Digest of subject, action, resource and the context that counts."""
    expires: int


class Denials:
    """What this process remembers for a while. Only to be used from one thread."""

    def __init__(self) -> None:
        self._denied: dict[str, Denial] = {}
        self._tokens: dict[str, tuple[bytes, int]] = {}

    def note(self, evaluation_id: str, denial: Denial) -> None:
        """Remember a denial; the oldest makes room."""
        self._denied[evaluation_id] = denial
        while len(self._denied) > MOST:
            del self._denied[next(iter(self._denied))]

    def find(self, evaluation_id: str, caller: str, now: int) -> Denial | None:
        """Return what ``caller`` was denied, unless that was too long ago."""
        found = self._denied.get(evaluation_id)
        if found is None or found.caller != caller or found.expires <= now:
            return None
        return found

    def hand_in(self, request_id: str, token: bytes, expires: int) -> None:
        """Keep the approval of a request until it expires."""
        self._tokens[request_id] = (token, expires)
        while len(self._tokens) > MOST:
            del self._tokens[next(iter(self._tokens))]

    def approval(self, request_id: str, now: int) -> tuple[bytes, int] | None:
        """Return the approval of a request and when it expires, where one was handed in."""
        found = self._tokens.get(request_id)
        return None if found is None or found[1] <= now else found
