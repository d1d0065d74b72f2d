"""
The backend that a working directory uses, by the record that ``init`` leaves in ``.terraform``.

Its settings may hold secrets: only their digest is shown, and it is the one that a saved
plan of the directory has.
"""

from pathlib import Path

import msgspec
from msgspec import Struct

from guardrail.canonical import sha256_hex
from guardrail.errors import EnforcementError
from guardrail.system.files import read_limited

_LIMIT = 1 << 20


class Backend(Struct, frozen=True, kw_only=True):
    """Where states are kept."""

    type: str
    config: msgspec.Raw
    """Its settings, a JSON object; empty where nothing was ever set."""

    @property
    def sha256(self) -> str:
        """
        The digest of its settings as a saved plan holds them; empty where there are none.

        A plan writes the same value as a message whose one field holds MessagePack.
        """
        if not bytes(self.config):
            return ""
        written = msgspec.msgpack.encode(_sorted(msgspec.json.decode(self.config)))
        return sha256_hex(b"\x0a" + _varint(len(written)) + written)


class _Recorded(Struct):
    type: str
    config: msgspec.Raw = msgspec.Raw(b"{}")


class _Record(Struct):
    backend: _Recorded | None = None
    state_store: msgspec.Raw = msgspec.Raw(b"null")
    """A provider that keeps states, which newer versions of Terraform try."""


LOCAL = Backend(type="local", config=msgspec.Raw(b""))
"""What is used where no ``init`` recorded anything: :data:`LOCAL_FILES` in the directory."""
LOCAL_FILES = ("terraform.tfstate", "terraform.tfstate.d")


def read_backend(data_directory: Path) -> Backend | None:
    """
    Return the backend recorded in ``data_directory`` (``.terraform``); None where there is none.

    Raises :class:`EnforcementError` for a record that can't be read.
    """
    record = data_directory / "terraform.tfstate"
    if not record.exists():
        return None
    try:
        read = msgspec.json.decode(read_limited(record, _LIMIT), type=_Record)
        if bytes(read.state_store) != b"null":
            raise EnforcementError("the state is kept by a provider, which is not known here")
        found = read.backend
        if found is None:
            return None
        backend = Backend(type=found.type, config=found.config.copy())
        if not isinstance(msgspec.json.decode(backend.config), dict):
            raise msgspec.ValidationError
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise EnforcementError(
            "the backend record in .terraform is not readable",
            hint="run `terraform init` again",
        ) from None
    return backend


def _sorted(value: object) -> object:
    match value:
        case dict():
            return {name: _sorted(value[name]) for name in sorted(value)}
        case list():
            return [_sorted(each) for each in value]
        case _:
            return value


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
