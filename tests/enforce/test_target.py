"""What a working directory points at: by its own files and the state itself, or not at all."""

from pathlib import Path

import pytest

from guardrail.enforce.target import Target, read_target
from guardrail.errors import EnforcementError
from guardrail.system.terraform import Terraform, open_terraform


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "stack"
    (directory / ".terraform").mkdir(parents=True)
    return directory


def saying(tmp_path: Path, text: str, code: int = 0) -> Terraform:
    """Return a binary that prints `text` whatever it is asked: limits of a real one apply."""
    path = tmp_path / "terraform"
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\nexit {code}\n")
    path.chmod(0o755)
    return open_terraform(str(path), None, "")


def read(terraform: Terraform, directory: Path) -> Target:
    with terraform:
        return read_target(terraform, env={"PATH": "/usr/bin:/bin"}, directory=directory)


def test_a_directory_without_anything_points_at_an_empty_local_state(
    tmp_path: Path, directory: Path
):
    found = read(saying(tmp_path, ""), directory)
    assert found == Target(workspace="default", backend="local", lineage="", serial=0)


def test_workspace_and_backend_come_from_the_directorys_own_files(tmp_path: Path, directory: Path):
    (directory / ".terraform" / "environment").write_text("production\n")
    (directory / ".terraform" / "terraform.tfstate").write_text(
        '{"version": 3, "backend": {"type": "s3", "config": {}}}'
    )
    found = read(saying(tmp_path, '{"lineage": "abc", "serial": 7}'), directory)
    assert found == Target(workspace="production", backend="s3", lineage="abc", serial=7)


@pytest.mark.parametrize("text", ["no state", '{"serial": "7"}', "[" * 100_000])
def test_what_is_no_state_is_an_error(text: str, tmp_path: Path, directory: Path):
    with pytest.raises(EnforcementError, match="did not print a state"):
        read(saying(tmp_path, text), directory)


def test_a_state_that_cannot_be_read_is_an_error(tmp_path: Path, directory: Path):
    with pytest.raises(EnforcementError, match="exit code 1"):
        read(saying(tmp_path, "", code=1), directory)


@pytest.mark.parametrize("text", ["", "[]", '{"backend": {}}', "\x00"])
def test_a_backend_record_that_cannot_be_read_is_an_error(
    text: str, tmp_path: Path, directory: Path
):
    (directory / ".terraform" / "terraform.tfstate").write_text(text)
    with pytest.raises(EnforcementError, match="backend record"):
        read(saying(tmp_path, ""), directory)


def test_a_directory_in_the_place_of_a_file_is_an_error(tmp_path: Path, directory: Path):
    (directory / ".terraform" / "environment").mkdir()
    with pytest.raises(EnforcementError, match="directory"):
        read(saying(tmp_path, ""), directory)
