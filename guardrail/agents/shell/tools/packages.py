"""Package managers, where they take the guardrail itself away."""

from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Call, Outcome, Reader, operands
from guardrail.agents.shell.model import Operation
from guardrail.agents.shell.patterns import late

_MANAGERS: Final = (
    "pip",
    "brew",
    "apt",
    "apt-get",
    "dnf",
    "yum",
    "apk",
    "dpkg",
    "rpm",
    "snap",
)
_TAKES: Final = {"uninstall", "remove", "purge", "rm", "del", "autoremove", "--erase", "--purge"}
_OURS: Final = late(r"(tf|terraform)?[-_]?guardrail")


def removes_ours(call: Call) -> Iterator[Outcome]:
    """Yield an operation where the guardrail's own package is uninstalled."""
    words = operands(call.words)
    if set(call.words) & _TAKES and any(_OURS.fullmatch(word) for word in words):
        yield Operation(tool="guardrail", name="uninstall", directory=call.directory)


READERS: Final[dict[str, Reader]] = dict.fromkeys(_MANAGERS, removes_ours)
