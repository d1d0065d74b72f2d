"""
What callers say of themselves and of whom they ask for. None of it is proven.

So it only counts against them: a claim can make the origin an agent, and can exclude who has
the claimed name from approving. Nothing that is claimed makes an agent a human.
"""

from collections.abc import Sequence

from guardrail.errors import UsageError
from guardrail.origin.evidence import Evidence, OriginKind, Source, Strength
from guardrail.origin.naming import UNNAMED, slug_at_start
from guardrail.origin.signals import load_signals
from guardrail.server.auth import Caller

AGENTS = frozenset({"agent", "ai_agent", "ai-agent", "bot"})
"""Types of subjects that are agents."""
NAME_LENGTH = 200


def claimed_evidence(caller: Caller, *, kind: str, name: str) -> tuple[Evidence, ...]:
    """Return what the token and the claimed ``kind`` of subject, called ``name``, say."""
    found = []
    if caller.agent:
        found.append(_agent("token", UNNAMED, forgeable=False))
    if kind.casefold() in AGENTS:
        # A text from outside becomes a known name or none.
        slug = slug_at_start(name, load_signals()) or UNNAMED
        found.append(_agent("subject", slug, forgeable=True))
    return tuple(found)


def claimed_logins(caller: Caller, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names that must not approve; raise :class:`UsageError` for one that is none."""
    for name in names:
        if not name.isprintable() or len(name) > NAME_LENGTH:
            raise UsageError(
                f"a subject's name is at most {NAME_LENGTH} characters, all of them printable"
            )
    return tuple(dict.fromkeys((caller.name, *(name for name in names if name))))


def _agent(signal: str, name: str, *, forgeable: bool) -> Evidence:
    return Evidence(
        source=Source.DOOR,
        signal=f"http {signal}",
        name=name,
        kind=OriginKind.AGENT,
        strength=Strength.STRONG,
        forgeable=forgeable,
    )
