"""
Reading settings: the installation's own file, and what a repository may add to it.

Security steps, for both files:

1. The text is TOML in UTF-8, of a sane size and depth.
2. Every key is known, every value within the published schema.
3. A repository's file holds nothing but what it may add: environments that are not
   disposable and that nobody has named yet, protected things, AWS principals that are
   agents', and directories of rules inside it.

Where the file lies and who may write it is for the caller to check.
"""

from typing import Final, Literal

import msgspec
from msgspec import Struct, field, structs

from guardrail.errors import SettingsError
from guardrail.settings.aws_identity import AwsIdentity
from guardrail.settings.identities import IdentitySettings
from guardrail.settings.model import (
    EnvironmentClass,
    EnvironmentRule,
    Profile,
    ProtectedRule,
    Server,
    Settings,
)
from guardrail.settings.schema import check

LIMIT: Final = 64 * 1024
LINE_LIMIT: Final = 4096
"""Bytes in one line: tomllib's time grows with the square of a dotted key's length."""
REPOSITORY: Final = "the repository's guardrail.toml"


class _Approval(Struct, forbid_unknown_fields=True):
    level: str = Settings().approval_level
    minutes: int = Settings().approval_minutes


class _Thresholds(Struct, forbid_unknown_fields=True):
    rebuild_share: float = Settings().rebuild_share
    rebuild_minimum: int = Settings().rebuild_minimum
    window_hours: int = Settings().window_hours
    window_losses: int = Settings().window_losses


class _Quiet(Struct, forbid_unknown_fields=True):
    churn: tuple[str, ...] = ()


class _Protected(Struct, forbid_unknown_fields=True):
    name: str
    addresses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    outcome: Literal["approval", "deny"] = "approval"
    changes: bool = False


class _Sources(Struct, forbid_unknown_fields=True):
    providers: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


class _Terraform(Struct, forbid_unknown_fields=True):
    binary: str | None = None
    sha256: str | None = None
    pass_environment: tuple[str, ...] = ()


class _Policy(Struct, forbid_unknown_fields=True):
    engine: str = Settings().engine
    opa_url: str | None = None
    directories: tuple[str, ...] = ()


class _Server(Struct, forbid_unknown_fields=True):
    address: str = Server().address
    port: int = Server().port
    url: str | None = None
    tokens: str | None = None
    certificate: str | None = None
    key: str | None = None
    directories: dict[str, str] = field(default_factory=dict)
    plan_megabytes: int = Server().plan_megabytes
    seconds: int = Server().seconds
    workers: int = Server().workers
    waiting: int = Server().waiting
    per_minute: int = Server().per_minute


class _Environment(Struct, forbid_unknown_fields=True):
    environment_class: EnvironmentClass = field(name="class")
    workspaces: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


class _File(Struct, forbid_unknown_fields=True):
    profile: Profile = Settings().profile
    tag_keys: tuple[str, ...] = Settings().tag_keys
    approval: _Approval = field(default_factory=_Approval)
    environments: dict[str, _Environment] = field(default_factory=dict)
    thresholds: _Thresholds = field(default_factory=_Thresholds)
    quiet: _Quiet = field(default_factory=_Quiet)
    protected: tuple[_Protected, ...] = ()
    sources: _Sources = field(default_factory=_Sources)
    terraform: _Terraform = field(default_factory=_Terraform)
    policy: _Policy = field(default_factory=_Policy)
    server: _Server = field(default_factory=_Server)
    origin: dict[str, object] = field(default_factory=dict)


def parse_settings(data: bytes, *, origin: str) -> Settings:
    """
    Return the settings that the installation's file ``data`` holds.

    ``origin`` names the file in messages. Raises :class:`SettingsError`.
    """
    document = _read(data, origin)
    check(document, origin)
    file = msgspec.convert(document, _File)
    return Settings(
        profile=file.profile,
        environments=_rules(file, trusted=True),
        tag_keys=file.tag_keys,
        rebuild_share=file.thresholds.rebuild_share,
        rebuild_minimum=file.thresholds.rebuild_minimum,
        window_hours=file.thresholds.window_hours,
        window_losses=file.thresholds.window_losses,
        churn=file.quiet.churn,
        protected=_protected(file),
        provider_sources=file.sources.providers,
        module_sources=file.sources.modules,
        approval_level=file.approval.level,
        approval_minutes=file.approval.minutes,
        terraform=file.terraform.binary,
        terraform_sha256=file.terraform.sha256,
        engine=file.policy.engine,
        opa_url=file.policy.opa_url,
        policies=file.policy.directories,
        pass_environment=file.terraform.pass_environment,
        server=Server(**structs.asdict(file.server)),
        identities=_identities(file, origin),
    )


def add_repository(settings: Settings, data: bytes) -> Settings:
    """
    Return ``settings`` with what the repository's own file ``data`` may add.

    Whoever is being guarded can write that file. So it can name environments that
    nothing else names, never as disposable, protect more things, say which AWS principals
    are agents' and add policies; its environments are marked as not trusted. Raises :class:`SettingsError` for everything else.
    """
    document = _read(data, REPOSITORY)
    # 3. Keys first: whether a key may be here matters before what it holds.
    _refuse_beyond(document, {"environments", "origin", "policy", "protected"}, "")
    _refuse_beyond(document.get("origin", {}), {"aws"}, "origin.")
    directories = _inner_directories(document.pop("policy", {}))
    check(document, REPOSITORY)
    file = msgspec.convert(document, _File)
    rules = _rules(file, trusted=False)
    agents = structs.replace(settings.identities, aws=settings.identities.aws + _agents(file))
    named = {rule.name for rule in settings.environments}
    for rule in rules:
        _refuse_overruling(rule, named)
    return structs.replace(
        settings,
        environments=settings.environments + rules,
        protected=settings.protected + _protected(file),
        policies=settings.policies + directories,
        identities=agents,
    )


def _read(data: bytes, origin: str) -> dict[str, object]:
    """Take step 1."""
    import tomllib  # noqa: PLC0415

    if len(data) > LIMIT:
        raise SettingsError(f"{origin}: expected at most {LIMIT} bytes, got {len(data)}")
    if max(map(len, data.splitlines()), default=0) > LINE_LIMIT:
        raise SettingsError(f"{origin}: expected lines of at most {LINE_LIMIT} bytes, got more")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise SettingsError(f"{origin}: expected UTF-8, got another encoding") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{origin}: expected TOML: {ascii(str(error))[1:-1]}") from None
    except RecursionError:
        raise SettingsError(f"{origin}: expected shallow TOML, got one nested too deep") from None


def _identities(file: _File, origin: str) -> IdentitySettings:
    passed = file.terraform.pass_environment
    if not file.origin:
        return IdentitySettings(passed=passed)
    from guardrail.settings.identity_file import read_identities  # noqa: PLC0415 - few have one

    return structs.replace(read_identities(file.origin, origin), passed=passed)


def _agents(file: _File) -> tuple[AwsIdentity, ...]:
    if not file.origin:
        return ()
    from guardrail.settings.identity_file import read_agents  # noqa: PLC0415 - few have one

    return read_agents(file.origin, REPOSITORY)


def _rules(file: _File, *, trusted: bool) -> tuple[EnvironmentRule, ...]:
    return tuple(
        EnvironmentRule(
            name=name,
            environment_class=found.environment_class,
            workspaces=found.workspaces,
            directories=found.directories,
            modules=found.modules,
            tags=found.tags,
            accounts=found.accounts,
            regions=found.regions,
            trusted=trusted,
        )
        for name, found in file.environments.items()
    )


def _protected(file: _File) -> tuple[ProtectedRule, ...]:
    return tuple(
        ProtectedRule(
            name=found.name,
            addresses=found.addresses,
            types=found.types,
            tags=found.tags,
            identifiers=found.identifiers,
            environments=found.environments,
            deny=found.outcome == "deny",
            changes=found.changes,
        )
        for found in file.protected
    )


def _refuse_beyond(table: object, allowed: set[str], where: str) -> None:
    keys = set(table) if isinstance(table, dict) else {where.rstrip(".")}
    for key in sorted(keys - allowed):
        raise SettingsError(
            f"{REPOSITORY}: expected nothing but additions, got {where + key!a}",
            hint="a repository may only add [environments.NAME], [[protected]], [[origin.aws]] and "
            "policy.directories; the rest belongs to the installation's settings",
        )


def _inner_directories(policy: object) -> tuple[str, ...]:
    """Return the policy directories if all of them lie inside the repository."""
    _refuse_beyond(policy, {"directories"}, "policy.")
    found = policy.get("directories", []) if isinstance(policy, dict) else None
    if not isinstance(found, list) or not all(map(_is_inner, found)):
        raise SettingsError(
            f"{REPOSITORY}: expected policy.directories as relative paths inside the repository",
            hint='write them as policy.directories = ["policy"], without ".."',
        )
    return tuple(found)


def _is_inner(path: object) -> bool:
    if not isinstance(path, str) or not path.isprintable():
        return False
    return bool(path) and not path.startswith(("/", "~")) and ".." not in path.split("/")


def _refuse_overruling(rule: EnvironmentRule, named: set[str]) -> None:
    if rule.environment_class is EnvironmentClass.DISPOSABLE:
        raise SettingsError(
            f"{REPOSITORY}: expected environment {rule.name} to be production or nonproduction, "
            "got disposable",
            hint="only the installation's settings can call an environment disposable",
        )
    if rule.name in named:
        raise SettingsError(
            f"{REPOSITORY}: expected new environments, got {rule.name}, which the "
            "installation's settings name",
            hint="choose another name, or change the installation's settings",
        )
    # What it lists might be another account than it lives in, and would hide the wrong target.
    if rule.accounts or rule.regions:
        raise SettingsError(
            f"{REPOSITORY}: expected environment {rule.name} without accounts and regions",
            hint="only the installation's settings can say where an environment lives",
        )
