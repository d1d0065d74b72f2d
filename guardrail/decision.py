"""
The decision: outcome and why. A value, never an exception.

Its record form (:func:`to_record`) is the published JSON document
``guardrail.decision/v1``; field names are stable.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from guardrail.approval.request import Required
from guardrail.findings.model import Counts, Detail, Environment, Undo
from guardrail.origin.evidence import Origin
from guardrail.policy.answer import Finding

SCHEMA = "guardrail.decision/v1"


class Outcome(StrEnum):
    """What the gate says."""

    ALLOW = "allow"
    APPROVAL_REQUIRED = "approval_required"
    DENY = "deny"


class Standing(StrEnum):
    """How much the decision is worth on this installation."""

    ENFORCED = "enforced"
    """Only the guardrail's own identity holds credentials that can change things."""
    PROTECTED = "protected"
    """Trust and settings are root's, and the guardrail runs as another user than the agent."""
    ADVISORY = "advisory"
    """Whoever is guarded could edit what guards: good against accidents, no more."""


class PlanRecord(Struct, frozen=True, kw_only=True):
    """Which plan was decided, or which operation without a plan."""

    source: str
    """``saved``, ``json`` or ``operation``; JSON alone can't be applied."""
    operation: str = ""
    """What is done without a plan, in Terraform's words: ``state rm``; empty for a plan."""
    sha256: str
    """Of the bytes that were given; of an operation its name, its arguments and what it reads."""
    json_sha256: str
    """Of the plan's JSON; of an operation the state it leaves."""
    terraform_version: str


class StackRecord(Struct, frozen=True, kw_only=True):
    """Which state it belongs to; empty where JSON alone was given."""

    directory: str
    workspace: str
    backend: str
    lineage: str
    serial: int

    @property
    def place(self) -> str:
        """Where it is worked on: directory and workspace."""
        return f"{self.directory}#{self.workspace}"

    def key(self, backend_sha256: str) -> str:
        """
        Return what names the stack in the ledger.

        A local state lies in its directory. Any other is the same stack wherever it is
        checked out, so its backend names it; ``backend_sha256`` is the digest of that
        backend's configuration.
        """
        if self.backend == "local":
            return self.place
        return f"{self.backend}:{backend_sha256}#{self.workspace}"


class Accepted(Struct, frozen=True, kw_only=True):
    """An approval that counts."""

    person: str
    level: str
    key: str
    """The fingerprint of the key that signed."""
    jti: str
    expires: int


class Rejected(Struct, frozen=True, kw_only=True):
    """An approval that was given and does not count."""

    code: str
    why: str


class ApprovalRecord(Struct, frozen=True, kw_only=True):
    """What approval is needed, asked for, given and turned down."""

    required: Required | None
    request: str | None
    """The id of the request; None where none was written."""
    accepted: tuple[Accepted, ...] = ()
    rejected: tuple[Rejected, ...] = ()


class Next(Struct, frozen=True, kw_only=True):
    """What whoever asked may do now, and what not."""

    allowed: tuple[str, ...]
    prohibited: tuple[str, ...]


class PolicyRecord(Struct, frozen=True, kw_only=True):
    """Which policies decided."""

    sha256: str
    rules: int


class Decision(Struct, frozen=True, kw_only=True):
    """One decision about one plan."""

    schema: str = SCHEMA
    decision_id: str
    outcome: Outcome
    would_be: Outcome
    """The outcome without the ``observe`` profile; otherwise the same."""
    profile: str
    mode: Standing
    engine: str
    plan: PlanRecord
    stack: StackRecord
    origin: Origin
    counts: Counts
    environments: tuple[Environment, ...]
    findings: tuple[Finding, ...]
    details: tuple[Detail, ...] = ()
    """What a senior wants to know about each lost thing, worst first."""
    undo: tuple[Undo, ...] = ()
    """The smallest changes of the configuration that make most of the plan harmless."""
    approval: ApprovalRecord
    next: Next
    policy: PolicyRecord
    time: int
    """Whole seconds since 1970, UTC."""


def to_record(decision: Decision) -> Mapping[str, Any]:
    """Return the decision as plain JSON values."""
    record: Mapping[str, Any] = msgspec.to_builtins(decision)
    return record
