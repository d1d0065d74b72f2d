"""Every row of the table fires on what it describes, and on nothing near it."""

import pytest

from guardrail.origin.classify import classify
from guardrail.origin.evidence import OriginKind, Source, Strength
from guardrail.origin.match import (
    match_ancestors,
    match_ci,
    match_environment,
    match_files,
    match_process,
    variable_label,
)
from guardrail.origin.observed import Actor, Means, Process
from guardrail.origin.signals import load_signals

SIGNALS = load_signals()
CANARY = "canary-7f3a"


def environment_of(row, value="1") -> dict[str, str]:
    env = {}
    for condition in row.all:
        text = "amp" if condition.known_slug else value
        if condition.equals:
            text = condition.equals[0]
        if condition.contains:
            text = f"x {condition.contains[0].upper()} y"
        env[condition.variable.replace("*", "SOMETHING")] = text
    return env


@pytest.mark.parametrize("value", ["1", "", "0", "false"])
@pytest.mark.parametrize("row", SIGNALS.variables, ids=variable_label)
def test_every_variable_row_fires_whatever_its_value(row, value) -> None:
    found = match_environment(environment_of(row, value), SIGNALS)
    ours = [e for e in found if e.signal == variable_label(row)]
    assert [(e.strength, e.source, e.forgeable) for e in ours] == [
        (row.strength, Source.ENVIRONMENT, True)
    ] * len(ours)
    assert row.name in {e.name for e in ours} or row.named_by_value
    assert all(e.reference.startswith(("http", "seen in use")) for e in ours)


@pytest.mark.parametrize(
    "row", [r for r in SIGNALS.variables if len(r.all) > 1], ids=variable_label
)
def test_a_combination_needs_all_its_parts(row) -> None:
    whole = environment_of(row)
    for name in whole:
        part = {key: value for key, value in whole.items() if key != name}
        labels = {e.signal for e in match_environment(part, SIGNALS)}
        assert variable_label(row) not in labels


@pytest.mark.parametrize("value", ["", "0", "1"])
def test_presence_counts_not_truthiness(value) -> None:
    assert classify(match_environment({"CLAUDECODE": value}, SIGNALS)).kind is OriginKind.AGENT


def test_all_matches_are_reported_because_agents_nest() -> None:
    env = {"CLAUDECODE": "1", "AGENT": "amp", "CODEX_THREAD_ID": "x", "CURSOR_TRACE_ID": "y"}
    names = classify(match_environment(env, SIGNALS)).names
    assert set(names) == {"claude-code", "amp", "codex", "cursor"}
    assert names[-1] == "cursor"


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.11"},
        {"TERM_PROGRAM": "iTerm.app"},
        {"GITHUB_ACTOR": "jane", "GITHUB_TOKEN": "x", "GITHUB_ACTIONS": "true"},
        {"HOSTNAME": "cursor"},
        {"HOME": "/home/jules"},
        {"AGENT": "jenkins-agent-01"},
        {"AGENT": "amp-builder-3"},
        {"AGENT": ""},
        {"PAGER": "cat", "GIT_PAGER": "cat"},
        {"PATH": "/usr/bin:/home/agent/bin", "SHELL": "/bin/bash", "TRACEPARENT": "00-1"},
    ],
)
def test_shared_variables_say_nothing_by_themselves(env) -> None:
    assert match_environment(env, SIGNALS) == ()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("claude-code_2-1-263_agent", "claude-code"),
        ("github_copilot_vscode_agent", "github-copilot"),
        (CANARY, "unnamed-agent"),
        ("", "unnamed-agent"),
    ],
)
def test_the_value_of_ai_agent_names_only_known_agents(value, name) -> None:
    (found,) = match_environment({"AI_AGENT": value}, SIGNALS)
    assert found.name == name


@pytest.mark.parametrize(
    ("value", "name"), [("1", "unnamed-agent"), ("True", "unnamed-agent"), ("goose", "goose")]
)
def test_agent_counts_when_it_is_one_or_true_or_a_known_name(value, name) -> None:
    (found,) = match_environment({"AGENT": value}, SIGNALS)
    assert (found.name, found.strength) == (name, Strength.MEDIUM)


@pytest.mark.parametrize("row", SIGNALS.variables, ids=variable_label)
def test_no_value_is_ever_echoed(row) -> None:
    env = {name: f"{text} {CANARY}" for name, text in environment_of(row).items()}
    assert CANARY not in repr(match_environment(env | {"CLOUD_AGENT_" + CANARY: ""}, SIGNALS))


@pytest.mark.parametrize("row", [r for r in SIGNALS.processes if r.program], ids=repr)
def test_every_program_row_fires_on_its_name_alone(row) -> None:
    name = row.program.replace("*", "thing")
    found = match_process(Process(programs=("x", name)), SIGNALS)
    assert [e.name for e in found if e.signal == row.program] == [row.name]
    near = Process(programs=(f"x{name}x", f"my {name} y"))
    assert row.program not in {e.signal for e in match_process(near, SIGNALS)}


@pytest.mark.parametrize("row", [r for r in SIGNALS.processes if r.package], ids=repr)
def test_every_package_row_fires_on_its_folder(row) -> None:
    for root in ("/usr/lib/node_modules", "node_modules", r"C:\npm\node_modules"):
        script = f"{root}/{row.package}/dist/cli.js"
        found = match_process(Process(programs=("node",), script=script), SIGNALS)
        assert [e.name for e in found] == [row.name]
    near = Process(programs=("node",), script=f"/x/node_modules/{row.package}-tools/cli.js")
    assert match_process(near, SIGNALS) == ()


def test_a_process_whose_arguments_mention_an_agent_is_none() -> None:
    assert match_process(Process(programs=("grep", "vim"), script="codex-notes.md"), SIGNALS) == ()


def test_the_file_of_a_cloud_agent_is_evidence() -> None:
    (found,) = match_files(["/opt/.devin", "/etc/passwd"], SIGNALS)
    assert (found.name, found.source, found.signal) == ("devin", Source.FILE, "/opt/.devin")


def test_ancestors_report_only_what_our_own_environment_lacks() -> None:
    shell = Process(programs=("bash",), environment={"CLAUDECODE": "1", "GEMINI_CLI": "1"})
    hidden = Process(programs=("claude",), environment=None)
    found = match_ancestors([shell, shell, hidden], {"GEMINI_CLI": ""}, SIGNALS)
    assert [(e.source, e.signal) for e in found] == [
        (Source.ANCESTOR, "CLAUDECODE"),
        (Source.PROCESS, "claude"),
    ]


@pytest.mark.parametrize("row", SIGNALS.logins, ids=repr)
def test_every_login_is_found_as_a_ci_actor_and_only_whole(row) -> None:
    actor = Actor(where="GITHUB_ACTOR", means=Means.LOGIN, text=row.login.upper())
    (found,) = match_ci([actor, actor], SIGNALS)
    assert (found.name, found.signal) == (row.name, f"GITHUB_ACTOR: {row.login}")
    near = Actor(where="GITHUB_ACTOR", means=Means.LOGIN, text=f"{row.login}x")
    assert match_ci([near], SIGNALS) == ()


@pytest.mark.parametrize("row", SIGNALS.branches, ids=repr)
def test_every_branch_prefix_is_found(row) -> None:
    for start in ("", "refs/heads/", "refs/remotes/origin/", "origin/"):
        actor = Actor(where="branch", means=Means.BRANCH, text=f"{start}{row.prefix}fix")
        assert [e.name for e in match_ci([actor], SIGNALS, Source.GIT)] == [row.name]
    near = Actor(where="branch", means=Means.BRANCH, text=f"feature/{row.prefix}fix")
    assert match_ci([near], SIGNALS) == ()


@pytest.mark.parametrize("row", SIGNALS.labels, ids=repr)
def test_every_label_is_found(row) -> None:
    actor = Actor(where="label", means=Means.LABEL, text=row.label.title())
    assert [e.name for e in match_ci([actor], SIGNALS)] == [row.name]


def test_an_actors_address_is_compared_like_a_commits() -> None:
    actor = Actor(where="GITLAB_USER_EMAIL", means=Means.EMAIL, text="Devin@Cognition.ai")
    (found,) = match_ci([actor], SIGNALS)
    assert (found.name, found.signal) == ("devin", "GITLAB_USER_EMAIL: devin@cognition.ai")


def test_an_automation_is_not_an_agent() -> None:
    actor = Actor(where="GITHUB_ACTOR", means=Means.LOGIN, text="dependabot[bot]")
    assert classify(match_ci([actor], SIGNALS)).kind is OriginKind.AUTOMATION
