"""The objects of a stack: where they are, what they are before and after a plan."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

Json = dict[str, Any]
Path = str | tuple[str | int, ...]
DROP = object()
"""As a value of a change: the attribute or key goes away."""

PART = re.compile(r'([\w-]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?(?:\.|$)')


class Made(NamedTuple):
    """One plan of the measure, and everything around it that the gate is told."""

    name: str
    provider: str
    kind: str
    plan: Json
    history: Json | None = None
    """What the ledger knows of the stack: the fields of ``History``."""
    saved: Json | None = None
    """What the saved plan's file tells beside the JSON."""
    settings: Json | None = None
    around: Json | None = None
    """Further fields of ``Surroundings``."""


class Place(NamedTuple):
    """An address, taken apart."""

    module: str
    """The module path with instance keys."""
    calls: tuple[str, ...]
    mode: str
    type: str
    name: str
    index: str | int | None

    @property
    def block(self) -> str:
        """Return the configured address within its module."""
        return f"{'data.' if self.mode == 'data' else ''}{self.type}.{self.name}"

    @property
    def label(self) -> str:
        """Return what people would call the object: ``orders``, ``orders-canary``, ``private-a``."""
        steps = PART.findall(self.module)
        parts = [steps[-1][1].strip('"') or steps[-1][0]] if steps else []
        parts += [self.name] if self.name not in {"this", "service"} else []
        parts += [str(self.index)] if self.index is not None else []
        return "-".join(parts).replace("_", "-")


def place(address: str) -> Place:
    """Take ``address`` apart."""
    parts = PART.findall(address)
    steps, calls, mode = [], [], "managed"
    while parts[0][0] == "module":
        name, key = parts[1]
        steps.append(f"module.{name}" + (f"[{key}]" if key else ""))
        calls.append(name)
        parts = parts[2:]
    if parts[0][0] == "data":
        mode, parts = "data", parts[1:]
    (kind, _), (name, key) = parts
    return Place(".".join(steps), tuple(calls), mode, kind, name, json.loads(key) if key else None)


class Thing:
    """One object before and after."""

    def __init__(self, address: str, values: Json, secret: Any, computed: frozenset[str]) -> None:
        self.address = address
        self.place = place(address)
        self.computed = computed
        self.before: Json | None = values
        self.after: Json | None = values
        self.unknown: Json = {}
        self.secret = secret
        self.actions = ["no-op"]
        self.entry: Json = {}
        """Further members of the entry, such as ``previous_address``."""
        self.change: Json = {}
        """Further members of its change, such as ``importing``."""
        self.refs: Mapping[str, str | list[str]] = {}
        self.block: Json = {}
        """Further members of its configured block, such as ``provisioners``."""
        self.masked: tuple[Json, Any] | None = None
        """Values, and the mask of what is secret in them."""
        self.listed = True
        """Whether ``resource_changes`` has it; a data source that was read is only in the state."""


def put(values: Json, path: Path, value: Any) -> None:
    """Set what ``path`` (``spec.0.replicas``) leads to."""
    steps = steps_of(path)
    place_: Any = values
    for step in steps[:-1]:
        if isinstance(place_, dict) and place_.get(step) is None:
            place_[step] = {}
        place_ = place_[step]
    if value is DROP:
        place_.pop(steps[-1], None)
    else:
        place_[steps[-1]] = value


def steps_of(path: Path) -> list[str | int]:
    """Return the steps of a path; numbers lead into lists."""
    if isinstance(path, tuple):
        return list(path)
    return [int(step) if step.isdigit() else step for step in path.split(".")]
