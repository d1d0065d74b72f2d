"""A child on our own terminal: it is asked to stop once, whoever is asked, and we wait for its end."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from guardrail.errors import ProcessError
from guardrail.system.attached import attend

CHILD = """
import os, select, signal, sys
asked = []
signal.signal(signal.SIGINT, lambda *_: asked.append(1))
signal.signal(signal.SIGTERM, lambda *_: asked.append(2))
print("ready", os.getpid(), os.getppid(), os.isatty(0), flush=True)
while not asked:
    signal.pause()
# Long enough for a second one to come.
select.select([], [], [], 0.3)
print("asked", *asked, flush=True)
raise SystemExit(7)
"""
PARENT = """
import os, sys
from pathlib import Path
if os.isatty(0):
    # The first terminal that the leader of a session opens is its own.
    os.close(os.open(os.ttyname(0), os.O_RDWR))
from guardrail.system.attached import attend
code = attend([sys.executable, "-c", sys.argv[1]], env={}, cwd=Path(sys.argv[2]))
print("ended", code, flush=True)
"""


class Talk:
    """A conversation with a process that attends a child: in a terminal, or without any."""

    def __init__(self, process: subprocess.Popen[bytes], fd: int) -> None:
        self.process, self.fd, self._text = process, fd, ""

    def hear(self, word: str) -> list[str]:
        """Wait for a line that begins with `word` and return it in words."""
        while True:
            # A terminal shows what is typed in front of it.
            for line in self._text.replace("\r", "").split("\n")[:-1]:
                if word in line:
                    return line[line.index(word) :].split()
            try:
                more = os.read(self.fd, 4096)
            except OSError:
                # A terminal that nobody holds open any more.
                more = b""
            assert more, f"ended before {word!r}: {self._text!r}"
            self._text += more.decode()


@pytest.fixture
def talk(tmp_path: Path, root: Path):
    """Return what starts a process that attends a child."""
    started: list[Talk] = []

    def start(*, terminal: bool, child: str = CHILD) -> Talk:
        argv = [sys.executable, "-c", PARENT, child, str(tmp_path)]
        ours, theirs = pty.openpty() if terminal else os.pipe()
        process = subprocess.Popen(
            argv,
            cwd=root,
            env={"PATH": os.defpath},
            stdin=theirs if terminal else subprocess.DEVNULL,
            stdout=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        started.append(Talk(process, ours))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()
        os.close(each.fd)


def parent(ready: list[str]) -> int:
    return int(ready[2])


def test_a_terminals_interrupt_reaches_the_child_once(talk: Callable[..., Talk]):
    spoken = talk(terminal=True)
    assert spoken.hear("ready")[3] == "True"
    os.write(spoken.fd, b"\x03")
    assert spoken.hear("asked") == ["asked", "1"]
    assert spoken.hear("ended") == ["ended", "7"]


def test_a_request_to_end_is_passed_on_as_an_interrupt(talk: Callable[..., Talk]):
    spoken = talk(terminal=True)
    os.kill(parent(spoken.hear("ready")), signal.SIGTERM)
    assert spoken.hear("asked") == ["asked", "1"]
    assert spoken.hear("ended") == ["ended", "7"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("everybody", [True, False])
def test_without_a_terminal_whoever_stops_us_reaches_the_child_once(
    talk: Callable[..., Talk], number: signal.Signals, everybody: bool
):
    """An executor stops the process, or its whole group; twice, since it has no patience."""
    spoken = talk(terminal=False)
    ours = parent(spoken.hear("ready"))
    stop = os.killpg if everybody else os.kill
    stop(ours, number)
    stop(ours, number)
    assert spoken.hear("asked") == ["asked", "1"]
    assert spoken.hear("ended") == ["ended", "7"]


def test_what_is_typed_is_the_childs(talk: Callable[..., Talk]):
    spoken = talk(terminal=True, child="print('ready'); print('heard', input())")
    spoken.hear("ready")
    os.write(spoken.fd, b"this\n")
    assert spoken.hear("heard") == ["heard", "this"]
    assert spoken.hear("ended") == ["ended", "0"]


def test_the_child_gets_its_environment_its_directory_and_no_more(tmp_path: Path, capfd):
    shown = "import os; print(sorted(set(os.environ) - {'LC_CTYPE'}), os.getcwd())"
    code = attend([sys.executable, "-c", shown], env={"ONE": "1"}, cwd=tmp_path)
    assert code == 0
    assert capfd.readouterr().out == f"['ONE'] {tmp_path}\n"


def test_what_kills_it_is_told(tmp_path: Path):
    dies = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert attend([sys.executable, "-c", dies], env={}, cwd=tmp_path) == -signal.SIGKILL


def test_what_was_heard_before_is_heard_again_afterwards(tmp_path: Path):
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    attend([sys.executable, "-c", ""], env={}, cwd=tmp_path)
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("argv", [["/nowhere/program"], [sys.executable, "a\0b"]])
def test_what_cannot_be_started_is_an_error_that_names_no_argument(tmp_path: Path, argv):
    with pytest.raises(ProcessError) as refused:
        attend(argv, env={}, cwd=tmp_path)
    assert "a\0b" not in refused.value.message
