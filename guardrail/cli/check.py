"""``guardrail check``: decide and explain."""

import click

from guardrail.cli.context import EXIT_CODES
from guardrail.cli.options import Tell, call_options, report_options
from guardrail.door.check import check
from guardrail.door.session import Call, open_session


@click.command()
@click.argument("plan", metavar="PLAN")
@call_options
@report_options
def command(*, plan: str, call: Call, tell: Tell) -> int:
    """Decide about PLAN and explain; change nothing.

    PLAN is a saved plan (terraform plan -out), its JSON (terraform show -json),
    an object s3://bucket/key, or - for standard input. Only a saved plan can be
    approved and applied; where it needs approval, a request is opened.
    """
    with open_session(call) as session:
        decision, _ = check(session, plan)
    tell(decision)
    return EXIT_CODES[decision.outcome]
