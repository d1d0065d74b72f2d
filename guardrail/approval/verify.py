"""
Verification: whether a token releases, or turns down, this request, here and now.

Opens no file and reads no clock: plan, request, trust and time are arguments. The
steps, numbered as in ``docs/formats/token.md``; a later step believes only what
an earlier one has shown:

1. Read the token: one line, one envelope, in the one form each has.
2. Find every key in the trust document.
3. Check every signature, and that a person was there.
4. Read the payload as a statement.
5. Rebuild the statement from our own values and compare the whole.
6. It is in force now, and not for longer than allowed.
7. Every key is enrolled and valid now, whatever the statement says about then.
8. Every signer has the level that is required, according to the trust document.
9. No signer is who asks.
10. The signers are as many distinct persons as are required.

What the caller must still do: compute ``binding``, ``facts`` and the request's
``required`` and ``requester`` itself; keep a rejection for good; and burn an
approval's ``jti`` and ``request_id`` in one step before Terraform starts.
"""

from collections.abc import Mapping, Sequence
from unicodedata import normalize

from msgspec import Struct
from msgspec.structs import replace

from guardrail.approval import suites
from guardrail.approval.envelope import Envelope, pre_authentication_encoding
from guardrail.approval.keys import Presence
from guardrail.approval.request import Binding, Facts, Request
from guardrail.approval.statement import (
    ApprovalVerdict,
    Approver,
    Claim,
    Statement,
    build,
    claim_of,
    read_statement,
    write_statement,
)
from guardrail.approval.token import read_token
from guardrail.approval.trust import Person, Trust, TrustedKey
from guardrail.errors import ApprovalError

MAX_SKEW = 60
"""Seconds that an approver's clock may be ahead of ours. Nothing ever lives longer for it."""


class Approval(Struct, frozen=True, kw_only=True):
    """What a senior has said to one request, verified. A ``reject`` releases nothing."""

    verdict: ApprovalVerdict
    person: str
    level: str
    key: str
    """The fingerprint of the approver's key."""
    jti: str
    request_id: str
    exp: int
    reason: str


class _Signer(Struct, frozen=True):
    person: Person
    key: TrustedKey


def verify(
    token: bytes,
    *,
    request: Request,
    binding: Binding,
    facts: Facts,
    trust: Trust,
    now: int,
    max_seconds: int,
    presence: Presence = Presence.KEY,
) -> Approval:
    """
    Return what ``token`` says to ``request``, verified at the time ``now``.

    ``max_seconds`` bounds an approval's life. Raises :class:`ApprovalError` with the
    code of the first step that fails.
    """
    # (1) One line, one envelope.
    envelope = read_token(token)

    # (2) Every key is in the trust document.
    signers = tuple(_signer(signature.keyid, trust) for signature in envelope.signatures)

    # (3) Every signature holds. From here on the payload is what these keys signed.
    _check_signatures(envelope, signers, presence)

    # (4) The payload is a statement.
    statement = read_statement(envelope.payload)

    # (5) It is the statement we would have made ourselves.
    claim = claim_of(statement)
    approver = _approver(claim, signers)
    mine = replace(claim, approver=Approver(id=approver.person.id, key=approver.key.fingerprint))
    expected = build(request, binding, facts, mine)
    if write_statement(expected) != envelope.payload:
        raise _difference(statement, expected)

    # (6) In force now.
    _check_times(claim, request, now, max_seconds)

    # (7) Keys that are valid now: a thief can date a statement back.
    for signer in signers:
        _check_key(signer.key, now)

    # (8) The level, from the trust document alone.
    for signer in signers:
        _check_level(signer.person, request.required.level, trust)

    # A rejection opens nothing, so one person is enough for it, whoever that is.
    if claim.verdict is ApprovalVerdict.APPROVE:
        # (9) Nobody releases what they asked for.
        for signer in signers:
            _check_independence(signer.person, request)

        # (10) Persons count, not keys and not signatures.
        persons = {signer.person.id for signer in signers}
        if len(persons) < max(1, request.required.count):
            raise ApprovalError(
                "not_enough_approvers",
                f"{request.required.count} persons expected, {len(persons)} signed",
            )

    return Approval(
        verdict=claim.verdict,
        person=approver.person.id,
        level=approver.person.level,
        key=approver.key.fingerprint,
        jti=claim.jti,
        request_id=request.request_id,
        exp=claim.exp,
        reason=claim.reason,
    )


def _signer(keyid: str, trust: Trust) -> _Signer:
    found = trust.find(keyid)
    if found is None:
        raise ApprovalError(
            "unknown_key",
            "the token is signed with a key that is not in the trust document",
            hint="ask whoever keeps the trust document to enrol the key",
        )
    return _Signer(*found)


def _check_signatures(envelope: Envelope, signers: Sequence[_Signer], presence: Presence) -> None:
    message = pre_authentication_encoding(envelope.payload)
    for signature, signer in zip(envelope.signatures, signers, strict=True):
        check = suites.SUITES[signer.key.type]
        check(signature.sig, message, signer.key.public_key(), presence)


def _approver(claim: Claim, signers: Sequence[_Signer]) -> _Signer:
    for signer in signers:
        if signer.key.fingerprint == claim.approver.key:
            return signer
    raise ApprovalError("wrong_approver", "the approver whom the statement names did not sign it")


_PLAN = ("wrong_plan", "the approval is for another plan")
_TARGET = ("wrong_target", "the approval is for another directory, backend or workspace")
_TERRAFORM = ("wrong_terraform", "the approval is for another Terraform binary")
_BINDING_CODES: Mapping[str, tuple[str, str]] = {
    "operation": ("wrong_plan", "the approval is for another operation"),
    "plan_sha256": _PLAN,
    "directory": _TARGET,
    "backend": _TARGET,
    "backend_sha256": _TARGET,
    "workspace": _TARGET,
    "lineage": ("wrong_state", "the approval is for another state"),
    "serial": ("stale_state", "the state has changed since the approval"),
    "plan_json_sha256": _PLAN,
    "terraform_version": _TERRAFORM,
    "terraform_sha256": _TERRAFORM,
    "lockfile_sha256": ("wrong_lockfile", "the dependency lock file is not the approved one"),
    "policy_sha256": ("wrong_policy", "the policies have changed since the approval"),
    "guardrail_version": ("wrong_guardrail", "the approval is for another guardrail version"),
}


def _difference(statement: Statement, expected: Statement) -> ApprovalError:
    """Say which part differs, most telling first. The payload is refused already."""
    said, mine = statement.predicate, expected.predicate
    hint = "make a new request and have it approved"
    for name, (code, message) in _BINDING_CODES.items():
        if getattr(said.binding, name) != getattr(mine.binding, name):
            return ApprovalError(code, f"{message} ({name} differs)", hint=hint)
    if statement.subject != expected.subject:
        return ApprovalError(*_PLAN, hint=hint)
    if said.facts_sha256 != mine.facts_sha256:
        return ApprovalError(
            "wrong_facts", "what the plan would do is not what was approved", hint=hint
        )
    if said.approver != mine.approver:
        return ApprovalError(
            "wrong_approver", "the key belongs to another person than the statement names"
        )
    return ApprovalError("wrong_request", "the approval is for another request", hint=hint)


def _check_times(claim: Claim, request: Request, now: int, max_seconds: int) -> None:
    if max(claim.iat, claim.nbf) > now + MAX_SKEW:
        ahead = max(claim.iat, claim.nbf) - now
        raise ApprovalError(
            "not_yet_valid",
            f"the approval begins {ahead} seconds from now",
            hint="compare the clocks of the two machines",
        )
    if claim.exp - claim.iat > max_seconds:
        raise ApprovalError(
            "lifetime_too_long",
            f"a life of at most {max_seconds} seconds expected, {claim.exp - claim.iat} came",
        )
    if now >= claim.exp:
        raise ApprovalError(
            "expired",
            f"the approval expired {now - claim.exp} seconds ago",
            hint="have the request approved again",
        )
    if now >= request.expires:
        raise ApprovalError(
            "request_expired",
            f"the request expired {now - request.expires} seconds ago",
            hint="make a new request",
        )


def _check_key(key: TrustedKey, now: int) -> None:
    # The date of a revocation is for people: a clock that is wrong must not undo it.
    if key.revoked_at is not None:
        raise ApprovalError("revoked_key", "the key that signed has been revoked")
    if now < key.not_before or (key.not_after is not None and now >= key.not_after):
        raise ApprovalError("key_not_valid_now", "the key that signed is outside its time window")


def _check_level(person: Person, required: str, trust: Trust) -> None:
    if required not in trust.levels:
        raise ApprovalError("unknown_level", "the required level is not in the trust document")
    if trust.levels.index(person.level) < trust.levels.index(required):
        raise ApprovalError(
            "level_too_low", f"{required} or higher expected, {person.id} is {person.level}"
        )


def _check_independence(person: Person, request: Request) -> None:
    asking = {_folded(name) for name in (*request.requester.logins, *request.requester.agents)}
    if asking & {_folded(name) for name in (person.id, *person.logins)}:
        raise ApprovalError(
            "self_approval",
            f"{person.id} asked for this and can't approve it",
            hint="have someone else approve",
        )


def _folded(name: str) -> str:
    return normalize("NFKC", name).casefold().strip()
