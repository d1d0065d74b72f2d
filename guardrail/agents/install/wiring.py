"""What a configuration must hold, and where it lies."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct


class Scope(StrEnum):
    """Whose configuration it is."""

    PROJECT = "project"
    """The repository's; agents can write there."""
    USER = "user"
    MANAGED = "managed"
    """The machine's, which only root writes."""


class Entry(Struct, frozen=True, kw_only=True):
    """One element of a list in a JSON document."""

    place: tuple[str, ...]
    """The keys that lead to the list."""
    value: Mapping[str, Any]


class Wiring(Struct, frozen=True, kw_only=True):
    """What goes into one file: parts of a JSON document, parts of a TOML one, or all of it."""

    file: str
    """Below the project, the home or the root directory."""
    entries: tuple[Entry, ...] = ()
    settings: Mapping[str, Any] = {}
    """Further keys of the JSON document, which must have these values."""
    toml: tuple[str, str] | None = None
    """What the TOML document begins and ends with."""
    text: str | None = None
    """The whole file."""
    mode: int = 0o644
    note: str = ""
    """What is left for a person to do."""
