"""
The table ``[origin]`` of the installation's settings.

A row for a human needs more than the others, because it is the only evidence that makes
anything looser. Whose account started a job is no proof: an agent works with the account of
whoever runs it. What an agent cannot do is to open a protected environment of the CI system,
whose reviewers let the job begin. So a row for a human must name, word for word,

1. an environment, and where the issuer says so, that it is protected and being deployed to;
2. the repository or project that it belongs to: anybody can protect one of their own.
"""

import msgspec
from msgspec import Struct

from guardrail.errors import SettingsError
from guardrail.settings.aws_identity import AwsIdentity, AwsKind
from guardrail.settings.identities import (
    MAX_MINUTES,
    REQUEST_HOSTS,
    ClaimRow,
    IdentityKind,
    IdentitySettings,
    OidcIssuer,
)

_DEPLOYMENT = {"environment": None, "environment_protected": "true", "environment_action": "start"}
_PROOFS: tuple[dict[str, str | None], ...] = (
    {"environment": None, "repository": None},
    {"environment": None, "repository_id": None},
    _DEPLOYMENT | {"project_path": None},
    _DEPLOYMENT | {"project_id": None},
)
"""What a row for a human must name: the claims of GitHub, and of GitLab. None is any one text."""


class _Row(Struct, forbid_unknown_fields=True):
    kind: IdentityKind
    name: str
    claims: dict[str, str | tuple[str, ...]]


class _Oidc(Struct, forbid_unknown_fields=True):
    issuer: str
    audience: str
    jwks_url: str | None = None
    jwks_file: str | None = None
    ca_file: str | None = None
    variable: str | None = None
    system: str | None = None
    request_hosts: tuple[str, ...] | None = None
    max_minutes: int = MAX_MINUTES
    rows: tuple[_Row, ...] = ()


class _Origin(Struct, forbid_unknown_fields=True):
    oidc: tuple[_Oidc, ...] = ()
    aws: tuple[AwsIdentity, ...] = ()


def read_identities(table: dict[str, object], file: str) -> IdentitySettings:
    """
    Return what ``table`` says, which fits the schema already.

    ``file`` names the file in messages. Raises :class:`SettingsError`.
    """
    origin = msgspec.convert(table, _Origin)
    return IdentitySettings(
        oidc=tuple(
            _issuer(found, f"{file}: origin.oidc.{number}")
            for number, found in enumerate(origin.oidc)
        ),
        aws=origin.aws,
    )


def read_agents(table: dict[str, object], file: str) -> tuple[AwsIdentity, ...]:
    """
    Return the AWS principals that a repository calls agents'; ``table`` fits the schema already.

    Raises :class:`SettingsError` for a principal of another kind.
    """
    found = msgspec.convert(table, _Origin).aws
    if any(row.kind is not AwsKind.AGENT for row in found):
        raise SettingsError(
            f"{file}: expected origin.aws with kind agent, got another",
            hint="only the installation's settings can call a principal an automation",
        )
    return tuple(msgspec.structs.replace(row, trusted=False) for row in found)


def _issuer(found: _Oidc, where: str) -> OidcIssuer:
    _refuse_both(where, ("jwks_url", found.jwks_url), ("jwks_file", found.jwks_file))
    _refuse_both(where, ("variable", found.variable), ("request_hosts", found.request_hosts))
    return OidcIssuer(
        issuer=found.issuer,
        audience=found.audience,
        jwks_url=found.jwks_url or f"{found.issuer.rstrip('/')}/.well-known/jwks",
        jwks_file=found.jwks_file,
        ca_file=found.ca_file,
        variable=found.variable,
        system=found.system or ("GITHUB_ACTIONS" if found.variable is None else "GITLAB_CI"),
        request_hosts=REQUEST_HOSTS if found.request_hosts is None else found.request_hosts,
        max_minutes=found.max_minutes,
        rows=tuple(_row(row, f"{where}.rows.{number}") for number, row in enumerate(found.rows)),
    )


def _row(found: _Row, where: str) -> ClaimRow:
    claims = {
        name: (patterns,) if isinstance(patterns, str) else patterns
        for name, patterns in found.claims.items()
    }
    if found.kind is IdentityKind.HUMAN and not any(_proves(claims, proof) for proof in _PROOFS):
        raise SettingsError(
            f"{where}: expected a row for a human to name a protected environment and its "
            "repository or project, without wildcards",
            hint="GitHub: environment, and repository or repository_id. GitLab: environment, "
            'environment_protected = "true", environment_action = "start", and project_path or '
            "project_id. Whose account it was proves nothing: agents work with people's accounts",
        )
    return ClaimRow(kind=found.kind, name=found.name, claims=claims)


def _proves(claims: dict[str, tuple[str, ...]], proof: dict[str, str | None]) -> bool:
    return all(
        name in claims and all(_exact(text, wanted) for text in claims[name])
        for name, wanted in proof.items()
    )


def _exact(text: str, wanted: str | None) -> bool:
    return "*" not in text and wanted in {None, text}


def _refuse_both(where: str, one: tuple[str, object], other: tuple[str, object]) -> None:
    if one[1] is not None and other[1] is not None:
        raise SettingsError(f"{where}: expected {one[0]} or {other[0]}, got both")
