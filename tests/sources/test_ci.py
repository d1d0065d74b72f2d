import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.origin.classify import classify
from guardrail.origin.evidence import OriginKind
from guardrail.origin.match import match_ci
from guardrail.origin.observed import Means
from guardrail.origin.signals import load_signals
from guardrail.sources import ci
from guardrail.sources.ci import commit_range, is_ci, read_actors

SIGNALS = load_signals()
BASE, HEAD, NONE = "a" * 40, "b" * 40, "0" * 40
UNREADABLE = ("ci: the event file of the job could not be read",)


@pytest.fixture
def github(tmp_path):
    """Return the variables of a GitHub job that some event started."""

    def job(event: object, **env: str) -> dict[str, str]:
        path = tmp_path / "event.json"
        path.write_text(event if isinstance(event, str) else json.dumps(event))
        return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(path), **env}

    return job


PULL_REQUEST = {
    "action": "synchronize",
    "before": "c" * 40,
    "after": "d" * 40,
    "pull_request": {
        "user": {"login": "Copilot", "type": "Bot"},
        "base": {"sha": BASE, "ref": "main"},
        "head": {"sha": HEAD, "ref": "copilot/fix-1"},
        "labels": [{"name": "infra"}, {"name": "ai-generated"}],
    },
}


@pytest.mark.parametrize("row", SIGNALS.actors, ids=lambda row: row.variable)
def test_every_actor_variable_counts_where_its_system_runs(row) -> None:
    env = {row.variable: "jane", row.system: "true"}
    actors, obstructed = read_actors(env, SIGNALS)
    assert [(a.where, a.means, a.text) for a in actors] == [(row.variable, row.means, "jane")]
    assert obstructed == ()
    assert is_ci(env, SIGNALS)
    assert not is_ci({}, SIGNALS)
    assert read_actors({row.variable: "jane"}, SIGNALS) == ((), ())


def test_the_author_the_branch_and_the_labels_of_a_pull_request_count(github) -> None:
    actors, _ = read_actors(github(PULL_REQUEST, GITHUB_ACTOR="jane"), SIGNALS)
    assert [(a.means, a.text) for a in actors] == [
        (Means.LOGIN, "jane"),
        (Means.LOGIN, "Copilot"),
        (Means.BRANCH, "copilot/fix-1"),
        (Means.LABEL, "infra"),
        (Means.LABEL, "ai-generated"),
    ]
    origin = classify(match_ci(actors, SIGNALS))
    assert (origin.kind, origin.names) == (OriginKind.AGENT, ("github-copilot",))


def test_a_pull_request_of_a_deleted_account_has_no_author(github) -> None:
    actors, obstructed = read_actors(github({"pull_request": {"user": None}}), SIGNALS)
    assert (actors, obstructed) == ((), ())


@pytest.mark.parametrize(
    ("event", "ends"),
    [
        (PULL_REQUEST, (BASE, HEAD)),
        ({"before": BASE, "after": HEAD, "ref": "refs/heads/main"}, (BASE, HEAD)),
        ({"merge_group": {"base_sha": BASE, "head_sha": HEAD}}, (BASE, HEAD)),
        ({"before": NONE, "after": HEAD}, None),
        ({"before": BASE, "after": "HEAD; rm"}, None),
        ({"schedule": "0 0 * * *"}, None),
        ({"pull_request": {"base": {"sha": BASE}}}, None),
        ("not json", None),
    ],
)
def test_github_says_the_range_in_its_event(github, event, ends) -> None:
    assert commit_range(github(event)) == ends


@pytest.mark.parametrize(
    ("env", "ends"),
    [
        ({"CI_MERGE_REQUEST_DIFF_BASE_SHA": BASE, "CI_COMMIT_SHA": HEAD}, (BASE, HEAD)),
        (
            {
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": BASE,
                "CI_COMMIT_BEFORE_SHA": NONE,
                "CI_COMMIT_SHA": HEAD,
            },
            (BASE, HEAD),
        ),
        ({"CI_COMMIT_BEFORE_SHA": BASE, "CI_COMMIT_SHA": HEAD}, (BASE, HEAD)),
        ({"CI_COMMIT_BEFORE_SHA": NONE, "CI_COMMIT_SHA": HEAD}, None),
        ({"CI_COMMIT_SHA": HEAD}, None),
        ({}, None),
    ],
)
def test_gitlab_says_the_range_in_variables(env, ends) -> None:
    assert commit_range({"GITLAB_CI": "true", **env}) == ends
    assert commit_range(env) is None


@pytest.mark.parametrize(
    "event",
    ["", "not json", "[]", "null", '{"pull_request": 7}', '{"before": "\\ud800"}', "[" * 100_000],
)
def test_an_event_that_is_no_event_is_obstructed(github, event) -> None:
    assert read_actors(github(event), SIGNALS) == ((), UNREADABLE)


def test_an_event_file_that_is_too_large_is_obstructed(github, mocker) -> None:
    mocker.patch.object(ci, "MOST_EVENT_BYTES", 10)
    assert read_actors(github(PULL_REQUEST), SIGNALS) == ((), UNREADABLE)


def test_an_event_file_that_is_no_plain_file_is_obstructed(tmp_path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "absent", tmp_path / "fifo", "/dev/zero", "a\0b"):
        env = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(path)}
        assert read_actors(env, SIGNALS) == ((), UNREADABLE)


def test_an_event_file_outside_github_is_not_opened() -> None:
    assert read_actors({"GITHUB_EVENT_PATH": "/dev/zero"}, SIGNALS) == ((), ())


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none() | st.text(max_size=5),
        lambda x: st.dictionaries(
            st.sampled_from(["pull_request", "user", "login", "base", "sha", "labels", "before"]), x
        ),
    )
)
def test_any_json_is_an_event_or_obstructed(tmp_path_factory, event) -> None:
    path = tmp_path_factory.mktemp("event") / "event.json"
    path.write_text(json.dumps(event))
    env = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(path)}
    actors, obstructed = read_actors(env, SIGNALS)
    assert not (actors and obstructed)
    commit_range(env)
