import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.origin.notes import tools_of


def note(attested: str, **record: object) -> str:
    body = {"schema_version": "authorship/3.0.0", "base_commit_sha": "0" * 40, **record}
    return f"main.tf\n{attested}\n---\n{json.dumps(body)}"


SESSION = "  s_0123456789abcd::t_0123456789abcd 1-10"
LEGACY = "  0123456789abcdef 1-10"
HUMAN = "  h_0123456789abcd 1-10"


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        (note(SESSION, sessions={"s_1": {"agent_id": {"tool": "claude"}}}), ("claude",)),
        (note(LEGACY, prompts={"01": {"agent_id": {"tool": "cursor", "id": "x"}}}), ("cursor",)),
        (note(SESSION), ("",)),
        (note(LEGACY), ("",)),
        (f"main.tf\n{SESSION}\n---\nnot json", ("",)),
        (f"main.tf\n{SESSION}\n---\n" + "[" * 100_000, ("",)),
        (f"main.tf\n{SESSION}\n---\n" + '{"prompts": "\ud800"}', ("",)),
        (note(HUMAN, prompts={}, humans={"h_1": {}}), ()),
        (note("", prompts={"01": {"agent_id": {"tool": "codex"}}}), ("codex",)),
        ("", ()),
        ("a note about something else", ()),
    ],
)
def test_a_note_names_the_tools_that_it_attests(text, tools) -> None:
    assert tools_of(text) == tools


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=100))
def test_any_text_is_a_note(text) -> None:
    assert isinstance(tools_of(f"x\n---\n{text}"), tuple)
