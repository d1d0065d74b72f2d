"""Files: what is refused before it is read, what can't change afterwards, what may be believed."""

import errno
import hashlib
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from guardrail.errors import FileError
from guardrail.system.files import (
    private_directory,
    read_limited,
    seal,
    seal_file,
    sealed_output,
    trusted_file,
    write_private,
)

STRANGER = 4242


def read_small(path: Path) -> bytes:
    return read_limited(path, 100)


def seal_small(path: Path) -> bytes:
    with seal_file(path, limit=100) as sealed:
        return bytes(sealed.view())


READERS = pytest.mark.parametrize("read", [read_small, seal_small])
Reader = Callable[[Path], bytes]


# -- reading -----------------------------------------------------------------------------


@READERS
@pytest.mark.parametrize("content", [b"", b"plan", b"x" * 100])
def test_a_regular_file_is_read_whole(read: Reader, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan"
    path.write_bytes(content)

    assert read(path) == content


@READERS
def test_a_link_that_a_person_gave_is_followed(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "plan").write_bytes(b"plan")
    (tmp_path / "link").symlink_to("plan")

    assert read(tmp_path / "link") == b"plan"


@READERS
def test_a_file_over_the_limit_is_refused(read: Reader, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.write_bytes(b"x" * 101)

    with pytest.raises(FileError, match="is larger than 100 bytes"):
        read(path)


@READERS
def test_a_file_of_two_gigabytes_is_refused_before_reading(
    read: Reader, tmp_path: Path, mocker: MockerFixture
) -> None:
    path = tmp_path / "plan"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    reading = mocker.spy(os, "read")

    with pytest.raises(FileError, match="is larger than 100 bytes"):
        read(path)
    assert reading.call_count == 0


@READERS
def test_a_file_that_grows_while_it_is_read_is_refused(
    read: Reader, tmp_path: Path, mocker: MockerFixture
) -> None:
    path = tmp_path / "plan"
    path.write_bytes(b"x")
    mocker.patch("guardrail.system.regular.os.read", return_value=b"x" * 60)

    with pytest.raises(FileError, match="is larger than 100 bytes"):
        read(path)


@READERS
def test_a_fifo_is_refused_without_waiting(read: Reader, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan")

    with pytest.raises(FileError, match="is a FIFO, not a regular file"):
        read(tmp_path / "plan")


@READERS
def test_a_directory_is_refused(read: Reader, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a directory, not a regular file"):
        read(tmp_path)


@READERS
def test_a_device_is_refused(read: Reader) -> None:
    with pytest.raises(FileError, match="is a device, not a regular file"):
        read(Path("/dev/zero"))


@READERS
def test_a_socket_is_refused(read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("plan")

        with pytest.raises(FileError, match="cannot be opened: no such device"):
            read(tmp_path / "plan")


@READERS
def test_a_missing_file_is_named(read: Reader, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        read(tmp_path / "plan")


@READERS
def test_a_path_with_a_null_is_refused(read: Reader) -> None:
    with pytest.raises(FileError, match="not a usable name"):
        read(Path("a\0b"))


@READERS
def test_a_failing_disk_is_an_error(read: Reader, tmp_path: Path, mocker: MockerFixture) -> None:
    path = tmp_path / "plan"
    path.write_bytes(b"x")
    mocker.patch(
        "guardrail.system.regular.os.read",
        side_effect=OSError(errno.EIO, os.strerror(errno.EIO)),
    )

    with pytest.raises(FileError, match="cannot be read: input/output error"):
        read(path)


def test_terminal_control_characters_of_a_name_are_escaped(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_small(tmp_path / "\x1b[2J\u202eplan")
    assert caught.value.message.isprintable()


# -- sealed bytes ------------------------------------------------------------------------


@pytest.fixture(params=["in memory", "on disk"])
def anywhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Run once with sealed memory and once as on a system without it."""
    if request.param == "on disk":
        monkeypatch.delattr(os, "memfd_create")
    return request.param == "in memory"


@pytest.mark.usefixtures("anywhere")
@pytest.mark.parametrize("content", [b"", b"plan", b"x" * 3_000_000])
def test_sealed_bytes_are_a_copy_with_its_digest(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan"
    path.write_bytes(content)

    with seal_file(path, limit=1 << 30) as sealed:
        path.write_bytes(b"another plan")

        assert sealed.view() == content
        assert sealed.sha256 == sealed.rehash() == hashlib.sha256(content).hexdigest()
        assert Path(sealed.path).read_bytes() == content


@pytest.mark.usefixtures("anywhere")
def test_a_child_reads_sealed_bytes_by_their_path() -> None:
    with seal(b"plan") as sealed:
        done = subprocess.run(
            ["/bin/cat", sealed.path], pass_fds=[sealed.fd], capture_output=True, check=True
        )

    assert done.stdout == b"plan"


def test_sealed_bytes_cannot_be_written_by_anybody() -> None:
    with seal(b"plan") as sealed:
        for attempt in (
            lambda: os.pwrite(sealed.fd, b"x", 0),
            lambda: os.ftruncate(sealed.fd, 0),
            lambda: os.ftruncate(sealed.fd, 100),
            lambda: Path(sealed.path).write_bytes(b"x"),
        ):
            with pytest.raises(PermissionError):
                attempt()

        assert sealed.view() == b"plan"
        assert sealed.view().readonly


@pytest.mark.usefixtures("anywhere")
def test_what_was_viewed_stays_good_after_closing() -> None:
    with seal(b"plan") as sealed:
        view = sealed.view()
    sealed.close()

    assert view == b"plan"


@pytest.mark.usefixtures("anywhere")
def test_a_childs_output_is_sealed_before_it_is_read(anywhere: bool) -> None:
    with sealed_output() as output:
        subprocess.run(["/bin/echo", "shown"], stdout=output.fd, check=True)

        assert output.view() == b"shown\n"
        assert output.view() == b"shown\n"
        if anywhere:
            with pytest.raises(PermissionError):
                os.write(output.fd, b"more")


def test_an_output_that_cannot_be_sealed_is_an_error(mocker: MockerFixture) -> None:
    mocker.patch("fcntl.fcntl", side_effect=OSError(errno.EPERM, "not permitted"))

    with sealed_output() as output, pytest.raises(FileError, match="could not be sealed"):
        output.view()


def test_no_room_for_a_sealed_copy_is_an_error(mocker: MockerFixture) -> None:
    mocker.patch("os.write", side_effect=OSError(errno.ENOSPC, "no space left on device"))

    with pytest.raises(FileError, match="could not be made: no space left"):
        seal(b"plan")


def test_no_sealed_memory_is_an_error(mocker: MockerFixture) -> None:
    mocker.patch("os.memfd_create", side_effect=OSError(errno.EMFILE, "too many open files"))

    with pytest.raises(FileError, match="no place for a sealed copy"):
        seal(b"plan")


def test_short_writes_are_carried_on(mocker: MockerFixture) -> None:
    write = os.write
    mocker.patch("os.write", side_effect=lambda fd, data: write(fd, data[:3]))

    with seal(b"a longer plan") as sealed:
        assert sealed.view() == b"a longer plan"


# -- writing -----------------------------------------------------------------------------


def test_a_private_file_is_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "request"
    path.write_bytes(b"old")
    path.chmod(0o644)

    write_private(path, b"new")

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["request"]


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.rename"])
def test_a_private_file_that_cannot_be_made_durable_leaves_the_old_one(
    tmp_path: Path, mocker: MockerFixture, call: str
) -> None:
    path = tmp_path / "request"
    path.write_bytes(b"old")
    mocker.patch(call, side_effect=OSError(errno.EIO, "Input/output error"))

    with pytest.raises(FileError, match="cannot be written: input/output error"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["request"]


def test_a_private_file_without_a_name_is_refused() -> None:
    with pytest.raises(FileError, match="not a usable name"):
        write_private(Path("/"), b"")


def test_a_link_at_the_place_of_a_private_file_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"victim")
    (tmp_path / "request").symlink_to("victim")

    write_private(tmp_path / "request", b"new")

    assert (tmp_path / "victim").read_bytes() == b"victim"
    assert (tmp_path / "request").read_bytes() == b"new"


def test_a_private_directory_is_made_with_those_above_it(tmp_path: Path) -> None:
    private_directory(tmp_path / "state" / "guardrail")
    private_directory(tmp_path / "state" / "guardrail")

    for made in (tmp_path / "state", tmp_path / "state" / "guardrail"):
        assert made.stat().st_mode & 0o777 == 0o700


def test_a_directory_open_to_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o750)

    with pytest.raises(FileError, match="is open to other users"):
        private_directory(tmp_path / "state")


def test_a_link_is_no_private_directory(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "state").symlink_to("real")

    with pytest.raises(FileError, match="is a symbolic link, not a directory"):
        private_directory(tmp_path / "state")


def test_a_directory_of_somebody_else_is_refused(tmp_path: Path, mocker: MockerFixture) -> None:
    private_directory(tmp_path / "state")
    mocker.patch("os.geteuid", return_value=STRANGER)

    with pytest.raises(FileError, match="belongs to another user"):
        private_directory(tmp_path / "state")


def test_a_directory_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(FileError, match="cannot be made"):
        private_directory(tmp_path / "file" / "state")


# -- trusted files (attack row 85) -------------------------------------------------------


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """Return a directory whose whole chain is safe."""
    for part in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        part.chmod(0o700)
    folder = tmp_path / "etc"
    folder.mkdir(mode=0o755)
    (folder / "trust.json").write_bytes(b"{}")
    (folder / "trust.json").chmod(0o644)
    return folder


def own(path: Path, uid: int, mocker: MockerFixture) -> None:
    """Let ``path`` belong to ``uid``, really as root, else as far as fstat says."""
    if os.getuid() == 0:
        os.chown(path, uid, -1)
        return
    fstat, inode = os.fstat, path.stat().st_ino

    def lie(fd: int) -> os.stat_result:
        found = fstat(fd)
        fields = list(found)
        fields[4] = uid if found.st_ino == inode else found.st_uid
        return os.stat_result(fields)

    mocker.patch("os.fstat", side_effect=lie)


def test_a_file_with_a_safe_chain_is_trusted(etc: Path) -> None:
    trusted = trusted_file(etc / "trust.json")

    assert trusted.data == b"{}"
    assert trusted.root_owned == (os.getuid() == 0)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_a_file_of_roots_below_a_directory_of_the_users_is_not_root_owned(
    etc: Path, mocker: MockerFixture
) -> None:
    os.chown(etc, STRANGER, -1)
    # From here on we are who owns the directory; root's own files stay root's.
    mocker.patch("os.geteuid", return_value=STRANGER)

    assert not trusted_file(etc / "trust.json").root_owned


@pytest.mark.parametrize("name", [".", "trust.json"])
def test_85_a_part_of_somebody_else_is_refused(etc: Path, mocker: MockerFixture, name: str) -> None:
    own(etc / name, STRANGER, mocker)

    with pytest.raises(FileError, match="belongs to another user"):
        trusted_file(etc / "trust.json")


@pytest.mark.parametrize("name", [".", "trust.json"])
@pytest.mark.parametrize("bit", [0o020, 0o002])
def test_85_a_part_that_others_can_write_is_refused(etc: Path, name: str, bit: int) -> None:
    place = etc / name
    place.chmod(place.stat().st_mode | bit)

    with pytest.raises(FileError, match="can be changed by other users"):
        trusted_file(etc / "trust.json")


def test_a_file_cannot_be_made_safe_by_a_sticky_bit(etc: Path) -> None:
    (etc / "trust.json").chmod(0o1666)

    with pytest.raises(FileError, match="can be changed by other users"):
        trusted_file(etc / "trust.json")


def test_85_a_link_to_a_directory_is_refused(etc: Path) -> None:
    (etc.parent / "link").symlink_to("etc")

    with pytest.raises(FileError, match="symbolic links are not followed"):
        trusted_file(etc.parent / "link" / "trust.json")


def test_85_a_link_to_a_file_is_refused(etc: Path) -> None:
    (etc / "link.json").symlink_to("trust.json")

    with pytest.raises(FileError, match="cannot be opened: too many levels of symbolic links"):
        trusted_file(etc / "link.json")


def test_a_file_with_two_names_is_refused(etc: Path) -> None:
    os.link(etc / "trust.json", etc / "other.json")

    with pytest.raises(FileError, match="has 2 names, expected one"):
        trusted_file(etc / "trust.json")


def test_85_an_access_control_list_is_refused(etc: Path, mocker: MockerFixture) -> None:
    mocker.patch("os.listxattr", return_value=["user.note", "system.posix_acl_access"])

    with pytest.raises(FileError, match="carries an access control list"):
        trusted_file(etc / "trust.json")


def test_a_filesystem_without_attributes_has_no_lists(etc: Path, mocker: MockerFixture) -> None:
    mocker.patch("os.listxattr", side_effect=OSError(errno.ENOTSUP, "not supported"))

    assert trusted_file(etc / "trust.json").data == b"{}"


def test_lists_that_cannot_be_looked_up_are_an_error(etc: Path, mocker: MockerFixture) -> None:
    mocker.patch("os.listxattr", side_effect=OSError(errno.EIO, "Input/output error"))

    with pytest.raises(FileError, match="cannot be read: input/output error"):
        trusted_file(etc / "trust.json")


@pytest.mark.parametrize("path", ["trust.json", "/etc/../etc/passwd"])
def test_only_an_absolute_path_without_detours_is_trusted(path: str) -> None:
    with pytest.raises(FileError, match="is not an absolute path"):
        trusted_file(Path(path))


@pytest.mark.parametrize("path", ["/", "/etc"])
def test_a_directory_is_no_trusted_file(path: str) -> None:
    with pytest.raises(FileError, match=r"not a regular file|is not a directory"):
        trusted_file(Path(path))


def test_a_missing_trusted_file_is_named(etc: Path) -> None:
    with pytest.raises(FileError, match=r"'/.*/missing.json' does not exist"):
        trusted_file(etc / "missing.json")
    with pytest.raises(FileError, match=r"'/.*/missing' does not exist"):
        trusted_file(etc / "missing" / "trust.json")


def test_a_trusted_file_over_the_limit_is_refused(etc: Path) -> None:
    with pytest.raises(FileError, match="is larger than 1 bytes"):
        trusted_file(etc / "trust.json", limit=1)


def test_a_swap_between_look_and_read_changes_nothing(etc: Path, mocker: MockerFixture) -> None:
    listxattr = os.listxattr

    def swap(fd: int) -> list[str]:
        write_private(etc / "trust.json", b"evil")
        return listxattr(fd)

    (etc / "trust.json").unlink()
    (etc / "trust.json").write_bytes(b"{}")
    mocker.patch("os.listxattr", side_effect=swap)

    assert trusted_file(etc / "trust.json").data == b"{}"


def test_sealed_bytes_tell_whether_all_of_them_are_ascii(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    for content, expected in ((b"plain", True), ("h\u00e9".encode(), False), (b"", True)):
        path.write_bytes(content)
        with seal_file(path, limit=100) as sealed:
            assert sealed.ascii_only is expected
