"""What a report is, and which formats there are."""

from functools import partial
from typing import Protocol

from guardrail.decision import Decision
from guardrail.errors import UsageError
from guardrail.report import json, markdown, text


class Report(Protocol):
    """One way to tell a decision."""

    def __call__(self, decision: Decision) -> str:
        """Return the whole report, ending with a newline; the same decision gives the same text."""
        ...


FORMATS: dict[str, Report] = {
    "text": text.render,
    "json": json.render,
    "markdown": markdown.render,
}
"""Format name, as on the command line → report."""


def report(name: str, *, colour: bool = False) -> Report:
    """
    Return the report called ``name``; only text knows ``colour``.

    Raises :class:`UsageError` for a name that does not exist.
    """
    if name not in FORMATS:
        raise UsageError(
            "the report format does not exist", hint=f"choose one of {', '.join(FORMATS)}"
        )
    return partial(text.render, colour=True) if colour and name == "text" else FORMATS[name]
