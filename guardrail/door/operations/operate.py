"""Operations without a plan: judged by what they would do, and done as they were judged."""

import hashlib

from guardrail.decision import StackRecord
from guardrail.door.binding import bind
from guardrail.door.carry import (
    Applied,
    Books,
    Listener,
    conclude,
    refusals_logged,
    refuse_spent_token,
)
from guardrail.door.dropin import Operation
from guardrail.door.history import history_of
from guardrail.door.judge import Judged, judge
from guardrail.door.offers import make_offer
from guardrail.door.operations.ahead import look_ahead
from guardrail.door.operations.prospect import Prospect
from guardrail.door.remember import stack_after, toll_of
from guardrail.door.session import Session
from guardrail.door.stack import (
    child_environment,
    find_terraform,
    open_audit,
    open_ledger,
    prepare_directory,
)
from guardrail.enforce.procedure import Job
from guardrail.enforce.target import read_pointers
from guardrail.ledger.interface import Ledger, Stack
from guardrail.sources.plans import LoadedPlan
from guardrail.sources.state import pull_state
from guardrail.system.files import read_limited, seal
from guardrail.system.terraform import Terraform

_RECORD = 1 << 20


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
    call = session.call
    books = Books(ledger=open_ledger(call.installation), audit=open_audit(call.installation))
    with find_terraform(session) as terraform:
        with refusals_logged(books.audit, call.now, operation=operation.name):
            books.ledger.note_time(call.now)
            refuse_spent_token(books, token, call.now)
            prepare_directory(session)
            # 1. What it would do.
            env = child_environment(session)
            ahead = look_ahead(operation, terraform, env=env, directory=call.directory)
            loaded = LoadedPlan(
                plan=ahead.plan, sealed=seal(ahead.document), json_sha256=ahead.leaves
            )
            # 2. and 3.
            judged, key = _judge(session, loaded, ahead, terraform, books.ledger, token)
        # 4. Carry out.
        return conclude(
            call,
            judged,
            ahead.plan,
            books,
            terraform=terraform,
            job=lambda: _job(session, ahead, judged, terraform, books.ledger, key),
            listener=listener,
        )


def _judge(
    session: Session,
    loaded: LoadedPlan,
    ahead: Prospect,
    terraform: Terraform,
    ledger: Ledger,
    token: bytes | None,
) -> tuple[Judged, str]:
    call = session.call
    selected, backend = read_pointers(call.directory)
    stack = StackRecord(
        directory=str(call.directory),
        workspace=ahead.workspace or selected,
        backend=backend,
        lineage=ahead.state.lineage,
        serial=ahead.state.serial,
    )
    binding = bind(
        session,
        stack,
        terraform,
        loaded,
        terraform_version=terraform.version(
            env=child_environment(session), directory=call.directory
        ),
        backend_sha256=_backend_sha256(session),
    )
    # The ledger knows a stack by its plans' backend; here only the state's lineage tells which it is.
    known = ledger.stack_by_lineage(stack.lineage) if stack.lineage else None
    key = stack.place if known is None else known.key
    judged = judge(
        session,
        loaded,
        stack,
        binding,
        recall=lambda origin: history_of(ledger, stack, key, origin, session.settings, call.now),
        offers=() if token is None else (make_offer(session, ledger, token),),
        unfinished=tuple(
            begun.apply_id
            for name in dict.fromkeys((key, stack.place))
            for begun in ledger.unfinished(name)
        ),
    )
    return judged, key


def _backend_sha256(session: Session) -> str:
    record = session.call.directory / ".terraform" / "terraform.tfstate"
    if not record.exists():
        return ""
    return hashlib.sha256(read_limited(record, _RECORD)).hexdigest()


def _job(
    session: Session,
    ahead: Prospect,
    judged: Judged,
    terraform: Terraform,
    ledger: Ledger,
    key: str,
) -> Job:
    decision, directory = judged.decision, session.call.directory
    here = ahead.changes_state and ahead.workspace is None

    def look(at: int) -> Stack:
        state = pull_state(terraform, env=child_environment(session), directory=directory)
        known = ledger.stack(key)
        return stack_after(
            decision,
            ahead.plan,
            state,
            key=key,
            at=at,
            kept=None if known is None else known.remembered,
        )

    return Job(
        decision=decision,
        work=ahead.work,
        stack=key if ahead.changes_state else None,
        toll=toll_of(decision, ahead.plan, session.settings, judged.surroundings),
        unfinished=judged.unfinished,
        environment=lambda: child_environment(session, variables=ahead.variables),
        look=look if here else None,
    )
