"""A child that is followed to its end, and asked to stop once."""

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from guardrail.system.supervised import interrupts_noted, supervise

COUNTS = """
import os, signal, sys
asked = []
signal.signal(signal.SIGINT, lambda *_: asked.append(1))
print("ready", *sys.argv[1:], flush=True)
while not asked:
    signal.pause()
print("asked", len(asked), flush=True)
"""


def test_a_child_is_followed_to_its_end_from_another_thread_too(tmp_path: Path):
    lines: list[bytes] = []
    argv = [sys.executable, "-c", "print('first'); print('last')"]
    with ThreadPoolExecutor(1) as pool:
        code = pool.submit(supervise, argv, env={}, cwd=tmp_path, on_line=lines.append).result()
    assert code == 0
    assert lines == [b"first", b"last"]


@pytest.fixture
def counted(tmp_path: Path):
    """Return what follows a child that ends when it is asked to, and does something meanwhile."""

    def follow(meanwhile, *, say: str = "", **options) -> list[bytes]:
        lines: list[bytes] = []

        def hear(line: bytes) -> None:
            lines.append(line)
            if line.startswith(b"ready"):
                meanwhile()

        argv = [sys.executable, "-c", COUNTS, say]
        code = supervise(argv, env={}, cwd=tmp_path, on_line=hear, **options)
        assert code == 0
        return lines[1:]

    return follow


def test_a_signal_is_passed_on_once(counted):
    def interrupt() -> None:
        for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
            os.kill(os.getpid(), number)

    assert counted(interrupt) == [b"asked 1"]


def test_whoever_follows_from_a_thread_asks_by_a_question(counted):
    wanted: list[bool] = []
    with ThreadPoolExecutor(1) as pool:
        lines = pool.submit(
            counted, lambda: wanted.append(True), stop=lambda: bool(wanted)
        ).result()
    assert lines == [b"asked 1"]


def test_a_child_that_says_that_it_stops_is_not_asked_again(tmp_path: Path, mocker):
    mocker.patch("guardrail.system.supervised._EVERYBODY_SECONDS", 0.0)
    heard: list[bytes] = []

    def hear(line: bytes) -> None:
        heard.append(line)
        os.kill(os.getpid(), signal.SIGTERM)

    # Another SIGINT would end it before it has told its end.
    script = "import time; print('Interrupt received', flush=True); time.sleep(0.3); print('end')"
    code = supervise(
        [sys.executable, "-c", script], env={}, cwd=tmp_path, on_line=hear, stopping=b"Interrupt"
    )
    assert (code, heard) == (0, [b"Interrupt received", b"end"])


def test_signals_can_be_noted_and_end_nothing():
    with interrupts_noted() as noted:
        assert not noted()
        os.kill(os.getpid(), signal.SIGTERM)
        assert noted()
