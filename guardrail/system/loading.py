"""Modules that are loaded in a way of our own, where a process starts for every question."""

import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from types import ModuleType


def load_msgspec() -> None:
    """
    Load msgspec without ``typing_extensions``, which would take longer than the rest of it.

    msgspec needs that module on Pythons older than ours, and elsewhere takes the same from
    ``typing`` where it is missing. Only for a process of our own that has one thread: nobody
    else may look for it meanwhile.
    """
    if "msgspec" in sys.modules or "typing_extensions" in sys.modules:
        return
    # None is how Python writes down that a module is missing.
    sys.modules["typing_extensions"] = cast("ModuleType", None)
    try:
        import msgspec  # noqa: F401, PLC0415 - it is loaded here or nowhere
    finally:
        del sys.modules["typing_extensions"]
