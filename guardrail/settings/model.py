"""The settings, as values. Reading and checking them is :mod:`guardrail.settings.load`'s work."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from guardrail.settings.identities import IdentitySettings


class Profile(StrEnum):
    """How strict the whole installation is."""

    BALANCED = "balanced"
    """The default: the table of tiers."""
    STRICT = "strict"
    """Every AI-influenced change in production needs a senior."""
    OBSERVE = "observe"
    """Never blocks; says what it would have done."""


class EnvironmentClass(StrEnum):
    """What an environment is worth."""

    PRODUCTION = "production"
    NONPRODUCTION = "nonproduction"
    DISPOSABLE = "disposable"
    """Losing it is ordinary: tier 2 only warns there. No environment is, unless settings say."""


class EnvironmentRule(Struct, frozen=True, kw_only=True):
    """How to recognise one environment. All patterns are shell-style globs, any may match."""

    name: str
    environment_class: EnvironmentClass
    workspaces: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """Matched against module call names (``prod`` of ``module.prod``) and their instance keys."""
    tags: tuple[str, ...] = ()
    """Values of the tag keys ``tag_keys``, as they were before the plan."""
    accounts: tuple[str, ...] = ()
    """Globs of the accounts, projects or subscriptions it lives in; none means any."""
    regions: tuple[str, ...] = ()
    """Globs of the regions or locations it lives in; none means any."""
    trusted: bool = True
    """False for a rule from the repository's own file: it may add, never overrule."""


class ProtectedRule(Struct, frozen=True, kw_only=True):
    """
    Things that must not be lost, weakened or renamed without an approval, or at all.

    A thing is protected where any pattern of ``addresses``, ``tags`` or ``identifiers`` matches,
    or, where none of these is given, by ``types`` alone. ``types`` and ``environments`` narrow
    what is given. All patterns are shell-style globs; at least one of the five is given.
    """

    name: str
    """What reports call the rule."""
    addresses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """``key=value``; keys are compared without case."""
    identifiers: tuple[str, ...] = ()
    """Provider identifiers: id, arn, name."""
    environments: tuple[str, ...] = ()
    deny: bool = False
    """Whether no approval opens it."""
    changes: bool = False
    """Whether any update counts, not only what loses or weakens the thing."""


class Server(Struct, frozen=True, kw_only=True):
    """What ``guardrail serve`` listens to, believes and bears."""

    address: str = "127.0.0.1"
    """The IP address to listen on."""
    port: int = 8470
    url: str | None = None
    """How callers reach it, without a path; None means the address and the port."""
    tokens: str | None = None
    """Absolute path of the file with the callers' tokens; None means the configuration's own."""
    certificate: str | None = None
    """Absolute path of the certificate chain in PEM; without it only loopback is served."""
    key: str | None = None
    """Absolute path of the certificate's private key in PEM."""
    directories: Mapping[str, str] = {}
    """Working directories that requests may name: from the name to the absolute path."""
    plan_megabytes: int = 64
    """The largest plan that a request may hold, in units of 2^20 bytes."""
    seconds: int = 120
    """How long one decision may take."""
    workers: int = 2
    """How many plans are decided at the same time."""
    waiting: int = 8
    """How many further requests may wait for that; others are told to come again."""
    per_minute: int = 600
    """How many requests one caller may send in a minute."""


class Settings(Struct, frozen=True, kw_only=True):
    """Everything an installation can decide. Defaults hold where nothing is said."""

    profile: Profile = Profile.BALANCED
    environments: tuple[EnvironmentRule, ...] = ()
    tag_keys: tuple[str, ...] = ("environment", "env", "stage")
    """Tag and label keys that name an environment; compared without case."""
    rebuild_share: float = 0.5
    """From this share of lost managed resources on, an environment counts as rebuilt."""
    rebuild_minimum: int = 3
    """Fewer lost resources than this are never called a rebuild."""
    window_hours: int = 168
    """How long losses of earlier plans are added to those of a new one, in hours."""
    window_losses: int = 20
    """From so many losses by one origin within the window on, over all stacks, they count as one."""
    churn: tuple[str, ...] = ()
    """Globs of further resource types whose loss is ordinary."""
    protected: tuple[ProtectedRule, ...] = ()
    provider_sources: tuple[str, ...] = ()
    """Globs of allowed provider sources (``registry.terraform.io/hashicorp/*``); none means any."""
    module_sources: tuple[str, ...] = ()
    """Globs of allowed module sources; local ones always are. None means any."""
    approval_level: str = "senior"
    """The level that a plan in need of approval asks for."""
    approval_minutes: int = 60
    """The longest life of an approval, in minutes."""
    terraform: str | None = None
    """Absolute path of the Terraform or OpenTofu binary; else the first one on PATH."""
    terraform_sha256: str | None = None
    """Pin of that binary."""
    engine: str = "embedded"
    """``embedded`` or ``opa``."""
    opa_url: str | None = None
    """A running OPA server; None starts one as a child."""
    policies: tuple[str, ...] = ()
    """Directories with further Rego rules. The installation's own are absolute paths; the
    repository's are relative to its top, without ``..``."""
    pass_environment: tuple[str, ...] = ()
    """Names of further variables that Terraform may see, such as provider settings."""
    server: Server = Server()
    identities: IdentitySettings = IdentitySettings()
    """Whom to ask who is behind a change; never from the repository's own file."""
