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
    found = set()
    for tags in (tagged.tags, tagged.tags_all, tagged.labels):
        if isinstance(tags, dict):
            for key in tags:
                if key.lower() in keys and isinstance(value := tags[key], str):
                    found.add(value.strip())
    return tuple(sorted(found - {""}))


def same_tags(one: Raw, other: Raw) -> bool:
    """Return whether two sets of attributes carry the same tags."""
    return _read(one) == _read(other)


def unknown_tags(mask: Raw, keys: frozenset[str]) -> bool:
    """
    Return whether only apply will know a tag in ``keys`` (lower case), by the ``mask`` of unknowns.

    ``tags_all`` is unknown as a whole with any one tag, so only what the block sets counts.
    """
    masked = _read(mask)
    return any(
        tags is True
        or (
            isinstance(tags, dict) and any(tags[key] is True for key in tags if key.lower() in keys)
        )
        for tags in (masked.tags, masked.labels)
    )


def _read(values: Raw) -> _Tagged:
    try:
        return _TAGGED.decode(values)
    except msgspec.MsgspecError:
        return _NONE
