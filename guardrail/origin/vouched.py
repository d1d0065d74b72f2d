"""
What the claims of a verified identity token say about who is behind a change. Pure.

Two tables are asked: ours, for the accounts and branches of agents, and the rows of the
settings. A row for an agent or an automation is compared without case, because it only makes
things stricter; one for a human exactly.
"""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from guardrail.origin.evidence import Evidence, OriginKind, Source, Strength
from guardrail.origin.match import match_ci
from guardrail.origin.observed import Actor, Means
from guardrail.origin.signals import Signals
from guardrail.settings.identities import ClaimRow, IdentityKind, OidcIssuer

_ACTORS: Final = {
    "actor": Means.LOGIN,
    "user_login": Means.LOGIN,
    "user_email": Means.EMAIL,
    "head_ref": Means.BRANCH,
    "ref": Means.BRANCH,
}
"""
https://docs.github.com/en/actions/reference/security/oidc,
https://docs.gitlab.com/ci/secrets/id_token_authentication/
"""


def vouched_actors(claims: Mapping[str, object]) -> tuple[Actor, ...]:
    """Return the accounts and branches that ``claims`` name."""
    return tuple(
        Actor(where=name, means=means, text=text)
        for name, means in _ACTORS.items()
        if isinstance(text := claims.get(name), str)
    )


def vouched_evidence(
    issuer: OidcIssuer, claims: Mapping[str, object], signals: Signals
) -> tuple[Evidence, ...]:
    """
    Return what the verified ``claims`` of a token by ``issuer`` say.

    Names of claims and of rows only; no claim's value is repeated.
    """
    known = match_ci(vouched_actors(claims), signals, Source.OIDC)
    return (
        *(msgspec.structs.replace(seen, forgeable=False) for seen in known),
        *(_evidence(issuer, row) for row in issuer.rows if _matches(row, claims)),
    )


def _evidence(issuer: OidcIssuer, row: ClaimRow) -> Evidence:
    return Evidence(
        source=Source.OIDC,
        signal=f"{issuer.issuer}: {', '.join(row.claims)} ({row.kind.value} {row.name})",
        name=row.name,
        kind=OriginKind(row.kind.value),
        strength=Strength.STRONG,
        forgeable=False,
    )


def _matches(row: ClaimRow, claims: Mapping[str, object]) -> bool:
    exact = row.kind is IdentityKind.HUMAN
    return all(
        any(
            _fits(text, pattern, exact=exact)
            for text in _texts(claims.get(name))
            for pattern in patterns
        )
        for name, patterns in row.claims.items()
    )


def _texts(claim: object) -> Iterable[str]:
    """Return a claim as texts, as JSON writes them; one of a list is enough."""
    match claim:
        case str():
            return (claim,)
        case bool():
            return (str(claim).lower(),)
        case int():
            return (str(claim),)
        case list():
            return (text for each in claim if not isinstance(each, list) for text in _texts(each))
        case _:
            return ()


def _fits(text: str, pattern: str, *, exact: bool) -> bool:
    # Accounts of bots end in "[bot]": only the asterisk is special here.
    plain = re.sub(r"[\[?]", r"[\g<0>]", pattern)
    if exact:
        return fnmatchcase(text, plain)
    return fnmatchcase(text.casefold(), plain.casefold())
