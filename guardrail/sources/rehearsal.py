"""
What an operation would make of a state, found out on a copy of it.

Terraform itself does the operation, in an empty directory that holds nothing but the
copy: no configuration, no backend, no provider. What it leaves there is the very state
that is judged, shown, approved and pushed; a state that somebody wants to push is read
by Terraform before it is judged, so that nothing in it can mean one thing here and
another there.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from guardrail.errors import EnforcementError
from guardrail.system.files import read_limited, write_private
from guardrail.system.terraform import Terraform

LIMIT = 1 << 29
"""The largest state that is rehearsed on, in bytes."""
OFFERED = "offered.tfstate"
_NAME = "terraform.tfstate"


def rehearse(
    terraform: Terraform,
    arguments: Sequence[str],
    state: bytes,
    *,
    env: Mapping[str, str],
    offered: bytes | None = None,
) -> bytes:
    """
    Return what ``arguments`` make of ``state``; both are whole states in JSON.

    ``offered`` is what lies in the file :data:`OFFERED`, which ``arguments`` may name. Raises
    :class:`EnforcementError` where Terraform does not do it.
    """
    with TemporaryDirectory(prefix="guardrail-") as folder:
        place = Path(folder)
        if state.strip():
            write_private(place / _NAME, state)
        if offered is not None:
            write_private(place / OFFERED, offered)
        done = terraform.run(arguments, env=env, directory=place, timeout=600)
        if done.code != 0:
            raise EnforcementError(
                f"terraform does not do this (exit code {done.code}, on a copy of the state)",
                hint="look at what the state holds with `terraform state list`; Terraform's messages "
                "are not repeated here because they can hold values",
            )
        left = place / _NAME
        return read_limited(left, LIMIT) if left.exists() else b""
