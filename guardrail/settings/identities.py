"""
Who is behind a change, as identities that somebody else vouches for.

Only the installation's settings hold these: whoever is being guarded must not say whom to
believe. A repository may add one thing: AWS principals that are agents'. How they are written in the file is :mod:`guardrail.settings.identity_file`'s work.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from guardrail.settings.aws_identity import AwsIdentity

REQUEST_HOSTS: Final = ("*.actions.githubusercontent.com",)
MAX_MINUTES: Final = 60


class IdentityKind(StrEnum):
    """What a verified identity stands for."""

    AGENT = "agent"
    AUTOMATION = "automation"
    HUMAN = "human"


class ClaimRow(Struct, frozen=True, kw_only=True):
    """What a verified token means whose claims match."""

    kind: IdentityKind
    name: str
    """Who that is, as a short slug."""
    claims: Mapping[str, tuple[str, ...]]
    """Patterns by claim: each claim must match one of its patterns, in which ``*`` is any text."""


class OidcIssuer(Struct, frozen=True, kw_only=True):
    """One issuer of identity tokens for CI jobs, and how to get and check its tokens."""

    issuer: str
    audience: str
    """Whom its tokens for us are meant for."""
    jwks_url: str
    """Where its public keys are: TLS, or plain HTTP on loopback."""
    jwks_file: str | None = None
    """Absolute path of its public keys; where it is given, nothing is fetched."""
    ca_file: str | None = None
    """Absolute path of the certificate authorities for both connections; None means the system's."""
    variable: str | None = None
    """The variable that holds the token; None asks for one as a job of GitHub Actions does."""
    system: str
    """The variable that is there in every job that should have a token."""
    request_hosts: tuple[str, ...] = REQUEST_HOSTS
    """The hosts that a job may ask for its token; ``*.`` in front stands for names below."""
    max_minutes: int = MAX_MINUTES
    """The longest life of a token, from issue to expiry."""
    rows: tuple[ClaimRow, ...] = ()


class IdentitySettings(Struct, frozen=True, kw_only=True):
    """Whom to ask who we are. With nothing set nobody is asked and nothing is loaded."""

    oidc: tuple[OidcIssuer, ...] = ()
    aws: tuple[AwsIdentity, ...] = ()
    passed: tuple[str, ...] = ()
    """Names of further variables that Terraform may see: credentials may be among them."""
