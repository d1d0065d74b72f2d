"""
The ledger: what must be remembered so that an approval is used once.

Every method takes the time as an argument, in whole seconds since 1970, and raises
:class:`guardrail.errors.LedgerError` when it can't read or write: nothing is applied
without the ledger. Nothing is ever deleted from it.
"""

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

CLOCK_SKEW = 300
"""How far, in seconds, the clock may be set back before nothing is burnt any more."""


class ApplyOutcome(StrEnum):
    """How an apply ended, as far as is known."""

    APPLIED = "applied"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Nobody saw its end: its stack is closed until somebody settles it."""


class Rejection(Struct, frozen=True, kw_only=True):
    """A senior's no to a request. It stays."""

    person: str
    at: int
    jti: str
    """The rejection's token id; empty where it was not passed on."""


class Begun(Struct, frozen=True, kw_only=True):
    """An apply that began and whose end is not known."""

    apply_id: str
    stack: str
    plan_sha256: str
    request_id: str | None
    at: int
    """When it began."""


class Ledger(Protocol):
    """What the gate and the enforcement need to remember."""

    def open_request(self, request_id: str, body: bytes, created: int, expires: int) -> None:
        """Keep the request ``body`` under its id. Again with the same body is no change."""
        ...

    def request(self, request_id: str) -> bytes | None:
        """Return the body of a request, or None where this ledger never kept one."""
        ...

    def open_requests(self, now: int) -> tuple[bytes, ...]:
        """Return the bodies of the requests that wait: not expired, spent or rejected."""
        ...

    def burn(self, *, jti: str, request_id: str, plan_sha256: str, claim_id: str, at: int) -> None:
        """
        Spend one approval and its request, in one step and for good.

        ``claim_id`` names the apply that burns. Burning again under the same claim,
        after a reply was lost, is no change; under any other it raises
        :class:`guardrail.errors.AlreadySpentError`. A rejected request raises
        :class:`guardrail.errors.ApprovalError` with the code ``rejected_by_senior``; an
        unknown one, or a clock that was set back, :class:`guardrail.errors.LedgerError`.
        """
        ...

    def spent(self, request_id: str) -> bool:
        """Whether an approval of the request was burnt."""
        ...

    def reject(self, request_id: str, *, person: str, at: int, jti: str = "") -> None:
        """Close a request for good. The first rejection is the one that is kept."""
        ...

    def rejection(self, request_id: str) -> Rejection | None:
        """Return who rejected a request, or None."""
        ...

    def begin_apply(
        self, *, apply_id: str, stack: str, plan_sha256: str, request_id: str | None, at: int
    ) -> None:
        """
        Note that Terraform is about to change ``stack``.

        Refused while another apply of the stack is unfinished.
        """
        ...

    def end_apply(self, apply_id: str, outcome: str, at: int) -> None:
        """Note how an apply ended: one of :class:`ApplyOutcome`. The same again is no change."""
        ...

    def unfinished(self, stack: str) -> tuple[Begun, ...]:
        """Return the applies of ``stack`` without a known end, oldest first."""
        ...

    def settle(self, apply_id: str, outcome: str, *, person: str, why: str, at: int) -> None:
        """Note what a person found out about an unfinished apply: ``applied`` or ``failed``."""
        ...

    def seen_trust_version(self) -> int:
        """Return the highest version of the trust document that was seen; 0 before the first."""
        ...

    def note_trust_version(self, version: int) -> None:
        """Remember that ``version`` was seen; a lower one than before changes nothing."""
        ...

    def note_time(self, now: int) -> None:
        """Remember the time; refuse one more than :data:`CLOCK_SKEW` before the highest seen."""
        ...
