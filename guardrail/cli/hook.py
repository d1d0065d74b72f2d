"""``guardrail hook``: answer an agent's executor before it acts, and install that."""

import shutil
import sys
from pathlib import Path

import click

from guardrail.agents.hooks import EXECUTORS
from guardrail.agents.hooks.run import answer_call
from guardrail.agents.install.edit import Ground, make_edit, plan_edit
from guardrail.agents.install.executors import wiring
from guardrail.agents.install.merge import made_by
from guardrail.agents.install.receipts import find_receipt, keep_receipt
from guardrail.agents.install.wiring import Scope
from guardrail.cli.context import Context
from guardrail.errors import UsageError


class _Hooks(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [*sorted(EXECUTORS), "install"]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return _answering(name) if name in EXECUTORS else super().get_command(ctx, name)


@click.group(cls=_Hooks)
def command() -> None:
    """Answer an agent's executor before it acts; install that.

    With an executor's name, its JSON is read from standard input and answered in its
    form. Whatever is not allowed, or goes wrong, is its deny and exit code 2.
    """


def _answering(name: str) -> click.Command:
    @click.pass_obj
    def answer(context: Context) -> int:
        return answer_call(name, installation=context.installation, env=context.env)

    return click.Command(
        name, callback=answer, help=f"Answer {name} about the call on standard input."
    )


@command.command()
@click.argument("name", metavar="NAME", type=click.Choice(sorted(EXECUTORS)))
@click.option("--project", "scope", flag_value="project", help="In this directory (the default).")
@click.option("--user", "scope", flag_value="user", help="In the user's own configuration.")
@click.option("--managed", "scope", flag_value="managed", help="In the machine's; needs root.")
@click.option("--undo", is_flag=True, help="Take away what was added.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def install(context: Context, *, name: str, scope: str | None, undo: bool, yes: bool) -> int:
    """Write NAME's configuration so that it asks the guardrail.

    Shows the change first, and asks. A failure of the hook blocks wherever the executor
    can be told so.
    """
    where = Scope(scope or "project")
    wired = wiring(name, where, own_words())
    if wired is None:
        raise UsageError(
            f"{name} has no configuration for {where.value} that could be written",
            hint=f"see docs/agents/{name}.md",
        )
    ground = Ground(project=Path.cwd(), home=context.installation.home)
    base = ground.of(where)
    made = find_receipt(context.installation, base / wired.file)
    edit = plan_edit(name, wired, base, undo=undo, made=made)
    if edit.empty:
        click.echo("nothing to do")
        return 0
    click.echo(edit.diff(), nl=False)
    if not yes:
        click.confirm("Write this?", abort=True)
    make_edit(edit)
    if wired.entries and (undo or made is None):
        kept = None if undo else made_by(edit.before, wired)
        keep_receipt(context.installation, edit.path, kept)
    click.echo(f"written: {edit.path}" if edit.after is not None else f"deleted: {edit.path}")
    if wired.note and not undo:
        click.echo(f"note: {wired.note}")
    return 0


def own_words() -> list[str]:
    """Return the words that start this program, with an absolute path."""
    beside = Path(sys.executable).with_name("guardrail")
    if beside.is_file():
        return [str(beside)]
    found = shutil.which("guardrail")
    return [str(Path(found).absolute())] if found else [sys.executable, "-m", "guardrail"]
