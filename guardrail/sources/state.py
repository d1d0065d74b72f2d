"""
The state itself, as ``terraform state pull`` prints it: which objects it holds.

Of all that is in a state only digests leave this module. Version 4 is read, which
every Terraform since 0.12 and every OpenTofu writes; members that are not named here
are passed over. Source: Terraform's ``internal/states/statefile/version4.go``.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from guardrail.errors import EnforcementError
from guardrail.findings.identity import address_digest, identity_digest
from guardrail.system.terraform import Terraform

_VERSION = 4
_NOTHING = Raw(b"{}")
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\"}


class _Instance(Struct):
    index_key: str | int | None = None
    deposed: str = ""
    attributes: Raw = _NOTHING
    attributes_flat: Raw = _NOTHING
    """Instead of ``attributes``, where a state older than version 4 was brought over."""


class _Resource(Struct):
    mode: Literal["managed", "data"]
    type: str
    name: str
    instances: list[_Instance] | None
    module: str = ""


class _State(Struct):
    version: int
    lineage: str
    serial: int
    resources: list[_Resource] | None


_STATE = msgspec.json.Decoder(_State)


class State(Struct, frozen=True, kw_only=True):
    """One state, without its values."""

    lineage: str
    """Empty where there is no state."""
    serial: int
    objects: Mapping[str, str]
    """
    Digest of the address of every managed resource instance → digest of its object, which is
    empty where it has no identity. Deposed objects are no instances.
    """


def pull_state(terraform: Terraform, *, env: Mapping[str, str], directory: Path) -> State:
    """
    Return the state that ``directory`` points at now.

    Raises :class:`EnforcementError` when it can't be read.
    """
    done = terraform.run(["state", "pull"], env=env, directory=directory, timeout=600)
    if done.code != 0:
        raise EnforcementError(
            f"the state could not be read (terraform state pull: exit code {done.code})"
        )
    return read_state(done.stdout)


def read_state(data: bytes) -> State:
    """Return what ``data`` holds, a state in JSON or nothing; raises :class:`EnforcementError`."""
    state = _decoded(data)
    return State(lineage=state.lineage, serial=state.serial, objects=dict(_objects(state)))


def _decoded(data: bytes) -> _State:
    if not data.strip():
        return _State(version=_VERSION, lineage="", serial=0, resources=None)
    try:
        state = _STATE.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise EnforcementError("terraform state pull did not print a state") from None
    if state.version != _VERSION:
        raise EnforcementError(f"expected version {_VERSION} of the state, got another")
    return state


class Held(Struct, frozen=True, kw_only=True):
    """A managed resource instance that a state holds, without its values."""

    address: str
    """As Terraform writes it, for_each keys included: never printed raw."""
    type: str


def read_held(data: bytes) -> tuple[Held, ...]:
    """Return what a state in JSON holds, or nothing; raises :class:`EnforcementError`."""
    state = _decoded(data)
    return tuple(Held(address=address, type=kind) for address, kind, _ in _instances(state))


def _objects(state: _State) -> Iterator[tuple[str, str]]:
    for address, kind, instance in _instances(state):
        identity = identity_digest(kind, instance.attributes)
        if identity is None:
            identity = identity_digest(kind, instance.attributes_flat)
        yield address_digest(address), identity or ""


def _instances(state: _State) -> Iterator[tuple[str, str, _Instance]]:
    """Yield every managed instance with its address and type; deposed objects are none."""
    for resource in state.resources or ():
        if resource.mode != "managed":
            continue
        name = f"{resource.type}.{resource.name}"
        name = f"{resource.module}.{name}" if resource.module else name
        for instance in resource.instances or ():
            if not instance.deposed:
                yield name + instance_key(instance.index_key), resource.type, instance


def instance_key(key: str | int | None) -> str:
    """Return an instance key as Terraform writes it at the end of an address; empty for none."""
    match key:
        case None:
            return ""
        case str():
            return f'["{_quoted(key)}"]'
        case _:
            return f"[{key}]"


def _quoted(key: str) -> str:
    """Return ``key`` as Terraform's ``toHCLQuotedString`` writes it between the quotes."""
    if key.isascii() and key.isprintable() and not set(key) & set('"\\$%'):
        return key
    text = "".join(_escaped(character) for character in key)
    # What would begin a template is written twice.
    return text.replace("${", "$${").replace("%{", "%%{")


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
