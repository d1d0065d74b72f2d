"""
From evidence to an origin. The only place that concludes.

Evidence can raise the origin to ``agent``. Only what an issuer vouches for can make it
``human``, and only where nothing says otherwise and everything could be looked at. What could
not is kept beside the conclusion.
"""

from collections.abc import Sequence

from guardrail.origin.evidence import Evidence, Origin, OriginKind, Source, Strength
from guardrail.origin.naming import UNNAMED

FIRST_PROCESS = "processes: the variables of ancestor 1 can't be read"
"""
Obstructed wherever the system's first process is another user's. That one starts before any
agent does, so it hides none.
"""

_RANK = {strength: rank for rank, strength in enumerate(Strength)}


def classify(evidence: Sequence[Evidence], *, obstructed: Sequence[str] = ()) -> Origin:
    """
    Return who is behind a change, as far as ``evidence`` tells.

    1. One strong or medium signal of an agent: ``agent``.
    2. Weak signals of an agent, however many: ``unknown``. Two weak are not strong.
    3. No signal of an agent, and a strong or medium one of an automation:
       ``automation``.
    4. No signal of an agent at all, weak ones included, and none of those of an automation;
       a human whom nobody could forge; and nothing obstructed but the system's first
       process: ``human``.
    5. Anything else, nothing at all included: ``unknown``.

    Evidence comes back without repeats, strongest first, else in the given order.
    ``obstructed`` names what could not be looked at.
    """
    ordered = tuple(sorted(dict.fromkeys(evidence), key=lambda seen: _RANK[seen.strength]))
    return Origin(
        kind=_kind(ordered, whole=set(obstructed) <= {FIRST_PROCESS}),
        # Requests and the log list these as agents.
        names=_names([seen for seen in ordered if seen.kind is not OriginKind.HUMAN]),
        evidence=ordered,
        obstructed=tuple(dict.fromkeys(obstructed)),
    )


def _kind(evidence: Sequence[Evidence], *, whole: bool) -> OriginKind:
    agents = [seen for seen in evidence if seen.kind is OriginKind.AGENT]
    automations = [seen for seen in evidence if seen.kind is OriginKind.AUTOMATION]
    if any(seen.strength is not Strength.WEAK for seen in agents):
        return OriginKind.AGENT  # (1)
    if agents:
        return OriginKind.UNKNOWN  # (2)
    if any(seen.strength is not Strength.WEAK for seen in automations):
        return OriginKind.AUTOMATION  # (3)
    if whole and any(_proves_human(seen) for seen in evidence):
        return OriginKind.HUMAN  # (4)
    return OriginKind.UNKNOWN  # (5)


def _proves_human(seen: Evidence) -> bool:
    return (
        seen.kind is OriginKind.HUMAN
        and seen.source is Source.OIDC
        and seen.strength is Strength.STRONG
        and not seen.forgeable
    )


def _names(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(seen.name for seen in evidence))
    named = tuple(name for name in names if name != UNNAMED)
    return named or names
