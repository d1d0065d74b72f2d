"""The index of rules, written from their METADATA: ``python tests/rego/rule_index.py``."""

import re
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parent.parent.parent
RULES = ROOT / "rego" / "guardrail" / "rules"
REGO = ROOT / "rego"
PAGES = ROOT / "docs" / "rules"

_HEAD = """# Rules

What the guardrail looks for. Each rule lies in `rego/guardrail/rules/<category>/<rule>/` with its tests, and has a page
here. This table is written from the rules' METADATA by `python tests/rego/rule_index.py`; a test holds it current.

A tier says how bad a thing is; what it asks for follows from the tier, from who is behind the plan, and from what the
environment is worth:

| tier | agent, automation or unknown | proven human |
|---|---|---|
| 1 | a warning; what the rule's page says in the profile `strict` | a warning |
| 2 | approval; a warning in a disposable environment | a warning |
| 3 | approval | approval in production, else a warning |
| 4 | denied | denied |

An environment that nobody classed counts as production. `decision/incomplete_question` (tier 4) is not in the table:
it says that the program and its policies do not fit together.

| rule | tier | what is wrong |
|---|---|---|
"""


class Metadata(Struct, frozen=True):
    """What a rule says about itself."""

    rule: str
    title: str
    description: str
    tier: str
    since: str
    page: str


def rule_files() -> list[Path]:
    """Return every rule's own file."""
    return sorted(path for path in RULES.glob("*/*/*.rego") if not path.stem.endswith("_test"))


def read_metadata(path: Path) -> Metadata:
    """Return the METADATA of the rule at ``path``."""
    block = re.match(r"# METADATA\n((?:#.*\n)+)package ", path.read_text())
    assert block, f"{path.name}: METADATA must be above the package"
    text = block[1]
    description = re.search(r"# description: \|\n((?:#   .*\n)+)", text)
    assert description, f"{path.name}: no description"
    return Metadata(
        rule="/".join(path.parts[-3:-1]),
        title=_field(text, "# title: (.+)"),
        description=" ".join(line[4:] for line in description[1].splitlines()),
        tier=_field(text, r'#   tier: "(.+)"'),
        since=_field(text, r"#   since: (\d+\.\d+\.\d+)"),
        page=_field(text, r"#   - (.+)"),
    )


def _field(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]


def index() -> str:
    """Return the index page."""
    rows = [read_metadata(path) for path in rule_files()]
    return _HEAD + "".join(
        f"| [{row.rule}]({row.rule}.md) | {row.tier} | {row.title} |\n" for row in rows
    )


if __name__ == "__main__":
    (PAGES / "README.md").write_text(index())
