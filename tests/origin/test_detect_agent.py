"""What the PyPI package detect-agent recognises, we recognise: compared with its own table."""

import os
from collections.abc import Iterator
from itertools import product
from unittest.mock import patch

import detect_agent
import pytest
from detect_agent import _evaluate
from detect_agent._spec import load_agents_file

from guardrail.origin.classify import classify
from guardrail.origin.evidence import OriginKind, Strength
from guardrail.origin.match import match_environment, match_files
from guardrail.origin.signals import load_signals

SIGNALS = load_signals()

CONFIGURATION = {
    "COPILOT_ALLOW_ALL",
    "COPILOT_GITHUB_TOKEN",
    "COPILOT_MODEL",
    "CURSOR_TRACE_ID",
    "GOOSE_PROVIDER",
    "OPENCODE_CLIENT",
    "REPL_ID",
    "TERM_PROGRAM",
}
"""People set these, or their editor's terminal does: weak for us, ``unknown`` and not ``agent``."""

MATCHING = {r"\.pi[\\/]agent": "/home/x/.pi/agent/bin:/usr/bin", "kiro": "kiro"}
"""A text for each pattern of theirs."""


def situations(condition) -> Iterator[tuple[dict[str, str], set[str]]]:
    """Yield every smallest environment, with files, that makes their condition true."""
    match condition["type"]:
        case "env_set":
            yield {condition["name"]: "1"}, set()
        case "env_value":
            yield {condition["name"]: condition["value"]}, set()
        case "env_matches":
            yield {condition["name"]: MATCHING[condition["pattern"]]}, set()
        case "no_tty":
            yield {}, set()
        case "file_exists":
            yield {}, {condition["path"]}
        case "anyOf":
            for part in condition["conditions"]:
                yield from situations(part)
        case "allOf":
            for parts in product(*(list(situations(part)) for part in condition["conditions"])):
                env: dict[str, str] = {}
                for more, _ in parts:
                    env |= more
                yield env, set().union(*(files for _, files in parts))


CASES = [
    *(
        (agent["name"], env, files)
        for agent in load_agents_file()["agents"]
        for env, files in situations(agent["match"])
    ),
    ("any", {"AI_AGENT": "somebody"}, set()),
    ("pi", {"PI_CODING_AGENT": "true"}, set()),
]


@pytest.mark.parametrize(("agent", "env", "files"), CASES)
def test_what_detect_agent_recognises_is_recognised(agent, env, files) -> None:
    with (
        patch.dict(os.environ, env, clear=True),
        patch.object(_evaluate, "path_exists_fn", files.__contains__),
        patch.object(_evaluate, "is_tty_fn", lambda: False),
    ):
        assert detect_agent.determine_agent()["is_agent"]
    found = (*match_environment(env, SIGNALS), *match_files(files, SIGNALS))
    if set(env) & CONFIGURATION:
        assert found
        assert {e.strength for e in found} == {Strength.WEAK}
        assert classify(found).kind is OriginKind.UNKNOWN
    else:
        assert classify(found).kind is OriginKind.AGENT


def test_the_list_of_configuration_variables_holds_nothing_else() -> None:
    theirs = {name for _, env, _ in CASES for name in env}
    assert theirs >= CONFIGURATION


@pytest.mark.parametrize("env", [{"CLAUDECODE": ""}, {"GEMINI_CLI": ""}, {"AI_AGENT": " "}])
def test_its_hole_is_closed_an_empty_value_counts(env) -> None:
    with (
        patch.dict(os.environ, env, clear=True),
        patch.object(_evaluate, "path_exists_fn", lambda _: False),
    ):
        assert not detect_agent.determine_agent()["is_agent"]
    assert classify(match_environment(env, SIGNALS)).kind is OriginKind.AGENT
