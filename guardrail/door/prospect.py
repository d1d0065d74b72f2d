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

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import Raw, Struct

from guardrail.canonical import canonical_bytes, sha256_hex
from guardrail.door.dropin import Operation
from guardrail.enforce.operate import Command, Place, Push, pull
from guardrail.enforce.procedure import Work
from guardrail.errors import EnforcementError, UsageError
from guardrail.findings.address import Step, parse_address
from guardrail.findings.identity import identity_digest
from guardrail.plan.model import Plan
from guardrail.plan.operation import change_of, operation_plan, plan_between
from guardrail.plan.statefile import NO_STATE, Instance, StateFile, read_statefile
from guardrail.sources.fingerprint import fingerprint
from guardrail.sources.rehearsal import LIMIT, rehearse
from guardrail.system.files import read_limited, seal
from guardrail.system.terraform import Terraform

REWRITES: Final = frozenset(
    {"state rm", "state mv", "state push", "state replace-provider", "taint", "untaint"}
)
MOVES: Final = frozenset({"init -reconfigure", "init -migrate-state", "init -force-copy"})
_ATTACHED: Final = frozenset({"test", "console", "query", "login", "logout"})
_NAMES: Final = {
    "state push": 1, "workspace delete": 1, "import": 2, "force-unlock": 1,
    "state replace-provider": 2, "test": 0, "query": 0, "console": 0,
}  # fmt: skip
_READS_VALUES: Final = ("-var-file=", "-backend-config=")
_UNKNOWN: Final = Raw(b"{}")


class Prospect(Struct, frozen=True, kw_only=True):
    """One operation: what it would do, and how it is done."""

    plan: Plan
    """It, told as a plan."""
    document: bytes
    """Its name, its arguments and the digest of what it reads, as canonical JSON."""
    leaves: str
    """Digest of the state that it leaves; of the document where that is not known."""
    state: StateFile
    """The state that it is about, as it is now."""
    workspace: str | None
    """Another workspace than the selected one; None for that."""
    changes_state: bool
    variables: bool
    """Whether it takes ``TF_VAR_*`` from the environment."""
    work: Work


class _Asked(Struct, frozen=True, kw_only=True):
    """One operation, and everything it takes to find out about it."""

    operation: Operation
    terraform: Terraform
    env: Mapping[str, str]
    directory: Path

    def pull(self, *, workspace: str | None = None, data: Path | None = None) -> bytes:
        return pull(self.terraform, self.env, self.directory, workspace=workspace, data=data)

    def place(self, state: bytes | None, *, workspace: str | None = None) -> Place:
        digest = None if state is None else sha256_hex(state)
        return Place(directory=self.directory, workspace=workspace, sha256=digest)


def look_ahead(
    operation: Operation, terraform: Terraform, *, env: Mapping[str, str], directory: Path
) -> Prospect:
    """
    Return what ``operation`` would do in ``directory``, without doing it.

    Raises :class:`guardrail.errors.GuardrailError` where that can't be found out.
    """
    expected = _NAMES.get(operation.name)
    if expected is not None and len(operation.names) != expected:
        raise UsageError(
            f"`{operation.name}` takes {expected} names here, {len(operation.names)} were given"
        )
    asked = _Asked(operation=operation, terraform=terraform, env=env, directory=directory)
    match operation.name:
        case name if name in REWRITES:
            return _rewrite(asked)  # 1.
        case "workspace delete":
            return _delete_workspace(asked)  # 2.
        case name if name in MOVES:
            return _move(asked)  # 3.
        case "import":
            return _import(asked)  # 4.
        case _:
            return _elsewhere(asked)  # 5.


def _rewrite(asked: _Asked) -> Prospect:
    name, before = asked.operation.name, asked.pull()
    if name != "state push" and not before.strip():
        raise EnforcementError("there is no state here that could be rewritten")
    after = rehearse(asked.terraform, _rehearsed(asked), before, env=asked.env)
    state = read_statefile(before)
    push = tuple(o for o in asked.operation.options if o.startswith(("-force", "-lock-timeout")))
    document = _document(asked, ("state", "push", *push), reads=False)
    return Prospect(
        plan=plan_between(name, state, read_statefile(after), _same),
        document=document,
        leaves=sha256_hex(after),
        state=state,
        workspace=None,
        changes_state=True,
        variables=False,
        work=Push(state=seal(after), place=asked.place(before), options=push),
    )


def _rehearsed(asked: _Asked) -> tuple[str, ...]:
    name, names = asked.operation.name, asked.operation.names
    options = [o for o in asked.operation.options if not o.startswith("-lock-timeout")]
    if name == "state push" and not (asked.directory / names[0]).is_file():
        raise UsageError("the state to push is not a file here")
    if name == "state push":
        # Standard input would be read only once, and a name from its own directory only there.
        names = (str(asked.directory / names[0]),)
    if name == "state replace-provider":
        options.append("-auto-approve")
    return (*name.split(), *options, *names)


def _delete_workspace(asked: _Asked) -> Prospect:
    name = asked.operation.names[0]
    listed = asked.terraform.run(
        ["workspace", "list"], env=asked.env, directory=asked.directory, timeout=600
    )
    # Asked for the state of one that is not there, some backends would make it.
    if listed.code != 0 or name not in _workspaces(listed.stdout):
        raise EnforcementError("there is no such workspace")
    before = asked.pull(workspace=name)
    state = read_statefile(before)
    return _command(
        asked,
        ("workspace", "delete", *asked.operation.options, name),
        plan=plan_between(asked.operation.name, state, NO_STATE, _same, told=(name,)),
        state=state,
        place=asked.place(before, workspace=name),
    )


def _workspaces(listed: bytes) -> set[str]:
    lines = listed.decode("utf-8", "replace").splitlines()
    return {line.removeprefix("*").strip() for line in lines if line.strip()}


def _move(asked: _Asked) -> Prospect:
    operation = asked.operation
    before, found = _here(asked), _found_elsewhere(asked)
    state, target = read_statefile(before), read_statefile(found)
    command: tuple[str, ...] = (
        "init",
        f"-{operation.name.partition('-')[2]}",
        "-input=false",
        *operation.options,
    )
    plan = operation_plan(operation.name, state, concerns=())
    if state.lineage != target.lineage and state.managed:
        if operation.name == "init -reconfigure":
            everything = tuple(each.address for each in state.managed)
            plan = operation_plan(operation.name, state, concerns=everything)
        else:
            plan = plan_between(operation.name, target, state, _same)
    if operation.name == "init -migrate-state":
        # Nobody is asked a second time whether to copy: that is what is decided here.
        command = (*command, "-force-copy")
    return _command(
        asked, command, plan=plan, state=state, place=asked.place(None), reads=True, variables=True
    )


def _here(asked: _Asked) -> bytes:
    """Return the state that is used now; of a directory without a backend's record the local one."""
    if (asked.directory / ".terraform" / "terraform.tfstate").exists():
        return asked.pull()
    local = asked.directory / "terraform.tfstate"
    return read_limited(local, LIMIT) if local.exists() else b""


def _found_elsewhere(asked: _Asked) -> bytes:
    """Return the state that Terraform would find after ``init``."""
    with TemporaryDirectory(prefix="guardrail-") as folder:
        data, nothing = Path(folder, "data"), Path(folder, "providers")
        data.mkdir()
        nothing.mkdir()
        own = asked.directory / ".terraform"
        for name in ("modules", "environment"):
            if (own / name).exists():
                (data / name).symlink_to(own / name)
        backend = [o for o in asked.operation.options if o.startswith("-backend")]
        # Without providers this ends in an error, after the backend was set up.
        asked.terraform.run(
            [
                "init",
                "-reconfigure",
                "-input=false",
                "-get=false",
                f"-plugin-dir={nothing}",
                *backend,
            ],
            env={**asked.env, "TF_DATA_DIR": str(data)},
            directory=asked.directory,
            timeout=600,
        )
        return asked.pull(data=data)


def _import(asked: _Asked) -> Prospect:
    address, _ = asked.operation.names
    parsed = parse_address(address)
    if parsed is None or parsed.resource is None:
        raise UsageError("the address to import to is not that of a resource")
    before = asked.pull()
    state = read_statefile(before)
    resource = parsed.resource
    coming = Instance(
        address=address,
        module=".".join(map(_written, parsed.modules)),
        mode="managed",
        type=parsed.type,
        name=resource.name,
        index=resource.key,
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
    return _command(
        asked,
        ("import", "-input=false", *asked.operation.options, *asked.operation.names),
        plan=plan,
        state=state,
        place=asked.place(before),
        reads=True,
        variables=True,
    )


def _written(step: Step) -> str:
    key = f'"{step.key}"' if step.key is not None else step.index
    return f"module.{step.name}" if key is None else f"module.{step.name}[{key}]"


def _elsewhere(asked: _Asked) -> Prospect:
    operation = asked.operation
    options = (*operation.options, *(["-force"] if operation.name == "force-unlock" else []))
    attached = operation.name in _ATTACHED
    return _command(
        asked,
        (operation.name, *dict.fromkeys(options), *operation.names),
        plan=operation_plan(operation.name, NO_STATE, concerns=None, told=operation.names),
        state=NO_STATE,
        place=asked.place(None),
        reads=attached,
        variables=attached,
        changes_state=False,
    )


def _command(
    asked: _Asked,
    command: tuple[str, ...],
    *,
    plan: Plan,
    state: StateFile,
    place: Place,
    reads: bool = False,
    variables: bool = False,
    changes_state: bool = True,
) -> Prospect:
    written = partial(_document, asked, command, reads=reads)
    document = written()
    return Prospect(
        plan=plan,
        document=document,
        leaves=sha256_hex(document),
        state=state,
        workspace=place.workspace,
        changes_state=changes_state,
        variables=variables,
        work=Command(
            arguments=command,
            place=place,
            attached=asked.operation.name in _ATTACHED,
            fingerprint=lambda: sha256_hex(written()),
        ),
    )


def _read(asked: _Asked) -> str:
    named = [
        asked.directory / option.removeprefix(known)
        for option in asked.operation.options
        for known in _READS_VALUES
        if option.startswith(known)
        and (known == "-var-file=" or "=" not in option.removeprefix(known))
    ]
    return fingerprint(asked.directory, named)


def _document(asked: _Asked, command: tuple[str, ...], *, reads: bool) -> bytes:
    return canonical_bytes(
        {
            "schema": "guardrail.operation/v1",
            "name": asked.operation.name,
            "arguments": [*asked.operation.options, *asked.operation.names],
            "command": list(command),
            "reads_sha256": _read(asked) if reads else "",
        }
    )


def _same(one: Instance, other: Instance) -> bool:
    """Return whether two instances are the same object; what has no identity is what it holds."""
    known = identity_digest(one.type, one.attributes)
    if known is None:
        return one.attributes == other.attributes
    return known == identity_digest(other.type, other.attributes)
