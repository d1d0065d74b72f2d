"""What every command gets: the installation and the environment it runs in."""

from pathlib import Path

from msgspec import Struct

from guardrail.decision import Outcome
from guardrail.door.session import Call
from guardrail.errors import FileError
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


def true_directory(path: Path) -> Path:
    """
    Return the one name of a working directory: an alias would be another stack to the ledger.

    Raises :class:`FileError` where it is gone, or where no report could name it.
    """
    try:
        directory = path.resolve(strict=True)
        str(directory).encode()
    except UnicodeEncodeError:
        raise FileError("the working directory's name is not UTF-8") from None
    except (OSError, RuntimeError):
        raise FileError("the working directory is not there") from None
    return directory
