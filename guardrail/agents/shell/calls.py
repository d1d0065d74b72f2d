"""One program with its arguments, and what may come of it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct

from guardrail.agents.shell.marks import FAR, known, unmarked
from guardrail.agents.shell.model import UNKNOWN_WORD, Operation, Reason


class Feed(Struct, frozen=True, kw_only=True):
    """The standard input of a program, where it is not the terminal's."""

    texts: tuple[str, ...] = ()
    """What it may read, where the line tells."""
    file: str | None = None
    """The file that it reads."""
    source: str = ""
    """The part of the line that writes it."""


class Call(Struct, frozen=True, kw_only=True):
    """A program that the line starts."""

    name: str
    """The base name of the program, lower case, without a version."""
    words: tuple[str, ...]
    """Its arguments; see ``marks``."""
    directory: str = ""
    place: str = ""
    """Where the line last went, in its own words: for when ``directory`` is not known."""
    variables: tuple[str, ...] = ()
    """Every variable that the line assigns."""
    feed: Feed | None = None
    alone: bool = False

    def operation(
        self,
        name: str,
        *,
        plan: str | None = None,
        directory: str | None = None,
        steered: Iterable[str] = (),
    ) -> Operation:
        """Return the operation ``name`` of this program."""
        return Operation(
            tool=self.name,
            name=name,
            plan=plan,
            directory=self.directory if directory is None else directory,
            steered=(*self.variables, *dict.fromkeys(steered)),
            alone=self.alone and all(known(word) for word in self.words),
        )


class Again(Struct, frozen=True, kw_only=True):
    """Another program that this one starts."""

    argv: tuple[str, ...]
    directory: str | None = None
    variables: tuple[str, ...] = ()
    feed: Feed | None = None


class Text(Struct, frozen=True, kw_only=True):
    """Commands that a shell reads."""

    text: str
    directory: str | None = None
    positional: tuple[str, ...] = ()
    """``$0``, ``$1``, …"""


class File(Struct, frozen=True, kw_only=True):
    """A script to read: the first of ``names`` that exists, turned into commands by ``extract``."""

    names: tuple[str, ...]
    directory: str | None = None
    positional: tuple[str, ...] = ()
    extract: Callable[[str], Sequence[str] | None]
    written: bool = False
    """Whether only what the line itself writes there is read."""


class Folder(Struct, frozen=True, kw_only=True):
    """A folder, or a pattern of such, that is removed with all that is in it."""

    path: str


class Wrote(Struct, frozen=True, kw_only=True):
    """A file that the line writes, which it may run later."""

    path: str
    texts: tuple[str, ...]
    """What is written, where the line tells."""


Outcome: TypeAlias = Operation | Reason | Again | Text | File | Folder | Wrote
Reader: TypeAlias = Callable[[Call], Iterable[Outcome]]


def told(word: str) -> str:
    """Return ``word`` as a path, or ``?`` where the line does not tell it whole."""
    return unmarked(word) if known(word) and FAR not in word else UNKNOWN_WORD


def join(directory: str, below: str) -> str:
    """Return the directory ``below`` seen from ``directory``; ``?`` stays ``?``."""
    import posixpath  # noqa: PLC0415 - only lines that change the directory need it

    if not known(below) or FAR in below or below.startswith(("~", "-")) or below == UNKNOWN_WORD:
        return UNKNOWN_WORD
    if directory == UNKNOWN_WORD and not below.startswith("/"):
        return UNKNOWN_WORD
    joined = posixpath.normpath(posixpath.join(directory, below))
    return "" if joined == "." else joined


def placed(call: Call, path: str) -> str:
    """Return ``path`` with the directory before it as far as the line tells."""
    place = call.place if call.directory == UNKNOWN_WORD else call.directory
    path = path.removeprefix("./")
    return path if not place or path.startswith(("/", "~")) else f"{place}/{path}"


def split_options(words: Sequence[str], valued: frozenset[str]) -> tuple[list[str], list[str]]:
    """
    Return the options before the first operand, and the rest from that operand on.

    An option named in ``valued`` takes the next word unless it carries ``=``;
    ``--`` ends the options and is dropped.
    """
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        if words[at] == "--":
            return list(words[:at]), list(words[at + 1 :])
        at += 2 if words[at] in valued else 1
    return list(words[:at]), list(words[at:])


def operands(words: Sequence[str], valued: frozenset[str] = frozenset()) -> list[str]:
    """Return the words that are no options, up to ``--``."""
    found, at = [], 0
    while at < len(words) and words[at] != "--":
        if words[at].startswith("-") and words[at] != "-":
            at += 2 if words[at] in valued else 1
        else:
            found.append(words[at])
            at += 1
    return found
