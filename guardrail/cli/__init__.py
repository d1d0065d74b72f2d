"""
The command line: it translates and does not think.

What an agent's executor asks before every tool call is answered without loading
the commands: see :mod:`guardrail.agents.hooks.run`. This module holds the only exit
of the program.
"""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from guardrail.agents.hooks import EXECUTORS
from guardrail.system.environment import SEARCH_PATH
from guardrail.system.loading import load_msgspec
from guardrail.system.streams import leave, prepare_process

if TYPE_CHECKING:
    from guardrail.cli.context import Context
    from guardrail.system.installation import Installation

COMMANDS = {
    "apply": "Apply a plan where it is allowed, exactly as it was decided.",
    "approve": "Show a request and sign it.",
    "audit": "Check and read the audit log.",
    "check": "Decide about a plan and explain; change nothing.",
    "demo": "Tell the story on a real Terraform, in a minute.",
    "doctor": "Say what is set up here, and how strong it is.",
    "hook": "Answer an agent's executor before it acts; install that.",
    "mcp": "Serve agents over the Model Context Protocol.",
    "reject": "Turn a request down for good.",
    "requests": "List what waits for a senior.",
    "serve": "Answer others about plans, over HTTP.",
    "shim": "Put the guardrail where terraform is called by name.",
    "terraform": "Work as terraform does, through the gate.",
    "tofu": "Work as tofu does, through the gate.",
    "trust": "Say whose approval counts.",
}
"""Every command and its short help; the module of the same name holds it."""


def main(
    arguments: Sequence[str] | None = None,
    *,
    installation: "Installation | None" = None,
    env: Mapping[str, str] | None = None,
) -> NoReturn:
    """
    Run the command line and exit.

    ``arguments`` default to the process's own, ``installation`` to the one of
    this machine and user, ``env`` to the process's environment. Whatever goes
    wrong exits with a code that blocks; nothing is ever printed as a traceback,
    since a traceback can hold values of a plan.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # A command is over before collecting garbage pays, and a large plan makes it dear.
    gc.disable()
    try:
        code = _answer(given, installation, env)
    finally:
        gc.enable()
    leave(code)


def _answer(
    given: list[str], installation: "Installation | None", env: Mapping[str, str] | None
) -> int:
    match given:
        case ["hook", name] if name in EXECUTORS:
            from guardrail.agents.hooks.run import answer_call  # noqa: PLC0415 - no click

            return answer_call(name, installation=installation, env=env)
    prepare_process()
    load_msgspec()
    from guardrail.cli.context import Context  # noqa: PLC0415 - see above
    from guardrail.cli.program import fail  # noqa: PLC0415 - see above
    from guardrail.errors import GuardrailError  # noqa: PLC0415 - see above
    from guardrail.system.installation import find_installation  # noqa: PLC0415 - see above

    try:
        found = installation or find_installation()
    except GuardrailError as error:
        return fail(error.message, error.hint, error.exit_code)
    context = Context(installation=found, env=dict(os.environ if env is None else env))
    if found.shared:
        # Whoever calls must not choose the programs that decide. What they set stays evidence.
        os.environ["PATH"] = SEARCH_PATH
    return execute(given, context)


def execute(arguments: Sequence[str] | None, context: "Context") -> int:
    """Run the command line in ``context`` and return its exit code."""
    from guardrail.cli import program  # noqa: PLC0415 - a hook's answer does without

    return program.execute(arguments, context)
