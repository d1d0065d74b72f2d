"""A loaded plan, measured: evidence, binding and what the ledger knows, handed to the gate."""

import secrets

import msgspec
from msgspec import Struct

import guardrail
from guardrail.approval.request import Binding, Request, read_request
from guardrail.approval.token import named_request
from guardrail.decision import Decision, PlanRecord, StackRecord
from guardrail.door.session import Session, read_trusted
from guardrail.enforce.standing import standing
from guardrail.errors import ApprovalError
from guardrail.gate import Case, Offer, decide
from guardrail.ledger.interface import Ledger
from guardrail.origin.classify import classify
from guardrail.sources.evidence import Collected, collect
from guardrail.sources.plans import LoadedPlan
from guardrail.system.terraform import Terraform


class Judged(Struct, frozen=True, kw_only=True):
    """A decision, with what a request about it needs."""

    decision: Decision
    binding: Binding | None
    collected: Collected


def judge_json(session: Session, loaded: LoadedPlan) -> Judged:
    """Decide about plan JSON: nothing binds it, so nothing could approve it."""
    record = PlanRecord(
        source="json",
        sha256=loaded.sealed.sha256,
        json_sha256=loaded.json_sha256,
        terraform_version=loaded.plan.terraform_version,
    )
    stack = StackRecord(
        directory=str(session.call.directory), workspace="", backend="", lineage="", serial=0
    )
    return _judge(session, loaded, record, stack, binding=None)


def judge_saved(
    session: Session,
    loaded: LoadedPlan,
    terraform: Terraform,
    *,
    ledger: Ledger | None = None,
    token: bytes | None = None,
) -> Judged:
    """
    Decide about a saved plan.

    1. What an approval must be good for is computed from the plan, the binary and the policy.
    2. An offered ``token`` is measured against the request, the ledger and the trust document.

    Whether the working directory points at the plan's state is not asked here: who
    applies must ask it (:mod:`guardrail.enforce.target`).

    Raises :class:`guardrail.errors.GuardrailError` where any of that can't be known.
    """
    saved = loaded.plan.saved
    if saved is None:
        raise ApprovalError("unbound_plan", "the saved plan itself is needed, JSON was given")
    directory = session.call.directory
    record = PlanRecord(
        source="saved",
        sha256=loaded.sealed.sha256,
        json_sha256=loaded.json_sha256,
        terraform_version=saved.terraform_version,
    )
    stack = StackRecord(
        directory=str(directory),
        workspace=saved.workspace,
        backend=saved.backend,
        lineage=saved.lineage,
        serial=saved.serial,
    )
    # 1. What an approval must be good for.
    binding = Binding(
        plan_sha256=record.sha256,
        plan_json_sha256=record.json_sha256,
        terraform_version=saved.terraform_version,
        terraform_sha256=terraform.sha256,
        lockfile_sha256=saved.lockfile_sha256 or "",
        directory=stack.directory,
        backend=saved.backend,
        backend_sha256=saved.backend_sha256,
        workspace=saved.workspace,
        lineage=saved.lineage,
        serial=saved.serial,
        policy_sha256=session.bundle.sha256,
        guardrail_version=guardrail.__version__,
    )
    # 2. What was offered.
    offers = () if token is None or ledger is None else (_offer(session, ledger, token),)
    unfinished = ledger is not None and bool(ledger.unfinished(stack.key))
    return _judge(session, loaded, record, stack, binding, offers=offers, unfinished=unfinished)


def _judge(
    session: Session,
    loaded: LoadedPlan,
    record: PlanRecord,
    stack: StackRecord,
    binding: Binding | None,
    *,
    offers: tuple[Offer, ...] = (),
    unfinished: bool = False,
) -> Judged:
    call = session.call
    collected = collect(call.env, directory=call.directory, commit_range=call.commits)
    case = Case(
        decision_id=secrets.token_hex(16),
        plan=loaded.plan,
        plan_record=record,
        stack=stack,
        binding=binding,
        origin=classify(collected.evidence, obstructed=collected.obstructed),
        settings=session.settings,
        bundle=session.bundle,
        standing=standing(call.installation),
        unfinished=unfinished,
        now=call.now,
    )
    decision = decide(case, session.engine, offers)
    if offers and decision.approval.accepted and offers[0].request is not None:
        decision = with_request(decision, offers[0].request.request_id)
    return Judged(decision=decision, binding=binding, collected=collected)


def with_request(decision: Decision, request_id: str) -> Decision:
    """Return the decision naming the request it belongs to."""
    approval = msgspec.structs.replace(decision.approval, request=request_id)
    return msgspec.structs.replace(decision, approval=approval)


def refuse_spent(ledger: Ledger, token: bytes) -> None:
    """
    Refuse a token whose request is spent or rejected, before anything else is looked at.

    Raises :class:`ApprovalError`. A token that can't be read is left to :func:`judge_saved`,
    which reports it.
    """
    try:
        request = _remembered(ledger, named_request(token))
    except ApprovalError:
        return
    refused = _turned_down(ledger, request)
    if refused is not None:
        raise refused


def _offer(session: Session, ledger: Ledger, token: bytes) -> Offer:
    call = session.call
    trust = read_trusted(call.installation, ledger, call.now)
    request, refused = None, None
    try:
        request = _remembered(ledger, named_request(token))
        refused = _turned_down(ledger, request)
    except ApprovalError as error:
        refused = error
    return Offer(token=token, request=request, trust=trust, refused=refused)


def _remembered(ledger: Ledger, request_id: str) -> Request | None:
    body = ledger.request(request_id)
    return None if body is None else read_request(body)


def _turned_down(ledger: Ledger, request: Request | None) -> ApprovalError | None:
    if request is None:
        return None
    if ledger.rejection(request.request_id) is not None:
        return ApprovalError("rejected_by_senior", "a senior rejected this request")
    if ledger.spent(request.request_id):
        return ApprovalError(
            "already_used",
            "the approval of this request is spent: it was used for an apply",
            hint="ask for a new approval: `guardrail check` opens a new request",
        )
    return None
