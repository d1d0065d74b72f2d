"""What was seen, before anything is concluded from it: processes, commits, CI actors."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


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
