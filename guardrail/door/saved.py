"""A saved plan: what an approval of it must be good for, and what was offered."""

from guardrail.approval.request import Request
from guardrail.decision import Decision, Outcome, StackRecord
from guardrail.door.binding import bind
from guardrail.door.history import history_of
from guardrail.door.judge import Judged, judge
from guardrail.door.offers import make_offer
from guardrail.door.requests import open_request
from guardrail.door.session import Session
from guardrail.door.stack import (
    child_environment,
    find_terraform,
    open_ledger,
    prepare_directory,
)
from guardrail.ledger.interface import Ledger
from guardrail.sources.plans import LoadedPlan
from guardrail.sources.saved import load_saved
from guardrail.system.files import Sealed
from guardrail.system.terraform import Terraform


def check_saved(
    session: Session, sealed: Sealed, *, ask: bool = True
) -> tuple[Decision, Request | None]:
    """Decide about a sealed saved plan; where it needs approval, ``ask`` opens a request."""
    call = session.call
    with find_terraform(session) as terraform:
        prepare_directory(session)
        env = child_environment(session)
        loaded = load_saved(sealed, terraform, env=env, directory=call.directory)
        ledger = open_ledger(call.installation)
        judged = judge_saved(session, loaded, terraform, ledger)
        if not ask or judged.decision.outcome is not Outcome.APPROVAL_REQUIRED:
            return judged.decision, None
        return open_request(call, ledger, judged)


def judge_saved(
    session: Session,
    loaded: LoadedPlan,
    terraform: Terraform,
    ledger: Ledger,
    *,
    token: bytes | None = None,
) -> Judged:
    """
    Decide about a saved plan.

    1. What an approval must be good for is computed from the plan, the binary and the policy.
    2. An offered ``token`` is measured against the request, the ledger and the trust document.

    Whether the working directory points at the plan's state is not asked here: who
    applies must ask it (:mod:`guardrail.enforce.target`). Raises
    :class:`guardrail.errors.GuardrailError` where any of that can't be known.
    """
    saved = loaded.saved
    stack = StackRecord(
        directory=str(session.call.directory),
        workspace=saved.workspace,
        backend=saved.backend,
        lineage=saved.lineage,
        serial=saved.serial,
    )
    # 1. What an approval must be good for.
    binding = bind(
        session,
        stack,
        terraform,
        loaded,
        terraform_version=saved.terraform_version,
        backend_sha256=saved.backend_sha256,
        lockfile_sha256=saved.lockfile_sha256 or "",
    )
    # 2. What was offered.
    offers = () if token is None else (make_offer(session, ledger, token),)
    key = stack.key(saved.backend_sha256)
    return judge(
        session,
        loaded,
        stack,
        binding,
        recall=lambda origin: history_of(
            ledger, stack, key, origin, session.settings, session.call.now
        ),
        offers=offers,
        # An apply may have begun under the place, which named every stack once.
        unfinished=tuple(
            begun.apply_id
            for name in dict.fromkeys((key, stack.place))
            for begun in ledger.unfinished(name)
        ),
    )
