"""
Evidence of who is behind a change.

Nearly every signal can be left out or forged, so evidence can only raise the origin to
``agent``. What an issuer vouches for is the exception, and the only thing that can prove a
human.
"""

from enum import StrEnum

from msgspec import Struct


class Source(StrEnum):
    """Where a signal was seen."""

    ENVIRONMENT = "environment"
    """A variable of this process."""
    ANCESTOR = "ancestor"
    """A variable of a process that started us."""
    PROCESS = "process"
    """The name of a process that started us."""
    FILE = "file"
    """A file that a cloud agent's machine carries."""
    GIT = "git"
    """A commit in range: trailer, author, subject, branch or note."""
    CI = "ci"
    """The actor a CI system names."""
    OIDC = "oidc"
    """A claim of an identity token, verified with its issuer's keys."""
    AWS = "aws"
    """Whose the credentials are that Terraform is given, by AWS's own answer."""
    DOOR = "door"
    """The call came through a door that only agents use."""


class Strength(StrEnum):
    """How much one signal says by itself."""

    STRONG = "strong"
    """Put there by the agent itself, for every command it runs."""
    MEDIUM = "medium"
    """Observed or widely used, not promised."""
    WEAK = "weak"
    """Also there when a human works in the same tool; never enough alone."""


class OriginKind(StrEnum):
    """The conclusion."""

    AGENT = "agent"
    HUMAN = "human"
    AUTOMATION = "automation"
    UNKNOWN = "unknown"


class Evidence(Struct, frozen=True, kw_only=True):
    """One signal. Names only: the value of a variable or the text of a commit stays behind."""

    source: Source
    signal: str
    """What was seen: a variable's name, a process name, a kind of trailer, a rule's id."""
    name: str
    """The agent or automation it points to, as a short slug such as ``claude-code``."""
    kind: OriginKind
    """``agent`` or ``automation``; ``human`` only where an issuer vouches for it."""
    strength: Strength
    forgeable: bool = True
    reference: str = ""
    """Where the signal is documented."""


class Origin(Struct, frozen=True, kw_only=True):
    """Who is behind a change, and every signal that says so."""

    kind: OriginKind
    names: tuple[str, ...]
    """Every agent or automation that was named, strongest first, without repeats; no human."""
    evidence: tuple[Evidence, ...]
    obstructed: tuple[str, ...] = ()
    """What could not be looked at (an ancestor of another user, missing history)."""
