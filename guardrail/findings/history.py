"""What the ledger remembers of one stack, as findings need it: digests and numbers, no values."""

from collections.abc import Mapping

from msgspec import Struct


class Past(Struct, frozen=True, kw_only=True):
    """What earlier plans of a stack lost in one environment within the window."""

    objects: frozenset[str]
    """Digests of their addresses, so that what is lost again counts once; see :mod:`identity`."""
    managed: int
    """The most managed resources that the environment had within the window."""


class History(Struct, frozen=True, kw_only=True):
    """One stack after its last apply through the gate."""

    lineage: str
    """Empty where only losses are known: no state was looked at after an apply."""
    serial: int
    resources: int
    """How many managed resource instances the state had."""
    objects: Mapping[str, str] = {}
    """Digest of an address → digest of the object that it stood for; see :mod:`identity`."""
    imported: frozenset[str] = frozenset()
    """Digests of the addresses under which live objects were imported within the window."""
    prevented: frozenset[str] = frozenset()
    """Resources (no instance keys) whose block said ``prevent_destroy``."""
    pointers: Mapping[str, str] = {}
    """Provider configuration and attribute (``aws region``) → digest; see :mod:`targets`."""
    lost: Mapping[str, Past] = {}
    """Environment → what earlier plans of this stack lost there within the window."""
    lost_by_origin: frozenset[str] = frozenset()
    """Digests of the addresses that the same origin lost of this stack within the window."""
    lost_elsewhere: int = 0
    """How many objects the same origin lost of other stacks within the window."""
