"""Which types are ordinary churn: those of the catalog, and what the settings add to them."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Final

from guardrail.findings.catalog import Churn, catalog

Lookup = Callable[[str], Churn | None]
"""Returns why losing a resource type is ordinary, or None if it is not."""

_BY_SETTINGS: Final = Churn(why="the settings say so", delete=True)


@lru_cache(maxsize=8)
def churn_lookup(patterns: tuple[str, ...]) -> Lookup:
    """Return a lookup that also knows the types that ``patterns``, globs of the settings, match."""
    if not patterns:
        return catalog().churn

    @cache
    def lookup(kind: str) -> Churn | None:
        if not catalog().holds_data(kind) and any(
            fnmatchcase(kind, pattern) for pattern in patterns
        ):
            return _BY_SETTINGS
        return catalog().churn(kind)

    return lookup


def ordinary(churn: Lookup, kind: str) -> bool:
    """Return whether losing any ``kind`` is ordinary; where it depends on how, it is not."""
    row = churn(kind)
    return row is not None and not (row.first or row.stays)
