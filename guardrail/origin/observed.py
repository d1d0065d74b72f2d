"""What was seen, before anything is concluded from it: processes, commits, actors, identities."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from guardrail.origin.evidence import Evidence


class Process(Struct, frozen=True, kw_only=True):
    """One process that started us."""

    programs: tuple[str, ...]
    """Names it goes by, without directory, extension and case; see :mod:`guardrail.origin.program`."""
    script: str = ""
    """The script that an interpreter runs, as written on its command line; empty for others."""
    environment: Mapping[str, str] | None = None
    """Its variables as they were when it began; None where they could not be read."""


class Commit(Struct, frozen=True, kw_only=True):
    """One commit in range."""

    author: str
    author_email: str
    committer: str
    committer_email: str
    message: str
    note: str = ""
    """The authorship note that hangs on it; empty where there is none."""


class Means(StrEnum):
    """What an actor's text stands for."""

    LOGIN = "login"
    EMAIL = "email"
    BRANCH = "branch"
    LABEL = "label"


class Actor(Struct, frozen=True, kw_only=True):
    """Something a CI system or git says about who asks."""

    where: str
    """The variable or field it was read from."""
    means: Means
    text: str


class Vouched(Struct, frozen=True, kw_only=True):
    """What the issuers of identity tokens say about this job."""

    evidence: tuple[Evidence, ...] = ()
    actors: tuple[Actor, ...] = ()
    """Accounts and branches that they name."""
    obstructed: tuple[str, ...] = ()
    until: int | None = None
    """When the first of the tokens expires, in seconds since 1970; None where there is none."""
