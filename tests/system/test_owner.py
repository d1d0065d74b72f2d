"""Root acts as the owner of a directory; nobody else changes."""

import os
from pathlib import Path

import pytest

from guardrail.system.owner import as_owner

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def test_in_a_directory_of_ones_own_nothing_changes(tmp_path: Path):
    before = os.geteuid(), os.getegid()
    with as_owner(tmp_path), as_owner(tmp_path / "missing"):
        assert (os.geteuid(), os.getegid()) == before


@as_root
def test_root_is_the_owner_for_a_while(tmp_path: Path):
    os.chown(tmp_path, NOBODY, NOBODY)
    with as_owner(tmp_path):
        during = os.geteuid(), os.getegid()
    assert during == (NOBODY, NOBODY)
    assert (os.geteuid(), os.getegid()) == (0, 0)
