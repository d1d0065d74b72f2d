"""Check: decide about a plan and explain; change nothing."""

from guardrail.approval.request import Request
from guardrail.decision import Decision, Outcome
from guardrail.door.judge import judge_json, judge_saved
from guardrail.door.requests import open_request
from guardrail.door.session import Session, child_environment, find_terraform, open_ledger
from guardrail.sources.plans import is_saved, load_json, load_saved, seal_plan


def check(session: Session, source: str) -> tuple[Decision, Request | None]:
    """
    Decide about the plan that ``source`` names: a path, ``-`` or ``s3://…``.

    For a saved plan that needs approval a request is opened and returned too.
    """
    call = session.call
    with seal_plan(source, call.env) as sealed:
        if not is_saved(sealed):
            return judge_json(session, load_json(sealed)).decision, None
        with find_terraform(session) as terraform:
            env = child_environment(session)
            loaded = load_saved(sealed, terraform, env=env, directory=call.directory)
            ledger = open_ledger(call.installation)
            judged = judge_saved(session, loaded, terraform, ledger=ledger)
            if judged.decision.outcome is not Outcome.APPROVAL_REQUIRED:
                return judged.decision, None
            return open_request(call, ledger, judged)
