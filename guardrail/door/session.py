"""
A session: one call with its settings read, its rules loaded and its engine running.

A door is any way in: the command line, a hook, a server. Each hands in a
:class:`Call` and gets a decision back; none of them decides by itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from guardrail.approval.trust import Trust, read_trust
from guardrail.audit.log import AuditLog
from guardrail.errors import FileError, TrustError
from guardrail.ledger.interface import Ledger
from guardrail.policy.bundle import Bundle, load_bundle
from guardrail.policy.engine import Engine, open_engine
from guardrail.settings.load import add_repository, parse_settings
from guardrail.settings.model import Settings
from guardrail.system.environment import terraform_environment
from guardrail.system.files import private_directory, read_limited, trusted_file, write_private
from guardrail.system.installation import Installation
from guardrail.system.terraform import Terraform, open_terraform

SMALL = 1 << 20
"""The largest settings file that is read, in bytes."""
LARGE = 16 << 20
"""The largest trust document that is read, in bytes."""


class Call(Struct, frozen=True, kw_only=True):
    """What somebody asks for, and everything around it that could vary."""

    installation: Installation
    directory: Path
    """The working directory, absolute."""
    env: Mapping[str, str]
    now: int
    engine: str | None = None
    """The engine asked for, or None for the settings' one."""
    policies: tuple[Path, ...] = ()
    """Further policy directories; they can only tighten."""
    commits: tuple[str, str] | None = None
    """Base and head of the commits in range."""


class Session(Struct, frozen=True, kw_only=True):
    """One call, ready to be decided."""

    call: Call
    settings: Settings
    bundle: Bundle
    engine: Engine


@contextmanager
def open_session(call: Call) -> Iterator[Session]:
    """Read settings and policies and start the engine; it gets ready while the plan is read."""
    settings = read_settings(call.installation, call.directory)
    bundle = load_bundle([*(call.directory / p for p in settings.policies), *call.policies])
    engine = open_engine(call.engine or settings.engine, bundle, opa_url=settings.opa_url)
    try:
        yield Session(call=call, settings=settings, bundle=bundle, engine=engine)
    finally:
        engine.close()


def read_settings(installation: Installation, directory: Path) -> Settings:
    """Return the trusted settings, with what the repository's own file may add."""
    settings = Settings()
    if installation.settings.exists():
        data = trusted_file(installation.settings, limit=SMALL).data
        settings = parse_settings(data, origin=installation.settings.name)
    repository = directory / "guardrail.toml"
    if repository.exists():
        settings = add_repository(settings, read_limited(repository, SMALL))
    return settings


def read_trusted(installation: Installation, ledger: Ledger, now: int) -> Trust:
    """
    Return the trust document, never an older one than the ledger has seen.

    Raises :class:`TrustError` when there is none, or it may not be believed.
    """
    try:
        data = trusted_file(installation.trust, limit=LARGE).data
    except FileError as error:
        raise TrustError(
            f"the trust document cannot be used: {error.message}",
            hint="create one with `guardrail trust init`, or see docs/formats/trust.md",
        ) from None
    trust = read_trust(data, now=now, seen_version=ledger.seen_trust_version())
    ledger.note_trust_version(trust.version)
    return trust


def open_ledger(installation: Installation) -> Ledger:
    """Open the ledger of ``installation``; its folder is made where it is missing."""
    from guardrail.ledger.sqlite import SqliteLedger  # noqa: PLC0415 (JSON checks need no ledger)

    private_directory(installation.state)
    return SqliteLedger(installation.ledger)


def open_audit(installation: Installation) -> AuditLog:
    """Open the audit log of ``installation``; its folder is made where it is missing."""
    private_directory(installation.state)
    return AuditLog(installation.audit_log)


def find_terraform(session: Session) -> Terraform:
    """Open the Terraform binary that this installation uses."""
    settings = session.settings
    return open_terraform(
        settings.terraform, settings.terraform_sha256, session.call.env.get("PATH", "")
    )


def child_environment(session: Session, *, variables: bool = False) -> dict[str, str]:
    """
    Return the environment for a Terraform child, with a CLI configuration of our own.

    ``variables`` lets ``TF_VAR_*`` through: only while a plan is being made.
    """
    installation = session.call.installation
    private_directory(installation.state)
    cli_config = installation.state / "terraform.rc"
    write_private(cli_config, b"")
    return terraform_environment(
        session.call.env,
        home=installation.home,
        cli_config=cli_config,
        passed=session.settings.pass_environment,
        variables=variables,
    )
