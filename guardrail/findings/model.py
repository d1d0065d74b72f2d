"""
Observations: facts that Python derives from a plan.

An observation judges nothing; rules do. It never holds a value of a plan:
labels are addresses with masked keys, causes are attribute names.
"""

from enum import StrEnum

from msgspec import Struct

from guardrail.settings.model import EnvironmentClass


class Kind(StrEnum):
    """What was observed. One rule reads one kind."""

    DELETED = "deleted"
    """An object is deleted and nothing comes in its place at this address."""
    REPLACED = "replaced"
    """An object is deleted and created anew."""
    FORGOTTEN = "forgotten"
    """An object goes on existing, and Terraform no longer knows of it."""
    DEPOSED_DELETED = "deposed_deleted"
    """A leftover object of an interrupted replacement is deleted."""
    IMPORTED_AND_DELETED = "imported_and_deleted"
    """A live object enters the state and is deleted or replaced in the same plan."""
    DISARMED = "disarmed"
    """An update takes a protection against loss away."""
    PROVISIONER = "provisioner"
    """A provisioner will run: code outside every provider."""
    INVOCATION = "invocation"
    """A Terraform action will run."""
    STATE_LOSS = "state_loss"
    """Most of what the state knows is gone according to drift: lost access, not lost things."""
    DEFERRED = "deferred"
    """A change was put off to a later plan."""


class Observation(Struct, frozen=True, kw_only=True):
    """One fact about one thing. Every field is always present: a rule may rely on it."""

    kind: Kind
    address: str
    """The label of the thing: its address with for_each keys masked; empty for a whole state."""
    type: str
    environment: str
    """The name of the environment it belongs to; ``unknown`` where nothing tells."""
    data: bool
    """Whether the thing holds data or keys that are gone with it."""
    benign: bool
    """Whether losing it is ordinary churn (task definitions, random_*, …)."""
    causes: tuple[str, ...] = ()
    """Attribute names: what forces a replacement, which protections go."""
    create_first: bool = False
    previous_address: str = ""
    """The label it had before a move; empty where it was not moved."""
    count: int = 1
    """How many things this one observation speaks of."""


class Loss(StrEnum):
    """What happens to an environment as a whole."""

    NONE = "none"
    REBUILT = "rebuilt"
    DESTROYED = "destroyed"


class Environment(Struct, frozen=True, kw_only=True):
    """One environment that the plan's state knows or the plan touches, and how much is lost."""

    name: str
    """``unknown`` where nothing tells; ``all`` for every environment of the plan together, listed
    only where that loss is worse than each one's."""
    environment_class: EnvironmentClass
    evidence: tuple[str, ...]
    """Where the name comes from: any of settings, tags, workspace, module, directory; or none."""
    managed: int
    """Managed resource instances before the plan, without those that are ordinary churn by type."""
    deleted: int
    replaced: int
    forgotten: int
    lost: int
    """Deleted, replaced and forgotten ones, without benign churn."""
    data_lost: int
    share: float
    """``lost / managed``, 0.0 where nothing was managed; four decimals."""
    loss: Loss


class Counts(Struct, frozen=True, kw_only=True):
    """How many changes of each sort; a replacement is one replacement and nothing else."""

    create: int = 0
    update: int = 0
    delete: int = 0
    replace: int = 0
    forget: int = 0
    read: int = 0
    no_op: int = 0
    imported: int = 0
    moved: int = 0
    drift: int = 0
    deferred: int = 0
    invocations: int = 0


class Findings(Struct, frozen=True, kw_only=True):
    """Everything that was derived from one plan."""

    counts: Counts
    environments: tuple[Environment, ...]
    """Worst first: by loss, then share, then name."""
    touched: tuple[str, ...]
    """Names of the environments in which anything at all changes, sorted."""
    observations: tuple[Observation, ...]
