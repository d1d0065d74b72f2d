"""What of Terraform's own command line goes through the gate."""

import click

from guardrail.agents.remedies import remedy
from guardrail.agents.shell.model import Operation as Line
from guardrail.cli import apply
from guardrail.cli.context import EXIT_CODES
from guardrail.cli.options import print_decision
from guardrail.cli.terraform import check_tool
from guardrail.decision import Decision, Outcome
from guardrail.door.carry import Listener
from guardrail.door.dropin import Change, Operation
from guardrail.door.operations.operate import operate
from guardrail.door.session import Call, open_session
from guardrail.errors import EnforcementError
from guardrail.findings.states.unplanned import EFFECTS
from guardrail.ledger.interface import ApplyOutcome
from guardrail.report.escape import terminal
from guardrail.report.interface import report


def carry_out(tool: str, asked: Change | Operation, call: Call, token: bytes | None) -> int:
    """Do what is ``asked`` where the gate allows it, and return the exit code."""
    match asked:
        case Change():
            check_tool(tool, call)
            plan = None if asked.plan is None else str(call.directory / asked.plan)
            return apply.carry_out(
                call, print_decision, plan=plan, planning=asked.planning, token=token
            )
        case Operation() if asked.name in EFFECTS:
            check_tool(tool, call)
            return _operate(tool, asked, call, token)
        case Operation():
            return _refuse(tool, asked)


def _operate(tool: str, asked: Operation, call: Call, token: bytes | None) -> int:
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
    return EXIT_CODES[Outcome.DENY]
