"""``guardrail check``: decide and explain."""

from pathlib import Path

import click

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
from guardrail.door.check import check
from guardrail.door.session import open_session


@click.command()
@click.argument("plan", metavar="PLAN")
@chdir_option
@commits_option
@engine_option
@policy_option
@format_option
@output_option
@click.pass_obj
def command(
    context: Context,
    plan: str,
    chdir: Path,
    commits: str | None,
    engine: str | None,
    policies: tuple[Path, ...],
    format_name: str,
    outputs: tuple[str, ...],
) -> int:
    """Decide about PLAN and explain; change nothing.

    PLAN is a saved plan (terraform plan -out), its JSON (terraform show -json),
    an object s3://bucket/key, or - for standard input. Only a saved plan can be
    approved and applied; where it needs approval, a request is opened.
    """
    call = make_call(context, chdir=chdir, engine=engine, policies=policies, commits=commits)
    with open_session(call) as session:
        decision, _ = check(session, plan)
    tell(decision, format_name, outputs)
    return EXIT_CODES[decision.outcome]
