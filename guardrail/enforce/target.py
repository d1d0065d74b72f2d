"""
Where an apply would land: the state that the working directory points at now.

A saved plan carries its own backend, and before Terraform 1.15 nothing compares
workspaces; a first plan is not even compared by lineage. So the gate compares
what the plan was made from with what the directory holds, before it decides and
once more right before Terraform starts.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from guardrail.errors import EnforcementError, FileError
from guardrail.plan.model import Saved
from guardrail.system.files import read_limited
from guardrail.system.terraform import Terraform, pull_state

LIMIT = 1 << 20


class _State(Struct, frozen=True):
    lineage: str = ""
    serial: int = 0


class _Backend(Struct, frozen=True):
    type: str


class _Selected(Struct, frozen=True):
    backend: _Backend | None = None


class Target(Struct, frozen=True, kw_only=True):
    """The state that a directory points at."""

    workspace: str
    backend: str
    lineage: str
    """Empty where there is no state yet."""
    serial: int


def read_target(terraform: Terraform, *, env: Mapping[str, str], directory: Path) -> Target:
    """
    Return what ``directory`` points at, by its own files and ``terraform state pull``.

    ``TF_DATA_DIR`` and ``TF_WORKSPACE`` take no part: ``env`` does not hold them.
    Raises :class:`EnforcementError` when the state can't be read.
    """
    workspace, backend = read_pointers(directory)
    printed = pull_state(terraform, env=env, directory=directory)
    try:
        state = msgspec.json.decode(printed, type=_State) if printed.strip() else _State()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise EnforcementError("terraform state pull did not print a state") from None
    return Target(
        workspace=workspace,
        backend=backend,
        lineage=state.lineage,
        serial=state.serial,
    )


def read_pointers(directory: Path) -> tuple[str, str]:
    """
    Return the workspace and the type of backend that the files in ``directory`` select.

    To be called before Terraform runs there: it waits for ever on a named pipe in a file's
    place. Raises :class:`EnforcementError` when they can't be read.
    """
    return _workspace(directory), _backend(directory)


def check_target(saved: Saved, target: Target) -> None:
    """
    Refuse unless ``target`` is the state that the plan was made from.

    Raises :class:`EnforcementError` naming the first thing that differs.
    """
    for what, planned, found in (
        ("workspace", saved.workspace, target.workspace),
        ("backend", saved.backend, target.backend),
        ("state lineage", saved.lineage, target.lineage),
        ("state serial", str(saved.serial), str(target.serial)),
    ):
        if planned != found:
            raise EnforcementError(
                f"the plan was made for another state: {what} was {_shown(planned)}, "
                f"here it is {_shown(found)}",
                hint="make a new plan in this working directory, and have that one decided",
            )


def _shown(text: str) -> str:
    return ascii(text) if text else "not there"


def _workspace(directory: Path) -> str:
    data = _optional(directory / ".terraform" / "environment")
    return "default" if data is None else data.decode("utf-8", "replace").strip() or "default"


def _backend(directory: Path) -> str:
    data = _optional(directory / ".terraform" / "terraform.tfstate")
    if data is None:
        return "local"
    try:
        selected = msgspec.json.decode(data, type=_Selected)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise EnforcementError(
            "the backend record in .terraform is not readable",
            hint="run `terraform init` again",
        ) from None
    return "local" if selected.backend is None else selected.backend.type


def _optional(path: Path) -> bytes | None:
    try:
        return read_limited(path, LIMIT) if path.exists() else None
    except OSError as error:
        raise EnforcementError(f"{str(path)!r} cannot be looked at: {error.strerror}") from None
    except FileError as error:
        raise EnforcementError(error.message, hint=error.hint) from None
