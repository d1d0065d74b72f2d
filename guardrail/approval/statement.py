"""
The statement: what is signed, as an in-toto Statement about one plan or one operation.

A statement is built from a request and a :class:`Claim`. The claim is all that an
approver adds; a verifier takes nothing else from a token.
Format: ``docs/formats/token.md``.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from guardrail.approval import strict_json
from guardrail.approval.envelope import pre_authentication_encoding
from guardrail.approval.request import (
    Binding,
    Facts,
    Hex32,
    Hex64,
    Request,
    Time,
    facts_digest,
    request_digest,
)
from guardrail.canonical import canonical_bytes
from guardrail.errors import ApprovalError

MAX_ENCODED = 4096
"""Bytes of the pre-authentication encoding: the most that AWS KMS signs."""
MAX_REASON = 200
_STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
_PREDICATE_TYPE: Final = "urn:guardrail:approval:v1"


class ApprovalVerdict(StrEnum):
    """What a senior says to a request."""

    APPROVE = "approve"
    REJECT = "reject"


class Approver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who made a statement. No level: that is the trust document's to say."""

    id: str
    key: str
    """The fingerprint of the key."""


class Claim(Struct, frozen=True, kw_only=True):
    """What an approver adds to a request."""

    approver: Approver
    jti: str
    verdict: ApprovalVerdict
    reason: str
    iat: int
    nbf: int
    exp: int


class _Digest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sha256: Hex64


class _Subject(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Literal["tfplan", "operation"]
    digest: _Digest


class Predicate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said about the plan."""

    request_id: Hex32
    request_sha256: Hex64
    nonce: Hex64
    jti: Hex64
    verdict: ApprovalVerdict
    binding: Binding
    facts_sha256: Hex64
    approver: Approver
    iat: Time
    nbf: Time
    exp: Time
    max_uses: Literal[1] = 1
    reason: Annotated[str, Meta(max_length=MAX_REASON)]


class Statement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An in-toto Statement with an approval as its predicate."""

    type: Literal["https://in-toto.io/Statement/v1"] = field(name="_type", default=_STATEMENT_TYPE)
    subject: tuple[_Subject]
    predicate_type: Literal["urn:guardrail:approval:v1"] = field(
        name="predicateType", default=_PREDICATE_TYPE
    )
    predicate: Predicate


def build(request: Request, binding: Binding, facts: Facts, claim: Claim) -> Statement:
    """Return the only statement that ``claim`` can make about this request, binding and facts."""
    predicate = Predicate(
        request_id=request.request_id,
        request_sha256=request_digest(request),
        nonce=request.nonce,
        jti=claim.jti,
        verdict=claim.verdict,
        binding=binding,
        facts_sha256=facts_digest(facts),
        approver=claim.approver,
        iat=claim.iat,
        nbf=claim.nbf,
        exp=claim.exp,
        reason=claim.reason,
    )
    subject = _Subject(
        name="operation" if binding.operation else "tfplan",
        digest=_Digest(sha256=binding.plan_sha256),
    )
    return Statement(subject=(subject,), predicate=predicate)


def claim_of(statement: Statement) -> Claim:
    """Return what the approver added to the request."""
    said = statement.predicate
    return Claim(
        approver=said.approver,
        jti=said.jti,
        verdict=said.verdict,
        reason=said.reason,
        iat=said.iat,
        nbf=said.nbf,
        exp=said.exp,
    )


def write_statement(statement: Statement) -> bytes:
    """Return the statement's one text: canonical JSON. Raises :class:`ValueError` where it has none."""
    return canonical_bytes(msgspec.to_builtins(statement))


def read_statement(payload: bytes) -> Statement:
    """
    Read the one text of a statement.

    Raises :class:`ApprovalError` ``malformed_statement`` for every other text.
    """
    if len(pre_authentication_encoding(payload)) > MAX_ENCODED:
        raise _malformed(f"at most {MAX_ENCODED} signed bytes expected")
    try:
        value = strict_json.read(payload, limit=MAX_ENCODED)
        statement = msgspec.convert(value, Statement)
        same = write_statement(statement) == payload
    except strict_json.MalformedDocumentError as error:
        raise _malformed(str(error)) from None
    except ValueError:
        raise _malformed("other members or types than a statement has") from None
    if not same:
        raise _malformed("not in the one form in which statements are written")
    if not statement.predicate.iat <= statement.predicate.nbf < statement.predicate.exp:
        raise _malformed("its times are not in order: made, valid from, valid until")
    return statement


def _malformed(why: str) -> ApprovalError:
    return ApprovalError("malformed_statement", f"the signed statement is malformed: {why}")
