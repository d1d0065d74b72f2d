"""Operations that make Terraform look for the state elsewhere."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from guardrail.door.operations.prospect import (
    Asked,
    Prospect,
    Reads,
    command_prospect,
    same_object,
)
from guardrail.plan.model import Plan
from guardrail.plan.operation import operation_plan, plan_between
from guardrail.plan.statefile import StateFile, read_statefile
from guardrail.sources.rehearsal import LIMIT
from guardrail.system.files import read_limited

MOVES: Final = frozenset({"init -reconfigure", "init -migrate-state", "init -force-copy"})


def move(asked: Asked) -> Prospect:
    """
    Compare the state that is used now with the one that would be found.

    Left behind is what the state here holds; copied over, with a migration, what the other one
    does. Of one and the same state nothing is lost.
    """
    operation = asked.operation
    recorded = (asked.directory / ".terraform" / "terraform.tfstate").exists()
    before = asked.pull() if recorded else _local(asked)
    found = _found_elsewhere(asked)
    option = operation.name.partition(" ")[2]
    command: tuple[str, ...] = ("init", option, "-input=false", *operation.options)
    if option == "-migrate-state":
        # Nobody is asked a second time whether to copy: that is what is decided here.
        command = (*command, "-force-copy")
    state = read_statefile(before)
    return command_prospect(
        asked,
        command,
        plan=_plan(operation.name, state, read_statefile(found)),
        state=state,
        place=asked.place(before if recorded else None),
        reads=Reads(configuration=True, states=(before, found)),
    )


def _plan(name: str, state: StateFile, target: StateFile) -> Plan:
    if state.lineage == target.lineage or not state.managed:
        return operation_plan(name, state, concerns=())
    if name == "init -reconfigure":
        return operation_plan(name, state, concerns=tuple(each.address for each in state.managed))
    return plan_between(name, target, state, same_object)


def _local(asked: Asked) -> bytes:
    """Return the local state of a directory that no ``init`` gave a backend."""
    local = asked.directory / "terraform.tfstate"
    return read_limited(local, LIMIT) if local.exists() else b""


def _found_elsewhere(asked: Asked) -> bytes:
    """Return the state that Terraform would find, by an ``init`` in a data directory of its own."""
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
