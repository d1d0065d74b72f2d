"""
What updates stop, cut off or redirect, as data: one file per provider.

Rows are for attributes on which it hangs whether something runs, is reached, is
allowed or is found. They are read when the first update or creation is looked at.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

PROVIDERS = ("aws", "azurerm", "google", "kubernetes", "general")


class When(StrEnum):
    """What must happen to the attribute."""

    ZERO = "zero"
    """A number that was not zero is zero."""
    EMPTY = "empty"
    """A list, a map or blocks that held something hold nothing."""
    GONE = "gone"
    """The last one of ``values`` goes."""
    BECOMES = "becomes"
    """There is one more of ``values`` than before."""
    SET = "set"
    """It names something that it did not name before."""
    MORE = "more"
    """``pattern`` is found once more in its text, with the same first group."""
    FEWER = "fewer"
    """``pattern`` is found once less in its text, with the same first group."""
    ELSEWHERE = "elsewhere"
    """None of what it named before is left, and it names something else."""
    OLDER = "older"
    """A version goes back."""
    SMALLER = "smaller"
    """A size or a class goes down."""
    DENIES = "denies"
    """A policy denies everybody everything, or allows nobody anything any more."""
    CREATED = "created"
    """The thing is created, and names what exists already."""


Plain = bool | int | str | None


class Disruption(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to stop, cut off or redirect what goes on existing."""

    types: tuple[str, ...]
    attribute: str
    """Path of attribute and block names, joined by dots."""
    when: When
    detail: str
    """What then happens, behind the name of the thing: ``runs nothing any more``."""
    source: str
    """The provider's documentation page that says what the attribute does."""
    values: tuple[Plain, ...] = ()
    pattern: str = ""
    where: Mapping[str, tuple[Plain, ...]] = {}
    """
    Attributes that must have one of these values, null for none at all.

    They are looked up in the block that holds the attribute, then in the ones around it.
    """
    below: Mapping[str, float] = {}
    """Numbers that must be lower, looked up in the same way: what denies all as the last rule
    after everything that allows something is how firewalls are written."""
    instead: tuple[str, ...] = ()
    """Attributes that may take its place: where one of them gains something, nothing is cut off."""
    shared: bool = False
    """Whether the numbers of one object are shares: where their sum stays, one that goes to zero
    is the end of a rollout."""
    siblings: tuple[str, ...] = ()
    """Attributes in which several objects agree that share one load, the first one always set:
    where their sum stays in the same plan, the load goes from one to the other."""
    absent: bool = False
    """Whether no number at all means zero."""
    one: bool = False
    """Whether one target fewer is elsewhere already, as for the name servers of a zone."""
    unset: bool = False
    """Whether no target at all is elsewhere."""
    policy: Literal["resource", "identity", "key", "bindings", "denial"] | None = None
    """Whose policy it is: of a thing, of who acts, of a key, or Google's bindings or deny rules."""
    creates: bool = False
    """Whether creating it does the same to something that exists already."""


class Disruptions:
    """The rows of all files by type."""

    def __init__(self, rows: tuple[Disruption, ...]) -> None:
        """Index ``rows``."""
        self._updated: dict[str, list[Disruption]] = {}
        self._created: dict[str, list[Disruption]] = {}
        for row in rows:
            for kind in row.types:
                if row.when is not When.CREATED:
                    self._updated.setdefault(kind, []).append(row)
                if row.creates or row.when is When.CREATED:
                    self._created.setdefault(kind, []).append(row)

    def of_update(self, kind: str) -> tuple[Disruption, ...]:
        """Return what updating a ``kind`` can disrupt."""
        return tuple(self._updated.get(kind, ()))

    def of_creation(self, kind: str) -> tuple[Disruption, ...]:
        """Return what creating a ``kind`` can disrupt."""
        return tuple(self._created.get(kind, ()))


def read_rows() -> tuple[Disruption, ...]:
    """Return every row of this release."""
    folder = Path(__file__).parent
    return tuple(
        row
        for name in PROVIDERS
        for row in msgspec.json.decode(
            folder.joinpath(f"{name}.json").read_bytes(), type=tuple[Disruption, ...]
        )
    )


@lru_cache(maxsize=1)
def disruptions() -> Disruptions:
    """Return the rows of this release by type; read once."""
    return Disruptions(read_rows())
