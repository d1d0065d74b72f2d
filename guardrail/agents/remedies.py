"""What to do instead of an operation that no saved plan stands for."""

from msgspec import Struct

from guardrail.agents.messages import argument
from guardrail.agents.shell.model import UNKNOWN_WORD, Operation
from guardrail.findings.states.unplanned import EFFECTS

TERRAFORM = frozenset({"terraform", "tofu"})
_SENIOR = "ask a senior engineer to do it, and say what it is for"


class Remedy(Struct, frozen=True):
    """Why an operation is stopped, and the steps that are open."""

    why: str
    steps: tuple[str, ...]


_PLANNED = {
    "apply": "",
    "destroy": "-destroy ",
    "refresh": "-refresh-only ",
    "taint": "-replace=ADDRESS ",
}
_CONFIGURED = {
    "import": 'write an `import { to = ADDRESS, id = "ID" }` block',
    "state rm": "write a `removed` block with `lifecycle { destroy = false }`",
    "state mv": "write a `moved { from = ADDRESS, to = ADDRESS }` block",
}


_STATE = Remedy(
    "this line changes a file of Terraform's state, which Terraform alone may write",
    (
        "change what the state says in the configuration: moved, removed and import blocks",
        _SENIOR,
    ),
)
_NAMELESS = {
    ("guardrail", "change hooks or settings"): Remedy(
        "this line changes a file that decides whether agents are asked; no agent may",
        ("say what should change, and ask the user to do it themselves",),
    ),
    ("guardrail", "uninstall"): Remedy(
        "this line takes the guardrail away; no agent may", (_SENIOR,)
    ),
    ("guardrail", "stop"): Remedy("this line ends the guardrail; no agent may", (_SENIOR,)),
    ("guardrail", "sign"): Remedy(
        "this line signs as an approval is signed, which is for senior engineers", (_SENIOR,)
    ),
    ("guardrail", "hide the caller"): Remedy(
        "this line hides from the guardrail that an agent calls it",
        ("run the guardrail's command alone, without a change of its environment",),
    ),
}
"""What is no command of its own: the words of the table would name one that nobody typed."""


def remedy(operation: Operation) -> Remedy:
    """Return the remedy for ``operation``; its tool and name are of our tables."""
    name = f"{operation.tool} {operation.name}"
    nameless = _nameless(operation)
    if nameless is not None:
        return nameless
    if operation.tool == "guardrail":
        return Remedy(f"`{name}` is for senior engineers, not for agents", (_SENIOR,))
    if operation.tool not in TERRAFORM:
        return Remedy(f"`{name}` changes infrastructure past the gate", (_SENIOR,))
    return _for_terraform(operation, name)


def called(operation: Operation) -> str:
    """Return what ``operation`` is called where it is named beside others."""
    if _nameless(operation) is None:
        return f"`{operation.tool} {operation.name}`"
    known = operation.name.removesuffix(UNKNOWN_WORD).strip()
    return f"`{operation.tool} {known} …`" if known != operation.name else known


def _nameless(operation: Operation) -> Remedy | None:
    if operation.tool == "files" or operation.name == "write state":
        return _STATE
    if operation.name.rpartition(" ")[2] == UNKNOWN_WORD:
        why = f"what `{operation.tool}` is told to do is not known to only read"
        return Remedy(why, ("say the whole command in plain words", _SENIOR))
    return _NAMELESS.get((operation.tool, operation.name))


def _for_terraform(operation: Operation, name: str) -> Remedy:
    if operation.name in _PLANNED:
        why = f"`{name}` needs a saved plan that was checked"
        return Remedy(why, plan_and_apply(operation, _PLANNED[operation.name]))
    if operation.name in _CONFIGURED:
        why = f"`{name}` changes the state without a plan"
        planned = plan_and_apply(operation, "")
        first = f"{_CONFIGURED[operation.name]}; then {planned[0]}"
        return Remedy(why, (first, *planned[1:], f"or {_gated(name)}"))
    if operation.name in EFFECTS:
        return Remedy(f"`{name}`: {EFFECTS[operation.name]}", (_gated(name),))
    return Remedy(f"`{name}` is not among the subcommands that only read", (_SENIOR,))


def _gated(name: str) -> str:
    return f"run: guardrail {name} …, and a senior engineer is asked about exactly that"


def plan_and_apply(operation: Operation, option: str) -> tuple[str, ...]:
    """Return the two commands that are right, for where ``operation`` would run."""
    tool, place = operation.tool, operation.directory
    if place == UNKNOWN_WORD:
        place = "DIRECTORY"
    if not place:
        return (f"run: {tool} plan {option}-out=tfplan", "then run: guardrail apply tfplan")
    place = argument(place, "DIRECTORY")
    return (
        f"run: {tool} -chdir={place} plan {option}-out=tfplan",
        f"then run: guardrail apply {place}/tfplan --chdir {place}",
    )
