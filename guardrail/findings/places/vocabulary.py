"""The words by which people name environments and places, from ``catalog/vocabulary.json``."""

import re
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from guardrail.settings.model import EnvironmentClass


class Group(Struct, frozen=True, kw_only=True):
    """Words for one sort of environment."""

    name: str
    """The one name that is shown for all of them."""
    environment_class: EnvironmentClass = msgspec.field(name="class")
    words: tuple[str, ...]


class Vocabulary(Struct, frozen=True, kw_only=True):
    """The file, as it is."""

    environments: tuple[Group, ...]
    places: tuple[str, ...]
    """Regular expressions of whole region and zone names, lower case."""


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the vocabulary; read once."""
    data = Path(__file__).parents[1].joinpath("catalog", "vocabulary.json").read_bytes()
    return msgspec.json.decode(data, type=Vocabulary)


@lru_cache(maxsize=1)
def _groups() -> dict[str, Group]:
    return {word: group for group in vocabulary().environments for word in group.words}


@lru_cache(maxsize=1)
def _place() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in vocabulary().places), re.ASCII)


def group_of(text: str) -> Group | None:
    """Return the group that ``text`` as a whole names, whatever its case and separators."""
    return _groups().get(re.sub(r"[\s._/-]+", "", text.lower()))


def groups_within(text: str) -> tuple[Group, ...]:
    """
    Return the groups that words of ``text`` name, such as production for ``acme-prod-2``.

    Two neighbours are tried as one word first, so ``acme-pre-prod`` is not production.
    """
    words = [word.rstrip("0123456789") for word in re.split(r"[^a-z0-9]+", text.lower())]
    found: list[Group] = []
    position = 0
    while position < len(words):
        pair = _groups().get("".join(words[position : position + 2]))
        single = _groups().get(words[position])
        if (group := pair or single) is not None:
            found.append(group)
        position += 1 if pair is None else 2
    return tuple(found)


def is_public_key(key: str) -> bool:
    """Return whether a for_each key is just an environment's or a place's name: safe to show."""
    return key.isascii() and (key.lower() in _groups() or _place().fullmatch(key) is not None)
