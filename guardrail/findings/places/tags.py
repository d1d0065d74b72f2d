"""The tags of an object that name its environment, read without reading anything else of it."""

from collections.abc import Iterator

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
    found = {
        value.strip()
        for tags in (tagged.tags, tagged.tags_all, tagged.labels, tagged.tag)
        for key, value in _pairs(tags)
        if isinstance(key, str) and key.lower() in keys and isinstance(value, str)
    }
    return tuple(sorted(found - {""}))


def _pairs(tags: object) -> Iterator[tuple[object, object]]:
    if isinstance(tags, dict):
        yield from tags.items()
    elif isinstance(tags, list):
        for each in tags:
            if isinstance(each, dict):
                yield each.get("key"), each.get("value")


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
