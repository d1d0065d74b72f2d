"""Operations without a plan: judged by what they would do, and done as they were judged."""

from collections.abc import Mapping

from guardrail.decision import StackRecord
from guardrail.door.binding import bind
from guardrail.door.carry import Applied, Listener, conclude, deciding
from guardrail.door.dropin import Operation
from guardrail.door.history import history_of
from guardrail.door.judge import Judged, judge
from guardrail.door.offers import make_offer
from guardrail.door.operations.ahead import look_ahead
from guardrail.door.operations.left import stack_left
from guardrail.door.operations.prospect import MOVES, Asked, Prospect
from guardrail.door.remember import toll_of
from guardrail.door.session import Session
from guardrail.door.stack import child_environment, find_terraform
from guardrail.enforce.procedure import Job
from guardrail.enforce.target import read_pointers
from guardrail.findings.history import History
from guardrail.ledger.interface import Ledger, Stack
from guardrail.origin.evidence import Origin
from guardrail.sources.plans import LoadedPlan
from guardrail.sources.state import digested, read_state
from guardrail.system.files import seal
from guardrail.system.terraform import Terraform


def operate(
    session: Session, operation: Operation, listener: Listener, *, token: bytes | None
) -> Applied:
    """
    Decide about ``operation`` in the session's directory and do it where it is allowed.

    1. What it would do is found out without doing it.
    2. What an approval must be good for: the command, all that it reads, the state as it is and
       as it is left.
    3. It is decided as a plan is.
    4. It is carried out as a plan is (:mod:`guardrail.enforce.procedure`).

    ``token`` is an approval or None. Raises :class:`guardrail.errors.GuardrailError` where any
    of that can't be known.
    """
    with find_terraform(session) as terraform:
        with deciding(session, token, operation=operation.name) as books:
            # 1. What it would do.
            ahead = look_ahead(_asked(session, operation, terraform))
            loaded = LoadedPlan(
                plan=ahead.plan, sealed=seal(ahead.document), json_sha256=ahead.leaves
            )
            # 2. and 3.
            judged = _judge(session, loaded, ahead, terraform, books.ledger, token)
        # 4. Carry out.
        return conclude(
            session.call,
            judged,
            ahead.plan,
            books,
            terraform=terraform,
            job=lambda: _job(session, ahead, judged, books.ledger),
            listener=listener,
        )


def _asked(session: Session, operation: Operation, terraform: Terraform) -> Asked:
    env = child_environment(session)
    handed = child_environment(session, variables=True)
    return Asked(
        operation=operation,
        terraform=terraform,
        env=env,
        variables={name: value for name, value in handed.items() if name not in env},
        directory=session.call.directory,
        workspace=read_pointers(session.call.directory)[0],
    )


def _judge(
    session: Session,
    loaded: LoadedPlan,
    ahead: Prospect,
    terraform: Terraform,
    ledger: Ledger,
    token: bytes | None,
) -> Judged:
    subject = ahead.subject
    stack = StackRecord(
        directory=str(session.call.directory),
        workspace=subject.workspace,
        backend=subject.backend.type,
        lineage=subject.state.lineage,
        serial=subject.state.serial,
    )
    # Whatever wrote a state once, it is this binary that printed it.
    version = subject.state.terraform_version or terraform.version(
        env=child_environment(session), directory=session.call.directory
    )
    binding = bind(
        session,
        stack,
        terraform,
        loaded,
        terraform_version=version,
        backend_sha256=subject.backend.sha256,
    )
    key = _key(stack, ahead)
    return judge(
        session,
        loaded,
        stack,
        binding,
        recall=lambda origin: _recall(session, ahead, stack, ledger, origin),
        offers=() if token is None else (make_offer(session, ledger, token),),
        unfinished=tuple(
            begun.apply_id
            for name in (dict.fromkeys((key, stack.place)) if _interferes(ahead) else ())
            for begun in ledger.unfinished(name)
        ),
    )


def _key(stack: StackRecord, ahead: Prospect) -> str:
    return stack.key(ahead.subject.backend.sha256)


def _interferes(ahead: Prospect) -> bool:
    """Return whether an apply whose end is not known may still be at it."""
    unplanned = ahead.plan.unplanned
    return ahead.left is not None or (unplanned is not None and unplanned.name == "force-unlock")


def _recall(
    session: Session, ahead: Prospect, stack: StackRecord, ledger: Ledger, origin: Origin
) -> History | None:
    """Return what is remembered of the stack that is changed; None where none is."""
    unplanned = ahead.plan.unplanned
    if ahead.left is None or unplanned is None:
        return None
    if unplanned.name in MOVES and not stack.lineage:
        # Where nothing is kept yet, nothing is missing: it is not the stack that was here before.
        return None
    return history_of(ledger, stack, _key(stack, ahead), origin, session.settings, session.call.now)


def _job(session: Session, ahead: Prospect, judged: Judged, ledger: Ledger) -> Job:
    decision, left = judged.decision, ahead.left
    key = _key(decision.stack, ahead)

    def environment() -> Mapping[str, str]:
        return child_environment(session, variables=ahead.variables)

    def look(at: int) -> Stack | None:
        state = ahead.subject.state
        known = ledger.stack(key) or (state.lineage and ledger.stack_by_lineage(state.lineage))
        if not known or left is None:
            return None
        after = read_state(left(child_environment(session)))
        return stack_left(known, decision, digested(state), after, key=key, at=at)

    return Job(
        decision=decision,
        work=ahead.work,
        stack=None if left is None else key,
        toll=toll_of(decision, ahead.plan, session.settings, judged.surroundings),
        unfinished=judged.unfinished,
        environment=environment,
        look=None if left is None else look,
    )
