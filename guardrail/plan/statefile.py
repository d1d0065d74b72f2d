"""
A state, as ``terraform state pull`` prints it: which objects it holds under which addresses.

Version 4 is read, which every Terraform since 0.12 and every OpenTofu writes; members of an
object that are not named here are only held against another's. Values stay raw.
Source: Terraform's ``internal/states/statefile/version4.go``.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from guardrail.errors import EnforcementError

_VERSION = 4
_NOTHING = Raw(b"{}")
_EMPTY = (b"", b"{}", b"null")
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\"}


class _Instance(Struct):
    index_key: str | int | None = None
    deposed: str = ""
    status: str = ""
    attributes: Raw = _NOTHING
    attributes_flat: Raw = _NOTHING
    """Instead of ``attributes``, where a state older than version 4 was brought over."""


class _Resource(Struct):
    mode: Literal["managed", "data"]
    type: str
    name: str
    instances: list[Raw] | None
    module: str = ""
    provider: str = ""


class _State(Struct):
    version: int
    lineage: str
    # What is written down of a state (a request, the ledger) holds no larger number exactly.
    serial: Annotated[int, Meta(ge=0, lt=1 << 53)]
    resources: list[_Resource] | None
    outputs: Raw = _NOTHING
    terraform_version: str = ""


_STATE = msgspec.json.Decoder(_State)
_INSTANCE = msgspec.json.Decoder(_Instance)


class Instance(Struct, frozen=True, kw_only=True):
    """One object of a state."""

    address: str
    """As Terraform writes it, for_each keys included: never printed raw."""
    module: str
    mode: str
    """``managed`` or ``data``."""
    type: str
    name: str
    index: str | int | None
    provider: str
    """The address of the provider, as a plan names it."""
    deposed: str
    """The key of a deposed object; empty for what is an instance."""
    tainted: bool
    attributes: Raw
    """As JSON; those of a legacy state are text all through."""
    written: Raw
    """All that is written down of it, as JSON: dependencies, schema, identity and private data too."""


class StateFile(Struct, frozen=True, kw_only=True):
    """One state, values and all."""

    lineage: str
    """Empty where there is no state."""
    serial: int
    instances: tuple[Instance, ...]
    outputs: Raw
    """Those of the root module, as JSON."""
    terraform_version: str
    """The version that wrote this down, so that printed it; empty where there is no state."""
    empty: bool
    """Whether it holds nothing at all, as Terraform sees it: no resource, even without instances,
    and no output."""

    @property
    def managed(self) -> tuple[Instance, ...]:
        """What Terraform owns: neither data sources nor deposed objects."""
        return tuple(each for each in self.instances if each.mode == "managed" and not each.deposed)


NO_STATE = StateFile(
    lineage="", serial=0, instances=(), outputs=_NOTHING, terraform_version="", empty=True
)


def read_statefile(data: bytes) -> StateFile:
    """Return what ``data`` holds, a state in JSON or nothing; raises :class:`EnforcementError`."""
    if not data.strip():
        return NO_STATE
    try:
        state = _STATE.decode(data)
        if state.version != _VERSION:
            raise EnforcementError(f"expected version {_VERSION} of the state, got another")
        return StateFile(
            lineage=state.lineage,
            serial=state.serial,
            instances=tuple(_instances(state)),
            outputs=state.outputs,
            terraform_version=state.terraform_version,
            empty=not state.resources and bytes(state.outputs) in _EMPTY,
        )
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise EnforcementError("expected a state in JSON, got something else") from None


def _instances(state: _State) -> Iterator[Instance]:
    for resource in state.resources or ():
        name = f"{resource.type}.{resource.name}"
        name = f"data.{name}" if resource.mode == "data" else name
        name = f"{resource.module}.{name}" if resource.module else name
        for written in resource.instances or ():
            found = _INSTANCE.decode(written)
            flat = bytes(found.attributes) in _EMPTY
            yield Instance(
                address=name + instance_key(found.index_key),
                module=resource.module,
                mode=resource.mode,
                type=resource.type,
                name=resource.name,
                index=found.index_key,
                provider=resource.provider.partition('["')[2].removesuffix('"]'),
                deposed=found.deposed,
                tainted=found.status == "tainted",
                attributes=found.attributes_flat if flat else found.attributes,
                written=written,
            )


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
