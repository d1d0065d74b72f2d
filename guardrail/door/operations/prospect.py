"""A prospect: one operation, told as the plan that would do the same, and the work that does it."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from guardrail.canonical import canonical_bytes, sha256_hex
from guardrail.door.dropin import Operation
from guardrail.enforce.operate import Command, Place, pull
from guardrail.enforce.procedure import Work
from guardrail.findings.identity import identity_digest
from guardrail.plan.model import Plan
from guardrail.plan.statefile import Instance, StateFile
from guardrail.sources.fingerprint import fingerprint
from guardrail.system.terraform import Terraform

ATTACHED: Final = frozenset({"test", "console", "query", "login", "logout"})
"""Operations that talk to whoever asked for them."""
_NAMING_FILES: Final = ("-var-file=", "-backend-config=")


class Prospect(Struct, frozen=True, kw_only=True):
    """One operation: what it would do, and how it is done."""

    plan: Plan
    """It, told as a plan."""
    document: bytes
    """Its name, its arguments and the digests of what it reads, as canonical JSON."""
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


class Asked(Struct, frozen=True, kw_only=True):
    """One operation, and everything it takes to find out about it."""

    operation: Operation
    terraform: Terraform
    env: Mapping[str, str]
    directory: Path

    def pull(self, *, workspace: str | None = None, data: Path | None = None) -> bytes:
        """Return a state; see :func:`guardrail.enforce.operate.pull`."""
        return pull(self.terraform, self.env, self.directory, workspace=workspace, data=data)

    def place(self, state: bytes | None, *, workspace: str | None = None) -> Place:
        """Return the place whose state is ``state``; None where it is about none."""
        digest = None if state is None else sha256_hex(state)
        return Place(directory=self.directory, workspace=workspace, sha256=digest)


class Reads(Struct, frozen=True, kw_only=True):
    """What a command reads beside the state that it is about."""

    configuration: bool = False
    """And with it ``TF_VAR_*`` of the environment."""
    states: tuple[bytes, ...] = ()
    """Other states."""


def command_prospect(
    asked: Asked,
    command: tuple[str, ...],
    *,
    plan: Plan,
    state: StateFile,
    place: Place,
    reads: Reads,
    changes_state: bool = True,
) -> Prospect:
    """Return the prospect of running ``command`` as it stands, which does what ``plan`` says."""
    written = partial(write_document, asked, command, reads)
    document = written()
    return Prospect(
        plan=plan,
        document=document,
        leaves=sha256_hex(document),
        state=state,
        workspace=place.workspace,
        changes_state=changes_state,
        variables=reads.configuration,
        work=Command(
            arguments=command,
            place=place,
            attached=asked.operation.name in ATTACHED,
            fingerprint=lambda: sha256_hex(written()),
        ),
    )


def write_document(asked: Asked, command: tuple[str, ...], reads: Reads) -> bytes:
    """Return what an approval of ``command`` is bound to; the format is in docs/formats/operation.md."""
    return canonical_bytes(
        {
            "schema": "guardrail.operation/v1",
            "name": asked.operation.name,
            "arguments": [*asked.operation.options, *asked.operation.names],
            "command": list(command),
            "configuration_sha256": _configuration(asked) if reads.configuration else "",
            "states_sha256": [sha256_hex(state) for state in reads.states],
        }
    )


def _configuration(asked: Asked) -> str:
    named = [
        asked.directory / value
        for option in asked.operation.options
        for known in _NAMING_FILES
        if (value := option.removeprefix(known)) != option
        # A backend's setting is written where a file's name could stand.
        and not (known == "-backend-config=" and "=" in value)
    ]
    return fingerprint(asked.directory, named)


def same_object(one: Instance, other: Instance) -> bool:
    """Return whether two instances are the same object; what has no identity is what it holds."""
    known = identity_digest(one.type, one.attributes)
    if known is None:
        return one.attributes == other.attributes
    return known == identity_digest(other.type, other.attributes)
