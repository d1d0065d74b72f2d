"""``guardrail reject``: a senior turns a request down."""

from pathlib import Path

import click

from guardrail.approval.statement import ApprovalVerdict
from guardrail.cli.approve import key_option, reason_option
from guardrail.cli.context import Context
from guardrail.door.answer import answer
from guardrail.door.requests import find_request


@click.command()
@click.argument("name", metavar="REQUEST")
@key_option
@reason_option
@click.pass_obj
def command(context: Context, name: str, key: Path, reason: str) -> None:
    """Turn REQUEST (an id or a file) down for good.

    The rejection is signed; no approval of the same request counts afterwards.
    """
    call = context.call()
    request = find_request(context.installation, name)
    answer(call, request, key=key, verdict=ApprovalVerdict.REJECT, reason=reason)
    click.echo(f"guardrail: request {request.request_id} is rejected", err=True)
