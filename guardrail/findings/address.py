"""
Reading addresses as Terraform writes them.

    module.NAME[KEY].… (data|ephemeral|action). TYPE.NAME[KEY]

A key is a count index, a quoted for_each key with any text in it, or ``*`` where
it is not known yet. Anything else does not parse: nothing is guessed.
"""

import re
from functools import lru_cache

from msgspec import Struct

_NAME = r'[^.\[\]"]+'
_QUOTED = r'"((?:[^"\\]|\\(?:["\\nrt]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}))*)"'
_INDEX = r"[0-9]+|\*"
_KEY = rf"\[(?:(?:{_INDEX})|{_QUOTED})\]"
_BARE_KEY = _KEY.replace('"((?:', '"(?:(?:')
_STEP = re.compile(rf"module\.({_NAME})(?:\[({_INDEX})\]|\[{_QUOTED}\])?")
_RESOURCE = re.compile(
    rf"((?:module\.{_NAME}(?:{_BARE_KEY})?\.)*)(?:(data|ephemeral|action)\.)?"
    rf"({_NAME})\.({_NAME})(?:\[({_INDEX})\]|\[{_QUOTED}\])?"
)


class Step(Struct, frozen=True, kw_only=True):
    """One named part of an address that may carry an instance key."""

    name: str
    index: str | None
    """A count index as written, or ``*``; None where there is none."""
    key: str | None
    """A for_each key as written between its quotes; None where there is none."""


class Address(Struct, frozen=True, kw_only=True):
    """One address in its parts. ``resource`` is None for the address of a module."""

    modules: tuple[Step, ...]
    prefix: str
    """``data.``, ``ephemeral.``, ``action.`` or nothing."""
    type: str
    resource: Step | None


@lru_cache(maxsize=4096)
def is_identifier(name: str) -> bool:
    """Return whether ``name`` is a Terraform identifier: letters of any script, digits, _ and -."""
    return name.replace("-", "_").isidentifier() and name[0] != "-" and name.isprintable()


@lru_cache(maxsize=1024)
def parse_modules(path: str) -> tuple[Step, ...] | None:
    """Return the module calls of ``path`` (``module.a["k"].module.b``); None if it is none."""
    steps: list[Step] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None or not is_identifier(match[1]):
            return None
        steps.append(Step(name=match[1], index=match[2], key=match[3]))
        position = match.end()
        if position < len(path):
            if path[position] != "." or position + 1 == len(path):
                return None
            position += 1
    return tuple(steps)


def parse_address(text: str) -> Address | None:
    """Return the parts of the address ``text``, or None if it is not one."""
    match = _RESOURCE.fullmatch(text)
    if match is None or match[3] == "module":
        modules = parse_modules(text)
        return Address(modules=modules, prefix="", type="", resource=None) if modules else None
    path, prefix, kind, name, index, key = match.groups()
    modules = parse_modules(path[:-1]) if path else ()
    if modules is None or not is_identifier(kind) or not is_identifier(name):
        return None
    return Address(
        modules=modules,
        prefix=f"{prefix}." if prefix else "",
        type=kind,
        resource=Step(name=name, index=index, key=key),
    )


def configured_path(modules: tuple[Step, ...]) -> str:
    """Return the module path without instance keys: what the configuration calls it."""
    return ".".join(f"module.{step.name}" for step in modules)


def configured_address(address: str) -> str | None:
    """Return the resource's address without any instance key; None if it does not parse."""
    parsed = parse_address(address)
    if parsed is None or parsed.resource is None:
        return None
    name = f"{parsed.prefix}{parsed.type}.{parsed.resource.name}"
    path = configured_path(parsed.modules)
    return f"{path}.{name}" if path else name
