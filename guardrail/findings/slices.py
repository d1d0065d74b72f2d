"""
Slices: losses of several plans that add up.

No single plan of them is a rebuild, and together they leave nothing. What earlier
plans lost within the window is known from the ledger; what this one loses is added.
"""

from collections.abc import Iterator

from guardrail.findings.environments import strictest
from guardrail.findings.history import History
from guardrail.findings.model import Environment, Kind, Loss, Observation
from guardrail.findings.rebuild import measure
from guardrail.findings.view import View
from guardrail.settings.model import EnvironmentClass, Settings


def observe_slices(view: View) -> Iterator[Observation]:
    """
    Yield each environment that earlier plans and this one destroy together.

    Else one observation, with ``managed`` 0, if the same origin has lost too much on all
    its stacks together. A plan that is a rebuild by itself needs no sum to be one.
    """
    history = view.around.history
    if history is None or not view.losses or not (history.lost or history.lost_by_origin):
        return
    measured = measure(view, ())
    found = list(_of_environments(history, measured, view.settings))
    yield from found or _of_origin(view, history, measured)


def _of_environments(
    history: History, measured: tuple[Environment, ...], settings: Settings
) -> Iterator[Observation]:
    for environment in measured:
        past = history.lost.get(environment.name)
        if past is None or past.lost < 1 or environment.lost < 1:
            continue
        together = environment.lost + past.lost
        managed = max(environment.managed, past.managed)
        enough = max(settings.rebuild_minimum, settings.rebuild_share * managed)
        if environment.loss is Loss.NONE and together >= enough:
            yield _observe(environment.name, environment.lost, past.lost, managed)


def _of_origin(
    view: View, history: History, measured: tuple[Environment, ...]
) -> Iterator[Observation]:
    if history.lost_by_origin < 1 or any(each.loss is not Loss.NONE for each in measured):
        return
    # Losing what is disposable is ordinary, however often it happens.
    places = [
        view.environments.of(lost.change) for lost in view.losses if not lost.observation.benign
    ]
    serious = [p for p in places if p.environment_class is not EnvironmentClass.DISPOSABLE]
    if serious and len(serious) + history.lost_by_origin >= view.settings.window_losses:
        place = strictest(serious)
        yield _observe(place.name, len(serious), history.lost_by_origin, 0)


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
