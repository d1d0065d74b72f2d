from pathlib import Path

import pytest

from guardrail.sources.place import place_of


@pytest.mark.parametrize("mark", ["directory", "worktree file"])
def test_a_directory_is_named_from_the_top_of_its_repository(mark: str, tmp_path: Path):
    directory = tmp_path / "envs" / "production" / "network"
    directory.mkdir(parents=True)
    if mark == "directory":
        (tmp_path / ".git").mkdir()
    else:
        (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert place_of(directory) == "envs/production/network"
    assert place_of(tmp_path) == "."


def test_without_a_repository_the_path_stays_absolute(tmp_path: Path):
    assert place_of(tmp_path) == str(tmp_path)
