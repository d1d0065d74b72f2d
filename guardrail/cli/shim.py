"""``guardrail shim``: files named like Terraform that call the guardrail."""

from pathlib import Path

import click

from guardrail.cli.context import Context
from guardrail.cli.hook import own_words
from guardrail.cli.options import type_of_directory
from guardrail.report.escape import terminal
from guardrail.system.shims import NAMES, install_shims, is_shim, programs, remove_shims


@click.group()
def command() -> None:
    """Put files named terraform and tofu into a directory, which call the guardrail."""


@command.command()
@click.argument("directory", metavar="DIR", type=type_of_directory)
@click.pass_obj
def install(context: Context, *, directory: Path) -> int:
    """Write the shims into DIR; what is there already and no shim is never overwritten."""
    written = install_shims(directory.absolute(), own_words())
    for path in written:
        click.echo(f"written: {terminal(str(path))}")
    if not written:
        click.echo("nothing to do")
    for name in NAMES:
        click.echo(f"{name} on PATH: {whose(name, context.env.get('PATH', ''))}")
    return 0


@command.command()
@click.argument("directory", metavar="DIR", type=type_of_directory)
def remove(*, directory: Path) -> int:
    """Delete the shims in DIR, and nothing else."""
    removed = remove_shims(directory.absolute())
    for path in removed:
        click.echo(f"deleted: {terminal(str(path))}")
    if not removed:
        click.echo("nothing to do")
    return 0


def whose(name: str, search_path: str) -> str:
    """Return what a shell would run as ``name``, and what of it goes past the guardrail."""
    found = list(programs(name, search_path))
    real = [path for path in found if not is_shim(path)]
    if not found:
        return "nothing"
    first = terminal(str(found[0]))
    if found[0] not in real:
        return f"the shim {first}; {_past(real)}"
    shims = [path for path in found if is_shim(path)]
    behind = f"; the shim {terminal(str(shims[0]))} comes too late" if shims else ""
    return f"the real one, {first}{behind}"


def _past(real: list[Path]) -> str:
    if not real:
        return "no other on PATH, but one called by its path goes past it"
    return f"called by its path, {terminal(str(real[0]))} goes past it"
