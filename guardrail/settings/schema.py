"""The published schema of the settings, and messages that a person can act on."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from guardrail.errors import SettingsError

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_EXPECTED = {
    "type": "expected the type {}",
    "enum": "expected one of {}",
    "minimum": "expected at least {}",
    "maximum": "expected at most {}",
    "minItems": "expected at least {} entries",
    "maxItems": "expected at most {} entries",
    "minLength": "expected at least {} characters",
    "maxLength": "expected at most {} characters",
    "pattern": "expected the form {}",
    "maxProperties": "expected at most {} tables",
    "minProperties": "expected at least {} entries",
    "anyOf": "expected at least one of {}",
    "not": "expected another name: all and unknown have a meaning of their own",
}


def schema() -> dict[str, object]:
    """Return the JSON Schema ``guardrail.settings/v1``."""
    data = Path(__file__).with_name("schema.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, object])


def check(document: dict[str, object], origin: str) -> None:
    """
    Raise :class:`SettingsError` unless ``document`` fits the schema.

    ``origin`` names the file. The message tells the key and what is expected, and
    never the value: a URL may hold a password.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    validator = Draft202012Validator(schema())
    errors = sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.path)))
    for error in errors:
        raise _explained(error, origin)
    # JSON Schema holds NaN within every limit, and lets a pattern end before a line break.
    _refuse_odd_values(document, (), origin)


def _refuse_odd_values(value: object, path: tuple[str, ...], origin: str) -> None:
    match value:
        case dict():
            for key, inner in value.items():
                _refuse_odd_values(key, path, origin)
                _refuse_odd_values(inner, (*path, key), origin)
        case list():
            for inner in value:
                _refuse_odd_values(inner, path, origin)
        case float() if not math.isfinite(value):
            raise SettingsError(f"{origin}: {_place(path)}: expected a finite number")
        case str() if not value.isprintable():
            raise SettingsError(f"{origin}: {_place(path)}: expected printable characters only")


def _explained(error: "ValidationError", origin: str) -> SettingsError:
    from difflib import get_close_matches  # noqa: PLC0415

    where = _place(error.path)
    match error.validator:
        case "additionalProperties":
            known = list(error.schema["properties"])
            unknown = min(key for key in error.instance if key not in known)
            near = get_close_matches(unknown, known, n=1)
            return SettingsError(
                f"{origin}: {where}: unknown key {unknown!a}",
                hint=f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}",
            )
        case "required":
            missing = min(key for key in error.validator_value if key not in error.instance)
            return SettingsError(f"{origin}: {where}: expected the key {missing!r}")
        case validator:
            wanted = error.validator_value
            if validator == "anyOf":
                wanted = [key for choice in wanted for key in choice["required"]]
            if isinstance(wanted, list):
                wanted = ", ".join(wanted)
            text = _EXPECTED[str(validator)].format(wanted)
            hint = error.schema.get("description") if validator == "pattern" else None
            return SettingsError(f"{origin}: {where}: {text}", hint=hint)


def _place(path: Iterable[object]) -> str:
    keys = [ascii(key)[1:-1] if isinstance(key, str) else str(key) for key in path]
    return ".".join(keys) or "top level"
