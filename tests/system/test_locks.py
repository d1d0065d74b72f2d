"""Waiting for a locked file ends: with the lock, or with an error."""

import fcntl
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from guardrail.system.locks import lock_exclusively, unlock


def test_a_file_that_becomes_free_is_locked(tmp_path: Path, mocker: MockerFixture) -> None:
    path = tmp_path / "file"
    path.touch()
    with path.open() as mine, path.open() as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        pauses = mocker.patch("time.sleep", side_effect=lambda _: unlock(theirs.fileno()))

        lock_exclusively(mine.fileno(), 60)

        assert pauses.call_count == 1
        with pytest.raises(BlockingIOError):
            fcntl.flock(theirs, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_file_that_stays_locked_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with path.open() as mine, path.open() as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)

        with pytest.raises(TimeoutError):
            lock_exclusively(mine.fileno(), 0)
