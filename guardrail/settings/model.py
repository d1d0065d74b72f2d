"""The settings, as values. Reading and checking them is :mod:`guardrail.settings.load`'s work."""

from enum import StrEnum

from msgspec import Struct


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
    trusted: bool = True
    """False for a rule from the repository's own file: it may add, never overrule."""


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
