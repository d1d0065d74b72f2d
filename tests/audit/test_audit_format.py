"""The written format and the program say the same."""

import re
from pathlib import Path

import pytest

from guardrail.audit.entry import Event
from guardrail.audit.verify import Code, verify

DOCUMENT = Path(__file__).parents[2] / "docs" / "formats" / "audit.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
EXAMPLE = [
    line.removeprefix("    ").encode() + b"\n"
    for line in TEXT.splitlines()
    if line.startswith('    {"body":')
]


def test_the_example_verifies_and_has_the_head_it_names() -> None:
    verified = verify(EXAMPLE)

    assert (verified.entries, verified.torn, verified.problems) == (4, (3,), ())
    assert f"    {verified.head}\n" in TEXT


@pytest.mark.parametrize(("heading", "words"), [("Events", Event), ("Verifying", Code)])
def test_every_word_is_explained_and_no_other(
    heading: str, words: type[Event] | type[Code]
) -> None:
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [word.value for word in words]
