"""
Where an installation keeps its settings, its trust and its memory.

Decided by the machine and the user's entry in the password database. No flag
and no environment variable takes part: whoever sets ``HOME`` or
``XDG_CONFIG_HOME`` must not choose whom we trust.
"""

import os
import pwd
from pathlib import Path

from msgspec import Struct

from guardrail.errors import SettingsError

SYSTEM_CONFIG = Path("/etc/guardrail")
SYSTEM_STATE = Path("/var/lib/guardrail")


class Installation(Struct, frozen=True, kw_only=True):
    """The places of one installation."""

    config: Path
    state: Path
    home: Path

    @property
    def shared(self) -> bool:
        """Whether it is the machine's: whoever calls may be somebody else than who decides."""
        return self.config == SYSTEM_CONFIG

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that hold what decides, in which nobody else's output belongs."""
        return self.config, self.state

    @property
    def settings(self) -> Path:
        """The trusted settings file; it may be missing."""
        return self.config / "guardrail.toml"

    @property
    def trust(self) -> Path:
        """The trust document."""
        return self.config / "trust.json"

    @property
    def ledger(self) -> Path:
        """The ledger's database."""
        return self.state / "ledger.sqlite"

    @property
    def audit_log(self) -> Path:
        """The audit log."""
        return self.state / "audit.jsonl"

    @property
    def requests(self) -> Path:
        """The folder of requests that seniors read."""
        return self.state / "requests"


def find_installation() -> Installation:
    """
    Return the system-wide installation where ``/etc/guardrail`` exists, else the user's own.

    Raises :class:`SettingsError` for a user whom the password database does not know.
    """
    try:
        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        raise SettingsError(
            f"user {os.getuid()} has no entry in the password database, so no home",
            hint="add one, as containers with a number for a user need it for many programs",
        ) from None
    # Also where it is something else: what is wrong with it must be told, not passed over.
    if os.path.lexists(SYSTEM_CONFIG):
        return Installation(config=SYSTEM_CONFIG, state=SYSTEM_STATE, home=home)
    return Installation(
        config=home / ".config" / "guardrail",
        state=home / ".local" / "state" / "guardrail",
        home=home,
    )
