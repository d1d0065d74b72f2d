"""What an operation without a plan would do: one observation in each environment it is about."""

import re
from collections.abc import Iterator
from typing import Final

from guardrail.findings.catalog import catalog
from guardrail.findings.model import Kind, Observation
from guardrail.findings.places.recognize import UNKNOWN
from guardrail.findings.view import View
from guardrail.plan.model import Plan, Unplanned

_SHOWN = 5
_TELLING = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]{0,99}")
WHOLE: Final = {
    "workspace delete": "the workspace's state is gone, and what it holds goes on existing unmanaged",
    "init -migrate-state": "the state is copied over another one, which is then used",
    "init -force-copy": "the state is copied over another one, unasked, which is then used",
    "init -reconfigure": "Terraform looks for the state elsewhere, and no longer finds this one",
}
"""Operations on a whole state: without effect where it holds nothing."""
_STATE: Final = {
    "state rm": "what is forgotten goes on existing, and no plan shows or destroys it",
    "state mv": "what is moved stands under another address, and is another thing to the next plan",
    "state push": "the state is overwritten: what Terraform knows of real things changes",
    "state replace-provider": "another provider is trusted with what they stand for",
    "taint": "the next apply destroys what is tainted and creates it anew",
    "untaint": "the next apply keeps what was marked as broken",
    "import": "a later plan can change or destroy what nothing managed so far",
}
_ELSEWHERE: Final = {
    "force-unlock": "whoever holds the lock may be writing the state at this moment",
    "test": "it creates real infrastructure and destroys it, without a plan",
    "console": "it reads the whole state and prints any value of it",
    "query": "it has providers list what is in the account",
    "login": "it keeps a credential for Terraform",
    "logout": "it deletes a credential that Terraform keeps",
}
_UNKNOWN: Final = "nothing is known of what it does"
EFFECTS: Final = {**WHOLE, **_STATE, **_ELSEWHERE}
"""Every operation that can be judged → what it does."""


def observe_unplanned(view: View) -> Iterator[Observation]:
    """
    Yield the operation that ``view`` is about, once for each environment.

    ``causes`` is its name and what may be told of its arguments, ``detail`` says what it does,
    ``count`` to how many things of the state, and ``companions`` are labels of some of them,
    those with data first. What is about a whole state that holds nothing changes nothing.
    """
    unplanned = view.plan.unplanned
    if unplanned is None or _about_nothing(unplanned):
        return
    holding = set(_holding(view.plan))
    for environment, addresses in _by_environment(view, unplanned).items():
        worst = sorted(addresses, key=lambda each: each not in holding)
        count = len(worst) + (unplanned.beyond if environment == UNKNOWN else 0)
        yield Observation(
            kind=Kind.UNPLANNED,
            address="",
            type="",
            environment=environment,
            data=not holding.isdisjoint(worst),
            benign=False,
            causes=(unplanned.name, *map(_told, unplanned.told)),
            count=max(count, 1),
            detail="; ".join((EFFECTS.get(unplanned.name, _UNKNOWN), *unplanned.remarks)),
            companions=tuple(view.describer.labels.label(each) for each in worst[:_SHOWN]),
        )


def _about_nothing(unplanned: Unplanned) -> bool:
    empty = unplanned.concerns == () and not unplanned.whole and not unplanned.beyond
    return empty and unplanned.name in WHOLE


def _told(name: str) -> str:
    # Left out, nobody would know that it was there.
    return name if _TELLING.fullmatch(name) else "(a name that is not shown)"


def _by_environment(view: View, unplanned: Unplanned) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for address in unplanned.concerns or ():
        found.setdefault(view.environments.of_address(address).name, []).append(address)
    if unplanned.beyond:
        # Nothing here says where another workspace belongs.
        found.setdefault(UNKNOWN, [])
    if unplanned.whole or not found:
        # What is about nothing in particular belongs to where it is done.
        found.setdefault(view.environments.strictest_of(()).name, [])
    return found


def _holding(plan: Plan) -> Iterator[str]:
    holds = catalog().holds_data
    yield from (each.address for each in plan.prior if holds(each.type))
    yield from (each.address for each in plan.changes if holds(each.type))
