"""
One stack with what a plan does to it: written down in a few words, printed as Terraform prints it.

What exists, what happens to it and who refers to whom is said once; prior state, planned
values, changes, masks, configuration and flags follow, so every cross-check of a plan holds.
"""

import copy
import random
from collections.abc import Iterable, Mapping
from typing import Any

import things
from objects import DROP, Json, Path, Thing, place, put, steps_of
from printed import head, masked, printed, references

NO_CONFIG = "delete_because_no_resource_config"
CANNOT_UPDATE = "replace_because_cannot_update"


class Stack:
    """One state and one plan for it."""

    def __init__(self, name: str, environment: str = "production") -> None:
        self.name = name
        self.draw = random.Random(name)
        self.context = things.Context(self.draw, environment)
        self.things: list[Thing] = []
        self.drifted: list[Json] = []
        self.outputs: dict[str, tuple[Any, Any]] = {}
        self.members: Json = {}
        """Further members of the plan."""
        self.calls: dict[tuple[str, ...], Json] = {}
        self.provider_expressions: Json = {}
        self.complete = True

    # -- what exists --------------------------------------------------------------------

    def _made(
        self, address: str, refs: Mapping[str, Any] | None, over: Mapping[Path, Any]
    ) -> Thing:
        where = place(address)
        body = things.body(self.context, where.type, where.label)
        for path, value in over.items():
            put(body.values, path, value)
        thing = Thing(address, body.values, body.secret, body.computed)
        thing.refs = refs or {}
        self.things.append(thing)
        return thing

    def have(
        self,
        address: str,
        refs: Mapping[str, Any] | None = None,
        over: Mapping[Path, Any] | None = None,
        **more: Any,
    ) -> Thing:
        """Add something that exists and stays as it is."""
        return self._made(address, refs, {**(over or {}), **more})

    def data(self, address: str, **over: Any) -> Thing:
        """Add a data source that was read while planning."""
        thing = self._made(address, None, over)
        thing.listed = False
        return thing

    def call(self, module: str, source: str | None = None, **passed: str | list[str]) -> None:
        """Say where the module called ``module`` (``network``) comes from and what it is given."""
        self.calls[tuple(module.split("."))] = {
            "source": source or f"./modules/{module.rpartition('.')[2]}",
            "expressions": {name: references(value) for name, value in passed.items()},
        }

    # -- what happens -------------------------------------------------------------------

    def create(
        self,
        address: str,
        refs: Mapping[str, Any] | None = None,
        over: Mapping[Path, Any] | None = None,
        *,
        unknown: Iterable[Path] = (),
        **more: Any,
    ) -> Thing:
        """Plan a creation: what the provider computes is unknown."""
        thing = self._made(address, refs, {**(over or {}), **more})
        thing.actions, thing.before = ["create"], None
        assert thing.after is not None
        self._hide(thing, [*_computed(thing), *unknown])
        return thing

    def read(self, address: str, *, unknown: Iterable[Path] = (), **over: Any) -> Thing:
        """Plan to read a data source while applying."""
        thing = self.create(address, unknown=unknown, **over)
        thing.actions = ["read"]
        thing.entry["action_reason"] = "read_because_dependency_pending"
        return thing

    def update(
        self,
        thing: Thing,
        changes: Mapping[Path, Any] | None = None,
        *,
        unknown: Iterable[Path] = (),
        **more: Any,
    ) -> Thing:
        """Plan an update in place."""
        thing.actions, thing.after = ["update"], copy.deepcopy(thing.before)
        self._change(thing, {**(changes or {}), **more}, unknown)
        return thing

    def replace(
        self,
        thing: Thing,
        *by: str,
        changes: Mapping[Path, Any] | None = None,
        unknown: Iterable[Path] = (),
        create_first: bool = False,
        reason: str = CANNOT_UPDATE,
        **more: Any,
    ) -> Thing:
        """Plan a replacement that the attributes ``by`` force."""
        thing.after = copy.deepcopy(thing.before)
        thing.actions = ["create", "delete"] if create_first else ["delete", "create"]
        thing.entry["action_reason"] = reason
        if by:
            thing.change["replace_paths"] = [[*steps_of(path)] for path in by]
        wanted = {**(changes or {}), **more}
        hidden = [name for name in _computed(thing) if name not in wanted]
        self._change(thing, wanted, [*hidden, *unknown])
        return thing

    def delete(self, thing: Thing, reason: str | None = NO_CONFIG) -> Thing:
        """Plan a deletion."""
        thing.actions, thing.after = ["delete"], None
        if reason:
            thing.entry["action_reason"] = reason
        return thing

    def forget(self, thing: Thing) -> Thing:
        """Plan that Terraform lets go of it."""
        thing.actions, thing.after = ["forget"], None
        thing.entry["action_reason"] = NO_CONFIG
        return thing

    def moved(self, thing: Thing, old: str) -> Thing:
        """Say that it had the address ``old`` before."""
        thing.entry["previous_address"] = old
        return thing

    def imported(self, thing: Thing) -> Thing:
        """Say that it enters the state with this plan."""
        assert thing.before is not None
        thing.change["importing"] = {"id": str(thing.before.get("id", thing.address))}
        return thing

    def renew(self, thing: Thing, address: str, **over: Any) -> Thing:
        """Plan to delete ``thing`` and to create the same under another address, without ``moved``."""
        assert thing.before is not None
        config = {k: v for k, v in thing.before.items() if k not in thing.computed}
        new = self.create(address, thing.refs, **{**copy.deepcopy(config), **over})
        new.block = dict(thing.block)
        self.delete(thing)
        return new

    def drift(self, thing: Thing, changes: Mapping[Path, Any] | None, **more: Any) -> None:
        """Say that it was another way before the refresh; None for what is found gone."""
        old = copy.deepcopy(thing.before or {})
        for path, value in {**(changes or {}), **more}.items():
            put(old, path, value)
        now = None if changes is None else thing.before
        change = {
            "actions": ["delete"] if now is None else ["update"],
            "before": old,
            "after": now,
            "after_unknown": {},
            "before_sensitive": masked(old, thing.secret),
            "after_sensitive": False if now is None else masked(now, thing.secret),
        }
        self.drifted.append(head(thing.place, thing.address) | {"change": change})

    def vanish(self, thing: Thing) -> Thing:
        """Say that the refresh did not find it any more, so it is to be created again."""
        self.drift(thing, None)
        thing.actions, thing.before = ["create"], None
        self._hide(thing, _computed(thing))
        return thing

    def output(self, name: str, before: Any, after: Any) -> None:
        """Add an output of the root module; None on a side where it is not there."""
        self.outputs[name] = (before, after)

    def _change(self, thing: Thing, changes: Mapping[Path, Any], unknown: Iterable[Path]) -> None:
        assert thing.after is not None
        for path, value in changes.items():
            put(thing.after, path, copy.deepcopy(value))
        for name in ("tags", "labels"):
            if name in changes:
                self.context.follow(thing.after, name)
        self._hide(thing, unknown)

    def _hide(self, thing: Thing, unknown: Iterable[Path]) -> None:
        thing.after = copy.deepcopy(thing.after)
        assert thing.after is not None
        for path in unknown:
            steps = steps_of(path)
            _mark(thing.unknown, steps)
            put(thing.after, path, DROP)

    def plan(self) -> Json:
        """Return the whole plan."""
        return printed(self)


def _computed(thing: Thing) -> list[str]:
    """Return what only apply will tell about a new object, in a fixed order."""
    return [name for name in thing.after or {} if name in thing.computed - things.FOLLOWING]


def _mark(mask: Json, steps: list[str | int]) -> None:
    """Mark what ``steps`` lead to as unknown in a mask that has only the unknown parts."""
    for step in steps[:-1]:
        mask = mask.setdefault(step, {})
    mask[steps[-1]] = True
