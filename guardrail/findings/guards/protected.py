"""
Protected things: what the settings list, and a plan loses, weakens or takes off the list.

A thing is looked up under its old and its new address, and by what it was before the
plan. Where something is lost, what comes in its place counts as well.
"""

import re
from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct

from guardrail.findings.changes import loss_kind
from guardrail.findings.guards.protection import Rule, Thing
from guardrail.findings.model import Kind, Observation
from guardrail.findings.view import View
from guardrail.plan.model import Action, Change

RELEASED = "released"
"""Moved, renamed or retagged so that its rule would not find it in the next plan."""
UPDATED = "updated"

_SAFE_NAME = re.compile(r"[a-z0-9-]+")


def observe_protected(view: View) -> Iterator[Observation]:
    """
    Yield each listed thing that is lost, weakened, released, or changed where a rule says so.

    One observation for each thing, for its strictest rule. The one cause is a word for what
    happens: a kind of loss or weakening, :data:`RELEASED` or :data:`UPDATED`.
    """
    if not view.settings.protected:
        return
    watch = _Watch(view)
    for change in view.plan.changes:
        if found := watch.look(change):
            rule, word = found
            yield msgspec.structs.replace(
                view.describer.describe(Kind.PROTECTED, change, (word,)),
                detail=rule.name if _SAFE_NAME.fullmatch(rule.name) else "",
                sealed=rule.deny,
            )


class _Watch:
    """The list beside one plan."""

    def __init__(self, view: View) -> None:
        self._view = view
        rules = [Rule(rule, view.settings) for rule in view.settings.protected]
        self._rules = sorted(rules, key=lambda rule: not rule.deny)
        self._by_type: dict[str, list[Rule]] = {}
        self._weakened = {id(each.change): each.observation.kind for each in view.weakened}
        self._drifted = {change.address: change.before for change in view.plan.drift}
        self._recreated = {
            lost.change.address: lost.becomes for lost in view.losses if lost.becomes is not None
        }

    def look(self, change: Change) -> tuple[Rule, str] | None:
        """Return the strictest rule that ``change`` breaks, and the word for how."""
        moved = change.previous_address is not None
        loss = self._loss(change)
        if loss is None and not moved and Action.UPDATE not in change.actions:
            return None
        rules = self._rules_for(change.type)
        if not rules:
            return None
        things = self._things(change)
        for rule in rules:
            if word := self._broken(rule, change, loss, things):
                return rule, word
        return None

    def _things(self, change: Change) -> "_Things":
        anew = self._recreated.get(change.address, change)
        addresses = (change.address, change.previous_address or change.address)
        # Drift before the plan must not take anything off the list.
        values = (change.before, self._drifted.get(change.address, change.before))
        environment = self._view.environments.of(change).name

        def thing(addresses: tuple[str, ...], values: tuple[Raw, ...]) -> Thing:
            return Thing(
                addresses=addresses, kind=change.type, environment=environment, values=values
            )

        return _Things(
            before=thing(addresses, values),
            after=thing(addresses[:1], (change.after,)),
            ever=thing((*addresses, anew.address), (*values, anew.after)),
        )

    def _rules_for(self, kind: str) -> list[Rule]:
        if kind not in self._by_type:
            self._by_type[kind] = [rule for rule in self._rules if rule.is_for(kind)]
        return self._by_type[kind]

    def _loss(self, change: Change) -> Kind | None:
        if change.address in self._recreated and change.deposed is None:
            return Kind.RECREATED
        kind = loss_kind(change)
        # What is left of an interrupted replacement is the thing, too.
        return Kind.DELETED if kind is Kind.DEPOSED_DELETED else kind

    def _broken(self, rule: Rule, change: Change, loss: Kind | None, things: "_Things") -> str:
        if loss is not None:
            return loss if rule.covers(things.ever) else ""
        if not rule.covers(things.before):
            return ""
        if id(change) in self._weakened:
            return self._weakened[id(change)]
        if not rule.covers(things.after):
            return RELEASED
        return UPDATED if rule.changes and Action.UPDATE in change.actions else ""


class _Things(Struct, frozen=True, kw_only=True):
    """One object at three times; its environment is always the one before the plan."""

    before: Thing
    after: Thing
    ever: Thing
