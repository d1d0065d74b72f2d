"""The few words in which a plan's changes are written: each is one step done to a site."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from objects import Path, Thing
from sites import Site

Step = Callable[[Site], Any]
Changes = Mapping[Path, Any]
Value = Any
"""A value, or a function of the site that returns it."""


def _told(s: Site, values: Mapping[Any, Value] | None) -> dict[Any, Any]:
    return {k: v(s) if callable(v) else v for k, v in (values or {}).items()}


def _placed(s: Site, kind: str, name: str, service: str | None) -> str:
    return kind if "." in kind else s.at(kind, service, name)


def _refs(s: Site, refs: Mapping[str, str] | None) -> dict[str, str]:
    return {a: k if "." in k else f"{s.block(k)}.id" for a, k in (refs or {}).items()}


def keep(
    kind: str,
    had: Changes | None = None,
    *,
    name: str = "this",
    service: str | None = None,
    refs: Mapping[str, str] | None = None,
) -> Step:
    """Something exists and stays as it is."""

    def step(s: Site) -> Thing:
        return s.have(_placed(s, kind, name, service), _refs(s, refs), _told(s, had))

    return step


def update(
    kind: str,
    changes: Changes | None = None,
    *,
    unknown: Iterable[Path] = (),
    had: Changes | None = None,
    name: str = "this",
    service: str | None = None,
    refs: Mapping[str, str] | None = None,
) -> Step:
    """Something is updated in place."""
    placed = keep(kind, had, name=name, service=service, refs=refs)
    return lambda s: s.update(placed(s), _told(s, changes), unknown=unknown)


def create(
    kind: str,
    over: Changes | None = None,
    *,
    unknown: Iterable[Path] = (),
    name: str = "this",
    service: str | None = None,
    refs: Mapping[str, str] | None = None,
) -> Step:
    """Something is created."""

    def step(s: Site) -> Thing:
        address = _placed(s, kind, name, service)
        return s.create(address, _refs(s, refs), _told(s, over), unknown=unknown)

    return step


def replace(
    kind: str,
    by: str = "",
    changes: Changes | None = None,
    *,
    unknown: Iterable[Path] = (),
    had: Changes | None = None,
    name: str = "this",
    service: str | None = None,
    refs: Mapping[str, str] | None = None,
    first: bool = False,
    reason: str = "replace_because_cannot_update",
) -> Step:
    """Something is replaced; ``by`` are the attributes that force it."""
    placed = keep(kind, had, name=name, service=service, refs=refs)

    def step(s: Site) -> Thing:
        return s.replace(
            placed(s),
            *by.split(),
            changes=_told(s, changes),
            unknown=unknown,
            create_first=first,
            reason=reason,
        )

    return step


def delete(
    kind: str,
    had: Changes | None = None,
    *,
    name: str = "this",
    service: str | None = None,
    refs: Mapping[str, str] | None = None,
    reason: str | None = "delete_because_no_resource_config",
) -> Step:
    """Something is deleted."""
    placed = keep(kind, had, name=name, service=service, refs=refs)
    return lambda s: s.delete(placed(s), reason)


def adopt(
    kind: str,
    had: Changes | None = None,
    changes: Changes | None = None,
    *,
    name: str = "this",
    unknown: Iterable[Path] = (),
) -> Step:
    """A live object is imported, and changed where ``changes`` are given."""
    placed = keep(kind, had, name=name)

    def step(s: Site) -> Thing:
        thing = s.imported(placed(s))
        return s.update(thing, _told(s, changes), unknown=unknown) if changes or unknown else thing

    return step


def forget(kind: str, had: Changes | None = None, *, name: str = "this") -> Step:
    """Terraform lets go of something."""
    placed = keep(kind, had, name=name)
    return lambda s: s.forget(placed(s))


def done(site: Site, steps: Iterable[Step]) -> Site:
    """Do ``steps`` to ``site`` in their order."""
    for step in steps:
        step(site)
    return site
