"""From a token that an issuer signed to the decision: the whole way, with real keys and a real git."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from installed import Installed
from issuing import (
    BEARER,
    GITHUB_CLAIMS,
    GITLAB_CLAIMS,
    NOW,
    jwks,
    lasting,
    serving,
    token,
    written,
)

from guardrail import Guard
from guardrail.door.session import Call, open_session
from guardrail.door.who import who_asks
from guardrail.errors import SettingsError
from guardrail.settings.load import add_repository, parse_settings
from guardrail.sources import evidence, git

SETTINGS = """
[[origin.oidc]]
issuer = "https://token.actions.githubusercontent.com"
audience = "guardrail.acme.example"
jwks_url = "{url}/.well-known/jwks"
ca_file = "{ca}"
request_hosts = ["{host}"]

[[origin.oidc.rows]]
kind = "human"
name = "reviewed-release"
claims = {{ repository = "acme/infrastructure", environment = "production" }}

[[origin.oidc.rows]]
kind = "agent"
name = "acme-fixer"
claims = {{ actor = "acme-fixer[bot]" }}

[[origin.oidc.rows]]
kind = "automation"
name = "nightly"
claims = {{ event_name = "schedule" }}

[[origin.oidc]]
issuer = "https://gitlab.example.com"
audience = "guardrail.acme.example"
variable = "GUARDRAIL_ID_TOKEN"
jwks_file = "{jwks}"

[[origin.oidc.rows]]
kind = "human"
name = "deployment"
claims = {{ project_id = "20", environment = "production", environment_protected = "true", environment_action = "start" }}
"""


@pytest.fixture
def server(tmp_path):
    with serving() as running:
        running.claims = dict(GITHUB_CLAIMS)
        yield running


@pytest.fixture
def guarded(installed: Installed, server, tmp_path, mocker) -> Installed:
    """Return an installation that asks the server, on a machine that is nobody's."""
    mocker.patch.object(evidence, "ancestor_evidence", return_value=((), ()))
    mocker.patch.object(git, "home_directory", return_value=str(tmp_path))
    mocker.patch("guardrail.cli.options.unix_now", return_value=NOW)
    installed.settings(
        SETTINGS.format(
            url=server.url,
            host=server.host,
            ca=written(tmp_path / "ca.pem", server.authorities),
            jwks=written(tmp_path / "jwks.json", jwks()),
        )
    )
    return installed


@pytest.fixture
def commits(tmp_path, monkeypatch):
    """Work in a clone; return what commits there and a GitHub job that begins at the first."""
    path = tmp_path / "clone"
    path.mkdir()
    monkeypatch.chdir(path)
    clean = {"PATH": os.environ["PATH"], "HOME": str(path), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*words: str) -> str:
        done = subprocess.run(["git", *words], env=clean, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def commit(message: str) -> str:
        run("commit", "-q", "--allow-empty", "-m", message)
        return run("rev-parse", "HEAD")

    run("init", "-q", "-b", "main")
    run("config", "user.name", "Ada")
    run("config", "user.email", "ada@acme.example")
    first = commit("begin")

    def job(*messages: str) -> dict[str, str]:
        last = [commit(message) for message in messages or ("change",)][-1]
        (tmp_path / "event.json").write_text(json.dumps({"before": first, "after": last}))
        return {"GITHUB_EVENT_PATH": str(tmp_path / "event.json")}

    return job


PLAN = "shrinks_a_count"
"""Something of tier 2: an agent needs an approval for it, a human is only warned."""


def check(guarded: Installed, root: Path, env: dict[str, str]):
    return guarded.check(root / "sample_plans" / PLAN / "plan.json", env=env)


def kind(result) -> str:
    return result.decision["origin"]["kind"]


def test_a_reviewed_release_is_a_human_s(guarded, server, commits, root):
    result = check(guarded, root, server.env() | commits())
    assert (kind(result), result.code) == ("human", 0)
    origin = result.decision["origin"]
    assert origin["names"] == []
    assert origin["obstructed"] == []
    (seen,) = origin["evidence"]
    assert (seen["source"], seen["forgeable"]) == ("oidc", False)
    assert seen["signal"].endswith(": repository, environment (human reviewed-release)")
    assert {finding["outcome"] for finding in result.decision["findings"]} == {"warn"}


def test_the_same_plan_without_a_token_is_nobody_s_and_says_why(guarded, server, commits, root):
    env = server.env() | commits()
    del env["ACTIONS_ID_TOKEN_REQUEST_URL"]
    result = check(guarded, root, env)
    assert (kind(result), result.code) == ("unknown", 3)
    assert result.decision["origin"]["obstructed"] == [
        "oidc https://token.actions.githubusercontent.com: no_token"
    ]
    assert (
        "could not be looked at: oidc https://token"
        in guarded.run("check", root / "sample_plans" / PLAN / "plan.json", env=env).out
    )


@pytest.mark.parametrize(
    ("claims", "messages", "env", "wanted"),
    [
        ({"actor": "copilot-swe-agent[bot]"}, ["change"], {}, "agent"),
        ({"actor": "acme-fixer[bot]"}, ["change"], {}, "agent"),
        ({"head_ref": "claude/fix"}, ["change"], {}, "agent"),
        ({}, ["x\n\nCo-authored-by: Claude <noreply@anthropic.com>", "y"], {}, "agent"),
        ({}, ["change"], {"CLAUDECODE": ""}, "agent"),
        ({}, ["change"], {"CURSOR_TRACE_ID": "x"}, "unknown"),
        ({}, ["change"], {"GITHUB_ACTOR": "renovate[bot]"}, "automation"),
        ({"event_name": "schedule"}, ["change"], {}, "automation"),
        ({"environment": "staging"}, ["change"], {}, "unknown"),
        ({"environment": "Production"}, ["change"], {}, "unknown"),
        ({"repository": "eve/infrastructure"}, ["change"], {}, "unknown"),
        ({"actor": "ada", "environment": ""}, ["change"], {}, "unknown"),
    ],
)
def test_whatever_speaks_against_a_human_wins(
    guarded, server, commits, root, claims, messages, env, wanted
):
    server.claims |= claims
    result = check(guarded, root, server.env() | commits(*messages) | env)
    assert (kind(result), result.code) == (wanted, 3)


def test_an_agent_who_works_with_a_person_s_account_is_still_one(guarded, server, commits, root):
    env = server.env() | commits() | {"GITHUB_ACTOR": "ada", "CLAUDE_CODE_REMOTE": "true"}
    assert server.claims["actor"] == "ada"
    assert kind(check(guarded, root, env)) == "agent"


def test_where_the_commits_could_not_be_read_nobody_is_a_human(guarded, server, commits, root):
    commits()
    result = check(guarded, root, server.env())
    assert (kind(result), result.code) == ("unknown", 3)
    assert result.decision["origin"]["obstructed"] == ["ci: the job names no range of commits"]


def test_a_protected_deployment_of_gitlab_is_a_human_s(guarded, server, commits, root):
    event = json.loads(Path(commits()["GITHUB_EVENT_PATH"]).read_text())
    env = {
        "GITLAB_CI": "true",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": event["before"],
        "CI_COMMIT_SHA": event["after"],
    }

    def asked(**claims: object):
        given = token(lasting(GITLAB_CLAIMS | claims, "guardrail.acme.example"))
        return check(guarded, root, env | {"GUARDRAIL_ID_TOKEN": given})

    result = asked()
    assert (kind(result), result.code) == ("human", 0)
    assert kind(asked(environment_protected="false")) == "unknown"
    assert kind(asked(environment_action="access")) == "unknown"
    assert kind(asked(project_id="21")) == "unknown"
    assert kind(asked(user_login="cursor[bot]")) == "agent"
    assert server.asked == []


def test_the_account_of_a_verified_token_is_one_of_who_asks(guarded, server, commits, root):
    server.claims["actor"] = "grace"
    call = Call(
        installation=guarded.installation,
        directory=Path.cwd(),
        env=server.env() | commits(),
        now=NOW,
    )
    with open_session(call) as session:
        assert "grace" in who_asks(session).logins


def test_no_token_comes_out_of_a_check(guarded, server, commits, root, tmp_path):
    server.claims["actor"] = "CANARY-actor"
    given: list[str] = []
    real = server.respond

    def listening(target: str):
        status, headers, body = real(target)
        given.extend([json.loads(body)["value"]] if "audience" in target else [])
        return status, headers, body

    server.respond = listening
    report = tmp_path / "report"
    plan = root / "sample_plans" / PLAN / "plan.json"
    env = server.env() | commits()
    shown = [
        guarded.run("check", plan, "--format", format_, "--output", f"text={report}", env=env)
        for format_ in ("json", "text", "markdown")
    ]
    server.respond = lambda target: (200, {}, json.dumps({"value": given[0] + "x"}).encode())
    shown.append(check(guarded, root, env))
    assert len(given) == 3
    assert kind(shown[-1]) == "unknown"
    everything = "".join(result.out + result.err for result in shown) + report.read_text()
    kept = [path for path in guarded.folder.rglob("*") if path.is_file()]
    everything += "".join(path.read_bytes().decode("utf-8", "replace") for path in kept)
    for secret in (BEARER, *given, *(part for one in given for part in one.split(".")[1:])):
        assert secret not in everything
    assert "CANARY" not in "".join(result.out + result.err for result in shown)


def test_a_server_does_not_lend_its_own_identity_to_who_asks_it(guarded, server, commits):
    call = Call(
        installation=guarded.installation,
        directory=Path.cwd(),
        env=server.env() | commits(),
        now=NOW,
        relayed=True,
    )
    with open_session(call) as session:
        seen = who_asks(session)
    assert "oidc" not in {each.source for each in seen.evidence}
    assert server.asked == []


def test_a_guard_asks_again_when_a_token_has_expired(guarded, server, commits, root, mocker):
    at = mocker.patch("guardrail.agents.guard.unix_now", return_value=NOW)
    plan = root / "sample_plans" / PLAN / "plan.json"
    env = server.env() | commits()
    with Guard(installation=guarded.installation, env=env) as guard:
        assert len(server.asked) == 2
        assert guard.check(plan).origin.kind == "human"
        assert len(server.asked) == 2
        at.return_value = NOW + 300
        server.answer = lambda _: (500, {}, b"")
        assert guard.check(plan).origin.kind == "unknown"
        assert len(server.asked) == 3


def test_a_repository_says_nothing_of_whom_to_believe(guarded, server, commits, root):
    env = server.env() | commits()
    Path("guardrail.toml").write_text(
        SETTINGS.format(url="https://e", host="e", ca="/c", jwks="/j")
    )
    result = check(guarded, root, env)
    assert result.code == 4
    assert server.asked == []


def test_a_repository_can_name_no_issuer_and_no_human():
    mine = parse_settings(b"", origin="settings")
    whole = SETTINGS.format(url="https://e.example", host="e.example", ca="/c", jwks="/j").encode()
    for theirs in (whole, b"[origin]\noidc = []", b"[origin.oidc]"):
        with pytest.raises(SettingsError):
            add_repository(mine, theirs)


IMPORTS = """
import sys
from installed import Installed
from pathlib import Path
made = Installed(Path(sys.argv[1]))
made.settings(sys.argv[3])
made.check(sys.argv[2], env={"GITHUB_ACTIONS": "true"})
print(*sorted(sys.modules))
"""
ASKING = {
    "guardrail.origin.claims",
    "guardrail.origin.keys",
    "guardrail.origin.vouched",
    "guardrail.settings.identity_file",
    "guardrail.sources.https",
    "guardrail.sources.oidc",
    "http.client",
    "jwt",
    "ssl",
}
"""What a check loads only where the settings name an issuer."""


def loaded(root: Path, folder: Path, settings: str) -> set[str]:
    plan = root / "sample_plans" / "adds_a_tag" / "plan.json"
    paths = (root, root / "tests" / "door")
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, folder, plan, settings],
        env={"PYTHONPATH": os.pathsep.join(map(str, paths)), "PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.split())


def test_nothing_of_this_is_loaded_where_no_issuer_is_named(root, tmp_path):
    assert ASKING & loaded(root, tmp_path / "without", 'profile = "balanced"\n') == set()
    issuer = f"""
[[origin.oidc]]
issuer = "https://ci.example"
audience = "us"
variable = "ID_TOKEN"
system = "GITHUB_ACTIONS"
jwks_file = "{written(tmp_path / "jwks.json", jwks())}"
"""
    asked = loaded(root, tmp_path / "with", issuer)
    # Without a token there is nothing to verify, and with a file nobody to ask.
    assert ASKING - asked == {"http.client", "jwt", "ssl"}
