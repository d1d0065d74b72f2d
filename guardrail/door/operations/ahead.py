"""
What an operation without a plan would do, found out before it is done.

1. What rewrites the state is done on a copy; the state that it leaves is the one that is judged
   and pushed.
2. What deletes a workspace leaves nothing of its state.
3. What makes Terraform look for the state elsewhere is done in a data directory of its own;
   the state that is found there is compared with the one here.
4. An import brings in one object, which only the provider knows.
5. All else touches no state that could be compared: it is named, and bound to what it reads.
"""

from typing import Final

from guardrail.door.operations.backends import move
from guardrail.door.operations.prospect import (
    MOVES,
    READING,
    Asked,
    Prospect,
    Reads,
    Subject,
    command_prospect,
)
from guardrail.door.operations.states import REWRITES, delete_workspace, import_object, rewrite
from guardrail.errors import UsageError
from guardrail.plan.operation import operation_plan
from guardrail.plan.statefile import NO_STATE

_NAMES: Final = {
    "state push": 1, "workspace delete": 1, "import": 2, "force-unlock": 1,
    "state replace-provider": 2, "test": 0, "query": 0, "console": 0,
    **dict.fromkeys(MOVES, 0),
}  # fmt: skip
"""How many names an operation takes; what Terraform itself checks on a copy is not listed."""


def look_ahead(asked: Asked) -> Prospect:
    """
    Return what the operation would do, without doing it.

    Raises :class:`guardrail.errors.GuardrailError` where that can't be found out.
    """
    operation = asked.operation
    expected = _NAMES.get(operation.name)
    if expected is not None and len(operation.names) != expected:
        raise UsageError(
            f"`{operation.name}` was given {len(operation.names)} names, expected {expected}"
        )
    if any(not _is_text(word) for word in (*operation.options, *operation.names)):
        raise UsageError("a name or an option is not UTF-8")
    match operation.name:
        case name if name in REWRITES:
            return rewrite(asked)  # 1.
        case "workspace delete":
            return delete_workspace(asked)  # 2.
        case name if name in MOVES:
            return move(asked)  # 3.
        case "import":
            return import_object(asked)  # 4.
        case _:
            return _named(asked)  # 5.


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _named(asked: Asked) -> Prospect:
    operation = asked.operation
    options = dict.fromkeys(operation.options)
    if operation.name == "force-unlock":
        # Nobody is asked a second time: that is what is decided here.
        options["-force"] = None
    return command_prospect(
        asked,
        (operation.name, *options, *operation.names),
        plan=operation_plan(operation.name, NO_STATE, concerns=None, told=operation.names),
        subject=Subject(backend=asked.backend, workspace=asked.workspace, state=NO_STATE),
        place=asked.place(),
        reads=Reads(configuration=operation.name in READING),
        left=None,
    )
