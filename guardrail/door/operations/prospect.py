"""A prospect: one operation, told as the plan that would do the same, and the work that does it."""

import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from guardrail.canonical import canonical_bytes, digest, sha256_hex
from guardrail.door.dropin import Operation
from guardrail.enforce.operate import Command, Place
from guardrail.enforce.procedure import Work
from guardrail.findings.identity import identity_digests
from guardrail.plan.model import Plan
from guardrail.plan.statefile import Instance, StateFile
from guardrail.sources.backend import LOCAL, Backend, read_backend
from guardrail.sources.fingerprint import fingerprint
from guardrail.system.files import read_limited
from guardrail.system.terraform import Terraform, pull_state

MOVES: Final = frozenset({"init -reconfigure", "init -migrate-state", "init -force-copy"})
"""Operations that make Terraform look for the state elsewhere."""
READING: Final = frozenset({"test", "console", "query"})
"""Operations that run what the configuration says."""
ATTACHED: Final = READING | {"login", "logout"} | MOVES
"""Operations that talk to whoever asked for them."""
_NAMING_FILES: Final = ("-var-file=", "-backend-config=")
_POINTERS: Final = ("terraform.tfstate", "environment")
_RECORD: Final = 1 << 20


class Subject(Struct, frozen=True, kw_only=True):
    """The state that an operation is about, as it is now."""

    backend: Backend
    workspace: str
    state: StateFile


class Prospect(Struct, frozen=True, kw_only=True):
    """One operation: what it would do, and how it is done."""

    plan: Plan
    """It, told as a plan."""
    document: bytes
    """Its name, its arguments and the digests of what it reads, as canonical JSON."""
    leaves: str
    """Digest of the state that it leaves; of the document where that is not known."""
    subject: Subject
    left: Callable[[Mapping[str, str]], bytes] | None
    """Reads the subject's state after it was done; None where it changes none."""
    variables: bool
    """Whether it takes ``TF_VAR_*`` from the environment."""
    work: Work


class Asked(Struct, frozen=True, kw_only=True):
    """One operation, and everything it takes to find out about it."""

    operation: Operation
    terraform: Terraform
    env: Mapping[str, str]
    variables: Mapping[str, str]
    """``TF_VAR_*`` as they would be handed on."""
    directory: Path
    workspace: str
    """The selected one."""

    @property
    def backend(self) -> Backend:
        """Return the backend that is used here."""
        return read_backend(self.directory / ".terraform") or LOCAL

    def here(self, state: StateFile) -> Subject:
        """Return ``state`` as what is selected here."""
        return Subject(backend=self.backend, workspace=self.workspace, state=state)

    def pull(self, env: Mapping[str, str] | None = None, *, workspace: str = "") -> bytes:
        """Return the state selected here, or that of ``workspace``."""
        named = {"TF_WORKSPACE": workspace} if workspace else {}
        given = {**(self.env if env is None else env), **named}
        return pull_state(self.terraform, env=given, directory=self.directory)

    def place(
        self,
        states: Sequence[bytes] = (),
        read: Callable[[Mapping[str, str]], Sequence[bytes]] = lambda _env: (),
    ) -> Place:
        """Return the place where ``states`` were found, by ``read``."""

        def found(states: Sequence[bytes]) -> str:
            return digest([_pointers(self.directory), *map(sha256_hex, states)])

        return Place(
            directory=self.directory,
            look=lambda env: found(read(env)),
            sha256=found(states),
        )


def _pointers(directory: Path) -> str:
    """Return the digest of the files that say which state is meant."""
    files = [directory / ".terraform" / name for name in _POINTERS]
    return digest([sha256_hex(read_limited(f, _RECORD)) if f.exists() else "" for f in files])


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
    subject: Subject,
    place: Place,
    reads: Reads,
    left: Callable[[Mapping[str, str]], bytes] | None,
) -> Prospect:
    """Return the prospect of running ``command`` as it stands, which does what ``plan`` says."""
    written = partial(write_document, asked, command, reads)
    document = written()
    return Prospect(
        plan=plan,
        document=document,
        leaves=sha256_hex(document),
        subject=subject,
        left=left,
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
            "variables_sha256": _variables(asked) if reads.configuration else "",
        }
    )


def _variables(asked: Asked) -> str:
    if not asked.variables:
        return ""
    return digest(
        {
            os.fsencode(name).hex(): sha256_hex(os.fsencode(value))
            for name, value in asked.variables.items()
        }
    )


def _configuration(asked: Asked) -> str:
    named = [
        asked.directory / value
        for option in asked.operation.options
        for known in _NAMING_FILES
        if (value := option.removeprefix(known)) not in {option, ""}
        # A backend's setting is written where a file's name could stand.
        and not (known == "-backend-config=" and "=" in value)
    ]
    return fingerprint(asked.directory, named)


def identity(found: Instance) -> Hashable:
    """
    Return which object ``found`` is: all of its identities, or what it holds where it has none.

    All of them, since a state to push can keep one and change what providers go by.
    """
    return identity_digests(found.type, found.attributes) or bytes(found.attributes)
