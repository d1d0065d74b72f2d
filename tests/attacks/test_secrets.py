"""A canary in every place that an error could repeat: it is never said, logged or left behind."""

import os
from pathlib import Path

import pytest
from installed import AGENT, Installed, Result
from terraform_workspace import Workspace

CANARY = "CANARY-51c7"

FAILING = f"""
variable "secret" {{
  type    = string
  default = "{CANARY}-default"
}}

resource "terraform_data" "a" {{
  input = var.secret

  provisioner "local-exec" {{
    command = "echo {CANARY}-out; echo {CANARY}-err >&2; exit 3"
  }}
}}
"""

INVALID = f"""
variable "secret" {{
  type    = string
  default = "{CANARY}-default"

  validation {{
    condition     = length(var.secret) > 1000
    error_message = "refused: ${{var.secret}}"
  }}
}}
"""


def silent(done: Result, installed: Installed) -> None:
    assert "CANARY" not in done.out + done.err
    for path in installed.folder.rglob("*"):
        if path.is_file() and path.parent.name != "plans":
            assert b"CANARY" not in path.read_bytes(), path.name


@pytest.mark.terraform
def test_an_apply_that_fails_repeats_nothing_that_terraform_said(
    workspace: Workspace, installed: Installed
):
    workspace.write(FAILING).init()
    done = installed.run("apply", "--chdir", workspace.directory)
    if done.code == 3:
        installed.settings(f'profile = "observe"\n{installed.installation.settings.read_text()}')
        done = installed.run("apply", "--chdir", workspace.directory)
    assert done.code == 4
    assert "ended as failed" in done.err
    silent(done, installed)


@pytest.mark.terraform
def test_a_plan_that_fails_repeats_nothing_that_terraform_said(
    workspace: Workspace, installed: Installed, tmp_path: Path
):
    workspace.write(INVALID).init()
    env = {**AGENT, "TF_VAR_secret": f"{CANARY}-variable", "TMPDIR": str(tmp_path)}
    done = installed.run("apply", "--chdir", workspace.directory, env=env)
    assert done.code == 4
    silent(done, installed)
    done = installed.run(
        "apply", "--chdir", workspace.directory, "--var", f"secret={CANARY}-argument"
    )
    assert done.code == 4
    silent(done, installed)


@pytest.mark.terraform
def test_an_output_file_and_a_crash_hold_nothing(
    workspace: Workspace, installed: Installed, tmp_path: Path, mocker
):
    workspace.write(FAILING).init()
    plan = workspace.plan(out="tfplan")
    outputs = [f"--output={name}={tmp_path / name}" for name in ("json", "markdown", "text")]
    silent(installed.run("check", plan, "--chdir", workspace.directory, *outputs), installed)
    for name in ("json", "markdown", "text"):
        assert "CANARY" not in (tmp_path / name).read_text()
    for place in ("guardrail.door.apply.check_target", "guardrail.door.apply.judge_saved"):
        mocker.patch(place, side_effect=ValueError(CANARY))
        done = installed.run("apply", plan, "--chdir", workspace.directory)
        assert done.code == 4
        silent(done, installed)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("guardrail.toml", f'profile = "{CANARY}"'),
        ("guardrail.toml", f'x = "{CANARY}'),
        ("guardrail.toml", f'[policy]\nengine = "opa"\nopa_url = "ftp://u:{CANARY}@h/"'),
        ("trust.json", f'{{"schema": "{CANARY}"}}'),
        ("trust.json", f'"{CANARY}'),
    ],
)
def test_a_malformed_file_of_our_own_is_not_quoted(
    name: str, text: str, tmp_path: Path, scenarios: Path
):
    installed = Installed(tmp_path / "guardrail")
    path = installed.installation.config / name
    path.write_text(text)
    path.chmod(0o600)
    plan = scenarios / "aws_deposed" / "plan.json"
    command = ("check", plan) if name.endswith("toml") else ("trust", "show")
    done = installed.run(*command)
    assert done.code == 4
    assert "CANARY" not in done.out + done.err


@pytest.mark.parametrize("text", [f"{CANARY}", f"tfg1.{CANARY}", f'{{"{CANARY}": 1}}'])
@pytest.mark.parametrize("command", ["approve", "reject"])
def test_a_request_that_is_none_is_not_quoted(command: str, text: str, tmp_path: Path, keys: Path):
    installed = Installed(tmp_path / "guardrail")
    path = tmp_path / "request.json"
    path.write_text(text)
    done = installed.run(command, path, "--key", keys / "sam")
    assert done.code == 4
    assert "CANARY" not in done.out + done.err


def test_an_s3_error_repeats_nothing_that_the_service_said(tmp_path: Path, mocker):
    from botocore.exceptions import ClientError  # noqa: PLC0415 (half a second)

    client = mocker.patch("boto3.client").return_value
    said = {"Error": {"Code": "AccessDenied", "Message": CANARY}, "Detail": CANARY}
    client.get_object.side_effect = ClientError(said, "GetObject")
    done = Installed(tmp_path / "guardrail").run("check", "s3://bucket/plan")
    assert done.code == 4
    assert "AccessDenied" in done.err
    assert "CANARY" not in done.out + done.err


def test_an_endpoint_that_is_no_url_is_not_quoted(tmp_path: Path):
    env = {"AWS_ENDPOINT_URL_S3": f"{CANARY} no url"}
    done = Installed(tmp_path / "guardrail").run("check", "s3://bucket/plan", env=env)
    assert done.code == 4
    assert "could not be read from S3" in done.err
    assert "CANARY" not in done.err


def test_no_variable_of_the_callers_is_written_down(tmp_path: Path, scenarios: Path):
    installed = Installed(tmp_path / "guardrail")
    env = {**AGENT, "SECRET": CANARY, "AWS_SECRET_ACCESS_KEY": CANARY, "CLAUDECODE": CANARY}
    done = installed.run(
        "check", scenarios / "aws_deposed" / "plan.json", "--format", "json", env=env
    )
    assert done.code == 3
    silent(done, installed)
    assert os.environ.get("SECRET") is None
