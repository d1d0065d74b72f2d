"""The answer to one command line."""

from enum import StrEnum

from msgspec import Struct

UNKNOWN_WORD = "?"
"""Stands for a name, a plan or a directory that the line does not tell."""


class Answer(StrEnum):
    """What a command line is."""

    HARMLESS = "harmless"
    INFRASTRUCTURE = "infrastructure"
    OPAQUE = "opaque"


class Reason(StrEnum):
    """Why a line could not be read; fixed words, so that no line speaks through them."""

    PARSE = "the shell grammar does not accept the line"
    DYNAMIC = "the name of a program is known only when the line runs"
    SCRIPT = "a script runs that was not read"
    LANGUAGE = "code in another language runs"
    INPUT = "a shell reads commands that are not in the line"
    REMOTE = "commands run on another machine or service"
    CONTAINER = "a container runs its own program"
    PROGRAM = "a program runs that starts others"
    DATA = "data in a service is lost"
    DEPTH = "commands are nested too deeply"
    SIZE = "the line is too long"


class Operation(Struct, frozen=True, kw_only=True):
    """Something that infrastructure would notice."""

    tool: str
    """``terraform``, ``pulumi``, ``aws``, … or ``files`` and ``guardrail``; from our tables."""
    name: str
    """``apply``, ``state rm``, …; from our tables, ``?`` where the line does not tell."""
    plan: str | None = None
    """The saved plan: an operand of ``apply``, the ``-out`` of ``plan``; ``?`` if not told."""
    directory: str = ""
    """Relative to where the line runs, or absolute; ``?`` where it is not known."""
    steered: tuple[str, ...] = ()
    """Variables and options that change what runs; a family ends in ``*``."""
    alone: bool = False
    """Whether the whole line is this operation and nothing else."""


class Reading(Struct, frozen=True, kw_only=True):
    """What a command line would do."""

    answer: Answer
    operations: tuple[Operation, ...] = ()
    """A harmless reading holds at most ``plan``, which changes nothing."""
    reasons: tuple[str, ...] = ()
    """Why it is opaque, or what else could not be read beside an operation."""
