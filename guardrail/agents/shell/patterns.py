"""Patterns that are made when they are first asked for: most lines ask few of them."""

import re
from typing import Any, cast


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """
    Return ``pattern`` as :func:`re.compile` does, but made when it is first used.

    Making all of the reader's takes as long as reading a line with them. What is wrong with
    one is raised where it is used, so a test uses them all.
    """
    return cast("re.Pattern[str]", _Late(pattern, flags))


class _Late:
    def __init__(self, pattern: str, flags: int) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        # Only what is not there yet is asked for here: from now on each method is the pattern's own.
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found
