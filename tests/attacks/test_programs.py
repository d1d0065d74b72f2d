"""Whoever calls a machine's guardrail does not choose the programs that decide."""

import os
from pathlib import Path

import pytest
from installed import AGENT, Installed

from guardrail.cli import main
from guardrail.errors import EnforcementError
from guardrail.system.installation import Installation

NOBODYS = "a-folder-of-the-callers"


@pytest.fixture
def shared(tmp_path: Path, mocker) -> Installation:
    """Return an installation that counts as the machine's own."""
    installation = Installed(tmp_path / "guardrail").installation
    mocker.patch("guardrail.system.installation.SYSTEM_CONFIG", installation.config)
    return installation


@pytest.fixture
def fakes(tmp_path: Path, mocker) -> Path:
    """Return a folder of the caller's with programs that note that they ran; no others are found."""
    folder = tmp_path / NOBODYS
    folder.mkdir()
    for name in ("terraform", "tofu", "opa"):
        (folder / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        (folder / name).chmod(0o755)
    for module in ("terraform", "process", "environment"):
        mocker.patch(f"guardrail.system.{module}.SEARCH_PATH", "/nowhere")
    mocker.patch("guardrail.cli.SEARCH_PATH", "/nowhere")
    mocker.patch.dict(os.environ, PATH=str(folder))
    return folder


def run(installation: Installation, folder: Path, *arguments: object) -> object:
    with pytest.raises(SystemExit) as stopped:
        main(
            [str(argument) for argument in arguments],
            installation=installation,
            env={**AGENT, "PATH": str(folder)},
        )
    return stopped.value.code


def test_an_opa_of_the_callers_is_not_asked(
    shared: Installation, fakes: Path, scenarios: Path, tmp_path: Path
):
    plan = scenarios / "aws_deposed" / "plan.json"
    assert run(shared, fakes, "check", plan, "--engine", "opa") == 4
    assert not (tmp_path / "ran").exists()


def test_a_terraform_of_the_callers_is_not_run(
    shared: Installation, fakes: Path, scenarios: Path, tmp_path: Path
):
    plan = scenarios / "aws_deposed" / "p.tfplan"
    assert run(shared, fakes, "check", plan) == 4
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("command", [["check", "p.tfplan"], ["apply", "p.tfplan"], ["apply"]])
def test_terraform_does_not_run_on_ground_that_is_refused(
    command: list[str], scenarios: Path, tmp_path: Path, mocker
):
    terraform = tmp_path / "terraform"
    terraform.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    terraform.chmod(0o755)
    installed = Installed(tmp_path / "guardrail", terraform=terraform)
    mocker.patch(
        "guardrail.door.stack.refuse_foreign_ground", side_effect=EnforcementError("not ours")
    )
    name, *plan = command
    done = installed.run(name, *(scenarios / "aws_deposed" / each for each in plan))
    assert (done.code, "not ours" in done.err) == (4, True)
    assert not (tmp_path / "ran").exists()
