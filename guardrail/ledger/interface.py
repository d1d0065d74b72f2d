"""
The ledger: what must be remembered so that an approval is used once, and a stack known again.

Every method takes the time as an argument, in whole seconds since 1970, and raises
:class:`guardrail.errors.LedgerError` when it can't read or write: nothing is applied
without the ledger. Nothing is ever deleted from it.
"""

from collections.abc import Mapping
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


class Remembered(Struct, frozen=True, kw_only=True):
    """What a stack held when it was last looked at: digests, and names of the configuration."""

    objects: Mapping[str, str] = {}
    """Digest of an address → digest of the object that it stands for."""
    prevented: tuple[str, ...] = ()
    """Resources (no instance keys) whose block says ``prevent_destroy``."""
    pointers: Mapping[str, str] = {}
    """A provider configuration and an attribute (``aws.west region``) → digest of its constants."""


class Stack(Struct, frozen=True, kw_only=True):
    """One stack as it was right after an apply."""

    key: str
    """What names it: its backend and workspace, wherever it is checked out."""
    place: str
    """The directory and workspace that it was applied from."""
    lineage: str
    serial: int
    resources: int
    """How many managed resource instances its state had."""
    peak: int = 0
    """The most that the ledger ever saw there."""
    remembered: Remembered
    apply_id: str
    at: int


class Lost(Struct, frozen=True, kw_only=True):
    """What is lost in one environment."""

    environment: str
    objects: frozenset[str]
    """Digests of the addresses: what is lost again is no further loss."""
    managed: int
    """How many managed resource instances the environment had."""


class LostByOrigin(Struct, frozen=True, kw_only=True):
    """What one origin lost, as one stack sees it."""

    here: frozenset[str] = frozenset()
    """Digests of the addresses that it lost of this stack."""
    elsewhere: int = 0
    """How many different objects it lost of all other stacks together."""


class Toll(Struct, frozen=True, kw_only=True):
    """What an apply is about to lose and to import."""

    lineage: str
    """Of the state it changes; empty where there is none yet."""
    origin: str
    """Who is behind it, as text that is equal where they are the same."""
    losses: tuple[Lost, ...] = ()
    imports: tuple[str, ...] = ()
    """Digests of the addresses under which live objects enter the state."""


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
        self,
        *,
        apply_id: str,
        stack: str,
        plan_sha256: str,
        request_id: str | None,
        at: int,
        toll: Toll | None = None,
    ) -> None:
        """
        Note that Terraform is about to change the stack with the key ``stack``.

        What it is about to lose and import is noted with it, both or neither, and stays
        whatever comes of the apply. Refused while another apply of the stack is unfinished.
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

    def note_stack(self, stack: Stack) -> None:
        """Remember ``stack`` in the place of what was known under its key; its peak never falls."""
        ...

    def stack(self, key: str) -> Stack | None:
        """Return the stack with this key as it was after its last apply, or None."""
        ...

    def stack_by_lineage(self, lineage: str) -> Stack | None:
        """Return the stack of this lineage that was noted last; None where there is none."""
        ...

    def stacks_at(self, place: str) -> tuple[Stack, ...]:
        """Return the stacks that were last applied from ``place``, by their keys."""
        ...

    def losses(self, key: str, lineage: str, since: int) -> tuple[Lost, ...]:
        """
        Return what applies of a stack lost from ``since`` on, one item for each environment.

        Of the stack with this key, and of every one of this lineage: a copied state is about
        the same things. ``objects`` are all that any of them lost, and ``managed`` is the
        most that the environment had at any of them.
        """
        ...

    def losses_by_origin(self, origin: str, key: str, lineage: str, since: int) -> LostByOrigin:
        """Return what ``origin`` lost from ``since`` on, of the stack as in :meth:`losses` and of others."""
        ...

    def imports(self, key: str, lineage: str, since: int) -> frozenset[str]:
        """Return the digests of addresses that were imported, of the stacks as in :meth:`losses`."""
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
