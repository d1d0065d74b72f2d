"""
What is known about resource types, as data: one file per provider.

The catalog only raises: a type that is not in it still counts by its action and by
the share of its environment. Rows are for types whose loss loses data, keys, names,
secrets or access; for ordinary churn; and for attributes that protect against loss.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

Plain = bool | int | str | None

PROVIDERS = ("aws", "azurerm", "google", "kubernetes", "general")


class Churn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A type whose loss is ordinary."""

    why: str
    delete: bool = False
    """Whether that also holds when nothing comes in its place; never of a type that holds data."""
    first: bool = False
    """Whether it holds only where the new one is there before the old one goes."""
    stays: tuple[str, ...] = ()
    """Attributes that the new one must have as the old one had: what it belongs to."""


class Protection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    An attribute that guards against loss, and what takes the guard away.

    Exactly one of ``leaves``, ``becomes`` and ``number`` is given.
    """

    types: tuple[str, ...]
    attribute: str
    """Path of attribute and block names, joined by dots."""
    leaves: tuple[bool | str | None, ...] | None = None
    """The guarding values: going from one of them to anything else disarms."""
    becomes: tuple[bool | str | None, ...] | None = None
    """The harmful values: going from anything else to one of them disarms."""
    number: Literal["lowered", "sooner"] | None = None
    """
    A number or a duration disarms by going down. ``lowered`` says how long something is kept;
    ``sooner`` says after how long it goes, so that one more of them disarms too, and 0 is never.
    """
    forever: bool = False
    """Whether 0 means without end, as for log retention."""
    only: tuple[str, bool | str] | None = None
    """Path and value that a block of the attribute's first list must have to count."""
    target: tuple[str, str] | None = None
    """
    Attribute and type of the thing that this is about. Creating one then disarms as well,
    unless that thing is new too.
    """
    narrowed: Mapping[str, tuple[Plain, ...]] = {}
    """
    Paths, in a block of the attribute's first list, of what makes it about a part of things only:
    where one has one of these values, or any at all where none is given.
    """
    part: bool = False
    """Whether it is about a part in any case: older versions, snapshots."""
    soon: float | None = None
    """Of what is about a part, only what goes within fewer days than these counts."""
    also: tuple[str, ...] = ()
    """Paths of further times in the same block: all of them must have passed."""
    keeps: tuple[str, int] | None = None
    """Path and number of newer versions: where so many of them stay, nothing is lost soon."""
    at_once: tuple[int | None, ...] = ()
    """Values that let everything go at once, where else they mean never."""
    detail: str = ""
    """What happens, where more can be said than that a protection goes; read behind the label."""
    source: str
    """The provider's documentation page that says what the attribute does."""


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    data: dict[str, str]
    churn: dict[str, Churn]
    protections: tuple[Protection, ...]
    guards: dict[str, str] = {}
    """Type → the type of the other thing whose data its protections are about."""
    programs: dict[str, str] = {}
    """Data source → what reading it does beside reading."""
    runs: dict[str, str] = {}
    """Resource that is no thing but a program → what creating or updating it does."""


class Catalog:
    """All files in one."""

    def __init__(self, files: tuple[_File, ...]) -> None:
        """Index the rows of ``files`` by type; a row ``x_*`` is for every type that begins so."""
        data = {kind: why for file in files for kind, why in file.data.items()}
        churn = {kind: row for file in files for kind, row in file.churn.items()}
        # One plan asks for the same few types over and over.
        self.holds_data = cache(self._holds_data)
        self.holds = cache(self._holds)
        self.churn = cache(self._churn_of)
        self.created = cache(self._created)
        self._data = data
        self._data_families = tuple(kind[:-1] for kind in data if kind.endswith("*"))
        self._churn = churn
        self._churn_families = tuple(kind for kind in churn if kind.endswith("*"))
        self._guards = {kind: other for file in files for kind, other in file.guards.items()}
        self._programs = {kind: what for file in files for kind, what in file.programs.items()}
        self._runs = {kind: what for file in files for kind, what in file.runs.items()}
        self._protections: dict[str, list[Protection]] = {}
        for file in files:
            for row in file.protections:
                for kind in row.types:
                    self._protections.setdefault(kind, []).append(row)

    def _holds(self, kind: str) -> str:
        """Return what a ``kind`` holds, in a few words; empty where it is not known to hold anything."""
        if kind in self._data:
            return self._data[kind]
        families = (family for family in self._data_families if kind.startswith(family))
        return self._data[f"{next(families)}*"] if self._holds_data(kind) else ""

    def _holds_data(self, kind: str) -> bool:
        """Return whether losing a ``kind`` loses data, keys, names, secrets or access."""
        return kind in self._data or kind.startswith(self._data_families)

    def guarded(self, kind: str) -> str:
        """Return the type of the thing whose data the protections of a ``kind`` are about."""
        return self._guards.get(kind, kind)

    def _churn_of(self, kind: str) -> Churn | None:
        """
        Return why losing a ``kind`` is ordinary, or None if it is not.

        Of what holds data only a replacement can be: the next version of a secret.
        """
        row = self._churn.get(kind)
        if self.holds_data(kind):
            return None if row is None or row.delete else row
        if row is not None:
            return row
        for family in self._churn_families:
            if kind.startswith(family[:-1]):
                return self._churn[family]
        return None

    def program(self, kind: str) -> str:
        """Return what reading a data source ``kind`` does beside reading; empty for all others."""
        return self._programs.get(kind, "")

    def runs(self, kind: str) -> str:
        """Return what creating or updating a ``kind`` runs; empty where it is a thing."""
        return self._runs.get(kind, "")

    def _created(self, kind: str) -> tuple[Protection, ...]:
        """Return the protections that an object of ``kind`` can take away by being created."""
        return tuple(row for row in self._protections.get(kind, ()) if row.target is not None)

    def protections(self, kind: str) -> tuple[Protection, ...]:
        """Return the protections that objects of ``kind`` can have; ``*`` rows are for any type."""
        return (*self._protections.get(kind, ()), *self._protections["*"])


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    """Return the catalog of this release; read once."""
    folder = Path(__file__).parent
    return Catalog(
        tuple(
            msgspec.json.decode(folder.joinpath(f"{name}.json").read_bytes(), type=_File)
            for name in PROVIDERS
        )
    )
