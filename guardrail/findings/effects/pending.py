"""Effects outside the changes of this apply: actions that run, and changes that were put off."""

from collections.abc import Iterator

from guardrail.findings.changes import observe_loss
from guardrail.findings.describe import Describer
from guardrail.findings.labels import safe_type
from guardrail.findings.model import Kind, Observation
from guardrail.findings.view import View
from guardrail.plan.model import Invocation


def observe_invocations(view: View) -> Iterator[Observation]:
    """Yield each Terraform action that runs, in the environment of what triggers it."""
    describer = view.describer
    for invocation in view.plan.invocations:
        yield Observation(
            kind=Kind.INVOCATION,
            address=describer.labels.label(invocation.address),
            type=safe_type(invocation.type),
            environment=invocation_environment(invocation, describer),
            data=False,
            benign=False,
        )


def invocation_environment(invocation: Invocation, describer: Describer) -> str:
    """Return the name of the environment that ``invocation`` belongs to."""
    place = invocation.address if invocation.trigger is None else invocation.trigger
    return describer.environments.of_address(place).name


def observe_deferred(view: View) -> Iterator[Observation]:
    """Yield each change that was put off, and the loss that it will bring then."""
    for deferred in view.plan.deferred:
        yield view.describer.describe(Kind.DEFERRED, deferred.change)
        yield from observe_loss(deferred.change, view.describer)
