"""The token: an envelope as one line of text, to be passed in a file or on standard input."""

from guardrail.approval import strict_base64
from guardrail.approval.envelope import Envelope, read_envelope, write_envelope
from guardrail.approval.statement import read_statement
from guardrail.errors import ApprovalError

PREFIX = "tfg1."
MAX_TOKEN = 65536
"""Bytes."""


def write_token(envelope: Envelope) -> bytes:
    """Return the token line, without a line feed."""
    return (PREFIX + strict_base64.encode_url(write_envelope(envelope))).encode("ascii")


def read_token(token: bytes) -> Envelope:
    """
    Read a token line; one line feed may follow it.

    Raises :class:`ApprovalError` ``malformed_token``.
    """
    hint = f"a token is one line that begins with {PREFIX}"
    if len(token) > MAX_TOKEN:
        raise ApprovalError("malformed_token", f"at most {MAX_TOKEN} bytes expected", hint=hint)
    try:
        line = token.removesuffix(b"\n").decode("ascii")
        if not line.startswith(PREFIX):
            raise ApprovalError("malformed_token", f"{PREFIX} and base64 expected", hint=hint)
        data = strict_base64.decode_url(line.removeprefix(PREFIX))
    except ValueError:
        raise ApprovalError(
            "malformed_token", "the token is not one exact line of base64", hint=hint
        ) from None
    return read_envelope(data)


def named_request(token: bytes) -> str:
    """
    Return the id of the request that a token names, to look that request up.

    Nothing is verified: it is no more than what somebody wrote into the token. Raises
    :class:`ApprovalError` ``malformed_token`` or ``malformed_statement``.
    """
    return read_statement(read_token(token).payload).predicate.request_id
