"""Which types are ordinary churn: those of the catalog, and what the settings add to them."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Final

from guardrail.findings.catalog import Churn, catalog

Lookup = Callable[[str], Churn | None]
"""Returns why losing a resource type is ordinary, or None if it is not; data never is."""

_BY_SETTINGS: Final = Churn(why="the settings say so", delete=True)


@lru_cache(maxsize=8)
def churn_lookup(patterns: tuple[str, ...]) -> Lookup:
    """Return a lookup that also knows the types that ``patterns``, globs of the settings, match."""
    if not patterns:
        return catalog().churn

    @cache
    def lookup(kind: str) -> Churn | None:
        if catalog().holds_data(kind):
            return None
        if any(fnmatchcase(kind, pattern) for pattern in patterns):
            return _BY_SETTINGS
        return catalog().churn(kind)

    return lookup
