"""What a report is, and which formats there are."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Protocol

from guardrail.decision import Decision
from guardrail.errors import UsageError

FORMATS = ("text", "json", "markdown")
"""The names of all formats, as on the command line; each is a module of this package."""


class Report(Protocol):
    """One way to tell a decision."""

    def __call__(self, decision: Decision) -> str:
        """Return the whole report, ending with a newline; the same decision gives the same text."""
        ...


def report(name: str, *, colour: bool = False) -> Report:
    """
    Return the report called ``name``; only text knows ``colour``.

    A format's module is loaded on first use. Raises :class:`UsageError` for a
    name that does not exist.
    """
    if name not in FORMATS:
        raise UsageError(
            "the report format does not exist", hint=f"choose one of {', '.join(FORMATS)}"
        )
    render: Callable[..., str] = import_module(f"guardrail.report.{name}").render
    return partial(render, colour=True) if colour and name == "text" else render
