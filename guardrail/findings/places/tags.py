"""The tags of an object that name its environment, read without reading anything else of it."""

from functools import lru_cache

import msgspec
from msgspec import Raw, Struct


class _Tagged(Struct, frozen=True):
    # Any shape: providers differ, and tags of another shape must not hide the rest.
    tags: object = None
    tags_all: object = None
    labels: object = None
    tag: object = None


_TAGGED = msgspec.json.Decoder(_Tagged)
_NONE = _Tagged()


def environment_tags(values: Raw, keys: frozenset[str]) -> tuple[str, ...]:
    """
    Return the distinct values of the tags in ``keys`` (lower case), sorted.

    ``values`` is an instance's attributes as JSON. What is neither a map of texts nor a
    list of objects with ``key`` and ``value`` says nothing: tags of another shape are no
    evidence, and no error.
    """
    tagged = _read(values)
    found: set[str] = set()
    _collect(tagged.tags, keys, found)
    # A provider repeats them with its defaults; a whole map is compared quicker than read.
    if tagged.tags_all != tagged.tags:
        _collect(tagged.tags_all, keys, found)
    if tagged.labels is not None:
        _collect(tagged.labels, keys, found)
    if tagged.tag is not None:
        _collect(tagged.tag, keys, found)
    return tuple(sorted(found - {""}))


def _collect(tags: object, keys: frozenset[str], found: set[str]) -> None:
    """Add the values of the tags in ``keys`` to ``found``; most objects have none or a short map."""
    if isinstance(tags, dict):
        for name in _named(tuple(tags), keys):
            if isinstance(value := tags[name], str):
                found.add(value.strip())
    elif isinstance(tags, list):
        for each in tags:
            if isinstance(each, dict) and isinstance(key := each.get("key"), str):
                _collect({key: each.get("value")}, keys, found)


@lru_cache(maxsize=1024)
def _named(names: tuple[str, ...], keys: frozenset[str]) -> tuple[str, ...]:
    """Return which of ``names`` are in ``keys``; the objects of one plan share few sets of names."""
    return tuple(name for name in names if name.lower() in keys)


def same_tags(one: Raw, other: Raw) -> bool:
    """Return whether two sets of attributes carry the same tags."""
    return _read(one) == _read(other)


def unknown_tags(mask: Raw, keys: frozenset[str]) -> bool:
    """
    Return whether only apply will know a tag in ``keys`` (lower case), by the ``mask`` of unknowns.

    ``tags_all`` is unknown as a whole with any one tag, so only what the block sets counts.
    """
    masked = _read(mask)
    return any(_is_unknown(tags, keys) for tags in (masked.tags, masked.labels, masked.tag))


def _is_unknown(tags: object, keys: frozenset[str]) -> bool:
    if isinstance(tags, dict):
        return any(tags[key] is True for key in tags if key.lower() in keys)
    # In a list the mask does not tell which key it is about.
    masks = tags if isinstance(tags, list) else [tags]
    return any(each is True or (isinstance(each, dict) and True in each.values()) for each in masks)


def _read(values: Raw) -> _Tagged:
    try:
        return _TAGGED.decode(values)
    except msgspec.MsgspecError:
        return _NONE
