"""Shims: they lead to the guardrail, never back to themselves, and take nobody's place."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from installed import Installed
from terraform_workspace import Workspace

from guardrail.errors import EnforcementError, FileError
from guardrail.system.shims import NAMES, install_shims, is_shim, programs, remove_shims
from guardrail.system.terraform import open_terraform


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for shims."""
    folder = tmp_path / "shims"
    folder.mkdir()
    return folder


def program(path: Path) -> Path:
    """Put a program that does nothing at `path`."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_installing_is_done_once_and_removing_takes_only_what_was_made(
    installed: Installed, folder: Path
):
    first = installed.run("shim", "install", folder)
    assert first.code == 0, first.err
    assert first.out.count("written: ") == len(NAMES)
    for name in NAMES:
        assert is_shim(folder / name)
        assert os.access(folder / name, os.X_OK)
        last = (folder / name).read_text().splitlines()[-1]
        assert last.startswith("exec /")
        assert last.endswith(f' {name} "$@"')
    again = installed.run("shim", "install", folder)
    assert again.out.startswith("nothing to do\n")

    program(folder / "kept")
    removed = installed.run("shim", "remove", folder)
    assert removed.out.count("deleted: ") == len(NAMES)
    assert [path.name for path in folder.iterdir()] == ["kept"]
    assert installed.run("shim", "remove", folder).out == "nothing to do\n"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_somebody_else_is_overwritten_or_deleted(
    installed: Installed, folder: Path, name: str
):
    real = program(folder / name)
    refused = installed.run("shim", "install", folder)
    assert refused.code == 4
    assert "is no shim of the guardrail" in refused.err
    assert list(folder.iterdir()) == [real], "not even the other one is written"
    assert installed.run("shim", "remove", folder).out == "nothing to do\n"
    assert real.exists()


def test_neither_a_link_nor_a_pipe_is_overwritten(folder: Path):
    os.mkfifo(folder / "terraform")
    with pytest.raises(FileError):
        install_shims(folder, ["/bin/true"])
    (folder / "terraform").unlink()
    (folder / "terraform").symlink_to("/nowhere")
    with pytest.raises(FileError):
        install_shims(folder, ["/bin/true"])


def test_an_older_shim_is_brought_up_to_date(folder: Path):
    install_shims(folder, ["/old place/guardrail"])
    assert "'/old place/guardrail'" in (folder / "tofu").read_text()
    assert install_shims(folder, ["/new/guardrail"]) == [folder / name for name in NAMES]
    assert install_shims(folder, ["/new/guardrail"]) == []
    assert remove_shims(folder) == [folder / name for name in NAMES]


def test_a_shim_is_never_taken_for_terraform(folder: Path, tmp_path: Path):
    install_shims(folder, ["/bin/true"])
    with pytest.raises(EnforcementError, match="own shim"):
        open_terraform(str(folder / "terraform"), None, "")
    linked = tmp_path / "terraform"
    linked.symlink_to(folder / "terraform")
    with pytest.raises(EnforcementError, match="own shim"):
        open_terraform(str(linked), None, "")


def test_behind_a_shim_the_real_one_is_found(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("guardrail.system.terraform.SEARCH_PATH", str(folder))
    install_shims(folder, ["/bin/true"])
    with pytest.raises(EnforcementError, match="no terraform or tofu"):
        open_terraform(None, None, str(folder))
    real = program(tmp_path / "real" / "terraform")
    with open_terraform(None, None, f"{folder}:{real.parent}") as found:
        assert found.path == real


def test_only_absolute_folders_are_searched(folder: Path, monkeypatch: pytest.MonkeyPatch):
    program(folder / "terraform")
    monkeypatch.chdir(folder.parent)
    for search_path in ("", ".", "shims", f":{folder.name}:"):
        assert list(programs("terraform", search_path)) == []
    assert list(programs("terraform", f"{folder}:{folder}")) == [folder / "terraform"]


def test_doctor_says_which_one_a_shell_would_run(
    installed: Installed, folder: Path, tmp_path: Path
):
    real = program(tmp_path / "real" / "terraform")

    def told(*folders: Path) -> str:
        done = installed.run("doctor", env={"PATH": ":".join(map(str, folders))})
        (line,) = [each for each in done.out.splitlines() if each.startswith("terraform on PATH")]
        return line

    install_shims(folder, ["/bin/true"])
    shim = folder / "terraform"
    assert told(folder, real.parent) == (
        f"terraform on PATH: the shim {shim}; called by its path, {real} goes past it"
    )
    assert told(real.parent, folder) == (
        f"terraform on PATH: the real one, {real}; the shim {shim} comes too late"
    )
    assert told(real.parent) == f"terraform on PATH: the real one, {real}"
    assert told(folder).endswith("no other on PATH, but one called by its path goes past it")
    assert told(tmp_path) == "terraform on PATH: nothing"


@pytest.mark.terraform
def test_who_types_terraform_gets_the_guardrail(
    installed: Installed, workspace: Workspace, folder: Path
):
    workspace.write('resource "terraform_data" "a" {}\n').init().apply()
    assert sys.executable.startswith("/")
    install_shims(folder, installed.argv())
    env = {"PATH": f"{folder}:/usr/bin:/bin", "CLAUDECODE": "1"}

    def typed(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=workspace.directory,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    read = typed("terraform state list")
    assert (read.returncode, read.stdout) == (0, "terraform_data.a\n")
    refused = typed("terraform state rm 'terraform_data.a'")
    assert refused.returncode == 3
    assert "what is forgotten goes on existing" in refused.stderr
    assert typed("terraform output x y | head -1").returncode == 0
    assert workspace.addresses() == ["terraform_data.a"]
