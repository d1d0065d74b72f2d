"""``guardrail terraform``: Terraform's own command line, with the gate where anything changes."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from guardrail.agents.own_files import guards
from guardrail.agents.remedies import remedy
from guardrail.agents.shell.model import Operation as Line
from guardrail.cli.apply import carry_out, read_token
from guardrail.cli.context import EXIT_CODES, Context
from guardrail.cli.options import print_decision
from guardrail.cli.program import fail
from guardrail.decision import Decision, Outcome
from guardrail.door.carry import Listener
from guardrail.door.dropin import (
    Change,
    Operation,
    Read,
    files_written,
    read_arguments,
    refuse_steering,
)
from guardrail.door.operations.operate import operate
from guardrail.door.session import Call, Session, open_session, true_directory
from guardrail.door.stack import child_environment, find_terraform, prepare_directory
from guardrail.errors import EnforcementError, UsageError
from guardrail.findings.states.unplanned import EFFECTS
from guardrail.ledger.interface import ApplyOutcome
from guardrail.report.escape import terminal
from guardrail.report.interface import report
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
        match asked:
            case Read():
                return _read(tool, asked, call)
            case Change():
                plan = None if asked.plan is None else str(call.directory / asked.plan)
                _check_tool(tool, call)
                return carry_out(
                    call, print_decision, plan=plan, planning=asked.planning, token=token
                )
            case Operation() if asked.name in EFFECTS:
                return _operate(tool, asked, call, token)
            case Operation():
                return _refuse(tool, asked)
    except UsageError as error:
        # Where 2 is Terraform's word for "there are changes", it must not be ours for "refused".
        return fail(error.message, error.hint, REFUSED)


def _token(words: Sequence[str]) -> tuple[bytes | None, Sequence[str]]:
    """Return the token that ``words`` begin with, and what follows it."""
    match words:
        case ["--token", str(file), *rest]:
            return read_token(file), rest
        case [str(word), *rest] if word.startswith("--token="):
            return read_token(word.removeprefix("--token=")), rest
        case _:
            return None, words


def _read(tool: str, asked: Read, call: Call) -> int:
    own = call.installation.folders
    if any(guards(file, str(call.directory), own) for file in files_written(asked)):
        raise UsageError("a file that decides whether anything is asked is not to be written")
    with open_session(call) as session:
        prepare_directory(session)
        env = child_environment(session, variables=asked.arguments[:1] == ("plan",))
        terraform = _open(tool, session)
    # Nothing of ours is open any more: from here on there is only Terraform.
    with terraform:
        terraform.become(asked.arguments, env=env, directory=call.directory)


def _check_tool(tool: str, call: Call) -> None:
    with open_session(call) as session, _open(tool, session):
        pass


def _open(tool: str, session: Session) -> Terraform:
    terraform = find_terraform(session)
    if terraform.path.name in NAMES and terraform.path.name != tool:
        terraform.close()
        raise EnforcementError(
            f"the guardrail works with {terraform.path.name} here, not with {tool}",
            hint=f"call {terraform.path.name}, or set [terraform] binary in the trusted settings",
        )
    return terraform


def _operate(tool: str, asked: Operation, call: Call, token: bytes | None) -> int:
    _check_tool(tool, call)
    listener = Listener(on_decision=_tell, on_progress=lambda *_: None)
    with open_session(call) as session:
        applied = operate(session, asked, listener, token=token)
    match applied.outcome:
        case None:
            return EXIT_CODES[applied.decision.outcome]
        case ApplyOutcome.APPLIED:
            click.echo(f"guardrail: done: {tool} {asked.name}", err=True)
            return 0
        case _:
            raise EnforcementError(
                f"{tool} {asked.name} ended as {applied.outcome}: part of it may be done",
                hint=f"{tool}'s messages are not repeated here because they can hold values",
            )


def _tell(decision: Decision) -> None:
    # Standard output is the tool's own: a console's answers, a test's report.
    click.echo(report("text")(decision), err=True, nl=False)


def _refuse(tool: str, asked: Operation) -> int:
    found = remedy(Line(tool=tool, name=asked.name, directory=asked.directory))
    lines = [
        f"BLOCKED - {found.why}",
        "no approval opens it: nothing is known of what it would do",
        *(f"instead: {step}" for step in found.steps),
    ]
    for line in lines:
        click.echo(f"guardrail: {terminal(line)}", err=True)
    return REFUSED


command = drop_in("terraform")
