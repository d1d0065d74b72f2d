"""What the ledger remembers of the stack that a plan is for."""

import os
from collections.abc import Iterable, Iterator

from guardrail.decision import StackRecord
from guardrail.door.session import Session
from guardrail.findings.history import History, Past
from guardrail.findings.identity import address_digest
from guardrail.ledger.interface import Ledger, Remembered, Stack
from guardrail.ledger.schema import mark_of
from guardrail.origin.evidence import Origin
from guardrail.plan.model import Plan
from guardrail.settings.model import Settings

_NOTHING = History(lineage="", serial=0, resources=0)


def history_of(
    ledger: Ledger, stack: StackRecord, key: str, origin: Origin, settings: Settings, now: int
) -> History | None:
    """
    Return what is remembered of ``stack``; None where that is nothing.

    A stack is known again by its ``key``, else by its lineage: a copied state is about the
    same objects. A plan without any state is taken for the one stack that was last applied
    from its place, since its backend may have been pointed elsewhere.
    """
    known = ledger.stack(key) or ledger.stack_by_lineage(stack.lineage)
    if known is None and not stack.lineage:
        known = _only(ledger.stacks_at(stack.place))
    return _history(ledger, known, key, stack.lineage, origin, settings, now)


def history_here(session: Session, plan: Plan, origin: Origin) -> History | None:
    """
    Return what is remembered of the stack that plan JSON seems to be for.

    JSON names no state, so it is the stack of the working directory and of the workspace
    selected there, where the plan names an address that this stack knows. The ledger is
    neither made nor changed; one that can't be read raises :class:`LedgerError`.
    """
    call = session.call
    path = call.installation.ledger
    if not any(os.path.lexists(each) for each in (path, mark_of(path))):
        return None
    # A check where nothing was ever applied starts sooner without a database.
    from guardrail.enforce.target import read_pointers  # noqa: PLC0415
    from guardrail.ledger.sqlite import SqliteLedger  # noqa: PLC0415

    ledger = SqliteLedger.existing(path)
    if ledger is None:
        return None
    workspace, backend = read_pointers(call.directory)
    place = f"{call.directory}#{workspace}"
    # A stack whose state was moved to a remote backend may be known from before as a local one.
    local = backend == "local"
    known = _only(stack for stack in ledger.stacks_at(place) if (stack.key == place) is local)
    if known is not None and not _knows(known, plan):
        known = None
    return _history(ledger, known, "", "", origin, session.settings, call.now)


def origin_text(origin: Origin) -> str:
    """Return ``origin`` as text that is equal for the same kind and names."""
    return f"{origin.kind.value}:{','.join(sorted(origin.names))}"


def _history(
    ledger: Ledger,
    known: Stack | None,
    key: str,
    lineage: str,
    origin: Origin,
    settings: Settings,
    now: int,
) -> History | None:
    since = now - settings.window_hours * 3600
    if known is not None:
        key, lineage = known.key, lineage or known.lineage
    lost = {
        each.environment: Past(objects=each.objects, managed=each.managed)
        for each in ledger.losses(key, lineage, since)
    }
    by_origin = ledger.losses_by_origin(origin_text(origin), key, lineage, since)
    # Losses count also where no state could be looked at afterwards.
    left = Remembered() if known is None else known.remembered
    history = History(
        lineage="" if known is None else known.lineage,
        serial=0 if known is None else known.serial,
        resources=0 if known is None else known.resources,
        objects=left.objects,
        imported=ledger.imports(key, lineage, since),
        prevented=frozenset(left.prevented),
        pointers=left.pointers,
        lost=lost,
        lost_by_origin=by_origin.here,
        lost_elsewhere=by_origin.elsewhere,
    )
    return None if known is None and history == _NOTHING else history


def _only(stacks: Iterable[Stack]) -> Stack | None:
    """Return the one stack in ``stacks``; None where there are several, as nothing tells which."""
    found = tuple(stacks)
    return found[0] if len(found) == 1 else None


def _knows(known: Stack, plan: Plan) -> bool:
    objects = known.remembered.objects
    return any(address_digest(address) in objects for address in _addresses(plan))


def _addresses(plan: Plan) -> Iterator[str]:
    yield from (resource.address for resource in plan.prior)
    yield from (change.address for change in (*plan.changes, *plan.drift))
