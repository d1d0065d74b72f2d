"""
Worse together: a thing with data goes, and in the same plan what it could be restored from.

Each alone is bad enough. With a database go its snapshots, its backup vault, its key or
its replica, and then nothing is left to bring it back from.
"""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Raw

from guardrail.findings.address import configured_address
from guardrail.findings.model import Kind, Observation
from guardrail.findings.view import Lost, View
from guardrail.plan.model import Plan

MOST = 8
"""So many of the things to restore from are named; the others are counted."""

_SAFETY = frozenset({"snapshot or image", "backup", "key", "key or secret"})
"""What the catalog calls things that others are restored from, or read with."""

_COPIED = (
    "database",
    "objects",
    "file system",
    "disk",
    "volume",
    "database member that may be the last one",
    "machine with its own disk",
    "archive",
    "cluster and its state",
)
"""What is usually restored from a copy, the worst loss first; other data comes after it."""

_NEVER_COPIED = frozenset(
    {
        "DNS",
        "account",
        "address that others know",
        "certificate",
        "identity",
        "protection",
        "state of other stacks",
    }
)

_OF_A_REPLICA = ("replicate_source_db", "replication_source_identifier", "master_instance_name")
"""Attributes that name what a database is a replica of."""

_JSON = msgspec.json.Decoder(dict[str, Raw])
_ADDRESSES = msgspec.json.Decoder(tuple[str, ...])
_EMPTY = frozenset({b"null", b'""'})


def observe_lost_together(view: View) -> Iterator[Observation]:
    """
    Yield one observation for each environment that loses data and what it is restored from.

    It names the worst of the data, one that stands on such a thing or the other way round
    before others, and how many of those things go or are disarmed.
    """
    gone = [lost for lost in view.losses if lost.observation.kind is not Kind.FORGOTTEN]
    data = _by_environment(lost for lost in gone if _has_data(lost))
    if not data:
        return
    safety = _by_environment(
        lost for lost in (*gone, *view.weakened) if lost.observation.holds in _SAFETY
    )
    for environment, things in data.items():
        replicas = [lost for lost in things if _is_replica(lost)] if len(things) > 1 else []
        copied = {lost.change.address for lost in replicas}
        originals = [lost for lost in things if lost.change.address not in copied]
        copies = {lost.change.address: lost for lost in (*safety.get(environment, ()), *replicas)}
        if copies and originals:
            yield _observe(view, originals, list(copies.values()))


def _by_environment(losses: Iterable[Lost]) -> dict[str, list[Lost]]:
    found: dict[str, list[Lost]] = {}
    for lost in losses:
        found.setdefault(lost.observation.environment, []).append(lost)
    return found


def _has_data(lost: Lost) -> bool:
    holds = lost.observation.holds
    return lost.observation.data and holds not in _SAFETY and holds not in _NEVER_COPIED


def _is_replica(lost: Lost) -> bool:
    if "replica" in lost.change.type:
        return True
    try:
        values = _JSON.decode(lost.change.before)
    except msgspec.MsgspecError:
        return False
    return any(bytes(values.get(name, b"null")) not in _EMPTY for name in _OF_A_REPLICA)


def _observe(view: View, things: list[Lost], copies: list[Lost]) -> Observation:
    links = _Links(view.plan, (*things, *copies))
    near = links.to(copies)
    worst = min(things, key=lambda lost: (_rank(lost), lost.change.address not in near))
    near = links.to([worst])
    copies.sort(key=lambda copy: copy.change.address not in near)
    found = view.describer.describe(Kind.LOST_TOGETHER, worst.change)
    return msgspec.structs.replace(
        found,
        companions=tuple(copy.observation.address for copy in copies[:MOST]),
        count=len(copies),
    )


def _rank(lost: Lost) -> int:
    holds = lost.observation.holds
    return _COPIED.index(holds) if holds in _COPIED else len(_COPIED)


class _Links:
    """Which of some things Terraform recorded to stand on which."""

    def __init__(self, plan: Plan, losses: Iterable[Lost]) -> None:
        self._names = {
            lost.change.address: configured_address(lost.change.address) for lost in losses
        }
        self._below = {
            resource.address: _decode(resource.depends_on)
            for resource in plan.prior
            if resource.address in self._names
        }

    def to(self, losses: Iterable[Lost]) -> set[str]:
        """Return the addresses that stand on one of ``losses``, or one of them on it."""
        ends = [lost.change.address for lost in losses]
        names = {self._names[end] for end in ends}
        under = {name for end in ends for name in self._below.get(end, ())}
        return {
            address
            for address, name in self._names.items()
            if name in under or not names.isdisjoint(self._below.get(address, ()))
        }


def _decode(depends_on: Raw) -> frozenset[str | None]:
    try:
        return frozenset(_ADDRESSES.decode(depends_on))
    except msgspec.MsgspecError:
        return frozenset()
