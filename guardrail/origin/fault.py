"""Why an identity token counts for nothing. A code says it all: no text of a token is repeated."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a token, with how we ask for one, or with its issuer's keys."""

    NO_TOKEN = "no_token"  # noqa: S105 - codes, here and below
    """The job has none: it lacks the permission, or is a fork's."""
    REQUEST_HOST = "request_host"
    """The job names a place to ask for a token that the settings do not, so nobody was asked."""
    REQUEST_FAILED = "request_failed"
    """The place that hands out tokens did not answer, or not with a token."""
    KEYS_UNREACHABLE = "keys_unreachable"
    """The issuer's keys could not be fetched or read."""
    KEYS_UNUSABLE = "keys_unusable"
    """They are no key set, or the token's key is ambiguous, weak or for something else."""
    MALFORMED = "malformed"
    """It is no token: too large, not three parts, not JSON, a member twice."""
    ALGORITHM = "algorithm"
    """It is signed in a way that is not taken, or not in its key's way."""
    UNKNOWN_KEY = "unknown_key"
    """It names no key, or one that its issuer does not have."""
    SIGNATURE = "signature"
    """Its signature is not that key's."""
    CLAIMS = "claims"
    """A claim is missing or of the wrong type."""
    ISSUER = "issuer"
    AUDIENCE = "audience"
    """It is not for us, or not for us alone."""
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    LIFETIME = "lifetime"
    """It lives longer than the settings allow."""


class FaultError(Exception):
    """A token that counts for nothing. Holds a code, and nothing of the token."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault
