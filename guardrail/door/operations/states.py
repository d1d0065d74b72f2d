"""Operations on a state: rewriting it, deleting it with its workspace, importing into it."""

from typing import Final

from msgspec import Raw

from guardrail.canonical import sha256_hex
from guardrail.door.operations.prospect import (
    Asked,
    Prospect,
    Reads,
    command_prospect,
    same_object,
    write_document,
)
from guardrail.enforce.operate import Push
from guardrail.errors import EnforcementError, UsageError
from guardrail.findings.address import Step, parse_address
from guardrail.plan.operation import change_of, operation_plan, plan_between
from guardrail.plan.statefile import NO_STATE, Instance, read_statefile
from guardrail.sources.rehearsal import rehearse
from guardrail.system.files import seal

REWRITES: Final = frozenset(
    {"state rm", "state mv", "state push", "state replace-provider", "taint", "untaint"}
)
_UNKNOWN: Final = Raw(b"{}")


def rewrite(asked: Asked) -> Prospect:
    """Do it on a copy: the state that this leaves is the one that is judged and pushed."""
    name, before = asked.operation.name, asked.pull()
    if name != "state push" and not before.strip():
        raise EnforcementError("there is no state here that could be rewritten")
    after = rehearse(asked.terraform, _rehearsed(asked), before, env=asked.env)
    state = read_statefile(before)
    push = tuple(o for o in asked.operation.options if o.startswith(("-force", "-lock-timeout")))
    return Prospect(
        plan=plan_between(name, state, read_statefile(after), same_object),
        document=write_document(asked, ("state", "push", *push), Reads()),
        leaves=sha256_hex(after),
        state=state,
        workspace=None,
        changes_state=True,
        variables=False,
        work=Push(state=seal(after), place=asked.place(before), options=push),
    )


def _rehearsed(asked: Asked) -> tuple[str, ...]:
    name, names = asked.operation.name, asked.operation.names
    options = [o for o in asked.operation.options if not o.startswith("-lock-timeout")]
    if name == "state push":
        # Standard input could be read only once, and a name from its own directory only there.
        file = asked.directory / names[0]
        if not file.is_file():
            raise UsageError("the state to push is not a file here")
        names = (str(file),)
    if name == "state replace-provider":
        options.append("-auto-approve")
    return (*name.split(), *options, *names)


def delete_workspace(asked: Asked) -> Prospect:
    """Nothing of the workspace's state is left."""
    (name,) = asked.operation.names
    listed = asked.terraform.run(
        ["workspace", "list"], env=asked.env, directory=asked.directory, timeout=600
    )
    # Asked for the state of one that is not there, some backends would make it.
    if listed.code != 0 or name not in _workspaces(listed.stdout):
        raise EnforcementError("there is no such workspace")
    before = asked.pull(workspace=name)
    state = read_statefile(before)
    return command_prospect(
        asked,
        ("workspace", "delete", *asked.operation.options, name),
        plan=plan_between(asked.operation.name, state, NO_STATE, same_object, told=(name,)),
        state=state,
        place=asked.place(before, workspace=name),
        reads=Reads(),
    )


def _workspaces(listed: bytes) -> set[str]:
    lines = listed.decode("utf-8", "replace").splitlines()
    return {line.removeprefix("*").strip() for line in lines if line.strip()}


def import_object(asked: Asked) -> Prospect:
    """One object comes in, which only the provider knows."""
    address, _ = asked.operation.names
    parsed = parse_address(address)
    if parsed is None or parsed.resource is None or parsed.prefix:
        raise UsageError("the address to import to is not that of a resource")
    before = asked.pull()
    state = read_statefile(before)
    coming = Instance(
        address=address,
        module=".".join(map(_written, parsed.modules)),
        mode="managed",
        type=parsed.type,
        name=parsed.resource.name,
        index=parsed.resource.key,
        provider="",
        deposed="",
        tainted=False,
        attributes=_UNKNOWN,
    )
    plan = operation_plan(
        asked.operation.name,
        state,
        concerns=(address,),
        changes=(change_of(coming, importing=True),),
    )
    return command_prospect(
        asked,
        ("import", "-input=false", *asked.operation.options, *asked.operation.names),
        plan=plan,
        state=state,
        place=asked.place(before),
        reads=Reads(configuration=True),
    )


def _written(step: Step) -> str:
    key = f'"{step.key}"' if step.key is not None else step.index
    return f"module.{step.name}" if key is None else f"module.{step.name}[{key}]"
