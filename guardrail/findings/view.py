"""What every observer looks at: the plan, everything around it, and what it loses."""

from msgspec import Struct

from guardrail.findings.describe import Describer
from guardrail.findings.model import Observation
from guardrail.findings.places.environments import Environments
from guardrail.findings.surroundings import Surroundings
from guardrail.plan.model import Change, Plan
from guardrail.settings.model import Settings


class Lost(Struct, frozen=True, kw_only=True):
    """One object that the plan deletes, replaces or forgets, or weakens."""

    change: Change
    observation: Observation
    becomes: Change | None = None
    """What creates the same thing under another address, where it is ``recreated``."""


class View(Struct, frozen=True, kw_only=True):
    """One plan in front of the observers."""

    plan: Plan
    settings: Settings
    around: Surroundings
    environments: Environments
    describer: Describer
    losses: tuple[Lost, ...]
    """Without leftovers of interrupted replacements: those are observed where they are found."""
    weakened: tuple[Lost, ...] = ()
    """What updates disarm or disrupt; the observation says which."""
