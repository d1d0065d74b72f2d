"""
What makes two objects the same thing: the names a provider knows them by, and their configuration.

A created object shows what its configuration says and leaves out what apply will
tell; a deleted one shows all. So both are held against each other in the attributes
that the created one shows. Values are hashed or compared, and dropped.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec import Raw, Struct

from guardrail.plan.model import Change

NAMES = frozenset(
    {
        "alias",
        "arn",
        "bucket",
        "cluster_identifier",
        "cluster_name",
        "database_name",
        "dataset_id",
        "domain",
        "domain_name",
        "family",
        "fqdn",
        "function_name",
        "global_cluster_identifier",
        "hostname",
        "identifier",
        "key_name",
        "metadata.name",
        "name",
        "replication_group_id",
        "repository",
        "repository_id",
        "secret_id",
        "self_link",
        "server_name",
        "table_id",
        "user_name",
        "zone_name",
    }
)
"""Attributes by which a provider tells an object from others of its type."""

WITHIN = frozenset(
    {"location", "metadata.namespace", "namespace", "project", "resource_group_name"}
)
"""Attributes that say within what a name is the only one."""

SIGNATURES: Final = 8
"""So many sets of attributes are compared for one type; objects of a type mostly show the same."""

ALIKE: Final = 0.5
"""The share of what two objects of one place show that has to be equal."""

_OBJECT = msgspec.json.Decoder(dict[str, Raw])
_LIST = msgspec.json.Decoder(list[Raw])
_EMPTY = frozenset({b"null", b'""', b"[]", b"{}"})
_COMPUTED: Final = frozenset({"id", "tags_all"})
_META = ("name", "namespace")

Values = Mapping[str, bytes]
Signature = tuple[str, ...]


class Traits(Struct, frozen=True, kw_only=True):
    """Hashes of one object, good for one process."""

    names: Mapping[str, int]
    """Name attribute → hash of its value."""
    named: tuple[tuple[Signature, int], ...] = ()
    """A set of name attributes, and a hash of their values."""
    shaped: tuple[tuple[Signature, int], ...] = ()
    """A set of attributes, and a hash of their values."""


def traits_of_made(change: Change) -> Traits:
    """Return the traits of the object that ``change`` creates: at most one of each sort."""
    values = _made(change)
    named, shape = _naming(values), tuple(sorted(values.keys() - _COMPUTED))
    return Traits(
        names=_hashes(values),
        named=((named, _hash(values, named)),) if named else (),
        shaped=((shape, _hash(values, shape)),) if shape else (),
    )


def traits_of_gone(
    change: Change, named: Iterable[Signature], shaped: Iterable[Signature]
) -> Traits:
    """Return the traits of the object that ``change`` deletes, in the given sets of attributes."""
    values = _read(change.before)
    return Traits(
        names=_hashes(values),
        named=tuple((each, _hash(values, each)) for each in named),
        shaped=tuple((each, _hash(values, each)) for each in shaped),
    )


def differ_in_name(one: Traits, other: Traits) -> bool:
    """Return whether both are known by names, and by different ones."""
    return any(other.names.get(name, value) != value for name, value in one.names.items())


def other_names(gone: Change, made: Change) -> tuple[str, ...]:
    """Return the name attributes that both have, with different values."""
    before, after = _read(gone.before), _made(made)
    return tuple(
        name for name in sorted(before.keys() & after.keys() & NAMES) if before[name] != after[name]
    )


def alike(gone: Change, made: Change) -> bool:
    """
    Return whether the two are configured much the same: half of what tells objects apart is equal.

    Switches, numbers and what is empty tell little: most of them are a provider's defaults.
    """
    before, after = _read(gone.before), _made(made)
    telling = [name for name in after if name not in _COMPUTED and after[name][:1] in b'"[{']
    equal = sum(before.get(name) == after[name] for name in telling)
    return equal >= ALIKE * len(telling)


def _made(change: Change) -> Values:
    """Return what is known before apply of the object that ``change`` creates."""
    mask = _read(change.after_unknown)
    return {
        name: value
        for name, value in _read(change.after).items()
        if b"true" not in mask.get(name, b"")
    }


def _read(raw: Raw) -> Values:
    """Return the attributes in ``raw`` that are not empty, a Kubernetes object's name by itself."""
    try:
        values = _members(raw)
        metadata = values.get("metadata", b"")
        if metadata.startswith(b"["):
            inner = _members(_LIST.decode(metadata)[0])
            values |= {f"metadata.{name}": inner[name] for name in _META if name in inner}
    except msgspec.MsgspecError:
        return {}
    return values


def _members(raw: Raw) -> dict[str, bytes]:
    found = _OBJECT.decode(raw).items()
    return {name: value for name, each in found if (value := bytes(each)) not in _EMPTY}


def _naming(values: Values) -> Signature:
    """Return the name attributes that ``values`` show; none where only their place is shown."""
    if values.keys().isdisjoint(NAMES):
        return ()
    return tuple(sorted(values.keys() & (NAMES | WITHIN)))


def _hashes(values: Values) -> dict[str, int]:
    return {name: hash(values[name]) for name in values.keys() & NAMES}


def _hash(values: Values, signature: Signature) -> int:
    return hash(tuple(values.get(name) for name in signature))
