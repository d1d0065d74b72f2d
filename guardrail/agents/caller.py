"""Who calls through a door that only agents use."""

from guardrail.origin.evidence import Evidence, OriginKind, Source, Strength
from guardrail.origin.naming import UNNAMED, slug_at_start
from guardrail.origin.signals import load_signals


def by_construction(door: str, client: str) -> Evidence:
    """
    Return the evidence that an agent calls: nobody else comes through ``door``.

    ``client`` is what the caller says it is. It gives the agent a name at most, and is
    never repeated.
    """
    return Evidence(
        source=Source.DOOR,
        signal=door,
        name=slug_at_start(client, load_signals()) or UNNAMED,
        kind=OriginKind.AGENT,
        strength=Strength.STRONG,
        forgeable=False,
    )
