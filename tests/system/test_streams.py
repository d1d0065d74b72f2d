"""A process ends with the code it was given, whatever became of its streams."""

import io
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from guardrail.system import streams

LEAVES = """
import sys
from guardrail.system.streams import leave, prepare_process

prepare_process()
print("\\u2026", end="")
leave(3)
"""


class Broken(io.StringIO):
    """A stream that takes everything and can hand nothing on."""

    def flush(self) -> None:
        raise BrokenPipeError

    def fileno(self) -> int:
        raise ValueError


@pytest.mark.parametrize("target", [subprocess.DEVNULL, "/dev/full"])
def test_what_cannot_be_written_does_not_change_the_code(target: int | str):
    out = os.open(target, os.O_WRONLY) if isinstance(target, str) else target
    done = subprocess.run(
        [sys.executable, "-I", "-c", LEAVES], stdout=out, stderr=subprocess.PIPE, check=False
    )
    assert (done.returncode, done.stderr) == (3, b"")


def test_a_stream_that_is_broken_or_was_closed_at_the_start_is_given_up(mocker):
    mocker.patch.object(sys, "stdout", Broken())
    mocker.patch.object(sys, "stderr", None)
    with pytest.raises(SystemExit) as stopped:
        streams.leave(4)
    assert stopped.value.code == 4


def test_an_inspecting_python_is_left_at_once(mocker):
    mocker.patch.object(streams.sys, "flags", SimpleNamespace(inspect=1))
    left = mocker.patch.object(streams.os, "_exit", side_effect=SystemExit(9))
    with pytest.raises(SystemExit):
        streams.leave(3)
    left.assert_called_once_with(3)


def test_descriptors_that_were_closed_are_opened_to_nothing(mocker):
    look = os.fstat

    def closed(fd: int) -> os.stat_result:
        if fd == 1:
            raise OSError
        return look(fd)

    mocker.patch.object(streams.os, "fstat", closed)
    opened = mocker.patch.object(streams.os, "open")
    mocker.patch.object(streams.resource, "setrlimit")
    streams.prepare_process()
    opened.assert_called_once_with(os.devnull, os.O_RDWR)
