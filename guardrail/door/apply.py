"""Apply: decide about a saved plan, and apply exactly those bytes."""

from guardrail.door.carry import Applied, Listener, conclude, deciding
from guardrail.door.judge import Judged
from guardrail.door.remember import stack_after, toll_of
from guardrail.door.saved import judge_saved
from guardrail.door.session import Session
from guardrail.door.stack import child_environment, find_terraform
from guardrail.enforce.apply import Apply
from guardrail.enforce.procedure import Job
from guardrail.enforce.target import check_target, read_target
from guardrail.errors import UsageError
from guardrail.ledger.interface import Stack
from guardrail.sources.plans import LoadedPlan, is_saved, seal_plan
from guardrail.sources.saved import load_saved
from guardrail.sources.state import read_state
from guardrail.system.files import Sealed
from guardrail.system.terraform import Terraform, pull_state


def apply_plan(
    session: Session, source: str, listener: Listener, *, token: bytes | None
) -> Applied:
    """
    Decide about the saved plan that ``source`` names and apply it where it is allowed.

    ``token`` is an approval or None.
    """
    with seal_plan(source, session.call.env) as sealed, find_terraform(session) as terraform:
        if not is_saved(sealed):
            raise UsageError(
                "only a saved plan can be applied, JSON was given",
                hint="make one with `terraform plan -out=tfplan`, then `guardrail apply tfplan`",
            )
        return _apply(session, sealed, terraform, listener, token)


def _apply(
    session: Session,
    sealed: Sealed,
    terraform: Terraform,
    listener: Listener,
    token: bytes | None,
) -> Applied:
    call = session.call
    with deciding(session, token, plan_sha256=sealed.sha256) as books:
        env = child_environment(session)
        loaded = load_saved(sealed, terraform, env=env, directory=call.directory)
        check_target(loaded.saved, read_target(terraform, env=env, directory=call.directory))
        judged = judge_saved(session, loaded, terraform, books.ledger, token=token)
    return conclude(
        call,
        judged,
        loaded.plan,
        books,
        terraform=terraform,
        job=lambda: _job(session, loaded, judged, terraform),
        listener=listener,
    )


def _job(session: Session, loaded: LoadedPlan, judged: Judged, terraform: Terraform) -> Job:
    decision, directory = judged.decision, session.call.directory
    key = decision.stack.key(loaded.saved.backend_sha256)

    def look(at: int) -> Stack:
        env = child_environment(session)
        state = read_state(pull_state(terraform, env=env, directory=directory))
        return stack_after(decision, loaded.plan, state, key=key, at=at)

    return Job(
        decision=decision,
        work=Apply(saved=loaded.saved, sealed=loaded.sealed, directory=directory),
        stack=key,
        toll=toll_of(decision, loaded.plan, session.settings, judged.surroundings),
        unfinished=judged.unfinished,
        environment=lambda: child_environment(session),
        look=look,
    )
