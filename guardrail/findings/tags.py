"""The tags of an object that name its environment, read without reading anything else of it."""

import msgspec
from msgspec import Raw, Struct


class _Tagged(Struct, frozen=True):
    # Any shape: providers differ, and tags of another shape must not hide the rest.
    tags: object = None
    tags_all: object = None
    labels: object = None


_TAGGED = msgspec.json.Decoder(_Tagged)
_NONE = _Tagged()


def environment_tags(values: Raw, keys: frozenset[str]) -> tuple[str, ...]:
    """
    Return the distinct values of the tags in ``keys`` (lower case), sorted.

    ``values`` is an instance's attributes as JSON. What is not a map of texts says
    nothing: tags of another shape are no evidence, and no error.
    """
    tagged = _read(values)
    if tagged == _NONE:
        return ()
    maps = [tagged.tags, tagged.labels]
    if tagged.tags_all != tagged.tags:
        maps.append(tagged.tags_all)
    found = {
        value.strip()
        for tags in maps
        if isinstance(tags, dict)
        for key, value in tags.items()
        if key.lower() in keys and isinstance(value, str)
    }
    return tuple(sorted(found - {""}))


def same_tags(one: Raw, other: Raw) -> bool:
    """Return whether two sets of attributes carry the same tags."""
    return _read(one) == _read(other)


def _read(values: Raw) -> _Tagged:
    try:
        return _TAGGED.decode(values)
    except msgspec.MsgspecError:
        return _NONE
