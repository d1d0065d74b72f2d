"""``guardrail apply``: apply what is allowed, exactly as it was decided."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from guardrail.approval.token import named_request
from guardrail.cli.context import EXIT_CODES
from guardrail.cli.options import Tell, call_options, report_options
from guardrail.door.apply import apply_plan
from guardrail.door.carry import Applied, Listener
from guardrail.door.planning import keep_plan, kept_plan, made_plan
from guardrail.door.session import Call, Session, open_session
from guardrail.enforce.progress import Progress
from guardrail.errors import EnforcementError, UsageError
from guardrail.findings.labels import Labels
from guardrail.ledger.interface import ApplyOutcome
from guardrail.report.escape import terminal
from guardrail.system.files import read_limited

F = TypeVar("F", bound=Callable[..., object])

TOKEN_LIMIT = 1 << 16
"""The largest token that is read, in bytes."""


def _planning_option(name: str, flag: str, text: str, metavar: str) -> Callable[[F], F]:
    def collect(
        _ctx: click.Context, _option: click.Parameter, values: tuple[str, ...]
    ) -> list[str]:
        return [f"{flag}={value}" for value in values]

    return click.option(name, multiple=True, metavar=metavar, help=text, callback=collect)


@click.command()
@click.argument("plan", metavar="[PLAN]", required=False)
@click.option(
    "--token",
    "token_file",
    metavar="FILE",
    help="A senior's token for this plan; - reads it from standard input.",
)
@click.option("--destroy", is_flag=True, help="Make a plan that destroys everything.")
@_planning_option("--target", "-target", "Plan only this. Repeatable.", "ADDRESS")
@_planning_option("--replace", "-replace", "Plan to replace this. Repeatable.", "ADDRESS")
@_planning_option("--var", "-var", "Set a variable of the plan. Repeatable.", "NAME=VALUE")
@_planning_option("--var-file", "-var-file", "Read variables of the plan. Repeatable.", "FILE")
@call_options
@report_options
def command(
    *,
    plan: str | None,
    token_file: str | None,
    call: Call,
    tell: Tell,
    destroy: bool,
    **planning: list[str],
) -> int:
    """Apply PLAN where it is allowed, exactly as it was decided.

    Without PLAN, one is made here, with the planning options; with --token and
    without PLAN, the plan that was kept when the request was opened is applied.
    A --var-file is looked for where terraform runs.
    """
    arguments = [argument for values in planning.values() for argument in values]
    arguments += ["-destroy"] if destroy else []
    token = None if token_file is None else read_token(token_file)
    return carry_out(call, tell, plan=plan, token=token, planning=arguments)


def carry_out(
    call: Call,
    tell: Tell,
    *,
    plan: str | None,
    planning: Sequence[str],
    token: bytes | None = None,
) -> int:
    """
    Apply ``plan`` where it is allowed and return the exit code.

    Without ``plan``, the one that was kept for ``token`` is applied, or one is made with the
    options ``planning``.
    """
    with open_session(call) as session, _plan(session, plan, token, planning) as path:
        applied = apply_plan(
            session, path, Listener(on_decision=tell, on_progress=_tell_progress), token=token
        )
        if plan is None and applied.request is not None:
            keep_plan(session, Path(path), applied.request.request_id)
    return _exit_code(applied)


@contextmanager
def _plan(
    session: Session, plan: str | None, token: bytes | None, planning: Sequence[str]
) -> Iterator[str]:
    if plan is not None or token is not None:
        if planning:
            raise UsageError("the planning options make a new plan: give no PLAN and no --token")
        yield plan or str(kept_plan(session, named_request(token or b"")))
    else:
        with made_plan(session, planning) as path:
            yield str(path)


def read_token(file: str) -> bytes:
    """Return the token in ``file``; ``-`` is standard input."""
    if file == "-":
        return sys.stdin.buffer.read(TOKEN_LIMIT)
    return read_limited(Path(file), TOKEN_LIMIT)


def _tell_progress(progress: Progress, labels: Labels) -> None:
    label = terminal(labels.label(progress.address)) if progress.address else "the plan"
    match progress.event:
        case "apply_start":
            line = f"{label}: {progress.action}…"
        case "apply_complete":
            line = f"{label}: {progress.action} done"
        case "summary":
            line = (
                f"applied: {progress.add} added, {progress.change} changed, "
                f"{progress.remove} destroyed"
            )
        case "not_noted":
            line = (
                "warning: how this apply left the stack could not be noted; the ledger still knows "
                "it as it was before"
            )
        case _:
            line = f"{label}: terraform reports an error"
    click.echo(line, err=True)


def _exit_code(applied: Applied) -> int:
    if applied.outcome is None:
        return EXIT_CODES[applied.decision.outcome]
    if applied.outcome is not ApplyOutcome.APPLIED:
        raise EnforcementError(
            f"terraform apply ended as {applied.outcome}: part of the plan may be done",
            hint="run `terraform plan` to see what is left; its messages are not repeated here "
            "because they can hold values",
        )
    return 0
