"""Which filesystem a file lies on."""

import os
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from guardrail.system import filesystems
from guardrail.system.filesystems import NETWORK, filesystem_type


def mounts(path: Path, mocker: MockerFixture, text: str) -> None:
    (path / "mountinfo").write_text(text)
    mocker.patch.object(filesystems, "MOUNTS", path / "mountinfo")


def test_the_mount_of_the_same_device_counts(tmp_path: Path, mocker: MockerFixture) -> None:
    device = tmp_path.stat().st_dev
    own = f"{os.major(device)}:{os.minor(device)}"
    mounts(
        tmp_path,
        mocker,
        "20 1 254:9999 / / rw shared:1 - ext4 /dev/sda rw\n"
        f"21 1 {own} /\\040x /mnt rw shared:2 master:3 - nfs4 server:/ rw\n",
    )

    assert filesystem_type(tmp_path) == "nfs4"
    assert "nfs4" in NETWORK


@pytest.mark.parametrize("text", ["", "garbage\n\n - \n"])
def test_an_unlisted_device_is_not_known(tmp_path: Path, mocker: MockerFixture, text: str) -> None:
    mounts(tmp_path, mocker, text)

    assert filesystem_type(tmp_path) is None


def test_a_system_without_a_list_is_not_known(tmp_path: Path, mocker: MockerFixture) -> None:
    mocker.patch.object(filesystems, "MOUNTS", tmp_path / "missing")

    assert filesystem_type(tmp_path) is None
    assert filesystem_type(tmp_path / "missing") is None
