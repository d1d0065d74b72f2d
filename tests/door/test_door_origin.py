"""The evidence of a decision, from every source that docs/origin.md names, as a report shows it."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from installed import Installed
from jsonschema import Draft202012Validator
from moto.server import ThreadedMotoServer

from guardrail.sources import aws

ROLE = "arn:aws:iam::111122223333:role/terraform-agent"


@pytest.fixture
def sts() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def session(sts: str) -> dict[str, str]:
    client = boto3.client(
        "sts",
        endpoint_url=sts,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    made = client.assume_role(RoleArn=ROLE, RoleSessionName="ada@corp.example")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": made["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"],
        "AWS_SESSION_TOKEN": made["SessionToken"],
    }


@pytest.fixture
def plan(root: Path) -> Path:
    return root / "sample_plans" / "adds_a_tag" / "plan.json"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    there = tmp_path / "repository"
    there.mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    for words in (
        ("init", "-q", "-b", "main"),
        ("config", "user.name", "Ada"),
        ("config", "user.email", "ada@corp.example"),
        ("commit", "-q", "--allow-empty", "-m", "base"),
        ("commit", "-q", "--allow-empty", "-m", "x\n\nCo-authored-by: Codex <codex@openai.com>"),
    ):
        subprocess.run(["git", *words], cwd=there, env=env, check=True)
    return there


def test_a_report_shows_what_each_source_said(
    root: Path, installed: Installed, repository: Path, plan: Path, sts: str, session, mocker
):
    mocker.patch.object(aws, "places", return_value=(("us-east-1", sts),))
    mocker.patch.object(aws, "SECONDS", 60.0)
    installed.settings(f'[[origin.aws]]\narn = "{ROLE}"\nkind = "agent"\nname = "coding-agents"\n')
    env = session | {"GEMINI_CLI": "1", "GITLAB_CI": "1", "GITLAB_USER_LOGIN": "cursor[bot]"}
    done = installed.check(plan, "--chdir", repository, "--commits", "HEAD~1..HEAD", env=env)

    origin = done.decision["origin"]
    seen = {(each["source"], each["name"]): each for each in origin["evidence"]}
    assert origin["kind"] == "agent"
    assert {
        ("environment", "gemini"),
        ("git", "codex"),
        ("ci", "cursor"),
        ("aws", "coding-agents"),
    } <= set(seen)
    mine = seen["aws", "coding-agents"]
    assert (mine["signal"], mine["strength"], mine["forgeable"]) == (ROLE, "strong", False)
    assert "ada@corp.example" not in json.dumps(origin), "whoever assumes a role names the session"
    schema = json.loads((root / "guardrail/report/decision.schema.json").read_bytes())
    Draft202012Validator({"$defs": schema["$defs"], "$ref": "#/$defs/origin"}).validate(origin)


def test_a_report_says_that_aws_could_not_be_asked_and_goes_on(
    installed: Installed, plan: Path, session, mocker
):
    mocker.patch.object(aws, "places", return_value=(("us-east-1", "http://127.0.0.1:1"),))
    mocker.patch.object(aws, "SECONDS", 60.0)
    installed.settings(f'[[origin.aws]]\narn = "{ROLE}"\nkind = "automation"\nname = "pipeline"\n')
    done = installed.check(plan, env=session)
    assert done.code == 0
    assert "aws: no answer: EndpointConnectionError" in done.decision["origin"]["obstructed"]
    assert done.decision["origin"]["kind"] != "automation"


def test_a_report_shows_what_ancestors_said(installed: Installed, plan: Path, tmp_path: Path):
    agent = tmp_path / "claude"
    agent.symlink_to("/bin/bash")
    line = 'env -u CLINE_ACTIVE "$@"; :'
    done = subprocess.run(
        [agent, "-c", line, "bash", *installed.argv("check", plan, "--format", "json")],
        env={"PATH": os.environ["PATH"], "CLINE_ACTIVE": "true"},
        capture_output=True,
        check=True,
    )
    seen = {
        (each["source"], each["signal"]) for each in json.loads(done.stdout)["origin"]["evidence"]
    }
    assert {("process", "claude"), ("ancestor", "CLINE_ACTIVE")} <= seen
