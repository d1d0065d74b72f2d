"""Programs that end others, and ``ssh-keygen``, which can sign for a person."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from guardrail.agents.shell.calls import Call, Outcome, Reader
from guardrail.agents.shell.marks import UNKNOWN
from guardrail.agents.shell.model import Operation
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.tools import strangers

_OURS: Final = late(r"(^|[\s/^])guardrail(\s|$)")


def _kill(call: Call) -> Iterator[Outcome]:
    if any(_OURS.search(word) for word in call.words):
        yield Operation(tool="guardrail", name="stop", directory=call.directory)


def _units(call: Call) -> Iterator[Outcome]:
    if {"stop", "disable", "mask", "kill"} & set(call.words) and any(
        re.match(r"guardrail", word) for word in call.words
    ):
        yield Operation(tool="guardrail", name="stop", directory=call.directory)


def _launch(call: Call) -> Iterator[Outcome]:
    yield from _units(call)
    yield from strangers.read(call)


def _sign(call: Call) -> Iterator[Outcome]:
    pairs = set(pairwise(call.words))
    for flag, value in pairs:
        if flag == "-n" and ("guardrail" in value or UNKNOWN in value) and ("-Y", "sign") in pairs:
            yield Operation(tool="guardrail", name="sign", directory=call.directory)


READERS: Final[dict[str, Reader]] = {
    "pkill": _kill,
    "killall": _kill,
    "systemctl": _units,
    "launchctl": _launch,
    "service": _units,
    "ssh-keygen": _sign,
}
