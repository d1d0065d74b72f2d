"""Nobody else's code is run with the rights of a guardrail that has a user of its own."""

import os
from pathlib import Path

import pytest
from installed import Installed

from guardrail.enforce.ground import refuse_foreign_ground
from guardrail.errors import EnforcementError
from guardrail.system.installation import Installation

OTHER = 54321


@pytest.fixture
def shared(tmp_path: Path, mocker) -> Installation:
    """Return the machine's installation, which runs as the user 12345."""
    installation = Installed(tmp_path / "guardrail").installation
    mocker.patch("guardrail.system.installation.SYSTEM_CONFIG", installation.config)
    mocker.patch("guardrail.enforce.ground.os.geteuid", return_value=12345)
    mocker.patch("guardrail.enforce.ground.os.getegid", return_value=12345)
    return installation


@pytest.fixture
def ground(tmp_path: Path, mocker) -> Path:
    """Return a working directory that all belongs to root, or to the user of these tests."""
    directory = tmp_path / "live"
    (directory / ".terraform" / "providers").mkdir(parents=True)
    (directory / "main.tf").write_text("")
    (directory / ".terraform" / "providers" / "aws").symlink_to("/usr/bin/true")
    return directory


def is_root() -> bool:
    return os.getuid() == 0


needs_root = pytest.mark.skipif(not is_root(), reason="only root can give files to other users")


@needs_root
def test_a_directory_of_roots_is_good_ground(shared: Installation, ground: Path):
    refuse_foreign_ground(shared, ground)


@needs_root
@pytest.mark.parametrize(
    "name", ["", "main.tf", ".terraform", ".terraform/providers", ".terraform/providers/aws"]
)
def test_anything_of_another_users_is_refused(name: str, shared: Installation, ground: Path):
    os.lchown(ground / name, OTHER, OTHER)
    with pytest.raises(EnforcementError, match="another user could have written"):
        refuse_foreign_ground(shared, ground)


@needs_root
@pytest.mark.parametrize(("mode", "group"), [(0o757, 0), (0o775, OTHER)])
def test_what_others_can_write_to_is_refused(
    mode: int, group: int, shared: Installation, ground: Path
):
    os.chown(ground / ".terraform", 0, group)
    (ground / ".terraform").chmod(mode)
    with pytest.raises(EnforcementError, match="another user could have written"):
        refuse_foreign_ground(shared, ground)


@needs_root
def test_a_group_of_ones_own_may_write(shared: Installation, ground: Path):
    os.chown(ground / "main.tf", 12345, 12345)
    (ground / "main.tf").chmod(0o664)
    refuse_foreign_ground(shared, ground)


def test_what_cannot_be_looked_through_is_refused(shared: Installation, tmp_path: Path):
    with pytest.raises(EnforcementError):
        refuse_foreign_ground(shared, tmp_path / "missing")


def test_an_installation_of_ones_own_is_not_asked(ground: Path, tmp_path: Path, mocker):
    mocker.patch("guardrail.enforce.ground.os.geteuid", return_value=12345)
    installation = Installed(tmp_path / "own").installation
    ground.chmod(0o777)
    refuse_foreign_ground(installation, ground)
