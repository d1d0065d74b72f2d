"""
Data sources that do more than read: they run a program, call somebody or invoke a function.

One that waits for something else is read by apply: nobody has seen yet what it will do.
One that could be read while planning has done it already, so there is nothing left to
stop; it is told once, and a request that was only a lookup is not told at all.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import structs

from guardrail.findings.catalog import catalog
from guardrail.findings.labels import safe_type
from guardrail.findings.model import Kind, Observation
from guardrail.findings.view import View
from guardrail.plan.model import Action

_LOOKUP: Final = "sends a request"


def observe_external(view: View) -> Iterator[Observation]:
    """
    Yield each data source that apply reads with an effect, and once what planning did.

    ``benign`` is true of what is done already; ``detail`` says what it does.
    """
    describer = view.describer
    waiting = set()
    for change in view.plan.changes:
        if change.mode == "data" and (what := catalog().program(change.type)):
            waiting.add(change.address)
            if Action.READ in change.actions:
                found = describer.describe(Kind.EXTERNAL_DATA, change)
                yield structs.replace(found, detail=what)
    yield from _done(view, waiting)


def _done(view: View, waiting: set[str]) -> Iterator[Observation]:
    """Yield one observation for all that ran while Terraform planned."""
    done = [
        (resource, what)
        for resource in view.plan.prior
        if resource.mode == "data"
        and (what := catalog().program(resource.type)) not in {"", _LOOKUP}
        and resource.address not in waiting
    ]
    if not done:
        return
    first, what = min(done, key=lambda each: each[0].address)
    yield Observation(
        kind=Kind.EXTERNAL_DATA,
        address=view.describer.labels.label(first.address),
        type=safe_type(first.type),
        environment=view.environments.of_address(first.address).name,
        data=False,
        benign=True,
        detail=what,
        count=len(done),
    )
