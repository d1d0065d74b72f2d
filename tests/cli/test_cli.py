"""The command line around the gate: exit codes, usage, outputs, inputs that are no plans."""

import json
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from installed import Installed

from guardrail.cli import COMMANDS


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path / "guardrail")


@pytest.fixture
def harmless(root: Path) -> Path:
    return root / "sample_plans" / "adds_a_tag" / "plan.json"


def test_every_command_has_help(installed: Installed):
    for name in COMMANDS:
        helped = installed.run(name, "--help")
        assert helped.code == 0
        assert "Usage: guardrail" in helped.out


def test_the_list_of_commands_is_the_folder_of_commands(root: Path):
    modules = {path.stem for path in (root / "guardrail" / "cli").glob("*.py")}
    assert set(COMMANDS) == modules - {"__init__", "context", "gated", "options", "program"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["check"],
        ["check", "--nonsense", "x"],
        ["check", "x", "--commits", "nonsense"],
        ["check", "x", "--output", "nonsense=x"],
        ["check", "x", "--engine", "nonsense"],
    ],
)
def test_what_does_not_fit_is_a_usage_error(arguments: list[str], installed: Installed):
    assert installed.run(*arguments).code == 2


def test_applying_json_is_a_usage_error(harmless: Path, installed: Installed):
    done = installed.run("apply", harmless)
    assert done.code == 2
    assert "terraform plan -out" in done.err


def test_one_decision_is_told_in_many_formats(harmless: Path, installed: Installed, tmp_path: Path):
    outputs = [f"--output={name}={tmp_path / name}" for name in ("json", "markdown", "text")]
    done = installed.run("check", harmless, *outputs)
    assert done.code == 0, done.err
    assert json.loads((tmp_path / "json").read_text())["outcome"] == "allow"
    assert (tmp_path / "markdown").read_text().startswith("<!-- guardrail -->\n## ALLOWED")
    assert (tmp_path / "text").read_text() == done.out


def test_a_report_that_cannot_be_written_is_said_plainly(
    harmless: Path, installed: Installed, tmp_path: Path
):
    told = installed.run("check", harmless, "--output", f"json={tmp_path}/missing/report.json")
    assert told.code == 4
    assert "the report cannot be written" in told.err
    assert "internal error" not in told.err


def test_a_plan_comes_from_standard_input_too(harmless: Path, installed: Installed):
    assert installed.check("-", stdin=harmless.read_bytes()).decision["outcome"] == "allow"


def test_what_is_no_readable_file_could_not_be_decided(installed: Installed, tmp_path: Path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "empty").touch()
    for name, word in {
        "missing": "not",
        "fifo": "fifo",
        ".": "directory",
        "/dev/zero": "device",
        "empty": "empty",
    }.items():
        done = installed.run("check", tmp_path / name)
        assert done.code == 4, name
        assert word in done.err.lower(), done.err


def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(installed: Installed, tmp_path: Path):
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    done = installed.run("check", path)
    assert done.code == 4
    assert str(1 << 30) in done.err.replace(",", "") or "large" in done.err


def test_nothing_in_the_environment_or_the_folder_loosens_anything(
    root: Path, installed: Installed, tmp_path: Path
):
    plan = root / "sample_plans" / "destroys_an_environment" / "plan.json"
    repository = tmp_path / "repository"
    repository.mkdir()
    env = {
        "GUARDRAIL_MODE": "observe",
        "GUARDRAIL_PROFILE": "observe",
        "GUARD_BYPASS": "1",
        "XDG_CONFIG_HOME": str(repository),
        "HOME": str(repository),
    }
    assert installed.run("check", plan, "--chdir", repository, env=env).code == 3
    (repository / "guardrail.toml").write_text('profile = "observe"\n')
    refused = installed.run("check", plan, "--chdir", repository, env=env)
    assert refused.code == 4
    assert "profile" in refused.err


def test_observe_says_what_it_would_have_done_and_never_blocks(root: Path, installed: Installed):
    installed.settings('profile = "observe"\n')
    plan = root / "sample_plans" / "destroys_an_environment" / "plan.json"
    done = installed.check(plan)
    assert done.code == 0
    assert done.decision["outcome"] == "allow"
    assert done.decision["would_be"] == "approval_required"


def test_a_rule_of_ones_own_is_heard(
    root: Path, installed: Installed, tmp_path: Path, harmless: Path
):
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "freeze.rego").write_text(
        """package guardrail.rules.mine.freeze

report contains {
	"rule": "mine/freeze",
	"outcome": "deny",
	"tier": 4,
	"address": "",
	"environment": "",
	"message": "a freeze is on",
	"remedy": "wait",
} if {
	input.counts.update > 0
}
"""
    )
    done = installed.check(harmless, "--policy", rules)
    assert done.code == 1, done.err
    assert "mine/freeze" in done.rules


def test_strict_asks_for_every_ai_assisted_change_in_production(
    root: Path, installed: Installed, harmless: Path
):
    installed.settings('profile = "strict"\n')
    done = installed.check(harmless)
    assert done.code == 3
    assert "origin/unreviewed_production_change" in done.rules


def test_settings_that_others_can_write_are_not_believed(harmless: Path, installed: Installed):
    installed.settings('profile = "observe"\n')
    installed.installation.settings.chmod(0o666)
    done = installed.check(harmless)
    assert done.code == 4


def test_the_module_runs_as_the_command_does(root: Path):
    done = subprocess.run(
        [sys.executable, "-m", "guardrail", "--version"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("guardrail, version")


def test_doctor_says_what_is_missing(installed: Installed):
    told = installed.run("doctor")
    assert told.code == 4
    assert "trust: MISSING" in told.out
    assert "mode: advisory" in told.out


def test_doctor_says_whom_it_takes_the_caller_for(installed: Installed):
    assert "who asks: agent (claude-code), 1 signal" in installed.run("doctor").out
    assert "who asks: agent" not in installed.run("doctor", env={"PATH": "/usr/bin"}).out


def test_trust_is_kept_privately_and_shown(installed: Installed, keys: Path):
    installed.trust(keys / "sam")
    assert stat.S_IMODE(installed.installation.trust.stat().st_mode) == 0o600
    shown = installed.run("trust", "show")
    assert "sam" in shown.out
    fingerprint = next(word for word in shown.out.split() if word.startswith("SHA256:"))
    assert installed.run("trust", "revoke", fingerprint).code == 0
    assert "revoked" in installed.run("trust", "show").out
    assert installed.run("trust", "renew", "--days", "10").code == 0
    assert installed.run("trust", "init").code == 4


def test_a_person_may_have_a_second_key(installed: Installed, keys: Path):
    installed.trust(keys / "sam")
    added = installed.run("trust", "add", "sam", "--key", keys / "pat.pub")
    assert added.code == 0, added.err
    assert installed.run("trust", "show").out.count("SHA256:") == 2


def test_a_log_that_was_edited_does_not_verify(installed: Installed, keys: Path):
    installed.trust(keys / "sam")
    log = installed.installation.audit_log
    log.write_bytes(log.read_bytes().replace(b'"version":1', b'"version":7'))
    told = installed.run("audit", "verify")
    assert told.code == 4
    assert "line 1: wrong_hash" in told.out


@pytest.mark.parametrize("command", [["show"], ["renew"], ["revoke", "SHA256:x"]])
def test_without_a_trust_document_one_is_told_how_to_make_it(
    command: list[str], installed: Installed
):
    told = installed.run("trust", *command)
    assert told.code == 4
    assert "guardrail trust init" in told.err


@pytest.mark.parametrize("days", ["0", "-5", "100000"])
def test_a_trust_document_lives_for_a_sane_time(days: str, installed: Installed):
    assert installed.run("trust", "init", "--days", days).code == 2


def test_a_private_key_is_not_enrolled(installed: Installed, keys: Path):
    assert installed.run("trust", "init").code == 0
    told = installed.run("trust", "add", "sam", "--key", keys / "sam")
    assert told.code == 4
    assert "a public key expected, a private one came" in told.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_keeps_whose_approvals_count_for_another_users_installation(keys: Path):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        installed = Installed(Path(folder) / "guardrail")
        places = installed.installation
        for open_to_all in (installed.folder, places.config):
            open_to_all.chmod(0o755)
        places.state.mkdir(mode=0o700)
        os.chown(places.state, 65534, 65534)
        installed.trust(keys / "sam")
        assert stat.S_IMODE(places.trust.stat().st_mode) == 0o644
        assert places.audit_log.stat().st_uid == 65534


def test_requests_and_the_log_of_a_new_installation_are_empty(installed: Installed):
    assert installed.run("requests").out == "nothing waits\n"
    assert installed.run("audit", "show").out == ""


@pytest.mark.terraform
def test_the_demo_tells_the_story_to_its_end(installed: Installed, terraform: Path):
    told = installed.run("demo", env={"PATH": f"{terraform.parent}:{os.defpath}"})
    assert told.code == 0, told.err
    assert "rejected: unknown_key" in told.out
    assert "rejected: wrong_plan" in told.out
    assert "applied: 6 added, 0 changed, 6 destroyed" in told.out
    assert told.out.rstrip().endswith("applied once, and on record.")
