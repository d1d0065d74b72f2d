"""The tags of an object that name its environment, read without reading anything else of it."""

import msgspec
from msgspec import Raw, Struct


class _Tagged(Struct, frozen=True):
    tags: Raw = Raw()
    tags_all: Raw = Raw()
    labels: Raw = Raw()


_TAGGED = msgspec.json.Decoder(_Tagged)
_MAP = msgspec.json.Decoder(dict[str, Raw])
_TEXT = msgspec.json.Decoder(str)


def environment_tags(values: Raw, keys: frozenset[str]) -> tuple[str, ...]:
    """
    Return the distinct values of the tags in ``keys`` (lower case), sorted.

    ``values`` is an instance's attributes as JSON. What is not a map of texts says
    nothing: tags of another shape are no evidence, and no error.
    """
    try:
        tagged = _TAGGED.decode(values)
    except msgspec.MsgspecError:
        return ()
    found: set[str] = set()
    for tags in (tagged.tags, tagged.tags_all, tagged.labels):
        if bytes(memoryview(tags)[:1]) == b"{":
            found.update(_matching(tags, keys))
    return tuple(sorted(found))


def _matching(tags: Raw, keys: frozenset[str]) -> set[str]:
    found = set()
    for key, value in _MAP.decode(tags).items():
        if key.lower() in keys and bytes(memoryview(value)[:1]) == b'"':
            found.add(_TEXT.decode(value).strip())
    return found - {""}
