"""Plans that were uploaded to be asked about: in memory, for an hour, each for its uploader."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from guardrail.canonical import sha256_hex
from guardrail.server.problems import Problem

KEPT_SECONDS = 3600
EACH = 16
"""So many plans of one caller are kept; a further one takes the place of the oldest."""
TOTAL_BYTES = 1 << 30
"""So much is kept altogether, and half of it of one caller."""


class Upload(Struct, frozen=True, kw_only=True):
    """One plan."""

    data: bytes
    expires: int


class Uploads:
    """All uploaded plans. Only to be used from one thread."""

    def __init__(self, total_bytes: int = TOTAL_BYTES) -> None:
        self._kept: dict[tuple[str, str], Upload] = {}
        self._total_bytes = total_bytes

    def keep(self, caller: str, data: bytes, now: int) -> tuple[str, Upload]:
        """Keep ``data`` and return its id with it. Raises :class:`Problem` where there is no room."""
        self._expire(now)
        name = f"sha256:{sha256_hex(data)}"
        self._kept.pop((caller, name), None)
        mine = list(self._of(caller))
        while mine and (len(mine) >= EACH or self._size(mine) + len(data) > self._total_bytes / 2):
            del self._kept[mine.pop(0)]
        if self._size(self._kept) + len(data) > self._total_bytes:
            raise Problem(
                503, "full", "too many plans are kept already", headers={"Retry-After": "60"}
            )
        upload = self._kept[caller, name] = Upload(data=data, expires=now + KEPT_SECONDS)
        return name, upload

    def find(self, caller: str, name: str, now: int) -> bytes | None:
        """Return the plan that ``caller`` uploaded and that is called ``name``, or None."""
        self._expire(now)
        found = self._kept.get((caller, name))
        return None if found is None else found.data

    def _size(self, keys: Iterable[tuple[str, str]]) -> int:
        return sum(len(self._kept[key].data) for key in keys)

    def _of(self, caller: str) -> Iterator[tuple[str, str]]:
        return (key for key in self._kept if key[0] == caller)

    def _expire(self, now: int) -> None:
        for key in [key for key, each in self._kept.items() if each.expires <= now]:
            del self._kept[key]
