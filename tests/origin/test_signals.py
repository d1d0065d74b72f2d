"""The table itself: every row can be read, is sourced, and points to somebody."""

import re
from itertools import chain

import pytest

from guardrail.origin.evidence import OriginKind, Strength
from guardrail.origin.signals import Signal, Signals, load_signals

SIGNALS = load_signals()


def every_row(signals: Signals) -> list[Signal]:
    return [
        *chain(
            signals.variables,
            signals.processes,
            signals.files,
            signals.addresses,
            signals.logins,
            signals.trailers,
            signals.texts,
            signals.branches,
            signals.labels,
        ),
        signals.notes,
    ]


@pytest.mark.parametrize("row", every_row(SIGNALS), ids=repr)
def test_every_row_names_a_known_agent_and_a_reference(row: Signal) -> None:
    assert row.name in {agent.slug for agent in SIGNALS.agents}
    assert SIGNALS.references[row.reference]


def test_every_agent_and_every_reference_is_used() -> None:
    rows = every_row(SIGNALS)
    used = {row.reference for row in rows} | {actor.reference for actor in SIGNALS.actors}
    assert used == set(SIGNALS.references)
    from_values = {"trae"}  # named only by AI_AGENT, AGENT or Assisted-by
    assert {agent.slug for agent in SIGNALS.agents} - {row.name for row in rows} <= from_values


def test_no_row_stands_there_twice() -> None:
    rows = [repr(row) for row in every_row(SIGNALS)]
    assert len(rows) == len(set(rows))


def test_slugs_and_aliases_are_plain_and_belong_to_one_agent() -> None:
    names = [name for agent in SIGNALS.agents for name in (agent.slug, *agent.aliases)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)


def test_texts_that_are_compared_without_case_are_in_lower_case() -> None:
    texts = (
        *(row.address for row in SIGNALS.addresses),
        *(row.login for row in SIGNALS.logins),
        *(row.trailer for row in SIGNALS.trailers),
        *(value for row in SIGNALS.trailers for value in row.values),
        *(row.text for row in SIGNALS.texts),
        *(row.prefix for row in SIGNALS.branches),
        *(row.label for row in SIGNALS.labels),
        *(row.program for row in SIGNALS.processes),
        *SIGNALS.authorship_trailers,
    )
    assert [text for text in texts if text != text.casefold()] == []


@pytest.mark.parametrize("row", SIGNALS.variables, ids=repr)
def test_shared_variables_are_never_evidence_by_presence_alone(row: Signal) -> None:
    shared = {"AWS_EXECUTION_ENV", "TERM_PROGRAM", "HOSTNAME", "HOME", "USER", "PATH", "PAGER"}
    shared |= {"SHELL", "GIT_PAGER", "AGENT"}
    for condition in row.all:
        assert not condition.variable.startswith(("GITHUB_ACT", "GITHUB_TOKEN"))
        if condition.variable in shared:
            assert condition.equals or condition.contains or condition.known_slug


@pytest.mark.parametrize("row", SIGNALS.processes, ids=repr)
def test_a_process_row_says_program_or_package_and_leaves_one_end_open_at_most(row: Signal) -> None:
    assert bool(row.program) != bool(row.package)
    assert row.program.strip("*").count("*") == 0
    assert not (row.program.startswith("*") and row.program.endswith("*"))


def test_only_agents_and_automations_are_in_the_table() -> None:
    assert {agent.kind for agent in SIGNALS.agents} == {OriginKind.AGENT, OriginKind.AUTOMATION}


def test_configuration_variables_are_weak() -> None:
    configuration = {
        "AIDER_*",
        "CODEIUM_EDITOR_APP_ROOT",
        "COPILOT_ALLOW_ALL",
        "COPILOT_GITHUB_TOKEN",
        "COPILOT_MODEL",
        "CURSOR_TRACE_ID",
        "GOOSE_PROVIDER",
        "KIRO",
        "OPENCODE_CALLER",
        "OPENCODE_CLIENT",
        "REPL_ID",
    }
    alone = {row.all[0].variable: row.strength for row in SIGNALS.variables if len(row.all) == 1}
    assert {name for name in configuration if alone[name] is Strength.WEAK} == configuration
