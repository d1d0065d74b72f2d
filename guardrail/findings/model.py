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
    RECREATED = "recreated"
    """An object is deleted, and the same thing is created under another address."""
    DEPOSED_DELETED = "deposed_deleted"
    """A leftover object of an interrupted replacement is deleted."""
    IMPORTED_AND_DELETED = "imported_and_deleted"
    """A live object enters the state and is deleted or replaced in the same plan."""
    IMPORTED_AND_CHANGED = "imported_and_changed"
    """A live object enters the state and loses what it had in the same plan."""
    LOST_TOGETHER = "lost_together"
    """A thing with data goes, and in the same plan what it could be restored from."""
    DISARMED = "disarmed"
    """A protection against loss is taken away."""
    DISRUPTED = "disrupted"
    """An update stops, cuts off or redirects what goes on existing."""
    PROTECTED = "protected"
    """Something that the settings list as protected is lost, weakened or renamed."""
    PROVISIONER = "provisioner"
    """A provisioner will run: code outside every provider."""
    INVOCATION = "invocation"
    """A Terraform action will run."""
    EXTERNAL_DATA = "external_data"
    """A data source runs a program or calls somebody while Terraform plans or applies."""
    FOREIGN_SOURCE = "foreign_source"
    """A provider or a module comes from where the settings do not allow it to come from."""
    RETARGETED = "retargeted"
    """A provider points at another account, project or region than it may, or than before."""
    STATE_LOSS = "state_loss"
    """Most of what the state knows is gone according to drift: lost access, not lost things."""
    STATE_EMPTY = "state_empty"
    """The state lacks most of what the ledger knows of this stack."""
    STATE_SWAPPED = "state_swapped"
    """The state is another one than the ledger knows of this stack."""
    STATE_ROLLED_BACK = "state_rolled_back"
    """The state is an older one than the ledger knows of this stack."""
    DUPLICATED = "duplicated"
    """Objects are created that the ledger knows to exist already."""
    IDENTITY_CHANGED = "identity_changed"
    """An address stands for another object than after the last apply."""
    SLICED = "sliced"
    """Losses of several plans within the window add up."""
    WRONG_TARGET = "wrong_target"
    """What names the environment disagrees with itself where something is lost."""
    PULLED_IN = "pulled_in"
    """Something is lost that no ``-target`` named."""
    UNPLANNED = "unplanned"
    """Something is done that no plan shows: the state is rewritten, a lock broken, code run."""
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
    """Attribute names: what forces a replacement, which protections go; or the foreign source,
    the provisioners and the texts that this is about."""
    create_first: bool = False
    previous_address: str = ""
    """The label it had before a move; empty where it was not moved."""
    count: int = 1
    """How many things this one observation speaks of."""
    holds: str = ""
    """What the thing holds, in the catalog's words (``database``); empty where it holds nothing."""
    detail: str = ""
    """The catalog's words for what happens (``runs nothing any more``); never from a plan."""
    becomes: str = ""
    """The label under which the same thing is created anew; empty where nothing is."""
    move_from: str = ""
    """What a ``moved`` block would name to keep the thing: a resource, or a whole module."""
    move_to: str = ""
    companions: tuple[str, ...] = ()
    """Labels of other things that this is about, such as the backups of a database."""
    dependents: int = 0
    """How many other things of the plan stand on this one, directly or not."""
    dependents_more: bool = False
    """Whether there may be more of them than were counted."""
    chain: tuple[str, ...] = ()
    """Labels from the thing to the last one of a line of things that stand on each other."""
    past: int = 0
    """How many of the same were lost by earlier plans within the window."""
    managed: int = 0
    """Of how many."""
    sealed: bool = False
    """Whether the settings say that no approval opens this."""


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


class Recovery(StrEnum):
    """Whether a lost thing can be brought back, as far as the plan itself shows."""

    REBUILT = "rebuilt"
    """It holds nothing: Terraform can make it again from its configuration."""
    SNAPSHOT = "snapshot"
    """A last copy is made when it is deleted."""
    BACKUPS = "backups"
    """Copies that were made before stay behind."""
    SOFT_DELETE = "soft_delete"
    """The provider keeps it for some time after the deletion."""
    REFUSED = "refused"
    """The provider refuses to delete it as long as it is protected, or holds anything."""
    NONE = "none"
    """The plan shows that nothing stays behind."""
    UNKNOWN = "unknown"
    """The plan does not show whether anything stays behind."""


class Detail(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a senior wants to know about one lost thing beside the verdicts on it."""

    address: str
    """The label of the thing, as in the findings about it."""
    holds: str
    """What it holds, in the catalog's words; empty where it holds nothing."""
    recovery: Recovery
    shown_by: tuple[str, ...]
    """The attributes that say so, and are named to the senior."""
    file: str
    """Where its block is: a path relative to the configuration; empty where that is not known."""
    line: int
    """The block's first line, counted from 1; 0 where that is not known."""


class Way(StrEnum):
    """A way to make a part of a plan harmless."""

    KEEP_VALUE = "keep_value"
    """Keep the old value of a variable or an attribute that forces replacements."""
    ADD_MOVED = "add_moved"
    """Tell Terraform with a ``moved`` block that a thing only has a new address."""
    MOVE_BY_KEY = "move_by_key"
    """The same with a ``moved`` block for each of several instances: their keys are others."""
    KEEP_BLOCK = "keep_block"
    """Keep the block of a resource or a module that was taken out."""
    KEEP_ARGUMENT = "keep_argument"
    """Leave an argument as it was: a protection, a capacity, a name's target."""


class Undo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One small change of the configuration, and how much of the plan it makes harmless."""

    way: Way
    subject: str
    """A reference (``var.name_prefix``), an attribute, or a label; never a value."""
    target: str
    """The new label of a moved thing or block; empty elsewhere."""
    count: int
    """How many losses go away with it."""


class Findings(Struct, frozen=True, kw_only=True):
    """Everything that was derived from one plan."""

    counts: Counts
    environments: tuple[Environment, ...]
    """Worst first: by loss, then share, then name."""
    touched: tuple[str, ...]
    """Names of the environments in which anything at all changes, sorted."""
    observations: tuple[Observation, ...]
    details: tuple[Detail, ...] = ()
    """One for each lost thing, worst first."""
    undo: tuple[Undo, ...] = ()
    """The smallest changes that make most of the plan harmless, those that keep data first."""
