"""``guardrail approve``: the senior reads the brief, proves it was read, and signs."""

from pathlib import Path

import click

from guardrail.approval.request import Request
from guardrail.approval.ssh import public_key
from guardrail.approval.statement import ApprovalVerdict
from guardrail.cli.context import Context
from guardrail.door.answer import answer
from guardrail.door.requests import find_request
from guardrail.errors import ApprovalError
from guardrail.report.brief import challenge, render
from guardrail.report.escape import terminal
from guardrail.system.outputs import write_output

key_option = click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Your SSH key (ed25519 or a security key), or its .pub file with an agent.",
)
reason_option = click.option("--reason", default="", help="Why, or a ticket; it is signed too.")


@click.command()
@click.argument("name", metavar="REQUEST")
@key_option
@reason_option
@click.option(
    "-o",
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the token to this file instead of printing it.",
)
@click.pass_obj
def command(context: Context, name: str, key: Path, reason: str, token_file: Path | None) -> None:
    """Show REQUEST (an id or a file) and sign it.

    Before it signs, it asks for the name of the environment and the number of
    resources that are lost. The token releases exactly one plan, once.
    """
    call = context.call()
    request = find_request(context.installation, name)
    click.echo(render(request), err=True, nl=False)
    _ask(request)
    if public_key(key).type.startswith("sk-"):
        click.echo("Touch your security key when it blinks.", err=True)
    token = answer(call, request, key=key, verdict=ApprovalVerdict.APPROVE, reason=reason)
    if token_file is None:
        click.echo(token)
    else:
        write_output(token_file, token + b"\n", own=context.installation.folders, mode=0o600)
        click.echo(f"guardrail: the token is in {terminal(str(token_file))}", err=True)


def _ask(request: Request) -> None:
    environment, lost = challenge(request)
    click.echo("", err=True)
    typed = click.prompt("Type the environment's name to go on", err=True)
    counted = click.prompt("How many resources are destroyed", err=True)
    if (typed.strip(), counted.strip()) != (environment, str(lost)):
        raise ApprovalError(
            "not_confirmed",
            "not signed: the environment or the number is not the one in the brief",
            hint="read the brief again; it names both",
        )
