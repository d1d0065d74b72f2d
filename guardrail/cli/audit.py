"""``guardrail audit``: check and read the audit log."""

import click

from guardrail.audit.verify import verify_file
from guardrail.cli.context import Context
from guardrail.errors import AuditError
from guardrail.report.escape import json_text


@click.group()
def command() -> None:
    """Check and read the audit log."""


@command.command()
@click.option("--head", help="The hash of an entry that must be in the log, such as a known last.")
@click.pass_obj
def verify(context: Context, head: str | None) -> None:
    """Check the whole chain: edits, deletions, swaps, duplicates.

    Entries cut off at the end can be seen only with --head.
    """
    verified = verify_file(context.installation.audit_log, head=head)
    for problem in verified.problems:
        click.echo(f"line {problem.line}: {problem.code}: {problem.message}")
    if verified.problems:
        raise AuditError(f"the audit log does not verify: {len(verified.problems)} problem(s)")
    click.echo(f"{verified.entries} entries, chain intact, head {verified.head}")


@command.command()
@click.pass_obj
def show(context: Context) -> None:
    """Print every entry, one JSON line each."""
    path = context.installation.audit_log
    if path.exists():
        click.echo(json_text(path.read_bytes()), nl=False)
