"""``guardrail requests``: what waits for a senior."""

from datetime import UTC, datetime

import click

from guardrail.approval.request import Request, read_request
from guardrail.cli.context import Context
from guardrail.door.stack import open_ledger
from guardrail.report.brief import challenge
from guardrail.report.escape import terminal
from guardrail.system.clock import unix_now


@click.command()
@click.pass_obj
def command(context: Context) -> None:
    """List what waits for a senior, shortest brief first."""
    bodies = open_ledger(context.installation).open_requests(unix_now())
    waiting = sorted((read_request(body) for body in bodies), key=_length)
    if not waiting:
        click.echo("nothing waits")
    for request in waiting:
        environment, lost = challenge(request)
        until = datetime.fromtimestamp(request.expires, tz=UTC)
        click.echo(
            f"{request.request_id}  {terminal(environment)}: {_what(request, lost)}, "
            f"in {terminal(request.binding.directory)}, until {until:%Y-%m-%d %H:%M} UTC"
        )


def _what(request: Request, lost: int) -> str:
    operation = request.binding.operation
    return f"terraform {terminal(operation)}, {lost} lost" if operation else f"{lost} destroyed"


def _length(request: Request) -> tuple[int, int, str]:
    return len(request.facts.findings), request.created, request.request_id
