"""
What was sent twice: the same ``Idempotency-Key`` stands for the same submission, or for none.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/. Keys are a
caller's own, and kept in memory: a restart forgets them. Nothing is lost by that, because the
ledger gives the same request to whoever asks about the same plan again.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from msgspec import Struct

from guardrail.canonical import sha256_hex
from guardrail.server.problems import ACCESS_REQUEST, Problem

HEADER = "idempotency-key"
KEPT_SECONDS = 86400
"""How long a key is kept after its request has expired."""
EACH = 512
"""So many keys of one caller are kept; a further one takes the place of the oldest."""

_KEY = re.compile(r'"?([!#-~]{1,200})"?')


class _Sent(Struct, kw_only=True):
    body: str
    request_id: str = ""
    """Empty while it is being opened."""
    until: int = 0


class Attempt:
    """One submission under a key."""

    def __init__(self, sent: _Sent) -> None:
        self._sent = sent

    @property
    def request_id(self) -> str:
        """The request that the same submission opened before; empty where it is the first."""
        return self._sent.request_id

    def opened(self, request_id: str, expires: int) -> None:
        """Note what it opened."""
        self._sent.request_id, self._sent.until = request_id, expires + KEPT_SECONDS


class Retries:
    """The keys that are known. Only to be used from one thread."""

    def __init__(self) -> None:
        self._sent: dict[str, dict[str, _Sent]] = {}

    @contextmanager
    def attempt(self, caller: str, key: str | None, body: bytes, now: int) -> Iterator[Attempt]:
        """
        Give the attempt to submit ``body``, which is JSON, under ``key`` (None for none).

        One that opens nothing is forgotten. Raises :class:`Problem` for a malformed key, one that
        stands for another body, and one whose first submission is still under way.
        """
        if key is None:
            yield Attempt(_Sent(body=""))
            return
        name, digest = _plain(key), _digest(body)
        mine = self._sent.setdefault(caller, {})
        sent = mine.get(name)
        if sent is not None and sent.until <= now and sent.request_id:
            sent = None
        if sent is None:
            sent = mine[name] = _Sent(body=digest)
            for oldest in list(mine)[:-EACH]:
                del mine[oldest]
        elif sent.body != digest:
            raise Problem(
                409,
                "duplicate_request",
                "this Idempotency-Key was sent with another body",
                hint="use a new key for each submission",
                urn=f"{ACCESS_REQUEST}duplicate_request",
            )
        elif not sent.request_id:
            raise Problem(
                409,
                "in_progress",
                "the first submission with this Idempotency-Key is still under way",
                headers={"Retry-After": "1"},
            )
        try:
            yield Attempt(sent)
        finally:
            if not sent.request_id and mine.get(name) is sent:
                del mine[name]


def _plain(key: str) -> str:
    found = _KEY.fullmatch(key.strip())
    if found is None:
        raise Problem(
            400, "malformed", "Idempotency-Key is one word of at most 200 printable characters"
        )
    return found[1]


def _digest(body: bytes) -> str:
    # Blanks and the order of names are no difference.
    return sha256_hex(msgspec.json.encode(msgspec.json.decode(body), order="sorted"))
