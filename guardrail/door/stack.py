"""
What a stack needs beside its plan: trust, ledger, log, and Terraform in an environment of its own.

Checking plan JSON needs none of it, so :mod:`guardrail.door.session` does not load it.
"""

from guardrail.approval.trust import Trust, read_trust
from guardrail.audit.log import AuditLog
from guardrail.door.session import Session
from guardrail.enforce.ground import refuse_foreign_ground
from guardrail.enforce.target import read_pointers
from guardrail.errors import FileError, TrustError
from guardrail.ledger.interface import Ledger
from guardrail.ledger.sqlite import SqliteLedger
from guardrail.system.environment import terraform_environment
from guardrail.system.files import private_directory, trusted_file, write_private
from guardrail.system.installation import Installation
from guardrail.system.terraform import Terraform, open_terraform

LARGE = 16 << 20
"""The largest trust document that is read, in bytes."""


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
    private_directory(installation.state)
    return SqliteLedger(installation.ledger)


def open_audit(installation: Installation) -> AuditLog:
    """Open the audit log of ``installation``; its folder is made where it is missing."""
    private_directory(installation.state)
    return AuditLog(installation.audit_log)


def prepare_directory(session: Session) -> None:
    """Refuse a working directory that Terraform must not run in; to be called before it does."""
    refuse_foreign_ground(session.call.installation, session.call.directory)
    read_pointers(session.call.directory)


def find_terraform(session: Session, *, hashed: bool = True) -> Terraform:
    """
    Open the Terraform binary that this installation uses; a shared one never looks on PATH.

    Where it is neither pinned nor ``hashed``, its digest is left for whoever asks.
    """
    settings, call = session.settings, session.call
    search_path = "" if call.installation.shared else call.env.get("PATH", "")
    return open_terraform(settings.terraform, settings.terraform_sha256, search_path, hashed=hashed)


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
