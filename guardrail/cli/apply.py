"""``guardrail apply``: apply what is allowed, exactly as it was decided."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from guardrail.approval.token import named_request
from guardrail.cli.context import (
    EXIT_CODES,
    Context,
    chdir_option,
    commits_option,
    engine_option,
    make_call,
    policy_option,
)
from guardrail.cli.output import format_option, output_option, tell
from guardrail.door.apply import Applied, apply_plan, keep_plan, kept_plan, made_plan
from guardrail.door.session import Session, open_session
from guardrail.enforce.apply import Ending
from guardrail.enforce.progress import Progress
from guardrail.errors import EnforcementError, UsageError
from guardrail.findings.labels import Labels
from guardrail.report.escape import terminal
from guardrail.system.files import read_limited

TOKEN_LIMIT = 1 << 16
"""The largest token that is read, in bytes."""


@click.command()
@click.argument("plan", metavar="[PLAN]", required=False)
@click.option(
    "--token",
    "token_file",
    metavar="FILE",
    help="A senior's token for this plan; - reads it from standard input.",
)
@click.option("--destroy", is_flag=True, help="Make a plan that destroys everything.")
@click.option("--target", "targets", multiple=True, metavar="ADDR", help="Plan only this.")
@click.option("--replace", "replacements", multiple=True, metavar="ADDR", help="Plan to replace.")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="A variable.")
@click.option("--var-file", "variable_files", multiple=True, metavar="FILE", help="Variables.")
@chdir_option
@commits_option
@engine_option
@policy_option
@format_option
@output_option
@click.pass_obj
def command(
    context: Context,
    plan: str | None,
    token_file: str | None,
    destroy: bool,  # noqa: FBT001 (click passes it by name)
    targets: tuple[str, ...],
    replacements: tuple[str, ...],
    variables: tuple[str, ...],
    variable_files: tuple[str, ...],
    chdir: Path,
    commits: str | None,
    engine: str | None,
    policies: tuple[Path, ...],
    format_name: str,
    outputs: tuple[str, ...],
) -> int:
    """Apply PLAN where it is allowed, exactly as it was decided.

    Without PLAN, one is made here; with --token and without PLAN, the plan that
    was kept when the request was opened is applied. The planning options need
    no PLAN.
    """
    planning = [
        *(["-destroy"] if destroy else []),
        *(f"-target={address}" for address in targets),
        *(f"-replace={address}" for address in replacements),
        *(f"-var={variable}" for variable in variables),
        *(f"-var-file={Path(file).absolute()}" for file in variable_files),
    ]
    token = None if token_file is None else _read_token(token_file)
    call = make_call(context, chdir=chdir, engine=engine, policies=policies, commits=commits)
    with open_session(call) as session, _plan(session, plan, token, planning) as path:
        applied = apply_plan(
            session,
            path,
            token=token,
            on_decision=lambda decision: tell(decision, format_name, outputs),
            on_progress=_tell_progress,
        )
        if plan is None and applied.request is not None:
            keep_plan(session, Path(path), applied.request.request_id)
    return _exit_code(applied)


@contextmanager
def _plan(
    session: Session, plan: str | None, token: bytes | None, planning: list[str]
) -> Iterator[str]:
    if plan is not None or token is not None:
        if planning:
            raise UsageError("the planning options make a new plan: give no PLAN and no --token")
        yield plan or str(kept_plan(session, named_request(token or b"")))
    else:
        with made_plan(session, planning) as path:
            yield str(path)


def _read_token(file: str) -> bytes:
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
        case _:
            line = f"{label}: terraform reports an error"
    click.echo(line, err=True)


def _exit_code(applied: Applied) -> int:
    if applied.ending is None:
        return EXIT_CODES[applied.decision.outcome]
    if applied.ending is not Ending.APPLIED:
        raise EnforcementError(
            f"terraform apply ended as {applied.ending}: part of the plan may be done",
            hint="run `terraform plan` to see what is left; its messages are not repeated here "
            "because they can hold values",
        )
    return 0
