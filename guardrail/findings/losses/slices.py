"""
Slices: losses of several plans that add up.

No single plan of them is a rebuild, and together they leave nothing. What earlier
plans lost within the window is known from the ledger; what this one loses is added.
Different objects are what counts: one that is replaced every day is lost once.
"""

from collections.abc import Iterable, Iterator, Mapping

from guardrail.findings.changes import loss_kind
from guardrail.findings.churn import churn_lookup
from guardrail.findings.describe import Describer
from guardrail.findings.history import History
from guardrail.findings.identity import address_digest
from guardrail.findings.losses.rebuild import measure
from guardrail.findings.model import Environment, Kind, Loss, Observation
from guardrail.findings.places.environments import Environments, strictest
from guardrail.findings.surroundings import Surroundings
from guardrail.findings.view import View
from guardrail.plan.model import Change, Plan
from guardrail.settings.model import EnvironmentClass, Settings


def lost_objects(
    plan: Plan, settings: Settings, around: Surroundings
) -> Mapping[str, frozenset[str]]:
    """
    Return what ``plan`` loses, but for ordinary churn, as digests of addresses by environment.

    For each environment that is measured they are as many as its ``lost``.
    """
    environments = Environments(
        plan, settings, workspace=around.workspace, directory=around.directory
    )
    describer = Describer(plan, environments, churn_lookup(settings.churn))
    lost = (each for each in plan.changes if each.deposed is None and loss_kind(each) is not None)
    return _digests((each for each in lost if not describer.benign(each)), environments)


def observe_slices(view: View) -> Iterator[Observation]:
    """
    Yield each environment that earlier plans and this one destroy together.

    Else one observation, with ``managed`` 0, if the same origin has lost too much on all
    its stacks together. A plan that is a rebuild by itself needs no sum to be one.
    """
    history = view.around.history
    if history is None or not view.losses:
        return
    if not (history.lost or history.lost_by_origin or history.lost_elsewhere):
        return
    measured = measure(view, ())
    lost = [each.change for each in view.losses if not each.observation.benign]
    found = list(_of_environments(view, history, measured, lost))
    yield from found or _of_origin(view, history, measured, lost)


def _of_environments(
    view: View, history: History, measured: tuple[Environment, ...], lost: list[Change]
) -> Iterator[Observation]:
    settings = view.settings
    now = _digests(lost, view.environments) if history.lost else {}
    for environment in measured:
        past = history.lost.get(environment.name)
        if past is None or environment.lost < 1 or environment.loss is not Loss.NONE:
            continue
        managed = max(environment.managed, past.managed)
        earlier = len(past.objects - now[environment.name])
        # Of what came and went within the window, more may be lost than there ever was.
        earlier = min(earlier, managed - environment.lost)
        enough = max(settings.rebuild_minimum, settings.rebuild_share * managed)
        if earlier > 0 and environment.lost + earlier >= enough:
            yield _observe(environment.name, environment.lost, earlier, managed)


def _of_origin(
    view: View, history: History, measured: tuple[Environment, ...], lost: list[Change]
) -> Iterator[Observation]:
    if any(each.loss is not Loss.NONE for each in measured):
        return
    # Losing what is disposable is ordinary, however often it happens.
    serious = [
        each
        for each in lost
        if view.environments.of(each).environment_class is not EnvironmentClass.DISPOSABLE
    ]
    now = {address_digest(each.address) for each in serious}
    earlier = history.lost_elsewhere + len(history.lost_by_origin - now)
    if now and earlier > 0 and len(now) + earlier >= view.settings.window_losses:
        place = strictest(view.environments.of(each) for each in serious)
        yield _observe(place.name, len(now), earlier, 0)


def _digests(changes: Iterable[Change], environments: Environments) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for change in changes:
        name = environments.of(change).name
        found.setdefault(name, set()).add(address_digest(change.address))
    return {name: frozenset(objects) for name, objects in found.items()}


def _observe(environment: str, now: int, past: int, managed: int) -> Observation:
    return Observation(
        kind=Kind.SLICED,
        address="",
        type="",
        environment=environment,
        data=False,
        benign=False,
        count=now,
        past=past,
        managed=managed,
    )
