"""The one door: everything together, with a real repository."""

import json
import os
import subprocess

import pytest

from guardrail.origin.aws_arn import match_principal
from guardrail.origin.classify import classify
from guardrail.origin.evidence import OriginKind, Source
from guardrail.settings.aws_identity import AwsIdentity, AwsKind
from guardrail.settings.identities import IdentitySettings
from guardrail.sources import aws, evidence, git

NOBODY = IdentitySettings()


def collect(env, *, directory, commit_range) -> evidence.Collected:
    return evidence.collect(
        env, directory=directory, commit_range=commit_range, identities=NOBODY, now=0
    )


@pytest.fixture(autouse=True)
def no_ancestors(mocker) -> None:
    """The machine that runs this may itself be an agent's."""
    mocker.patch.object(evidence, "ancestor_evidence", return_value=((), ()))


@pytest.fixture
def repo(tmp_path, mocker):
    path = tmp_path / "repo"
    path.mkdir()
    mocker.patch.object(git, "home_directory", return_value=str(path))

    def run(*words: str) -> str:
        env = {"PATH": os.environ["PATH"], "HOME": str(path), "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(["git", *words], cwd=path, env=env, capture_output=True, check=True)
        return done.stdout.decode().strip()

    run("init", "-q", "-b", "main")
    run("config", "user.name", "Ada")
    run("config", "user.email", "ada@corp.example")
    for message in ("base", "x\n\nCo-authored-by: Claude <noreply@anthropic.com>", "y"):
        run("commit", "-q", "--allow-empty", "-m", message)
    return path, run


def github(tmp_path, base: str, head: str) -> dict[str, str]:
    event = {"pull_request": {"base": {"sha": base}, "head": {"sha": head, "ref": "fix"}}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    return {"GITHUB_ACTIONS": "1", "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}


def test_nothing_at_all_is_unknown(tmp_path) -> None:
    seen = collect({}, directory=tmp_path, commit_range=None)
    assert (seen.evidence, seen.obstructed) == ((), ())
    assert seen.logins
    assert classify(seen.evidence).kind is OriginKind.UNKNOWN


def test_every_source_adds_its_evidence(repo) -> None:
    path, run = repo
    run("checkout", "-q", "-b", "codex/fix")
    run("config", "user.email", "agent@replit.com")
    env = {"GEMINI_CLI": "1", "GITLAB_CI": "1", "GITLAB_USER_LOGIN": "cursor[bot]"}
    seen = collect(env, directory=path, commit_range=("HEAD~2", "HEAD"))
    assert {(e.source, e.name) for e in seen.evidence} == {
        (Source.ENVIRONMENT, "gemini"),
        (Source.CI, "cursor"),
        (Source.GIT, "codex"),
        (Source.GIT, "replit"),
        (Source.GIT, "claude-code"),
    }
    assert {"agent@replit.com", "ada@corp.example", "cursor[bot]"} <= set(seen.logins)


def test_a_ci_job_finds_its_commits_by_itself(repo, tmp_path) -> None:
    path, run = repo
    env = github(tmp_path, run("rev-parse", "HEAD~2"), run("rev-parse", "HEAD"))
    seen = collect(env, directory=path, commit_range=None)
    assert [e.name for e in seen.evidence] == ["claude-code"]
    assert seen.obstructed == ()


def test_a_range_that_looks_away_only_comes_on_top(repo, tmp_path) -> None:
    path, run = repo
    env = github(tmp_path, run("rev-parse", "HEAD~2"), run("rev-parse", "HEAD"))
    seen = collect(env, directory=path, commit_range=("HEAD~1", "HEAD"))
    assert [e.name for e in seen.evidence] == ["claude-code"]


def test_a_ci_job_without_a_range_is_obstructed_not_clean(repo) -> None:
    path, _ = repo
    seen = collect({"CIRCLECI": "true"}, directory=path, commit_range=None)
    assert seen.obstructed == ("ci: the job names no range of commits",)


def test_an_identity_in_the_environment_counts(tmp_path) -> None:
    env = {"GIT_AUTHOR_EMAIL": "cursoragent@cursor.com"}
    seen = collect(env, directory=tmp_path, commit_range=None)
    assert [(e.source, e.name, e.signal) for e in seen.evidence] == [
        (Source.GIT, "cursor", "GIT_AUTHOR_EMAIL: cursoragent@cursor.com")
    ]
    assert "cursoragent@cursor.com" in seen.logins


def test_aws_is_asked_where_the_settings_know_a_principal(tmp_path, mocker) -> None:
    arn = "arn:aws:iam::111122223333:role/agent"
    rows = (AwsIdentity(arn=arn, kind=AwsKind.AGENT, name="coder"),)
    asked = mocker.patch.object(
        aws, "aws_evidence", return_value=(match_principal(arn, rows), ("aws: no answer in time",))
    )
    seen = evidence.collect(
        {},
        directory=tmp_path,
        commit_range=None,
        identities=IdentitySettings(aws=rows, passed=("HTTPS_PROXY",)),
        now=0,
    )
    asked.assert_called_once_with({}, rows, passed=("HTTPS_PROXY",))
    assert [(each.source, each.name) for each in seen.evidence] == [(Source.AWS, "coder")]
    assert seen.obstructed == ("aws: no answer in time",)
    assert classify(seen.evidence).kind is OriginKind.AGENT
