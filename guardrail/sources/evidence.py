"""
Everything that says who is behind a change, collected in one place.

The door to the origin: environment, ancestors, git, CI, issuers and AWS go in, evidence
comes out. Concluding is :func:`guardrail.origin.classify.classify`'s work.
"""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from guardrail.origin.evidence import Evidence, Source
from guardrail.origin.match import match_ci, unique
from guardrail.origin.match_git import match_commits
from guardrail.origin.observed import Actor, Means, Vouched
from guardrail.origin.signals import Signals, load_signals
from guardrail.settings.identities import IdentitySettings
from guardrail.sources.ci import commit_range as ci_range
from guardrail.sources.ci import is_ci, read_actors
from guardrail.sources.environment import environment_evidence
from guardrail.sources.git import Repository, read_repository
from guardrail.sources.logins import logins
from guardrail.sources.processes import ancestor_evidence

_IDENTITY_VARIABLES = ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL", "EMAIL")
"""https://git-scm.com/book/en/v2/Git-Internals-Environment-Variables"""


class Collected(Struct, frozen=True, kw_only=True):
    """What was found, before anything is concluded."""

    evidence: tuple[Evidence, ...]
    obstructed: tuple[str, ...]
    """What could not be looked at."""
    logins: tuple[str, ...]
    """Every name of whoever asks; an approver must have none of them."""
    until: int | None = None
    """When some of it ends, in seconds since 1970; None where it holds as long as this process."""


def collect(
    env: Mapping[str, str],
    *,
    directory: Path,
    commit_range: tuple[str, str] | None,
    identities: IdentitySettings,
    now: int,
) -> Collected:
    """
    Return all evidence about who runs this process in ``directory``.

    ``env`` are the variables we were started with. ``commit_range`` is base and
    head of the change. It comes on top of the range that a CI job names, so it can't
    be used to look away; with neither no commit is read, because nothing says which
    commits belong to the plan. ``identities`` says who may vouch for whom, ``now`` is in
    seconds since 1970. Never raises for what it can't read.
    """
    signals = load_signals()
    ancestors, hidden = ancestor_evidence(env, signals)
    actors, unread = read_actors(env, signals)
    named = (commit_range, ci_range(env))
    ranges = tuple(dict.fromkeys(ends for ends in named if ends is not None))
    repository = read_repository(
        directory.absolute(), env, ranges=ranges, notes_ref=signals.notes.ref
    )
    persons = _identities(env, repository)
    principals, unasked = _principals(env, identities)
    vouched = _vouched(env, identities, signals, now)
    found = (
        *environment_evidence(env, signals),
        *ancestors,
        *match_ci(actors, signals),
        *match_ci(persons, signals, Source.GIT),
        *match_commits(repository.commits, signals),
        *principals,
        *vouched.evidence,
    )
    no_range = not ranges and is_ci(env, signals)
    return Collected(
        evidence=unique(found),
        obstructed=(
            *hidden,
            *unread,
            *repository.obstructed,
            *unasked,
            *vouched.obstructed,
            *(("ci: the job names no range of commits",) if no_range else ()),
        ),
        logins=logins(env, commits=repository.commits, actors=(*actors, *persons, *vouched.actors)),
        until=vouched.until,
    )


def _principals(
    env: Mapping[str, str], identities: IdentitySettings
) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    if not identities.aws:
        return (), ()
    from guardrail.sources.aws import aws_evidence  # noqa: PLC0415 - few have rows

    return aws_evidence(env, identities.aws, passed=identities.passed)


def _vouched(
    env: Mapping[str, str], identities: IdentitySettings, signals: Signals, now: int
) -> Vouched:
    if not identities.oidc:
        return Vouched()
    from guardrail.sources.oidc import vouched_identities  # noqa: PLC0415 - few name issuers

    return vouched_identities(env, identities.oidc, signals, now=now)


def _identities(env: Mapping[str, str], repository: Repository) -> tuple[Actor, ...]:
    """Return the branch, and every identity that git would commit with."""
    branch = Actor(where="branch", means=Means.BRANCH, text=repository.branch)
    named = (
        *(("user.email", email) for email in repository.emails),
        *((name, env[name]) for name in _IDENTITY_VARIABLES if name in env),
    )
    emails = (Actor(where=where, means=Means.EMAIL, text=text) for where, text in named)
    return (branch, *emails)
