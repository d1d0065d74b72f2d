"""
Identity tokens of CI jobs, from the issuers that the settings name.

1. A token comes from the variable that the settings name, as GitLab hands it out, or from the
   address that GitHub gives to a job. That address is in a variable, so it could be anybody's:
   only a host of the settings is asked, and only over TLS.
2. A token that we ask for is made for this one run: its audience is ours and a random text, so
   one that was stolen earlier is refused here, and ours is accepted nowhere else.
3. The issuer's keys come from a file or an address of the settings.
4. The token is verified (:mod:`guardrail.origin.claims`).

Whatever goes wrong is a code beside the evidence. A token, and what gets one, is in no message.
"""

import os
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import jiter

from guardrail.errors import FileError
from guardrail.origin.claims import MOST_LETTERS, Verified, verify
from guardrail.origin.fault import Fault, FaultError
from guardrail.origin.keys import MOST_BYTES
from guardrail.origin.observed import Vouched
from guardrail.origin.signals import Signals
from guardrail.origin.vouched import vouched_actors, vouched_evidence
from guardrail.settings.identities import OidcIssuer
from guardrail.sources.https import get
from guardrail.system.files import trusted_file

REQUEST_URL: Final = "ACTIONS_ID_TOKEN_REQUEST_URL"
REQUEST_TOKEN: Final = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"  # noqa: S105 - the variable's name
"""https://docs.github.com/en/actions/reference/security/oidc"""
_VISIBLE: Final = re.compile(r"[!-~]{1,16384}")


def vouched_identities(
    env: Mapping[str, str], issuers: Iterable[OidcIssuer], signals: Signals, *, now: int
) -> Vouched:
    """
    Return what ``issuers`` say about the job that the variables ``env`` describe.

    ``now`` is in seconds since 1970. Never raises: a token that is missing or wrong in a job
    that should have one is named in ``obstructed``, with its issuer and a :class:`Fault`.
    """
    verified: list[tuple[OidcIssuer, Verified]] = []
    obstructed: list[str] = []
    for group in _groups(env, issuers):
        faults = []
        for issuer in group:
            try:
                verified.append((issuer, _verified(issuer, env, now)))
            except FaultError as error:
                faults.append(f"oidc {issuer.issuer}: {error.fault.value}")
            else:
                break
        # A job has one issuer, and the others that may speak in the same way are none of its.
        else:
            obstructed += faults
    return Vouched(
        evidence=tuple(
            seen
            for issuer, found in verified
            for seen in vouched_evidence(issuer, found.claims, signals)
        ),
        actors=tuple(actor for _, found in verified for actor in vouched_actors(found.claims)),
        obstructed=tuple(obstructed),
        until=min((found.expires for _, found in verified), default=None),
    )


def _groups(
    env: Mapping[str, str], issuers: Iterable[OidcIssuer]
) -> Iterable[tuple[OidcIssuer, ...]]:
    """Return the issuers whose job this is, those together whose token would be the same."""
    groups: dict[str, tuple[OidcIssuer, ...]] = {}
    for issuer in issuers:
        place = issuer.variable or REQUEST_URL
        if place in env or issuer.system in env:
            groups[place] = (*groups.get(place, ()), issuer)
    return groups.values()


def _verified(issuer: OidcIssuer, env: Mapping[str, str], now: int) -> Verified:
    audience = issuer.audience
    # 1. The token.
    if issuer.variable is not None:
        token = env.get(issuer.variable) or _missing()
    else:
        # 2. For this run.
        audience += f":{os.urandom(16).hex()}"
        token = _requested(issuer, env, audience)
    # 3. The keys. 4. What they say of it.
    return verify(
        token,
        _keys(issuer, env),
        issuer=issuer.issuer,
        audience=audience,
        longest=issuer.max_minutes * 60,
        now=now,
    )


def _missing() -> str:
    raise FaultError(Fault.NO_TOKEN)


def _requested(issuer: OidcIssuer, env: Mapping[str, str], audience: str) -> str:
    url = env.get(REQUEST_URL) or _missing()
    bearer = env.get(REQUEST_TOKEN) or _missing()
    # 1. Only there.
    if not is_request_url(url, issuer.request_hosts) or not _VISIBLE.fullmatch(bearer):
        raise FaultError(Fault.REQUEST_HOST)
    try:
        answer = get(
            f"{url}{'&' if '?' in url else '?'}audience={quote(audience, safe='')}",
            env=env,
            headers={"Authorization": f"bearer {bearer}"},
            authorities=_authorities(issuer),
            limit=2 * MOST_LETTERS,
        )
        document = jiter.from_json(answer, catch_duplicate_keys=True)
    except (OSError, ValueError, FileError):
        raise FaultError(Fault.REQUEST_FAILED) from None
    token = document.get("value") if isinstance(document, dict) else None
    if not isinstance(token, str):
        raise FaultError(Fault.REQUEST_FAILED)
    return token


def is_request_url(url: str, hosts: Iterable[str]) -> bool:
    """
    Return whether ``url`` is one of TLS at one of ``hosts``, and nothing else by any reading.

    A host may end in a port, else it is 443; ``*.`` in front stands for one name or more below it.
    """
    # What urlsplit drops or turns around (control characters, brackets) is not let near it.
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[!-~]*", url) or "#" in url:
        return False
    parts = urlsplit(url)
    name = f"{(parts.hostname or '').lower()}:{int(parts.netloc.partition(':')[2] or 443)}"
    return any(fnmatchcase(name, host if ":" in host else f"{host}:443") for host in hosts)


def _keys(issuer: OidcIssuer, env: Mapping[str, str]) -> bytes:
    try:
        if issuer.jwks_file is not None:
            return trusted_file(Path(issuer.jwks_file), limit=MOST_BYTES).data
        return get(
            issuer.jwks_url,
            env=env,
            headers={},
            authorities=_authorities(issuer),
            limit=MOST_BYTES,
        )
    except (OSError, FileError):
        raise FaultError(Fault.KEYS_UNREACHABLE) from None


def _authorities(issuer: OidcIssuer) -> bytes | None:
    return None if issuer.ca_file is None else trusted_file(Path(issuer.ca_file)).data
