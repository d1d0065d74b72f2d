"""The script that ties a server's life to ours."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from guardrail.policy import tether
from guardrail.policy.opa import _TETHER

PARENT = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-I", "-S", sys.argv[1], str(os.getpid()), sys.executable,
                          "-I", "-S", "-c", "import signal; print('up', flush=True); signal.pause()"],
                         stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_tethered_program_ends_when_its_parent_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(_TETHER)], stdout=subprocess.PIPE
    ) as parent:
        program = psutil.Process(int(parent.stdout.readline()))
        assert program.is_running()
        parent.kill()
    assert program.wait(timeout=10) is None


def test_it_becomes_the_program_that_is_named(mocker):
    limits = mocker.patch.object(tether.resource, "setrlimit")
    mocker.patch.object(tether.ctypes, "CDLL")
    become = mocker.patch.object(tether.os, "execv")
    tether.main(os.getppid(), ["/bin/true", "x"])
    become.assert_called_once_with("/bin/true", ["/bin/true", "x"])
    limits.assert_called_once_with(tether.resource.RLIMIT_CORE, (0, 0))


def test_it_becomes_nothing_when_its_parent_is_gone_already(mocker):
    mocker.patch.object(tether.resource, "setrlimit")
    mocker.patch.object(tether.ctypes, "CDLL", side_effect=AttributeError)
    become = mocker.patch.object(tether.os, "execv")
    tether.main(1 << 30, ["/bin/true"])
    become.assert_not_called()


def test_it_lies_beside_what_uses_it():
    assert Path(tether.__file__) == _TETHER
