"""
Making a token, in two halves with the signature between them.

:func:`prepare` says what to sign and :func:`finish` puts the signature to it. Both
are pure; :mod:`guardrail.approval.ssh` signs.
"""

from guardrail.approval import sshsig
from guardrail.approval.envelope import Envelope, Signature
from guardrail.approval.keys import fingerprint
from guardrail.approval.request import Request
from guardrail.approval.statement import (
    ApprovalVerdict,
    Approver,
    Claim,
    build,
    read_statement,
    write_statement,
)
from guardrail.approval.token import write_token
from guardrail.approval.trust import Person, TrustedKey
from guardrail.errors import ApprovalError, SigningError


def prepare(
    request: Request,
    *,
    person: Person,
    key: TrustedKey,
    jti: str,
    now: int,
    minutes: int,
    verdict: ApprovalVerdict,
    reason: str,
) -> bytes:
    """
    Return the statement in which ``person`` answers ``request``: the payload of a token.

    ``jti`` is 64 fresh random hexadecimal digits. The statement is good for ``minutes``
    from ``now``, and never for longer than the request. What to sign is its
    :func:`guardrail.approval.envelope.pre_authentication_encoding`. Raises
    :class:`SigningError` when the statement would be malformed or too large.
    """
    claim = Claim(
        approver=Approver(id=person.id, key=key.fingerprint),
        jti=jti,
        verdict=verdict,
        reason=reason,
        iat=now,
        nbf=now,
        exp=min(now + 60 * minutes, request.expires),
    )
    try:
        payload = write_statement(build(request, request.binding, request.facts, claim))
        read_statement(payload)
    except ApprovalError as error:
        raise SigningError(
            f"this can't be signed: {error.message}",
            hint="the reason holds at most 200 printable characters; the request must not be over",
        ) from None
    except ValueError:
        raise SigningError("this can't be signed: it can't be written as JSON exactly") from None
    return payload


def finish(payload: bytes, signature: bytes) -> bytes:
    """
    Return the token of ``payload`` and what ``ssh-keygen -Y sign`` printed for it.

    The token is not verified. Raises :class:`SigningError` when ``signature`` is no SSH signature.
    """
    try:
        blob = sshsig.dearmor(signature)
        keyid = fingerprint(sshsig.read_signature(blob).key)
    except ValueError as error:
        raise SigningError(f"the program that signs gave no usable signature: {error}") from None
    return write_token(Envelope(payload=payload, signatures=(Signature(keyid=keyid, sig=blob),)))
