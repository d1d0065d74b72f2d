"""The table in docs/origin.md is the table of signals. Run this file to write it anew."""

import re
from itertools import chain
from pathlib import Path

from guardrail.origin.evidence import Strength
from guardrail.origin.fault import Fault
from guardrail.origin.match import variable_label
from guardrail.origin.signals import Agent, load_signals

SIGNALS = load_signals()
DOC = Path(__file__).parents[2] / "docs" / "origin.md"
PART = re.compile(r"(?<=<!-- begin:agents -->\n).*?(?=<!-- end:agents -->)", re.DOTALL)


def rows() -> list[tuple[str, Strength, str]]:
    """Return name, strength and words of every row."""
    words = chain(
        ((row, f"`{variable_label(row)}`") for row in SIGNALS.variables),
        ((row, f"process `{row.program}`") for row in SIGNALS.processes if row.program),
        ((row, f"package `{row.package}`") for row in SIGNALS.processes if row.package),
        ((row, f"file `{row.path}`") for row in SIGNALS.files),
        ((row, f"`{row.address}`") for row in SIGNALS.addresses),
        ((row, f"account `{row.login}`") for row in SIGNALS.logins),
        ((row, f"trailer `{row.trailer}`") for row in SIGNALS.trailers),
        ((row, f"{row.place} `{row.text.strip()}`") for row in SIGNALS.texts),
        ((row, f"branch `{row.prefix}`") for row in SIGNALS.branches),
        ((row, f"label `{row.label}`") for row in SIGNALS.labels),
        ((row, f"notes `{row.ref}`") for row in (SIGNALS.notes,)),
    )
    return [(row.name, row.strength, text.replace("|", "\\|")) for row, text in words]


def cell(agent: Agent, strength: Strength) -> str:
    return ", ".join(text for name, much, text in rows() if (name, much) == (agent.slug, strength))


def table() -> str:
    lines = ["| agent | slug | strong | medium | weak |", "|---|---|---|---|---|"]
    for agent in SIGNALS.agents:
        cells = " | ".join(cell(agent, strength) for strength in Strength)
        lines.append(f"| {agent.title} | `{agent.slug}` | {cells} |")
    return "\n".join(lines) + "\n"


def test_the_table_of_agents_is_the_table_of_signals() -> None:
    assert PART.findall(DOC.read_text("utf-8")) == [table()]


def test_every_fault_of_a_token_is_explained() -> None:
    text = DOC.read_text("utf-8")
    codes = {
        code
        for row in re.findall(r"^\| (`[a-z_`, ]+) \|", text, re.MULTILINE)
        for code in re.findall(r"`([a-z_]+)`", row)
    }
    assert {fault.value for fault in Fault} <= codes


if __name__ == "__main__":
    DOC.write_text(PART.sub(lambda _: table(), DOC.read_text("utf-8")), "utf-8")
