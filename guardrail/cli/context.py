"""What every command gets: the installation and the environment it runs in."""

from pathlib import Path

from msgspec import Struct

from guardrail.decision import Outcome
from guardrail.door.session import Call, true_directory
from guardrail.system.clock import unix_now
from guardrail.system.installation import Installation

EXIT_CODES = {Outcome.ALLOW: 0, Outcome.DENY: 1, Outcome.APPROVAL_REQUIRED: 3}
"""What a decision exits with. 2 is usage, 4 is "could not decide"."""


class Context(Struct, frozen=True, kw_only=True):
    """The world a command runs in."""

    installation: Installation
    env: dict[str, str]

    def call(self) -> Call:
        """Return a call without options, in the current directory."""
        return Call(
            installation=self.installation,
            directory=true_directory(Path()),
            env=self.env,
            now=unix_now(),
        )
