"""
The table of signals: what gives an agent away, and where that is documented.

The table is data (``signals.json``); this module gives it types. A row is data
too: nothing here knows an agent's name. There are no exclusions ("A but not B"):
with them an agent could hide by adding a variable.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from guardrail.origin.evidence import OriginKind, Strength
from guardrail.origin.observed import Means


class Agent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something other than a human that makes changes."""

    slug: str
    title: str
    kind: OriginKind = OriginKind.AGENT
    aliases: tuple[str, ...] = ()
    """Other spellings that it or its tools use for itself."""


class Signal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: who it points to, how strongly, and why we believe that."""

    name: str
    """The slug of an :class:`Agent`."""
    strength: Strength
    reference: str
    """A key of :attr:`Signals.references`."""


class Condition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One variable that must be there.

    Presence counts, an empty value too. ``equals`` and ``contains`` are for
    variables that others share; any of their texts may match, without case.
    """

    variable: str
    """A name, or the beginning of names when it ends in ``*``."""
    equals: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    known_slug: bool = False
    """Whether the value must be an agent's slug or alias."""


class VariableSignal(Signal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Variables of the environment, all of which must be there."""

    all: tuple[Condition, ...]
    named_by_value: bool = False
    """Whether the first variable's value may name the agent."""


class ProcessSignal(Signal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A process by its program's name or by the npm package its script lies in."""

    program: str = ""
    """Equality; a ``*`` at one end leaves that end open."""
    package: str = ""


class FileSignal(Signal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A path that exists on a cloud agent's machine."""

    path: str


class AddressSignal(Signal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An e-mail address, whole, in lower case."""

    address: str


class LoginSignal(Signal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account's name, whole, in lower case."""

    login: str


class TrailerSignal(Signal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ``Key: value`` line of a commit message."""

    trailer: str
    """The key in lower case, or its beginning when it ends in ``*``."""
    values: tuple[str, ...] = ()
    """Values that count, in lower case; empty means any."""
    named_by_value: bool = False


class TextSignal(Signal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text that a tool writes into a commit."""

    place: Literal["line", "subject", "person"]
    """The start of any line, the start of the subject, or the end of a person's name."""
    text: str


class BranchSignal(Signal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The beginning of a branch's name."""

    prefix: str


class LabelSignal(Signal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A label of a pull request, whole, in lower case."""

    label: str


class NotesSignal(Signal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Authorship notes of the Git AI Standard."""

    ref: str


class ActorVariable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A variable that says who asks. It counts only where ``system`` is present."""

    system: str
    """The variable that marks the CI system."""
    variable: str
    means: Means
    reference: str


class Signals(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole table."""

    references: Mapping[str, str]
    agents: tuple[Agent, ...]
    variables: tuple[VariableSignal, ...]
    processes: tuple[ProcessSignal, ...]
    files: tuple[FileSignal, ...]
    addresses: tuple[AddressSignal, ...]
    logins: tuple[LoginSignal, ...]
    trailers: tuple[TrailerSignal, ...]
    texts: tuple[TextSignal, ...]
    branches: tuple[BranchSignal, ...]
    labels: tuple[LabelSignal, ...]
    notes: NotesSignal
    authorship_trailers: tuple[str, ...]
    """Trailers whose person had a hand in the change; a reviewer had not."""
    actors: tuple[ActorVariable, ...]


@cache
def load_signals() -> Signals:
    """Return the table that this package ships."""
    return msgspec.json.decode(Path(__file__).with_name("signals.json").read_bytes(), type=Signals)
