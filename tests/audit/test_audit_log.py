"""The log on disk: crashes, full disks, strange files, and several writers at once."""

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_mock import MockerFixture

import guardrail
from guardrail.audit.entry import Event, entry_line, next_entry
from guardrail.audit.log import AuditLog
from guardrail.audit.verify import verify, verify_file
from guardrail.errors import AuditError

NOW = 1767225600
BODY = {"plan_sha256": "6f" * 32}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def filled(path: Path, count: int = 3) -> AuditLog:
    log = AuditLog(path)
    for number in range(count):
        log.append(Event.DECISION, {"number": number}, NOW + number)
    return log


def numbers(path: Path) -> list[int]:
    entries = [json.loads(line) for line in path.read_bytes().splitlines() if is_json(line)]
    return [entry["body"]["number"] for entry in entries if entry["event"] == "decision"]


def is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def python(script: str, *arguments: object) -> subprocess.Popen[bytes]:
    """Start a Python process that can import this package."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={"PYTHONPATH": str(Path(guardrail.__file__).parent.parent)},
        stdout=subprocess.PIPE,
    )


# -- appending ---------------------------------------------------------------------------


def test_entries_are_chained_in_a_file_of_its_owner_only(path: Path) -> None:
    filled(path)

    verified = verify_file(path)
    assert (verified.entries, verified.problems, verified.torn) == (3, (), ())
    assert path.stat().st_mode & 0o777 == 0o600


def test_another_process_goes_on_where_the_last_one_stopped(path: Path) -> None:
    first = filled(path).append(Event.DECISION, BODY, NOW)

    assert AuditLog(path).append(Event.APPLY_INTENT, BODY, NOW).prev == first.hash


def test_a_last_entry_longer_than_the_first_window_is_found(path: Path) -> None:
    log = AuditLog(path)
    log.append(Event.DECISION, {"rules": "x" * 200_000}, NOW)
    log.append(Event.DECISION, {"rules": "y" * 200_000}, NOW)

    assert log.append(Event.DECISION, BODY, NOW).seq == 3
    assert verify_file(path).problems == ()


def test_the_log_itself_records_torn_writes_and_nobody_else(path: Path) -> None:
    with pytest.raises(ValueError, match="only the log itself"):
        AuditLog(path).append(Event.TORN, {"fragments": []}, NOW)


def test_76_an_entry_is_durable_before_append_returns(path: Path, mocker: MockerFixture) -> None:
    calls: list[str] = []
    write, fsync = os.write, os.fsync
    mocker.patch("os.write", side_effect=lambda *a: (calls.append("write"), write(*a))[1])
    mocker.patch("os.fsync", side_effect=lambda fd: (calls.append("fsync"), fsync(fd))[1])
    log = AuditLog(path)

    log.append(Event.APPLY_INTENT, BODY, NOW)
    assert calls == ["write", "fsync", "fsync"], "the entry, then the new file's name"
    log.append(Event.APPLY_OUTCOME, BODY, NOW)
    assert calls[3:] == ["write", "fsync"]


# -- torn writes -------------------------------------------------------------------------


def test_94_a_torn_last_line_is_kept_recorded_and_passed_over(path: Path) -> None:
    filled(path)
    torn = b'{"body":{"outcome":"al'
    with path.open("ab") as file:
        file.write(torn)
    problems = verify_file(path).problems
    assert [(problem.line, problem.code) for problem in problems] == [(4, "unterminated")]

    entry = AuditLog(path).append(Event.DECISION, BODY, NOW)

    verified = verify_file(path)
    assert (verified.problems, verified.torn, entry.seq) == ((), (4,), 5)
    assert path.read_bytes().splitlines()[3] == torn


def test_94_an_entry_that_lacks_only_its_line_feed_is_an_entry(path: Path) -> None:
    filled(path)
    os.truncate(path, path.stat().st_size - 1)
    assert [problem.code for problem in verify_file(path).problems] == ["unterminated"]

    AuditLog(path).append(Event.DECISION, BODY, NOW)

    assert (verify_file(path).entries, verify_file(path).problems) == (4, ())


def test_94_a_log_torn_in_its_first_entry_goes_on(path: Path) -> None:
    path.write_bytes(b'{"body"')
    path.chmod(0o600)

    AuditLog(path).append(Event.DECISION, BODY, NOW)

    assert (verify_file(path).torn, verify_file(path).problems) == ((1,), ())


@settings(max_examples=150, deadline=None)
@given(cuts=st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_76_whatever_part_of_a_write_survives_the_log_goes_on(
    cuts: list[float], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("power") / "audit.jsonl"
    log = filled(path)
    kept = path.read_bytes()

    for cut in cuts:
        before = path.stat().st_size
        # Each append also recovers from the one before; a power loss keeps some prefix of it.
        AuditLog(path).append(Event.DECISION, {"number": 99}, NOW)
        os.truncate(path, before + round(cut * (path.stat().st_size - before)))
    log.append(Event.DECISION, {"number": 100}, NOW)

    assert verify_file(path).problems == ()
    assert path.read_bytes().startswith(kept)
    assert numbers(path)[-1] == 100


@pytest.mark.parametrize(
    "line",
    [
        entry_line(next_entry(None, Event.DECISION, BODY, NOW)).replace(b"6f", b"7a", 1),
        b'{"body":{}}\n',
        b'"text"',
    ],
    ids=["edited", "another document", "unterminated"],
)
def test_a_last_line_that_no_crash_left_stops_the_log(path: Path, line: bytes) -> None:
    filled(path)
    with path.open("ab") as file:
        file.write(line)

    with pytest.raises(AuditError, match="the last entry of the audit log was changed"):
        AuditLog(path).append(Event.DECISION, BODY, NOW)


@pytest.mark.parametrize("junk", [b"x" * (2 << 20), (b"x" * 100 + b"\n") * 20_000])
def test_a_file_that_does_not_end_like_a_log_is_refused(path: Path, junk: bytes) -> None:
    filled(path)
    with path.open("ab") as file:
        file.write(junk)

    with pytest.raises(AuditError, match="does not end with an entry"):
        AuditLog(path).append(Event.DECISION, BODY, NOW)


@pytest.mark.parametrize("keep", [0, 1, 2])
def test_93_a_log_cut_off_under_a_running_process_is_refused(path: Path, keep: int) -> None:
    log = filled(path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:keep]))

    with pytest.raises(AuditError, match="lost an entry that this process wrote"):
        log.append(Event.APPLY_OUTCOME, BODY, NOW)


def test_93_a_last_entry_replaced_under_a_running_process_is_refused(path: Path) -> None:
    log = filled(path)
    kept = path.read_bytes().splitlines(keepends=True)[:2]
    path.write_bytes(b"".join(kept))
    AuditLog(path).append(Event.DECISION, BODY, NOW)

    with pytest.raises(AuditError, match="lost an entry that this process wrote"):
        log.append(Event.APPLY_OUTCOME, BODY, NOW)


# -- failing disks (attack row 96) -------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_96_a_failing_write_is_refused(path: Path, mocker: MockerFixture, number: int) -> None:
    log = filled(path)
    mocker.patch("os.write", side_effect=OSError(number, os.strerror(number)))

    with pytest.raises(AuditError, match="the audit log cannot be written"):
        log.append(Event.APPLY_INTENT, BODY, NOW)
    mocker.stopall()
    log.append(Event.APPLY_INTENT, BODY, NOW)
    assert verify_file(path).problems == ()


def test_96_a_short_write_is_refused_and_recovered(path: Path, mocker: MockerFixture) -> None:
    log = filled(path)
    write = os.write
    mocker.patch("os.write", side_effect=lambda fd, data: write(fd, data[:50]))

    with pytest.raises(AuditError, match="took 50 of"):
        log.append(Event.APPLY_INTENT, BODY, NOW)
    mocker.stopall()
    log.append(Event.APPLY_INTENT, BODY, NOW)
    assert (verify_file(path).torn, verify_file(path).problems) == ((4,), ())


def test_96_a_really_full_disk_is_refused(path: Path) -> None:
    done = python(FULL, path)
    out, _ = done.communicate()

    assert out == b"the audit log cannot be written: file too large\n"
    assert verify_file(path).problems == ()


FULL = """
import resource, signal, sys
from pathlib import Path
from guardrail.audit.entry import Event
from guardrail.audit.log import AuditLog
from guardrail.errors import AuditError
path = Path(sys.argv[1])
log = AuditLog(path)
log.append(Event.DECISION, {}, 0)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    log.append(Event.APPLY_INTENT, {}, 0)
except AuditError as error:
    print(error.message)
"""


def test_96_after_a_failed_fsync_nothing_more_is_taken(path: Path, mocker: MockerFixture) -> None:
    log = filled(path)
    mocker.patch("os.fsync", side_effect=OSError(errno.EIO, "Input/output error"))

    with pytest.raises(AuditError, match="cannot be written: input/output error"):
        log.append(Event.APPLY_INTENT, BODY, NOW)
    mocker.stopall()
    with pytest.raises(AuditError, match="could not be made durable"):
        log.append(Event.APPLY_INTENT, BODY, NOW)


def test_96_a_name_that_cannot_be_made_durable_is_refused(
    path: Path, mocker: MockerFixture
) -> None:
    mocker.patch("guardrail.audit.log.sync_directory", side_effect=OSError(errno.EIO, "EIO"))
    log = AuditLog(path)

    for _ in range(2):
        with pytest.raises(AuditError):
            log.append(Event.APPLY_INTENT, BODY, NOW)


# -- strange files (attack row 96) -------------------------------------------------------


def test_96_a_log_that_is_a_fifo_is_refused_without_waiting(path: Path) -> None:
    os.mkfifo(path, 0o600)

    with pytest.raises(AuditError, match="is not a regular file"):
        AuditLog(path).append(Event.DECISION, BODY, NOW)
    with pytest.raises(AuditError, match="is a FIFO"):
        verify_file(path)


def test_96_a_log_that_is_a_link_is_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch(mode=0o600)
    path.symlink_to("elsewhere")

    with pytest.raises(AuditError, match="too many levels of symbolic links"):
        AuditLog(path).append(Event.DECISION, BODY, NOW)


def test_96_a_log_that_is_a_directory_is_refused(path: Path) -> None:
    path.mkdir()

    with pytest.raises(AuditError, match="is a directory"):
        AuditLog(path).append(Event.DECISION, BODY, NOW)


def test_96_a_missing_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="no such file or directory"):
        AuditLog(tmp_path / "gone" / "audit.jsonl").append(Event.DECISION, BODY, NOW)


def test_96_a_log_of_another_user_is_refused(path: Path, mocker: MockerFixture) -> None:
    log = filled(path)
    mocker.patch("os.geteuid", return_value=4242)

    with pytest.raises(AuditError, match="belongs to another user"):
        log.append(Event.DECISION, BODY, NOW)


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_96_a_log_that_others_can_write_is_refused(path: Path, mode: int) -> None:
    log = filled(path)
    path.chmod(mode)

    with pytest.raises(AuditError, match="others can write to it"):
        log.append(Event.DECISION, BODY, NOW)


def test_96_a_log_with_a_second_name_is_refused(path: Path, tmp_path: Path) -> None:
    log = filled(path)
    os.link(path, tmp_path / "second")

    with pytest.raises(AuditError, match="or others can write to it"):
        log.append(Event.DECISION, BODY, NOW)


def test_a_log_locked_for_too_long_is_refused(path: Path, mocker: MockerFixture) -> None:
    log = filled(path)
    mocker.patch("guardrail.audit.log.PATIENCE", 0.01)
    mocker.patch("guardrail.audit.verify.PATIENCE", 0.01)

    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(AuditError, match="kept the audit log locked"):
            log.append(Event.DECISION, BODY, NOW)
        with pytest.raises(AuditError, match="keeps the audit log locked"):
            verify_file(path)


def test_a_log_replaced_while_waiting_is_refused(
    path: Path, tmp_path: Path, mocker: MockerFixture
) -> None:
    log = filled(path)

    def replace(_fd: int, _patience: float) -> None:
        path.rename(tmp_path / "moved")
        path.touch(mode=0o600)

    mocker.patch("guardrail.audit.log.lock_exclusively", side_effect=replace)
    with pytest.raises(AuditError, match="was replaced by another file"):
        log.append(Event.DECISION, BODY, NOW)


def test_a_log_shortened_while_it_is_read_is_refused(path: Path, mocker: MockerFixture) -> None:
    log = filled(path)
    mocker.patch("os.pread", return_value=b"")

    with pytest.raises(AuditError, match="became shorter"):
        log.append(Event.DECISION, BODY, NOW)


# -- several processes -------------------------------------------------------------------

WRITES = """
import sys
from pathlib import Path
from guardrail.audit.entry import Event
from guardrail.audit.log import AuditLog
path, writer, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
log = AuditLog(path)
for number in range(count):
    log.append(Event.DECISION, {"writer": writer, "number": number}, 1767225600)
    print(number, flush=True)
"""


@pytest.mark.slow
def test_95_eight_processes_write_one_chain(path: Path) -> None:
    writers = [python(WRITES, path, writer, 200) for writer in range(8)]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0

    verified = verify_file(path)
    assert (verified.entries, verified.problems, verified.torn) == (1600, (), ())
    bodies = [json.loads(line)["body"] for line in path.read_bytes().splitlines()]
    for writer in range(8):
        own = [body["number"] for body in bodies if body["writer"] == str(writer)]
        assert own == list(range(200))


@pytest.mark.slow
def test_74_a_writer_killed_at_any_time_leaves_a_good_log(path: Path) -> None:
    told = 0
    for wanted in range(1, 16):
        writer = python(WRITES, path, "killed", 100_000)
        assert writer.stdout is not None
        with writer.stdout:
            for _ in range(wanted):
                told += writer.stdout.readline().endswith(b"\n")
            writer.send_signal(signal.SIGKILL)
            told += len(writer.stdout.read().splitlines())
            writer.wait()
    AuditLog(path).append(Event.DECISION, {"number": -1}, NOW)

    verified = verify_file(path)
    assert verified.problems == ()
    assert verified.entries >= told + 1, "what was told to be written is there"


def test_verifying_reads_only_what_was_whole(path: Path) -> None:
    filled(path)
    lines = path.read_bytes().splitlines(keepends=True)

    assert verify(lines) == verify_file(path)
