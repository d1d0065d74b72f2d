"""Real executors, found only where somebody says that they are to be tried."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import GUARDRAIL, Desk

PLACES = "GUARDRAIL_EXECUTORS"
"""The variable with the directories in which executors are looked for; `make executors` sets it."""


@pytest.fixture
def desk(tmp_path: Path) -> Callable[[str], Desk]:
    """Return what sets up a desk for the executor whose binary has a name; skips without it."""

    def at(name: str) -> Desk:
        places = os.environ.get(PLACES)
        if not places:
            pytest.skip(f"{PLACES} names no directory with real executors; see `make executors`")
        found = shutil.which(name, path=places)
        if found is None:
            pytest.skip(f"{name} is in none of the directories of {PLACES}")
        made = Desk(Path(found).absolute(), *(tmp_path / each for each in ("home", "shop", "bin")))
        for folder in (made.home, made.project, made.bin, made.home / "tmp"):
            folder.mkdir()
        made.hook(GUARDRAIL.format(home=made.home, bin=made.bin, python=sys.executable))
        made.sh("git", "init", "--quiet")
        return made

    return at
