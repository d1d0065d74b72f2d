"""The pages of docs/agents: one an executor, showing exactly what is written."""

import re

import pytest
from write_agent_pages import BLOCK, PAGES, filled

from guardrail.agents.hooks import EXECUTORS
from guardrail.agents.install.executors import wiring
from guardrail.agents.install.wiring import Scope

NAMES = sorted(EXECUTORS)


def test_every_executor_has_a_page_and_the_list_names_it():
    assert {page.stem for page in PAGES.glob("*.md")} - {"README"} >= set(NAMES)
    listed = (PAGES / "README.md").read_text()
    assert set(NAMES) <= set(re.findall(r"\]\(([\w-]+)\.md\)", listed))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_what_is_written(name: str):
    text = (PAGES / f"{name}.md").read_text()
    assert filled(name, text) == text, "run tests/agents/write_agent_pages.py"
    shown = {scope for _, scope, _ in BLOCK.findall(text)}
    there = {scope.value for scope in Scope if wiring(name, scope, ("/x",)) is not None}
    assert bool(shown) is bool(there)
    assert shown <= there


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_how_to_install_and_what_gets_past(name: str):
    text = (PAGES / f"{name}.md").read_text()
    assert name == "generic" or f"guardrail hook install {name}" in text
    assert "## What gets past it" in text
