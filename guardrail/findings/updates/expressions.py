"""What a block of the configuration says about an attribute, where its value is not known."""

from functools import cached_property

import msgspec

from guardrail.findings.address import configured_address
from guardrail.findings.references import references
from guardrail.plan.model import Action, Change, Plan

_INDIRECT = frozenset(
    {"count", "data", "each", "local", "module", "path", "self", "terraform", "var"}
)


class Expressions:
    """The expressions of one plan; read only where a value is not known before apply."""

    def __init__(self, plan: Plan) -> None:
        """Remember ``plan``."""
        self._plan = plan

    def configures(self, change: Change, attribute: str) -> bool:
        """
        Return whether the block sets ``attribute``; True also where that cannot be seen.

        What no block sets is computed by the provider: many computed attributes are not
        known whenever anything else of the object changes, and that means nothing.
        """
        expressions = self._of(change)
        # A dynamic block is in no plan JSON.
        return expressions is None or "." in attribute or attribute in expressions

    def may_name_new(self, change: Change, attribute: str) -> bool:
        """
        Return whether the unknown ``attribute`` may name an object that this plan creates.

        Else it is something new about an object that stays, as its computed attributes are.
        """
        expressions = self._of(change)
        if not self._created or expressions is None:
            return bool(self._created)
        named = list(references(expressions.get(attribute.partition(".")[0])))
        if not named or any(each.partition(".")[0] in _INDIRECT for each in named):
            return True
        block = configured_address(change.address) or ""
        module = block.removesuffix(f"{change.type}.{change.name}")
        objects = {module + ".".join(each.partition("[")[0].split(".")[:2]) for each in named}
        return not objects.isdisjoint(self._created)

    def _of(self, change: Change) -> dict[str, object] | None:
        raw = self._plan.configuration.blocks.get(configured_address(change.address) or "")
        block = None if raw is None else msgspec.json.decode(raw)
        expressions = block.get("expressions", {}) if isinstance(block, dict) else None
        return expressions if isinstance(expressions, dict) else None

    @cached_property
    def _created(self) -> frozenset[str]:
        """What the plan creates, new objects in place of old ones too, without instance keys."""
        return frozenset(
            configured_address(change.address) or ""
            for change in self._plan.changes
            if change.managed and Action.CREATE in change.actions
        )
