"""Findings by tier and rule, worst first, with a cap that keeps a report to one screen."""

import re
from collections.abc import Sequence

from msgspec import Struct

from guardrail.policy.answer import Finding, Verdict

PER_RULE = 6
"""So many findings of one rule are shown; the JSON report has all of them."""
LINES = 16
"""So many findings are shown over all; every rule still shows a few."""
FEW = 3
MOST_SORTED = 1_000

_FIRST = ("plan", "environment", "state", "target", "destruction", "protection", "effects")
"""Categories of rules in the order in which a person should read about them; others follow."""
_WEIGHT = {Verdict.DENY: 2, Verdict.REQUIRE_APPROVAL: 1, Verdict.WARN: 0}
ASKS = {
    Verdict.DENY: "denied",
    Verdict.REQUIRE_APPROVAL: "needs approval",
    Verdict.WARN: "warning",
}


class Group(Struct, frozen=True, kw_only=True):
    """One rule's findings with one outcome."""

    tier: int
    rule: str
    outcome: Verdict
    shown: tuple[Finding, ...]
    hidden: int
    """How many more there are."""

    @property
    def total(self) -> int:
        """How many findings the group has."""
        return len(self.shown) + self.hidden


def grouped(findings: Sequence[Finding], *, capped: bool = True) -> list[Group]:
    """Return ``findings`` by outcome, tier and rule, worst group first, their order kept inside."""
    by_key: dict[tuple[int, int, int, str], list[Finding]] = {}
    for finding in findings:
        key = (-_WEIGHT[finding.outcome], -finding.tier, _place(finding.rule), finding.rule)
        by_key.setdefault(key, []).append(finding)
    groups = []
    left = LINES
    for _, members in sorted(by_key.items()):
        room = min(PER_RULE, max(FEW, left)) if capped else len(members)
        # "and 1 more" takes the line that the finding itself would take.
        room = room + 1 if len(members) == room + 1 else room
        left -= min(room, len(members))
        groups.append(_group(members, room))
    return groups


def _by_number(finding: Finding) -> list[tuple[int, str]]:
    """Return what sorts ``a[2]`` before ``a[10]``."""
    pieces = re.findall(r"([0-9]{1,18})|([^0-9]+)", finding.address)
    return [(int(number), "") if number else (-1, text) for number, text in pieces]


def _place(rule: str) -> int:
    category = rule.partition("/")[0]
    return _FIRST.index(category) if category in _FIRST else len(_FIRST)


def _group(members: list[Finding], room: int) -> Group:
    first = members[0]
    # Only where all fit on a few screens does anybody look for one of them by its number.
    if len(members) <= MOST_SORTED:
        members.sort(key=_by_number)
    return Group(
        tier=first.tier,
        rule=first.rule,
        outcome=first.outcome,
        shown=tuple(members[:room]),
        hidden=max(0, len(members) - room),
    )
