"""The case: everything that one decision depends on, as values."""

from typing import TYPE_CHECKING

from msgspec import Struct

from guardrail.approval.request import Binding, Request, Required
from guardrail.decision import Accepted, PlanRecord, Rejected, StackRecord, Standing
from guardrail.errors import ApprovalError
from guardrail.findings.surroundings import Surroundings
from guardrail.origin.evidence import Origin
from guardrail.plan.model import Plan
from guardrail.policy.bundle import Bundle
from guardrail.settings.model import Settings

if TYPE_CHECKING:
    # A check without an approval starts sooner without what reads one.
    from guardrail.approval.trust import Trust


class Offer(Struct, frozen=True, kw_only=True):
    """An approval that somebody presents, and what it must be measured against."""

    token: bytes
    request: Request | None
    """The request that the token names, as the ledger keeps it; None where it knows none."""
    trust: "Trust"
    refused: ApprovalError | None = None
    """Why the ledger already turns it down: a senior's rejection, or spent."""


class Case(Struct, frozen=True, kw_only=True):
    """Everything one decision depends on."""

    decision_id: str
    plan: Plan
    plan_record: PlanRecord
    stack: StackRecord
    surroundings: Surroundings
    """Where the plan is for, and what was before."""
    binding: Binding | None
    """None where JSON alone was given: nothing binds, so nothing can be approved."""
    origin: Origin
    settings: Settings
    bundle: Bundle
    standing: Standing
    unfinished: bool
    """Whether an earlier apply of this stack never reported its end."""
    now: int

    @property
    def required(self) -> Required:
        """What it takes to release a plan that needs approval."""
        return Required(level=self.settings.approval_level, count=1)


class Weighed(Struct, frozen=True, kw_only=True):
    """What became of the approvals that were offered."""

    accepted: tuple[Accepted, ...] = ()
    rejected: tuple[Rejected, ...] = ()
