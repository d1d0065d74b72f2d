"""``guardrail mcp``: what agents may ask of the gate, as an MCP server."""

import gc
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import click

from guardrail.cli.context import Context
from guardrail.door.session import true_directory
from guardrail.errors import UsageError


@click.command()
@click.option(
    "--chdir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The directory that agents may name files in.",
)
@click.option(
    "--http",
    "port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Serve HTTP on 127.0.0.1 at this port, in the place of standard streams.",
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file with the bearer token that clients send; needed with --http.",
)
@click.pass_obj
def command(context: Context, chdir: Path, port: int | None, token_file: Path | None) -> None:
    """Serve agents: check plans, open and follow requests, apply what is allowed.

    It speaks MCP on standard input and output, or over HTTP. Whoever calls is an
    agent. Nothing here approves anything.
    """
    if find_spec("mcp") is None:
        raise UsageError("the MCP server is not installed", hint="pip install 'tf-guardrail[mcp]'")
    if (port is None) is not (token_file is None):
        raise UsageError("--http and --token-file belong together")
    from guardrail.agents.mcp.serve import (  # noqa: PLC0415 - an extra
        read_bearer,
        serve_http,
        serve_stdio,
    )
    from guardrail.agents.mcp.tools import Place  # noqa: PLC0415 - see above

    # This one stays, unlike other commands.
    gc.enable()
    place = Place(installation=context.installation, root=true_directory(chdir), env=context.env)
    with closing(place.engines):
        if port is None or token_file is None:
            serve_stdio(place)
        else:
            serve_http(place, port=port, bearer=read_bearer(token_file))
