"""However a process is started, its exit code is the verdict: nothing around it turns it into 0."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from installed import AGENT, Installed
from pretend_cloud import Cloud

from guardrail.cli import main

ALLOWED, ASKED = "aws_create_env", "aws_deposed"


@pytest.fixture
def alone(tmp_path: Path) -> Installed:
    """Return an installation that needs no Terraform."""
    return Installed(tmp_path / "guardrail")


def sh(installed: Installed, redirection: str, *arguments: object, **variables: str) -> int:
    """Run the command line from a shell with `redirection`; return its exit code."""
    command = f"exec {shlex.join(installed.argv(*arguments))} {redirection}"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env={"PATH": os.defpath, **AGENT, **variables},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    return done.returncode


@pytest.mark.parametrize(
    "redirection",
    ["", "<&-", ">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full", "</dev/null", ">/dev/null"],
)
def test_closed_and_full_streams_change_no_verdict(
    redirection: str, alone: Installed, scenarios: Path
):
    assert sh(alone, redirection, "check", scenarios / ASKED / "plan.json") == 3


@pytest.mark.parametrize(
    "variables",
    [
        {"_GUARDRAIL_COMPLETE": "bash_source"},
        {"_GUARDRAIL_COMPLETE": "zsh_complete", "COMP_WORDS": "guardrail", "COMP_CWORD": "1"},
        {"PYTHONINSPECT": "1"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONOPTIMIZE": "2"},
        {"LC_ALL": "tr_TR.ISO-8859-9", "LANG": "xx"},
        {"TERM": "dumb", "NO_COLOR": "", "COLUMNS": "-1"},
        {"GUARDRAIL_MODE": "observe", "GUARDRAIL_CONFIG": "/nowhere"},
        {"XDG_CONFIG_HOME": "/nowhere", "HOME": "/nowhere", "USER": "root"},
    ],
    ids=lambda variables: next(iter(variables)),
)
def test_no_variable_changes_a_verdict(
    variables: dict[str, str], alone: Installed, scenarios: Path
):
    assert sh(alone, "</dev/null", "check", scenarios / ASKED / "plan.json", **variables) == 3


@pytest.mark.parametrize(("plan", "code"), [(ALLOWED, 0), (ASKED, 3)])
def test_a_reader_who_leaves_gets_the_verdict_all_the_same(
    plan: str, code: int, alone: Installed, scenarios: Path
):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        alone.argv("check", scenarios / plan / "plan.json"),
        env={"PATH": os.defpath, **AGENT},
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (code, b"")


def test_a_report_that_finds_no_room_is_no_verdict(alone: Installed, scenarios: Path):
    assert sh(alone, ">/dev/full", "check", scenarios / ALLOWED / "plan.json") == 4


@pytest.mark.terraform
@pytest.mark.parametrize("redirection", ["<&-", "<&- >&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_swallow_the_plan_that_terraform_reads(
    redirection: str, cloud: Cloud, installed: Installed
):
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    plan = stack.plan(out="create.tfplan")
    assert sh(installed, redirection, "apply", plan, "--chdir", stack.directory) == 0
    assert ("create", "aws_vpc") in cloud.operations()


@pytest.mark.terraform
def test_an_apply_whose_listener_leaves_is_followed_to_its_end(cloud: Cloud, installed: Installed):
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    plan = stack.plan(out="create.tfplan")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        installed.argv("apply", plan, "--chdir", stack.directory),
        env={"PATH": os.defpath, **AGENT},
        stdout=writing,
        stderr=writing,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 0
    assert ("create", "aws_db_instance") in cloud.operations()
    assert '"outcome":"applied"' in installed.installation.audit_log.read_text()


def test_an_interrupt_and_a_panic_block_without_a_traceback(
    alone: Installed, scenarios: Path, mocker
):
    class Panic(BaseException):
        """What an extension in Rust raises: no Exception."""

    plan = scenarios / ALLOWED / "plan.json"
    for raised in (KeyboardInterrupt, SystemExit(0), RecursionError, MemoryError, Panic("secret")):
        mocker.patch("guardrail.gate.observe", side_effect=raised)
        done = alone.run("check", plan)
        assert done.code == 4
        assert "secret" not in done.err


def test_memory_that_runs_out_blocks(alone: Installed, scenarios: Path, tmp_path: Path):
    large = tmp_path / "plan.json"
    text = (scenarios / ALLOWED / "plan.json").read_text()
    large.write_text(text.replace('"planned_values"', f'"{"x" * (300 << 20)}":1,"planned_values"'))
    limited = shlex.join(
        ["/bin/sh", "-c", f"ulimit -v 400000; exec {shlex.join(alone.argv('check', large))}"]
    )
    done = subprocess.run(["/bin/sh", "-c", limited], capture_output=True, check=False)
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr


def test_an_unknown_user_is_told_so(mocker, capsys):
    mocker.patch("guardrail.system.installation.pwd.getpwuid", side_effect=KeyError)
    with pytest.raises(SystemExit) as stopped:
        main(["check", "plan"])
    assert stopped.value.code == 4
    assert "no entry in the password database" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "{}"],
        ["check", "a", "{}"],
        ["check", "a", "--{}"],
        ["check", "a", "--format", "{}"],
        ["check", "a", "--output", "{}=b"],
        ["check", "a", "--output", "json=/nowhere/{}"],
        ["check", "a", "--chdir", "{}"],
        ["check", "a", "--policy", "{}"],
        ["check", "a", "--commits", "{}"],
        ["check", "s3://bucket/{}?versionId=1&versionId=2"],
        ["check", "s3://[bucket/{}"],
        ["apply", "{}"],
        ["apply", "a", "--token", "{}"],
        ["approve", "{}", "--key", "{}"],
        ["approve", "{}", "--key", "/dev/null"],
        ["approve", "{}" * 200, "--key", "/dev/null"],
        ["reject", "{}", "--key", "/dev/null"],
        ["trust", "add", "{}", "--key", "/dev/null"],
        ["trust", "revoke", "{}"],
        ["audit", "verify", "--head", "{}"],
        ["{}"],
    ],
)
def test_what_was_typed_is_never_echoed_raw(arguments: list[str], alone: Installed):
    hostile = "x\x1b[2J\x1b]0;t\x07\r\nguardrail: allowed\u202e\u200b"
    done = alone.run(*(each.replace("{}", hostile) for each in arguments))
    assert done.code in {2, 4}
    assert "internal error" not in done.err
    shown = done.out + done.err
    assert not any(each in shown for each in ("\x1b", "\x07", "\r", "\u202e", "\u200b"))
    assert "\nguardrail: allowed" not in shown


def test_101_a_crash_leaves_no_dump():
    said = (
        "import resource\nfrom guardrail.system.streams import prepare_process\n"
        "prepare_process()\nprint(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    assert subprocess.check_output([sys.executable, "-c", said]) == b"(0, 0)\n"


def test_a_report_of_a_shared_installation_cannot_replace_the_state(
    alone: Installed, scenarios: Path, tmp_path: Path, mocker
):
    mocker.patch("guardrail.system.installation.SYSTEM_CONFIG", alone.installation.config)
    state = tmp_path / "terraform.tfstate"
    state.write_text("kept")
    plan = scenarios / ALLOWED / "plan.json"
    here = ("--chdir", tmp_path, "--output")
    assert alone.run("check", plan, *here, f"json={state}").code == 4
    assert alone.run("check", plan, *here, f"json={tmp_path}/x.tf.json").code == 4
    assert state.read_text() == "kept"
    assert not (tmp_path / "x.tf.json").exists()


def test_a_report_cannot_replace_the_audit_log(alone: Installed, scenarios: Path):
    log = alone.installation.audit_log
    log.parent.mkdir(mode=0o700)
    log.write_text("kept")
    plan = scenarios / ALLOWED / "plan.json"
    for place in (log, log.with_name("ledger.sqlite"), alone.installation.trust):
        assert alone.run("check", plan, "--output", f"json={place}").code == 4
        assert not place.exists() or place.read_text() == "kept"
