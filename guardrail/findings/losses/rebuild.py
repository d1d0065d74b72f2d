"""
How much of each environment is lost, and whether that is a rebuild.

"34 of 40 replaced" is a rebuild whatever Terraform's summary says. What counts is
the share of managed objects that are deleted, replaced or forgotten, without those
whose loss is ordinary churn: they neither make a rebuild nor hide one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from guardrail.findings.churn import Lookup, ordinary
from guardrail.findings.model import Environment, Kind, Loss, Observation
from guardrail.findings.places.environments import Environments, Membership
from guardrail.findings.places.recognize import ORDER, STRICTNESS, UNKNOWN, Evidence
from guardrail.findings.view import View
from guardrail.plan.actions import CREATE
from guardrail.plan.model import Change, Mode, Plan
from guardrail.settings.model import Settings

WHOLE = "all"
"""The name of all environments of a plan together."""

_WORST = (Loss.DESTROYED, Loss.REBUILT, Loss.NONE)


class Tally(Struct, kw_only=True):
    """Running numbers of one environment."""

    managed: int = 0
    deleted: int = 0
    replaced: int = 0
    forgotten: int = 0
    lost: int = 0
    gone: int = 0
    """Lost, and nothing comes in its place at the same address."""
    back: int = 0
    """Gone, and created under another address: the same thing, or one more of its type."""
    data_lost: int = 0


def measure(view: View, present: Iterable[Membership]) -> tuple[Environment, ...]:
    """
    Return every environment that the state knows or the plan touches, worst first.

    ``present`` are the environments of everything that changes. Where a plan spans several, all of
    them together are measured too, and added as ``all`` if that is worse than each:
    tags that differ from object to object cannot hide a rebuild in small pieces.
    """
    plan, environments, settings = view.plan, view.environments, view.settings
    seen: dict[str, dict[Membership, None]] = {}
    churn = view.describer.churn
    tallies = _managed(plan, environments, churn)
    for lost in view.losses:
        tally = tallies.setdefault(environments.of(lost.change).name, Tally())
        _add(tally, lost.change, lost.observation, environments, churn)
    _count_back(view, tallies)
    for place in dict.fromkeys((*environments.prior.values(), *present)):
        seen.setdefault(place.name, {})[place] = None
    single = [
        _environment(name, tuple(places), tallies.get(name, Tally()), plan, settings)
        for name, places in seen.items()
    ]
    return tuple(sorted((*single, *_whole(single, tallies, plan, settings)), key=_worst_first))


def _managed(plan: Plan, environments: Environments, churn: Lookup) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    kinds = {resource.address: resource.type for resource in plan.prior}
    for address, membership in environments.prior.items():
        tally = tallies.setdefault(membership.name, Tally())
        tally.managed += not ordinary(churn, kinds[address])
    return tallies


def _add(
    tally: Tally,
    change: Change,
    observation: Observation,
    environments: Environments,
    churn: Lookup,
) -> None:
    match observation.kind:
        case Kind.REPLACED:
            tally.replaced += 1
        case Kind.FORGOTTEN:
            tally.forgotten += 1
        case _:
            tally.deleted += 1
    if observation.benign:
        return
    counted = change.address in environments.prior and not ordinary(churn, change.type)
    tally.managed += not counted
    tally.lost += 1
    tally.gone += observation.kind is not Kind.REPLACED
    tally.data_lost += observation.data and observation.kind is not Kind.FORGOTTEN


def _count_back(view: View, tallies: Mapping[str, Tally]) -> None:
    """
    Count what is deleted here and created elsewhere: a rename is a rebuild without `moved`.

    Beside what is known to come back, one more of a type counts for each one that goes:
    a new environment in place of an old one has other names and other sizes.
    """
    environments = view.environments
    gone: dict[str, Counter[str]] = {}
    made: dict[str, Counter[str]] = {}
    mates: set[str] = set()
    for lost in view.losses:
        name = environments.of(lost.change).name
        if lost.becomes is not None and lost.observation.kind is Kind.RECREATED:
            tallies[name].back += 1
            mates.add(lost.becomes.address)
        elif not (lost.observation.benign or lost.change.replaces):
            gone.setdefault(name, Counter())[lost.change.type] += 1
    for change in view.plan.changes if gone else ():
        if change.managed and change.actions == CREATE and change.address not in mates:
            made.setdefault(environments.of(change).name, Counter())[change.type] += 1
    for name, types in gone.items():
        # What is new may be nowhere yet: its tags are no evidence.
        new = sum((made.get(place, Counter()) for place in {name, UNKNOWN}), Counter[str]())
        tallies[name].back += (types & new).total()


def _environment(
    name: str, members: tuple[Membership, ...], tally: Tally, plan: Plan, settings: Settings
) -> Environment:
    return Environment(
        name=name,
        environment_class=min(
            (member.environment_class for member in members), key=STRICTNESS.index
        ),
        evidence=tuple(sorted({e for m in members for e in m.evidence}, key=ORDER.index)),
        managed=tally.managed,
        deleted=tally.deleted,
        replaced=tally.replaced,
        forgotten=tally.forgotten,
        lost=tally.lost,
        data_lost=tally.data_lost,
        share=round(tally.lost / tally.managed, 4) if tally.managed else 0.0,
        loss=_loss(tally, plan, settings),
    )


def _loss(tally: Tally, plan: Plan, settings: Settings) -> Loss:
    least = 1 if _destroys_all(plan) else 2
    whole = tally.gone == tally.managed and tally.gone >= least
    enough = tally.lost >= settings.rebuild_share * tally.managed
    if not whole and (tally.lost < settings.rebuild_minimum or not enough):
        return Loss.NONE
    renewed = tally.gone < tally.lost or tally.back >= settings.rebuild_share * tally.gone
    return Loss.REBUILT if renewed else Loss.DESTROYED


def _destroys_all(plan: Plan) -> bool:
    return plan.saved is not None and plan.saved.mode is Mode.DESTROY and not plan.saved.targets


def _whole(
    single: list[Environment], tallies: Mapping[str, Tally], plan: Plan, settings: Settings
) -> list[Environment]:
    if len(single) < 2:
        return []
    total = Tally(
        **{
            field: sum(getattr(tally, field) for tally in tallies.values())
            for field in Tally.__struct_fields__
        }
    )
    merged = tuple(
        Membership(
            name=WHOLE,
            environment_class=each.environment_class,
            evidence=tuple(map(Evidence, each.evidence)),
        )
        for each in single
    )
    whole = _environment(WHOLE, merged, total, plan, settings)
    worse = all(_WORST.index(whole.loss) < _WORST.index(each.loss) for each in single)
    return [whole] if worse else []


def _worst_first(environment: Environment) -> tuple[int, float, str]:
    return _WORST.index(environment.loss), -environment.share, environment.name
