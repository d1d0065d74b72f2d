"""Child processes: bounded, quiet about their arguments, followed to their end."""

import os
import sys
from pathlib import Path

import pytest

from guardrail.errors import ProcessError
from guardrail.system.process import run
from guardrail.system.supervised import supervise

PATH = {"PATH": os.defpath}


def test_what_a_child_says_and_how_it_ends_is_returned():
    done = run(["/bin/sh", "-c", "cat; echo bad >&2; exit 7"], env={}, stdin=b"in")
    assert (done.code, done.stdout, done.stderr) == (7, b"in", b"bad\n")


def test_the_environment_is_given_in_full(monkeypatch):
    monkeypatch.setenv("LEAK", "1")
    done = run([sys.executable, "-I", "-c", "import os; print('LEAK' in os.environ)"], env={})
    assert done.stdout == b"False\n"


def test_a_child_that_takes_too_long_is_killed_and_its_arguments_stay_unsaid():
    with pytest.raises(ProcessError, match="sh took longer than") as caught:
        run(["/bin/sh", "-c", "exec tail -f /dev/null secret"], env=PATH, timeout=0.1)
    assert "secret" not in str(caught.value)


def test_a_program_that_cannot_start_is_named(tmp_path: Path):
    with pytest.raises(ProcessError, match="missing could not be started"):
        run([str(tmp_path / "missing")], env={})
    with pytest.raises(ProcessError, match="missing could not be started"):
        supervise([str(tmp_path / "missing")], env={}, cwd=tmp_path, on_line=print)


def test_output_may_go_to_a_file(tmp_path: Path):
    with (tmp_path / "out").open("w+b") as file:
        run(["/bin/sh", "-c", "echo there"], env={}, stdout_fd=file.fileno())
    assert (tmp_path / "out").read_text() == "there\n"


def test_every_line_is_heard_the_last_one_without_an_end_too(tmp_path: Path):
    heard: list[bytes] = []
    code = supervise(
        ["/bin/sh", "-c", "echo one; echo two >&2; printf three; exit 5"],
        env={},
        cwd=tmp_path,
        on_line=heard.append,
    )
    assert code == 5
    assert sorted(heard) == [b"one", b"three", b"two"]


def test_a_supervised_child_leads_a_session_of_its_own(tmp_path: Path):
    heard: list[bytes] = []
    supervise(
        [sys.executable, "-I", "-c", "import os; print(os.getsid(0) == os.getpid())"],
        env={},
        cwd=tmp_path,
        on_line=heard.append,
    )
    assert heard == [b"True"]
