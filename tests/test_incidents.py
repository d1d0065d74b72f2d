"""Every incident of the list in ``sample_plans/README.md`` is shown by something that exists."""

import ast
import importlib
import json
import re
from pathlib import Path

import pytest
from msgspec import Struct

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_plans"
INCIDENTS = {
    *(f"A{number}" for number in range(1, 8)),
    *(f"B{number}" for number in range(8, 16)),
    *(f"C{number}" for number in range(16, 21)),
    *(f"D{number}" for number in range(21, 25)),
    *("F35", "F36"),
}
PROOFS = {
    "allow": ("code == 0",),
    "deny": ("code == 1",),
    # A story's approved() holds the exit code itself.
    "approval_required": ("code == 3", "story.approved("),
}
VERDICTS = {"allow": {"ALLOW"}, "deny": {"REFUSE"}, "approval_required": {"BLOCK"}}
ROW = re.compile(
    r"\| (?P<number>[A-F]\d+) \| .+ \| (?:\[(?P<sample>\w+)\]\((?P=sample)/README\.md\)"
    r"|`(?P<path>[\w/]+\.py)::(?P<name>.+)`) \| (?P<outcome>\w+) \|"
)


class Shown(Struct, frozen=True, kw_only=True):
    number: str
    sample: str | None
    path: str | None
    name: str | None
    outcome: str


def listed() -> list[Shown]:
    lines = (SAMPLES / "README.md").read_text().splitlines()
    return [Shown(**found.groupdict()) for line in lines if (found := ROW.fullmatch(line))]


SHOWN = listed()


def test_every_incident_is_on_the_list():
    assert {each.number for each in SHOWN} == INCIDENTS


@pytest.mark.parametrize(
    "shown", SHOWN, ids=lambda each: f"{each.number} {each.sample or each.name}"
)
def test_what_shows_it_exists_and_promises_the_outcome(shown: Shown):
    if shown.sample:
        expected = json.loads((SAMPLES / shown.sample / "expected.json").read_text())
        assert expected["outcome"] == shown.outcome
    elif shown.path.startswith("tests/situations/"):
        situations = importlib.import_module(Path(shown.path).stem).SITUATIONS
        assert situations[shown.name].verdict in VERDICTS[shown.outcome]
    else:
        source = source_of(shown.path, shown.name)
        assert any(words in source for words in PROOFS[shown.outcome])


def source_of(path: str, name: str) -> str:
    text = (ROOT / path).read_text()
    (found,) = (
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    return ast.get_source_segment(text, found)
