"""Options that several commands share, turned into the one value each command works with."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from guardrail.cli.context import Context
from guardrail.decision import Decision
from guardrail.door.session import Call, true_directory
from guardrail.errors import FileError, UsageError
from guardrail.report.interface import FORMATS, report
from guardrail.system.clock import unix_now
from guardrail.system.outputs import write_output

type_of_directory = click.Path(exists=True, file_okay=False, path_type=Path)

Tell = Callable[[Decision], None]
"""Tells a decision in every format that was asked for."""


def call_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give ``command`` a ``call`` instead of the options that describe one."""

    @click.option(
        "--chdir",
        type=type_of_directory,
        default=Path(),
        help="Work in this directory, as terraform -chdir does; PLAN is looked for from here.",
    )
    @click.option(
        "--commits",
        metavar="BASE..HEAD",
        help="Look for signs of agents in these commits; CI jobs find them by themselves.",
    )
    @click.option(
        "--engine",
        type=click.Choice(["embedded", "opa"]),
        help="Which Rego engine evaluates the policies.",
    )
    @click.option(
        "--policy",
        "policies",
        type=type_of_directory,
        multiple=True,
        help="A directory of further Rego rules; they can only tighten. Repeatable.",
    )
    @functools.wraps(command)
    def wrapped(
        *,
        chdir: Path,
        commits: str | None,
        engine: str | None,
        policies: tuple[Path, ...],
        **rest: Any,
    ) -> int:
        context = _context()
        call = Call(
            installation=context.installation,
            directory=true_directory(chdir),
            env=context.env,
            now=unix_now(),
            engine=engine,
            policies=policies,
            commits=None if commits is None else _range(commits),
        )
        return command(call=call, **rest)

    return wrapped


def report_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give ``command`` a ``tell`` instead of the options that say how to report."""

    @click.option(
        "--format",
        "format_name",
        type=click.Choice(sorted(FORMATS)),
        default="text",
        help="How the decision is told on standard output.",
    )
    @click.option(
        "--output",
        "outputs",
        metavar="FORMAT=PATH",
        multiple=True,
        help="Write the same decision to a file as well. Repeatable.",
    )
    @functools.wraps(command)
    def wrapped(*, format_name: str, outputs: tuple[str, ...], **rest: Any) -> int:
        places = [_place(output) for output in outputs]

        def tell(decision: Decision) -> None:
            for name, path in places:
                _write(path, report(name)(decision), _own_folders(decision))
            print_decision(decision, format_name)

        return command(tell=tell, **rest)

    return wrapped


def _context() -> Context:
    context = click.get_current_context().find_object(Context)
    if context is None:
        raise UsageError("the command was called outside the command line")
    return context


def _own_folders(decision: Decision) -> tuple[Path, ...]:
    installation = _context().installation
    # There the guardrail may write to the state and the configuration, and its caller may not.
    stack = (Path(decision.stack.directory),) if installation.shared else ()
    return (*installation.folders, *stack)


def _write(path: Path, text: str, own: tuple[Path, ...]) -> None:
    try:
        write_output(path, text.encode(), own=own)
    except FileError as error:
        raise FileError(f"the report cannot be written: {error.message}") from None


def print_decision(decision: Decision, format_name: str = "text") -> None:
    """Tell a decision on standard output."""
    try:
        click.echo(report(format_name)(decision), nl=False)
    except BrokenPipeError:
        # Whoever stops reading still gets the verdict, as the exit code.
        return
    except OSError as error:
        raise FileError(f"the report cannot be written: {error.strerror}") from None


def _place(output: str) -> tuple[str, Path]:
    name, _, path = output.partition("=")
    if name not in FORMATS or not path:
        raise UsageError(
            "an output is written as FORMAT=PATH",
            hint=f"formats are {', '.join(sorted(FORMATS))}",
        )
    return name, Path(path)


def _range(commits: str) -> tuple[str, str]:
    base, dots, head = commits.partition("..")
    if not dots or not base or not head or head.startswith("."):
        raise UsageError("a commit range is written as BASE..HEAD")
    return base, head
