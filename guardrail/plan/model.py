"""
The words a plan is made of.

Everything here is what Terraform said, in types; nothing here judges. Values of
resources stay raw bytes (:class:`msgspec.Raw`) until a finding has to look at
one, so a plan of fifty thousand changes costs little more than reading it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from msgspec import Raw, Struct


class Action(StrEnum):
    """One word of a change's action list. Any other word refuses the plan."""

    NO_OP = "no-op"
    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    FORGET = "forget"
    OPEN = "open"
    """OpenTofu 1.11 lists ephemeral resources as opened; harmless, and the only such word."""


class Mode(StrEnum):
    """How the plan was made. Only a saved plan tells; JSON alone does not carry it."""

    NORMAL = "normal"
    DESTROY = "destroy"
    REFRESH_ONLY = "refresh_only"
    UNKNOWN = "unknown"


class Resource(Struct, frozen=True, kw_only=True):
    """One resource instance as a state or a planned state lists it."""

    address: str
    """The full address as Terraform writes it, for_each keys included: never printed raw."""
    mode: str
    """``managed`` or ``data``."""
    type: str
    module: str
    """The module path without instance keys' quoting changed; empty for the root module."""
    values: Raw
    """The instance's attributes as JSON bytes."""
    depends_on: Raw = Raw(b"[]")
    """Resources (no instance keys) that Terraform recorded it to stand on, as a JSON array."""


class Change(Struct, frozen=True, kw_only=True):
    """One resource change: what happens to one object at one address."""

    address: str
    previous_address: str | None
    module: str
    mode: str
    type: str
    name: str
    index: str | int | None
    provider: str
    actions: frozenset[Action]
    create_first: bool
    """Whether a replacement creates the new object before it deletes the old one."""
    deposed: str | None
    """The key of a deposed object, else None; then the address may occur twice."""
    importing: bool
    reason: str | None
    """``action_reason``: display only, never decided on."""
    replace_paths: tuple[str, ...]
    """Attributes that force a replacement: the first step of each path, as a later one may be a
    map key, which is a value."""
    before: Raw
    after: Raw
    after_unknown: Raw

    @property
    def managed(self) -> bool:
        """Whether Terraform owns the object; data sources and ephemerals are not managed."""
        return self.mode == "managed"

    @property
    def deletes(self) -> bool:
        """Whether an existing object is deleted, replaced ones included."""
        return Action.DELETE in self.actions

    @property
    def replaces(self) -> bool:
        """Whether the object is deleted and created anew."""
        return self.deletes and Action.CREATE in self.actions

    @property
    def forgets(self) -> bool:
        """Whether Terraform lets go of an object that goes on existing."""
        return Action.FORGET in self.actions


class Deferred(Struct, frozen=True, kw_only=True):
    """A change that Terraform put off to a later plan."""

    reason: str
    change: Change


class Invocation(Struct, frozen=True, kw_only=True):
    """A Terraform action that apply will run: an effect outside every resource change."""

    address: str
    type: str
    trigger: str | None
    """The address of the resource whose change triggers it; None when it was invoked by hand."""
    deferred: bool


class Provisioner(Struct, frozen=True, kw_only=True):
    """A provisioner block of the configuration. Its command is a value and stays behind."""

    resource: str
    """Module path and resource without instance keys, as ``module.a.null_resource.b``."""
    type: str
    """Such as ``local-exec``; ``unknown`` where the file that holds it could not be read."""


class Configuration(Struct, frozen=True, kw_only=True):
    """What the plan's own copy of the configuration says beside the changes."""

    provisioners: tuple[Provisioner, ...] = ()
    module_sources: Mapping[str, str] = {}
    """Module call path (``module.a.module.b``) → source address."""
    blocks: Mapping[str, Raw] = {}
    """Resource or data source with its module path, no instance keys → its block as JSON."""
    calls: Mapping[str, tuple[Raw, ...]] = {}
    """Module call path → what the call passes and repeats over: expressions as JSON."""
    outputs: Mapping[str, Raw] = {}
    """Module path, empty for the root module → its outputs as JSON."""
    providers: Mapping[str, Raw] = {}
    """Key of a provider configuration (``aws``, ``module.a:aws.west``) → it as JSON."""


class Configured(Struct, frozen=True, kw_only=True):
    """Facts that only the HCL inside a saved plan carries."""

    prevent_destroy: tuple[str, ...] = ()
    """Resources (no instance keys) whose block says ``prevent_destroy = true``."""
    removed_provisioners: tuple[Provisioner, ...] = ()
    """Provisioners inside ``removed`` blocks: they run at destroy time, JSON never shows them."""


class Saved(Struct, frozen=True, kw_only=True):
    """What only the saved plan file tells, read from its zip by the strict reader."""

    mode: Mode
    terraform_version: str
    workspace: str
    backend: str
    """The backend's type, such as ``local`` or ``s3``."""
    backend_sha256: str
    """Digest of the backend's configuration as the plan file carries it."""
    targets: tuple[str, ...]
    """Addresses given with ``-target``, or with ``-invoke`` for an action."""
    excludes: tuple[str, ...] = ()
    """Addresses that OpenTofu was told to leave out with ``-exclude``."""
    replacements: tuple[str, ...]
    """Addresses given with ``-replace``, where the plan file records them: Terraform 1.11 does not."""
    lineage: str
    """The lineage of the state the plan was made from; empty for a first plan."""
    serial: int
    lockfile_sha256: str | None
    """Digest of the dependency lock file inside the plan; None where it has none."""
    actions: Mapping[tuple[str, str], frozenset[Action]]
    """(address, deposed key or "") → actions, as the plan file itself says; no-ops included."""
    errored: bool = False
    complete: bool = False
    """False also where the tool that wrote the plan does not record it (OpenTofu)."""
    applyable: bool = False
    """False also where the tool that wrote the plan does not record it (OpenTofu)."""
    drift: int = 0
    deferred: int = 0
    invocations: int = 0
    """Terraform actions that apply would run, deferred ones included."""
    configured: Configured


class Unplanned(Struct, frozen=True, kw_only=True):
    """What somebody wants to do without a plan, and what of the state it is about."""

    name: str
    """Terraform's subcommand, with the option that makes it one: ``state rm``, ``init -reconfigure``."""
    told: tuple[str, ...] = ()
    """Names that it was given and that are no values: of a workspace, a host, a lock."""
    concerns: tuple[str, ...] | None
    """Addresses of the managed resource instances; None where that is not known, or no state is."""
    remarks: tuple[str, ...] = ()
    """What else is to be told of it, in our own words."""
    whole: bool = False
    """Whether it changes what belongs to no resource, so to the whole state: its outputs, its age."""
    beyond: int = 0
    """How many managed resource instances of other workspaces it is about as well."""


class Plan(Struct, frozen=True, kw_only=True):
    """One plan, whole; or an operation without a plan, told as the plan that does the same."""

    terraform_version: str
    format_version: str
    changes: tuple[Change, ...]
    """Every entry of ``resource_changes`` that does something: no-ops are counted, and kept
    only when they import or move."""
    no_ops: int
    drift: tuple[Change, ...]
    deferred: tuple[Deferred, ...]
    invocations: tuple[Invocation, ...]
    output_changes: int
    prior: tuple[Resource, ...]
    """
    Every resource instance of the refreshed state that the plan was made from.

    Without deposed objects: they are no instances, and each that goes is a change.
    """
    planned: frozenset[str]
    """Addresses of the managed resource instances of ``planned_values``."""
    configuration: Configuration
    errored: bool
    complete: bool | None
    """None where the plan does not say (Terraform before 1.8, OpenTofu): that means nothing."""
    applyable: bool | None
    inconsistencies: tuple[str, ...]
    """Codes of cross-checks that failed: the plan was edited, or is not what it looks like."""
    actions: Mapping[tuple[str, str], frozenset[Action]] = {}
    """(address, deposed key or "") → actions of every entry, no-ops included, as in ``Saved``."""
    saved: Saved | None = None
    """None when only JSON was given: then nothing binds the verdict to what apply would do."""
    unplanned: Unplanned | None = None
    """None for what is a plan."""

    @property
    def source(self) -> Literal["saved", "json", "operation"]:
        """What it was read from: a saved plan, a plan's JSON, or an operation without a plan."""
        if self.unplanned is not None:
            return "operation"
        return "json" if self.saved is None else "saved"
