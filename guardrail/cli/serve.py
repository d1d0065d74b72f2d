"""``guardrail serve``: the decision point for others, over HTTP."""

import click

from guardrail.cli.context import Context
from guardrail.errors import UsageError


@click.command()
@click.option(
    "--add",
    metavar="NAME",
    help="Make a bearer token for the caller NAME, print it once, and keep only its digest.",
)
@click.option("--agent", is_flag=True, help="With --add: only agents call with that token.")
@click.pass_obj
def command(context: Context, add: str | None, *, agent: bool) -> None:
    """Answer AuthZEN and plain HTTP requests about plans; see docs/server.md.

    Where it listens and what it believes is in the settings, under [server].
    """
    if agent and add is None:
        raise UsageError("--agent goes with --add NAME")
    try:
        from guardrail.server import run  # noqa: PLC0415 - a web server, for this command only
    except ModuleNotFoundError:
        raise UsageError(
            "what the server is made of is not installed",
            hint="install it with `pip install 'tf-guardrail[server]'`",
        ) from None
    if add is None:
        run.serve(context.installation, context.env)
    else:
        click.echo(run.add(context.installation, add, agent=agent))
