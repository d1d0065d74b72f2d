"""
Names of agents: from what a tool calls itself to a slug of our table.

A text from outside is never echoed. It becomes a known slug or nothing.
"""

from guardrail.origin.evidence import OriginKind
from guardrail.origin.signals import Signals

UNNAMED = "unnamed-agent"
"""The slug for an agent that does not say which one it is."""


def slug_of(text: str, signals: Signals) -> str | None:
    """Return the agent whose slug or alias ``text`` is, or None."""
    return _names(signals).get(_plain(text))


def slug_at_start(text: str, signals: Signals) -> str | None:
    """
    Return the agent whose slug or alias ``text`` begins with as a whole word, or None.

    The longest name wins: ``claude-code_2-1-263_agent`` is Claude Code.
    """
    plain = _plain(text)
    names = _names(signals)
    for name in sorted(names, key=len, reverse=True):
        if plain.startswith(name) and not plain[len(name) : len(name) + 1].isalnum():
            return names[name]
    return None


def kind_of(slug: str, signals: Signals) -> OriginKind:
    """Return ``agent`` or ``automation`` for a slug of the table."""
    return next(agent.kind for agent in signals.agents if agent.slug == slug)


def _plain(text: str) -> str:
    return text.strip().casefold().replace("_", "-").replace(" ", "-")


def _names(signals: Signals) -> dict[str, str]:
    return {
        name: agent.slug
        for agent in signals.agents
        if agent.kind is OriginKind.AGENT
        for name in (agent.slug, *agent.aliases)
    }
