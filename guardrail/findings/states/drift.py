"""
Lost state: drift that says most of what Terraform knew is gone.

With wrong credentials, a wrong region or a wrong account everything looks deleted.
Apply would then forget it all (refresh-only) or build it a second time.
"""

from collections import Counter
from collections.abc import Iterator

from guardrail.findings.catalog import catalog
from guardrail.findings.churn import Lookup, ordinary
from guardrail.findings.model import Kind, Observation
from guardrail.findings.places.environments import Environments, strictest
from guardrail.findings.view import View
from guardrail.plan.model import Change, Mode, Plan
from guardrail.settings.model import Settings

_LOCAL = ("terraform", "tls", "local")
"""Providers whose objects live in the state or on this machine: no access to lose."""


def observe_state_loss(view: View) -> Iterator[Observation]:
    """
    Yield one observation if drift took most of what the state knew.

    Counted for the whole plan and for each provider, since access is lost to one
    provider at a time. ``count`` is the number of objects that are gone.
    """
    plan, churn = view.plan, view.describer.churn
    changes = gone_by_drift(plan)
    if not changes:
        return
    gone = {change.address for change in changes}
    lost = Counter(_provider(change.type) for change in changes if remote(change.type, churn))
    left = Counter(
        _provider(resource.type)
        for resource in plan.prior
        if resource.mode == "managed"
        and resource.address not in gone
        and remote(resource.type, churn)
    )
    groups = [(lost.total(), left.total()), *((n, left[name]) for name, n in lost.items())]
    if any(_is_loss(plan, view.settings, count, kept) for count, kept in groups):
        yield _observation(changes, view.environments)


def gone_by_drift(plan: Plan) -> tuple[Change, ...]:
    """Return the drift of ``plan`` that says a managed object is no longer there."""
    return tuple(
        change
        for change in plan.drift
        if change.managed and change.deletes and change.deposed is None
    )


def _is_loss(plan: Plan, settings: Settings, count: int, kept: int) -> bool:
    minimum = 1 if _refreshes_only(plan) else settings.rebuild_minimum
    # Nothing left of two or more is no accident of one object either.
    minimum = min(minimum, 2) if kept == 0 else minimum
    return count >= minimum and count >= settings.rebuild_share * (count + kept)


def _refreshes_only(plan: Plan) -> bool:
    if plan.saved is not None and plan.saved.mode is not Mode.UNKNOWN:
        return plan.saved.mode is Mode.REFRESH_ONLY
    # JSON does not tell the mode; a plan that lists no change at all may be refresh-only.
    return not plan.changes and plan.no_ops == 0


def _observation(changes: tuple[Change, ...], environments: Environments) -> Observation:
    place = strictest(environments.of(change) for change in changes)
    return Observation(
        kind=Kind.STATE_LOSS,
        address="",
        type="",
        environment=place.name,
        data=any(catalog().holds_data(change.type) for change in changes),
        benign=False,
        count=len(changes),
    )


def _provider(kind: str) -> str:
    return kind.partition("_")[0]


def remote(kind: str, churn: Lookup) -> bool:
    """Return whether objects of ``kind`` live where access can be lost, and are no churn."""
    return _provider(kind) not in _LOCAL and not ordinary(churn, kind)
