"""``guardrail terraform``: Terraform's own command line, with the gate where anything changes."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from guardrail.agents.own_files import guards
from guardrail.cli.context import EXIT_CODES, Context
from guardrail.cli.program import fail
from guardrail.decision import Outcome
from guardrail.door.dropin import Read, files_written, read_arguments, refuse_steering
from guardrail.door.session import Call, Session, settled, true_directory
from guardrail.door.stack import child_environment, find_terraform, prepare_directory
from guardrail.errors import EnforcementError, UsageError
from guardrail.system.shims import NAMES
from guardrail.system.terraform import Terraform

REFUSED = EXIT_CODES[Outcome.DENY]


class DropIn(click.Command):
    """A command whose words are Terraform's, but for ``--token`` in front and ``--help`` alone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take ``args`` as they are."""
        if args == ["--help"]:
            return super().parse_args(ctx, args)
        ctx.params["words"] = tuple(args)
        return []


def drop_in(tool: str) -> click.Command:
    """Return the command that stands for ``tool``."""

    @click.pass_obj
    def callback(context: Context, *, words: tuple[str, ...]) -> int:
        return run(tool, words, context)

    summary = (
        f"Work as {tool} does: what only reads is answered by the real one, what applies a plan "
        "goes through the gate, and so does what changes anything without a plan. "
        f"For its own help: guardrail {tool} -help."
    )
    released = click.Option(
        ["--token"],
        metavar="FILE",
        help="A senior's token, before the subcommand; - reads it from standard input.",
    )
    return DropIn(
        tool, callback=callback, help=summary, params=[released], options_metavar="[ARGUMENTS]"
    )


def run(tool: str, words: Sequence[str], context: Context) -> int:
    """Do what ``words`` ask of ``tool``, and return the exit code."""
    try:
        refuse_steering(context.env)
        token, words = _token(words)
        asked = read_arguments(words)
        directory = true_directory(Path(asked.directory))
        call = msgspec.structs.replace(context.call(), directory=directory)
        if isinstance(asked, Read):
            return _read(tool, asked, call)
        from guardrail.cli import gated  # noqa: PLC0415 - what only reads needs no gate

        return gated.carry_out(tool, asked, call, token)
    except UsageError as error:
        # Where 2 is Terraform's word for "there are changes", it must not be ours for "refused".
        return fail(error.message, error.hint, REFUSED)


def _token(words: Sequence[str]) -> tuple[bytes | None, Sequence[str]]:
    """Return the token that ``words`` begin with, and what follows it."""
    match words:
        case ["--token", str(file), *rest]:
            pass
        case [str(word), *rest] if word.startswith("--token="):
            file = word.removeprefix("--token=")
        case _:
            return None, words
    from guardrail.cli.apply import read_token  # noqa: PLC0415 - most name none

    return read_token(file), rest


def _read(tool: str, asked: Read, call: Call) -> int:
    own = call.installation.folders
    if any(guards(file, str(call.directory), own) for file in files_written(asked)):
        raise UsageError("a file that decides whether anything is asked is not to be written")
    session = settled(call)
    prepare_directory(session)
    env = child_environment(session, variables=asked.arguments[:1] == ("plan",))
    with _open(tool, session) as terraform:
        terraform.become(asked.arguments, env=env, directory=call.directory)


def check_tool(tool: str, call: Call) -> None:
    """Raise :class:`EnforcementError` where the guardrail works with another tool here."""
    with _open(tool, settled(call)):
        pass


def _open(tool: str, session: Session) -> Terraform:
    terraform = find_terraform(session, hashed=False)
    if terraform.path.name in NAMES and terraform.path.name != tool:
        terraform.close()
        raise EnforcementError(
            f"the guardrail works with {terraform.path.name} here, not with {tool}",
            hint=f"call {terraform.path.name}, or set [terraform] binary in the trusted settings",
        )
    return terraform


command = drop_in("terraform")
