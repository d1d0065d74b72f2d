"""A command line is harmless, infrastructure or opaque; the corpus says which."""

from pathlib import Path

import pytest

from guardrail.agents.shell.reading import Answer, read_command

CORPUS = [
    line.split("\t", 1)
    for line in (Path(__file__).parent / "corpus.tsv").read_text().splitlines()
    if line and not line.startswith("#")
]


def unescaped(line: str) -> str:
    """Return ``line`` with ``\\n`` and ``\\t`` resolved; ``\\\\`` is one backslash."""
    out, at = "", 0
    while at < len(line):
        pair = line[at : at + 2]
        out += {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}.get(pair, line[at])
        at += 2 if pair in {"\\n", "\\t", "\\\\"} else 1
    return out


@pytest.mark.parametrize(("expected", "line"), CORPUS)
def test_the_corpus_is_told_apart(expected: str, line: str):
    assert read_command(unescaped(line)).answer is Answer(expected)
