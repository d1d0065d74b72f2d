import os
import sys
from pathlib import Path

import psutil
import pytest

from guardrail.errors import ProcessError
from guardrail.system.child import Child, listening_port, start
from guardrail.system.process import find_program


@pytest.fixture
def python():
    """Return a function that starts Python code, and end whatever it started."""
    started: list[Child] = []

    def run(code: str, **options) -> Child:
        child = start([sys.executable, "-I", "-S", "-c", code], env={}, **options)
        started.append(child)
        return child

    yield run
    for child in started:
        child.kill()


ECHO = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read(5)); sys.stdout.flush()"
WAIT = "import sys; sys.stdin.read()"


def test_a_child_is_talked_to_over_pipes(python):
    child = python(f"{ECHO}; {WAIT}")
    child.write(b"hello", timeout=10)
    assert child.read(5, timeout=10) == b"hello"
    assert not child.ended(within=0)


def test_more_than_a_pipe_holds_goes_through(python):
    size = 1 << 20
    child = python(f"import sys; d=sys.stdin.buffer.read({size}); sys.stdout.buffer.write(d)")
    child.write(b"x" * size, timeout=10)
    assert child.read(size, timeout=10) == b"x" * size


def test_a_silent_child_is_killed_in_time(python):
    child = python(WAIT)
    with pytest.raises(ProcessError, match="too long"):
        child.read(1, timeout=0.05)
    assert child.ended(within=0)


def test_a_deaf_child_is_killed_in_time(python):
    child = python("import signal; signal.pause()")
    with pytest.raises(ProcessError, match="too long"):
        child.write(b"x" * (1 << 20), timeout=0.05)
    assert child.ended(within=0)


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("raise SystemExit(3)", "ended with code 3"),
        ("import os; os.kill(os.getpid(), 15)", "was ended by signal 15"),
    ],
)
def test_the_end_of_a_child_is_told(python, code: str, how: str):
    with pytest.raises(ProcessError, match=how):
        python(code).read(1, timeout=10)


def test_writing_to_a_child_that_has_ended_is_told(python):
    child = python("pass")
    assert child.ended(within=10)
    with pytest.raises(ProcessError, match="ended with code 0"):
        child.write(b"x", timeout=10)


def test_a_child_is_killed_once_and_for_all(python):
    child = python(WAIT)
    pid = child.pid
    child.kill()
    child.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_without_pipes_neither_listens_nor_speaks(python):
    child = python("import signal; signal.pause()", talk=False)
    with pytest.raises(ProcessError, match="does not listen"):
        child.write(b"x", timeout=1)
    with pytest.raises(ProcessError, match="cannot be heard"):
        child.read(1, timeout=1)


def test_a_program_that_is_not_there_cannot_be_started():
    with pytest.raises(ProcessError, match="nothing could not be started"):
        start(["/nowhere/nothing"], env={})


def test_a_child_gets_the_environment_and_the_directory_that_are_given(tmp_path: Path):
    code = "import os,sys; sys.stdout.write(os.environ['A'] + os.environ.get('PATH', '') + os.getcwd())"
    child = start([sys.executable, "-I", "-S", "-c", code], env={"A": "1"}, cwd=tmp_path)
    expected = f"1{tmp_path}".encode()
    said = child.read(len(expected), timeout=10)
    child.kill()
    assert said == expected


LISTEN = "import socket,signal; s=socket.create_server(('127.0.0.1',0)); signal.pause()"


def test_the_port_is_the_childs_own(python):
    child = python(LISTEN, talk=False)
    port = listening_port(child, within=10)
    connections = psutil.Process(child.pid).net_connections(kind="tcp")
    assert [connection.laddr.port for connection in connections] == [port]


def test_a_child_that_ends_has_no_port(python):
    with pytest.raises(ProcessError, match="ended before it listened"):
        listening_port(python("pass", talk=False), within=10)


def test_a_child_that_never_listens_has_no_port(python):
    with pytest.raises(ProcessError, match="did not listen"):
        listening_port(python("import signal; signal.pause()", talk=False), within=0.05)


def test_a_program_is_looked_for_in_the_machines_own_folders_first(tmp_path: Path, monkeypatch):
    for name in ("sh", "only-here"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program("sh") != tmp_path / "sh"
    assert find_program("only-here") == tmp_path / "only-here"
    assert find_program("no-such-program-anywhere") is None


def test_the_working_directory_is_no_place_to_find_a_program(tmp_path: Path, monkeypatch):
    program = tmp_path / "only-here"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", "::"):
        monkeypatch.setenv("PATH", path)
        assert find_program("only-here") is None
