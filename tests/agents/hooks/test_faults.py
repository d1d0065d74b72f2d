"""Crashes, deadlines and broken parts inside: each becomes the executor's denial and exit code 2."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from guardrail.agents.hooks import EXECUTORS
from guardrail.agents.hooks.run import DEADLINE, answer_call
from guardrail.agents.install.executors import SECONDS
from guardrail.agents.verdict import ALLOWED
from guardrail.errors import ProcessError
from guardrail.system.installation import Installation
from guardrail.system.watched import run_watched

TRANSCRIPTS = Path(__file__).parents[2] / "transcripts"
JSON = {"claude-code", "copilot-cli", "cursor", "cline", "generic"}


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(
        config=tmp_path / "config", state=tmp_path / "state", home=tmp_path / "home"
    )


@pytest.fixture
def ask(installation: Installation, tmp_path: Path, capfd):
    """Return what asks about a call in this process, with whatever is broken in it."""

    def asking(executor: str, case: str = "applies") -> tuple[int, str, str]:
        question = tmp_path / "question"
        event = json.loads((TRANSCRIPTS / executor / f"{case}.json").read_text())["event"]
        question.write_text(json.dumps(event))
        before = os.dup(0)
        fd = os.open(question, os.O_RDONLY)
        os.dup2(fd, 0)
        try:
            code = answer_call(executor, installation=installation, env={})
        finally:
            os.dup2(before, 0)
            os.close(before)
            os.close(fd)
        return code, *capfd.readouterr()

    return asking


def assert_denied(executor: str, code: int, out: str, err: str, why: str) -> None:
    assert code == 2
    assert why in (out if executor in JSON else err)
    assert bool(out) is (executor in JSON)
    assert "Traceback" not in err


def hang(*_arguments, **_rest):
    threading.Event().wait()


@pytest.mark.parametrize("executor", sorted(EXECUTORS))
def test_a_crash_inside_is_a_denial_without_its_text(executor: str, ask, mocker):
    mocker.patch("guardrail.agents.judge.judge", side_effect=RuntimeError("hunter2"))
    code, out, err = ask(executor)
    assert_denied(executor, code, out, err, "internal error (RuntimeError)")
    assert "hunter2" not in out + err


@pytest.mark.parametrize("executor", sorted(EXECUTORS))
def test_a_deadline_that_passes_is_a_denial(executor: str, ask, mocker):
    mocker.patch("guardrail.agents.hooks.run.DEADLINE", 0.15)
    mocker.patch("guardrail.agents.judge.judge", side_effect=hang)
    assert_denied(executor, *ask(executor), "no answer was found in time")


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), SystemExit(0), MemoryError()])
def test_nothing_that_is_raised_lets_a_call_run(fault: BaseException, ask, mocker):
    mocker.patch("guardrail.agents.judge.judge", side_effect=fault)
    assert_denied("claude-code", *ask("claude-code"), "internal error")


def test_a_process_that_the_system_kills_is_a_denial(ask, mocker):
    mocker.patch(
        "guardrail.agents.judge.judge", side_effect=lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    )
    assert_denied("cursor", *ask("cursor"), "died")


def test_a_process_that_cannot_be_copied_is_a_denial(ask, mocker):
    mocker.patch("os.fork", side_effect=OSError)
    assert_denied("cline", *ask("cline"), "internal error (OSError)")


def test_where_not_even_a_denial_can_be_made_up_the_exit_code_blocks(ask, mocker):
    mocker.patch("guardrail.agents.judge.judge", side_effect=hang)
    mocker.patch("guardrail.agents.hooks.run.DEADLINE", 0.05)
    mocker.patch("guardrail.agents.hooks.run.import_module", side_effect=ImportError)
    code, out, err = ask("codex")
    assert (code, out) == (2, "")
    assert "broken" in err
    code, out, _ = ask("cline")
    assert code == 2
    assert json.loads(out)["cancel"] is True


def test_what_is_printed_inside_reaches_nobody(ask, mocker):
    def chatter(*_):
        os.write(1, b"to everyone")
        os.write(2, b"to everyone")
        return ALLOWED

    mocker.patch("guardrail.agents.judge.judge", side_effect=chatter)
    assert ask("gemini-cli") == (0, "", "")


@pytest.mark.parametrize("executor", sorted(EXECUTORS))
def test_a_question_that_never_ends_is_a_denial(executor: str, mocker, installation, capfd):
    mocker.patch("guardrail.agents.hooks.run.DEADLINE", 0.05)
    reader, writer = os.pipe()
    before = os.dup(0)
    os.dup2(reader, 0)
    try:
        os.write(writer, b'{"tool_name":')
        code = answer_call(executor, installation=installation, env={})
    finally:
        os.dup2(before, 0)
        for fd in (before, reader, writer):
            os.close(fd)
    assert_denied(executor, code, *capfd.readouterr(), "in time")


def test_what_is_plainly_harmless_needs_no_second_process(ask, mocker):
    fork = mocker.patch("os.fork", side_effect=OSError)
    assert ask("claude-code", "lists_files") == (0, "", "")
    assert not fork.called


def test_a_crash_of_the_quick_look_is_looked_into(ask, mocker):
    mocker.patch("guardrail.agents.judge.plainly_harmless", side_effect=RuntimeError)
    assert ask("cursor", "lists_files")[:2] == (0, '{"permission":"allow"}')


def test_our_deadline_ends_before_every_executors():
    assert DEADLINE < 10 < SECONDS


def test_work_is_ended_together_with_what_it_started(tmp_path: Path):
    started = tmp_path / "pid"

    def work() -> bytes:
        child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
        started.write_text(str(child.pid))
        hang()
        return b""

    with pytest.raises(ProcessError, match="in time"):
        run_watched(work, seconds=1.0)
    pid = int(started.read_text())
    status = Path(f"/proc/{pid}/stat")
    assert not status.exists() or status.read_text().rpartition(")")[2].split()[0] in "ZX"


def test_a_result_comes_back_whole():
    data = os.urandom(1 << 18)
    assert run_watched(lambda: data, seconds=30) == data
    assert run_watched(lambda: b"", seconds=30) == b""
