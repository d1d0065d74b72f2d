"""A loaded plan, handed to the gate with the evidence of who is behind it."""

import os
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from guardrail.approval.request import Binding
from guardrail.case import Case, Offer
from guardrail.decision import Decision, PlanRecord, StackRecord
from guardrail.door.history import history_here
from guardrail.door.session import Session
from guardrail.door.who import who_asks
from guardrail.enforce.standing import standing
from guardrail.findings.history import History
from guardrail.findings.surroundings import Surroundings
from guardrail.gate import decide
from guardrail.origin.classify import classify
from guardrail.origin.evidence import Origin
from guardrail.sources.configuration import read_hcl
from guardrail.sources.evidence import Collected
from guardrail.sources.place import place_of
from guardrail.sources.plans import LoadedPlan


class Judged(Struct, frozen=True, kw_only=True):
    """A decision, with what a request about it needs."""

    decision: Decision
    binding: Binding | None
    collected: Collected
    surroundings: Surroundings
    unfinished: tuple[str, ...]
    """The applies of the stack whose end was not known when this was decided."""


def judge(
    session: Session,
    loaded: LoadedPlan,
    stack: StackRecord,
    binding: Binding | None,
    *,
    recall: Callable[[Origin], History | None],
    offers: Sequence[Offer] = (),
    unfinished: tuple[str, ...] = (),
) -> Judged:
    """
    Decide about ``loaded``.

    ``binding`` is what an approval must be good for; None where nothing binds the
    plan. ``recall`` returns what the ledger remembers of the stack, when it is told who
    is behind the plan. ``unfinished`` are the applies of the stack that never ended.
    """
    call = session.call
    collected = who_asks(session)
    logins = tuple(dict.fromkeys((*collected.logins, *call.logins)))
    collected = msgspec.structs.replace(collected, logins=logins)
    evidence = (*call.evidence, *collected.evidence)
    origin = classify(evidence, obstructed=collected.obstructed)
    hcl = read_hcl(loaded, directory=call.directory, env=call.env, commits=call.commits)
    surroundings = Surroundings(
        workspace=stack.workspace,
        directory=place_of(call.directory),
        history=recall(origin),
        prevented_before=hcl.prevented_before,
        prevented_now=hcl.prevented_now,
        lines=hcl.lines,
    )
    case = Case(
        decision_id=os.urandom(16).hex(),
        plan=loaded.plan,
        plan_record=PlanRecord(
            source=loaded.plan.source,
            operation="" if loaded.plan.unplanned is None else loaded.plan.unplanned.name,
            sha256=loaded.sealed.sha256,
            json_sha256=loaded.json_sha256,
            terraform_version=loaded.plan.terraform_version,
        ),
        stack=stack,
        surroundings=surroundings,
        binding=binding,
        origin=origin,
        settings=session.settings,
        bundle=session.bundle,
        standing=standing(call.installation),
        unfinished=bool(unfinished),
        now=call.now,
    )
    decision = decide(case, session.engine, offers)
    for offer in offers:
        if decision.approval.accepted and offer.request is not None:
            decision = with_request(decision, offer.request.request_id)
    return Judged(
        decision=decision,
        binding=binding,
        collected=collected,
        surroundings=surroundings,
        unfinished=unfinished,
    )


def judge_json(session: Session, loaded: LoadedPlan, *, workspace: str = "") -> Judged:
    """
    Decide about plan JSON: nothing binds it, so nothing could approve it.

    JSON names no workspace; ``workspace`` is what whoever gave it says.
    """
    directory = str(session.call.directory)
    stack = StackRecord(directory=directory, workspace=workspace, backend="", lineage="", serial=0)
    return judge(
        session,
        loaded,
        stack,
        None,
        recall=lambda origin: history_here(session, loaded.plan, origin),
    )


def with_request(decision: Decision, request_id: str) -> Decision:
    """Return the decision naming the request it belongs to."""
    approval = msgspec.structs.replace(decision.approval, request=request_id)
    return msgspec.structs.replace(decision, approval=approval)
