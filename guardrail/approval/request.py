"""
The request: a decision that waits for a senior.

A request holds everything the senior sees and signs: what the plan would do
(:class:`Facts`), to what exactly (:class:`Binding`), and who asks. The gate
computes facts and binding anew from the plan's own bytes when it applies, so a
request that was written to mislead signs nothing that could be applied.

Format: ``docs/formats/request.md``.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from guardrail.approval import strict_json
from guardrail.canonical import canonical_bytes, digest
from guardrail.errors import ApprovalError
from guardrail.findings.model import Counts, Detail, Environment, Undo
from guardrail.policy.answer import Finding

SCHEMA: Final = "guardrail.request/v1"
MAX_REQUEST = 16 * 1024 * 1024
"""Bytes."""

Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
Hex64 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
Time = Annotated[int, Meta(ge=0, lt=2**53)]
"""Whole seconds since 1970, UTC."""


class Binding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What an approval is good for, and nothing else. Digests are SHA-256 in hexadecimal.

    It is a saved plan, or an operation without a plan.
    """

    operation: Annotated[str, Meta(max_length=40)] = ""
    """What is done without a plan, in Terraform's words: ``state rm``; empty for a plan."""
    plan_sha256: str
    """The saved plan's bytes; of an operation its name, its arguments and what it reads."""
    plan_json_sha256: str
    """The bytes of ``terraform show -json`` of that plan; of an operation the state it leaves."""
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
    count: Annotated[int, Meta(ge=1, le=8)]


class Facts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the plan would do, as the senior reads it. A function of the plan and the policy."""

    counts: Counts
    environments: tuple[Environment, ...]
    findings: tuple[Finding, ...]
    details: tuple[Detail, ...] = ()
    undo: tuple[Undo, ...] = ()


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question to a senior. Times are whole seconds since 1970, UTC."""

    schema: Literal["guardrail.request/v1"] = SCHEMA
    request_id: Hex32
    """The decision it belongs to: 32 hexadecimal digits."""
    nonce: Hex64
    """64 hexadecimal digits; two requests for one plan differ by it."""
    created: Time
    expires: Time
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


def write_request(request: Request) -> bytes:
    """
    Return the request's one text: canonical JSON and a line feed.

    Raises :class:`ApprovalError` ``malformed_request`` for what :func:`read_request` would refuse.
    """
    try:
        data = canonical_bytes(msgspec.to_builtins(request))
    except ValueError:
        raise _malformed("it holds what JSON can't carry exactly") from None
    read_request(data)
    return data + b"\n"


def read_request(data: bytes) -> Request:
    """
    Read a request from a hand that may not be ours; one line feed may follow it.

    Raises :class:`ApprovalError` ``malformed_request`` for all but the one text of a request, for
    strings that can't be printed, and for more than :data:`MAX_REQUEST` bytes.
    """
    text = data.removesuffix(b"\n")
    try:
        value = strict_json.read(text, limit=MAX_REQUEST, fractions=True)
        request = msgspec.convert(value, Request)
        same = canonical_bytes(msgspec.to_builtins(request)) == text
    except strict_json.MalformedDocumentError as error:
        raise _malformed(str(error)) from None
    except ValueError:
        raise _malformed("it has other members or types than a request") from None
    if not same:
        raise _malformed("it is not in the one form in which requests are written")
    return request


def _malformed(why: str) -> ApprovalError:
    return ApprovalError(
        "malformed_request",
        f"the request is malformed: {why}",
        hint="pass the file as the guardrail wrote it",
    )
