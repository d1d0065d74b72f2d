"""Operations on a state: rewriting it, deleting it with its workspace, importing into it."""

from collections.abc import Mapping
from typing import Final

from msgspec import Raw

from guardrail.canonical import sha256_hex
from guardrail.door.known_options import FALSE
from guardrail.door.operations.prospect import (
    Asked,
    Prospect,
    Reads,
    Subject,
    command_prospect,
    identity,
    write_document,
)
from guardrail.enforce.operate import Push
from guardrail.errors import EnforcementError, UsageError
from guardrail.findings.address import Step, parse_address
from guardrail.plan.operation import change_of, operation_plan, plan_between
from guardrail.plan.statefile import NO_STATE, Instance, read_statefile
from guardrail.sources.rehearsal import LIMIT, OFFERED, rehearse
from guardrail.sources.states import workspaces
from guardrail.system.files import read_limited, seal

REWRITES: Final = frozenset(
    {"state rm", "state mv", "state push", "state replace-provider", "taint", "untaint"}
)
_UNKNOWN: Final = Raw(b"{}")


def rewrite(asked: Asked) -> Prospect:
    """Do it on a copy: the state that this leaves is the one that is judged and pushed."""
    name, before = asked.operation.name, asked.pull()
    pushes = name == "state push"
    state = read_statefile(before)
    if not pushes and not state.lineage:
        raise EnforcementError("there is no state here that could be rewritten")
    offered = _offered(asked) if pushes else None
    after = rehearse(asked.terraform, _rehearsed(asked), before, env=asked.env, offered=offered)
    options = tuple(o for o in asked.operation.options if o.startswith(("-force", "-lock-timeout")))
    return Prospect(
        # Only what is pushed was written by somebody else than Terraform.
        plan=plan_between(name, state, read_statefile(after), identity, whole=pushes),
        document=write_document(asked, ("state", "push", *options), Reads()),
        leaves=sha256_hex(after),
        subject=asked.here(state),
        left=asked.pull,
        variables=False,
        work=Push(
            state=seal(after),
            place=asked.place((before,), lambda env: (asked.pull(env),)),
            options=options,
        ),
    )


def _offered(asked: Asked) -> bytes:
    (name,) = asked.operation.names
    if name == "-":
        raise UsageError("a state to push is read from a file here, not from standard input")
    # Read once: what is judged is what is pushed, whatever the name stands for meanwhile.
    return read_limited(asked.directory / name, LIMIT)


def _rehearsed(asked: Asked) -> tuple[str, ...]:
    name, names = asked.operation.name, asked.operation.names
    options = [o for o in asked.operation.options if not o.startswith("-lock-timeout")]
    if name == "state push":
        names = (OFFERED,)
    if name == "state replace-provider":
        options.append("-auto-approve")
    return (*name.split(), *options, *names)


def delete_workspace(asked: Asked) -> Prospect:
    """Nothing of the workspace's state is left."""
    (name,) = asked.operation.names
    if name in {"default", asked.workspace}:
        raise UsageError("the default workspace and the selected one can't be deleted")
    # Asked for the state of one that is not there, some backends would make it.
    if name not in (workspaces(asked.terraform, asked.env, asked.directory) or ()):
        raise EnforcementError("there is no such workspace")
    before = asked.pull(workspace=name)
    state = read_statefile(before)
    if not _forced(asked) and any(each.mode == "managed" for each in state.instances):
        raise UsageError(
            "the workspace still holds something, and then Terraform only deletes it with -force",
            hint="destroy what it holds first, by a plan that is checked",
        )
    return command_prospect(
        asked,
        ("workspace", "delete", *asked.operation.options, name),
        plan=plan_between(asked.operation.name, state, NO_STATE, identity, told=(name,)),
        subject=Subject(backend=asked.backend, workspace=name, state=state),
        place=asked.place((before,), lambda env: (asked.pull(env, workspace=name),)),
        reads=Reads(),
        left=_nothing,
    )


def _forced(asked: Asked) -> bool:
    said = [o.partition("=")[2] for o in asked.operation.options if o.split("=")[0] == "-force"]
    return bool(said) and said[-1] not in FALSE


def _nothing(_env: Mapping[str, str]) -> bytes:
    return b""


def import_object(asked: Asked) -> Prospect:
    """One object comes in, which only the provider knows."""
    address, _ = asked.operation.names
    before = asked.pull()
    state = read_statefile(before)
    plan = operation_plan(
        asked.operation.name,
        state,
        concerns=(address,),
        changes=(change_of(_coming(address), importing=True),),
    )
    return command_prospect(
        asked,
        ("import", "-input=false", *asked.operation.options, *asked.operation.names),
        plan=plan,
        subject=asked.here(state),
        place=asked.place((before,), lambda env: (asked.pull(env),)),
        reads=Reads(configuration=True),
        left=asked.pull,
    )


def _coming(address: str) -> Instance:
    parsed = parse_address(address)
    if parsed is None or parsed.resource is None or parsed.prefix:
        raise UsageError("the address to import to is not that of a resource")
    # One name for one thing: what stands behind an escape is seen by nobody who reads it.
    if "\\u" in address or "\\U" in address:
        raise UsageError("the address to import to is written with escapes: write it plainly")
    return Instance(
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
        written=_UNKNOWN,
    )


def _written(step: Step) -> str:
    key = f'"{step.key}"' if step.key is not None else step.index
    return f"module.{step.name}" if key is None else f"module.{step.name}[{key}]"
