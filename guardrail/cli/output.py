"""Writing reports: one decision, any number of formats and places."""

from pathlib import Path

import click

from guardrail.decision import Decision
from guardrail.errors import UsageError
from guardrail.report.interface import FORMATS, report

format_option = click.option(
    "--format",
    "format_name",
    type=click.Choice(sorted(FORMATS)),
    default="text",
    help="How the decision is told on standard output.",
)
output_option = click.option(
    "--output",
    "outputs",
    metavar="FORMAT=PATH",
    multiple=True,
    help="Write the same decision to a file as well. Repeatable.",
)


def tell(decision: Decision, format_name: str, outputs: tuple[str, ...]) -> None:
    """Print the decision in one format, and write it to files in others."""
    for output in outputs:
        name, _, path = output.partition("=")
        if name not in FORMATS or not path:
            raise UsageError(
                "an output is written as FORMAT=PATH",
                hint=f"formats are {', '.join(sorted(FORMATS))}",
            )
        Path(path).write_text(report(name)(decision), encoding="utf-8")
    click.echo(report(format_name)(decision), nl=False)

