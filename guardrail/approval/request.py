"""
The request: a decision that waits for a senior.

A request holds everything the senior sees and signs: what the plan would do
(:class:`Facts`), to what exactly (:class:`Binding`), and who asks. The gate
computes facts and binding anew from the plan's own bytes when it applies, so a
request that was written to mislead signs nothing that could be applied.
"""

import msgspec
from msgspec import Struct

from guardrail.canonical import digest
from guardrail.findings.model import Counts, Environment
from guardrail.policy.answer import Finding

SCHEMA = "guardrail.request/v1"


class Binding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an approval is good for, and nothing else. Digests are SHA-256 in hexadecimal."""

    plan_sha256: str
    """The saved plan's bytes."""
    plan_json_sha256: str
    """The bytes of ``terraform show -json`` of that plan."""
    terraform_version: str
    terraform_sha256: str
    """The Terraform binary that decided and will apply."""
    lockfile_sha256: str
    """The dependency lock file inside the plan; empty where it has none."""
    directory: str
    """The absolute path of the working directory: a local state lies relative to it."""
    backend: str
    backend_sha256: str
    workspace: str
    lineage: str
    serial: int
    policy_sha256: str
    guardrail_version: str


class Requester(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks. Names that may equal an approver's logins; none of them is proven."""

    origin: str
    """``agent``, ``automation``, ``unknown`` or ``human``."""
    agents: tuple[str, ...]
    """Slugs of the agents that were recognised."""
    logins: tuple[str, ...]
    """Operating system user, git e-mail addresses, CI actor: compared with a person's logins."""


class Required(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it takes to release the plan."""

    level: str
    count: int


class Facts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the plan would do, as the senior reads it. A function of the plan and the policy."""

    counts: Counts
    environments: tuple[Environment, ...]
    findings: tuple[Finding, ...]


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question to a senior. Times are whole seconds since 1970, UTC."""

    schema: str = SCHEMA
    request_id: str
    """The decision it belongs to: 32 hexadecimal digits."""
    nonce: str
    """64 hexadecimal digits; two requests for one plan differ by it."""
    created: int
    expires: int
    requester: Requester
    required: Required
    binding: Binding
    facts: Facts


def facts_digest(facts: Facts) -> str:
    """Return the SHA-256 of the canonical form of ``facts``, in hexadecimal."""
    return digest(msgspec.to_builtins(facts))


def request_digest(request: Request) -> str:
    """Return the SHA-256 of the canonical form of ``request``, in hexadecimal."""
    return digest(msgspec.to_builtins(request))
