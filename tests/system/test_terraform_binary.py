"""The Terraform binary: found where the machine keeps it, hashed, and run as hashed."""

import hashlib
from pathlib import Path

import pytest

from guardrail.errors import EnforcementError, ProcessError
from guardrail.system.terraform import open_terraform


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_file_that_was_hashed_is_the_file_that_runs(tmp_path: Path):
    path = script(tmp_path / "terraform", "echo first")
    with open_terraform(str(path), None, "") as binary:
        assert binary.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        path.unlink()
        script(path, "echo swapped")
        done = binary.run([], env={}, directory=tmp_path, timeout=10)
    assert done.stdout == b"first\n"


def test_a_digest_that_nobody_asked_for_is_still_that_of_the_open_file(tmp_path: Path):
    path = script(tmp_path / "terraform", "echo first")
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    with open_terraform(str(path), None, "", hashed=False) as binary:
        path.unlink()
        script(path, "echo swapped")
        assert binary.sha256 == expected


@pytest.mark.parametrize("hashed", [True, False])
def test_a_pin_that_does_not_hold_is_refused(tmp_path: Path, *, hashed: bool):
    path = script(tmp_path / "terraform", "echo")
    with pytest.raises(EnforcementError, match="not the pinned one"):
        open_terraform(str(path), "0" * 64, "", hashed=hashed)


@pytest.mark.parametrize("name", ["terraform", "./terraform"])
def test_a_configured_binary_is_an_absolute_path(name: str):
    with pytest.raises(EnforcementError, match="absolute"):
        open_terraform(name, None, "")


def test_a_binary_that_is_not_there_is_said_so(tmp_path: Path):
    with pytest.raises(EnforcementError, match="cannot be opened"):
        open_terraform(str(tmp_path / "missing"), None, "")


def test_without_any_binary_the_hint_says_what_to_do(tmp_path: Path, mocker):
    mocker.patch("guardrail.system.terraform.SEARCH_PATH", str(tmp_path))
    with pytest.raises(EnforcementError, match="no terraform") as caught:
        open_terraform(None, None, str(tmp_path))
    assert "install" in (caught.value.hint or "")


def test_path_counts_only_where_the_machine_has_none(tmp_path: Path, mocker):
    mocker.patch("guardrail.system.terraform.SEARCH_PATH", str(tmp_path / "machine"))
    (tmp_path / "machine").mkdir()
    (tmp_path / "path").mkdir()
    script(tmp_path / "path" / "tofu", "echo")
    with open_terraform(None, None, str(tmp_path / "path")) as binary:
        assert binary.path.name == "tofu"
    script(tmp_path / "machine" / "terraform", "echo")
    with open_terraform(None, None, str(tmp_path / "path")) as binary:
        assert binary.path.parent.name == "machine"


def test_a_binary_that_does_not_say_its_version_is_refused(tmp_path: Path):
    path = script(tmp_path / "terraform", "echo Terraform v1")
    with open_terraform(str(path), None, "") as binary, pytest.raises(ProcessError):
        binary.version(env={}, directory=tmp_path)


def test_closing_twice_is_no_error(tmp_path: Path):
    binary = open_terraform(str(script(tmp_path / "terraform", "echo")), None, "")
    binary.close()
    binary.close()
