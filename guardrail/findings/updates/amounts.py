"""Versions and sizes as providers write them, and whether one is less than another."""

import re
from typing import Final

_VERSION: Final = re.compile(r"(\D*)(\d+(?:[._-]\d+)*)(.*)", re.DOTALL)
_DIGITS: Final = re.compile(r"\d+")
_WORDS: Final = ("nano", "micro", "small", "medium", "large", "xlarge")
_CLASS: Final = re.compile(rf"(.*?)(?:(\d+)(xlarge)|({'|'.join(_WORDS)}))(.*)", re.DOTALL)
_LONGEST: Final = 100


def is_older(before: object, after: object) -> bool:
    """Return whether version ``after`` goes back; one that only says less than ``before`` does not."""
    if not isinstance(before, str | int | float) or not isinstance(after, str | int | float):
        return False
    return _goes_back(str(before)[:_LONGEST].lower(), str(after)[:_LONGEST].lower())


def _goes_back(before: str, after: str) -> bool:
    old, new = _VERSION.fullmatch(before), _VERSION.fullmatch(after)
    # Another product counts in another way: OpenSearch 1 follows Elasticsearch 7.
    if old is None or new is None or old[1] != new[1]:
        return False
    had, has = _numbers(old[2]), _numbers(new[2])
    known = min(len(had), len(has))
    if had[:known] != has[:known]:
        return has[:known] < had[:known]
    return len(had) == len(has) and _goes_back(old[3], new[3])


def is_smaller(before: object, after: object) -> bool:
    """Return whether a size, or a class such as ``db.r6g.2xlarge`` or ``GP_Gen5_4``, goes down."""
    if isinstance(before, bool) or isinstance(after, bool):
        return False
    if isinstance(before, int | float) and isinstance(after, int | float):
        return after < before
    old, new = str(before)[:_LONGEST].lower(), str(after)[:_LONGEST].lower()
    was, now = _rank(old), _rank(new)
    if was is not None and now is not None:
        return now < was
    # Only the numbers may differ: names of other shapes are other products.
    same_shape = _DIGITS.sub("", old) == _DIGITS.sub("", new)
    return same_shape and _numbers(new) < _numbers(old)


def _rank(name: str) -> tuple[int, int] | None:
    """Return the place of a class that AWS names by its size; None for any other."""
    matched = _CLASS.fullmatch(name) if "." in name else None
    if matched is None:
        return None
    if matched[2]:
        return _WORDS.index("xlarge"), int(matched[2])
    return _WORDS.index(matched[4]), 1


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in _DIGITS.findall(text)]
