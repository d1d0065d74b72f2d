"""
Blast radius: what else of the plan stands on a thing that is lost.

Counted along the dependency graph (:mod:`guardrail.plan.references`), directly or not,
in instances, the thing itself and its own left out.
"""

import msgspec

from guardrail.findings.labels import Labels
from guardrail.findings.losses.reach import Instances, Radius, Reach
from guardrail.findings.model import Kind, Observation
from guardrail.findings.view import Lost
from guardrail.plan.model import Plan
from guardrail.plan.references import read_references, without_keys

_WORST = (Kind.DELETED, Kind.RECREATED, Kind.REPLACED, Kind.FORGOTTEN)


def with_dependents(plan: Plan, losses: tuple[Lost, ...], labels: Labels) -> tuple[Lost, ...]:
    """
    Return ``losses``, in their order, with what stands on each of them.

    What holds data comes first in the work, then the worst. Ordinary churn is left out:
    nobody is asked about it.
    """
    asked = [lost for lost in losses if _is_asked_about(lost.observation)]
    graph = read_references(plan) if asked else {}
    if not any(without_keys(lost.change.address) in graph for lost in asked):
        return losses
    radius = Radius(graph, Instances(plan), labels)
    told = {
        lost.change.address: _told(lost, radius.of(without_keys(lost.change.address)))
        for lost in sorted(asked, key=_worst_first)
    }
    return tuple(told.get(lost.change.address, lost) for lost in losses)


def _is_asked_about(observation: Observation) -> bool:
    return observation.data or not observation.benign


def _worst_first(lost: Lost) -> tuple[bool, int]:
    kind = lost.observation.kind
    return not lost.observation.data, _WORST.index(kind) if kind in _WORST else -1


def _told(lost: Lost, reach: Reach) -> Lost:
    count = reach.count(lost.change.module)
    if not count and not reach.more:
        return lost
    told = msgspec.structs.replace(
        lost.observation,
        dependents=count,
        dependents_more=reach.more,
        chain=(lost.observation.address, *reach.chain) if count else (),
    )
    return msgspec.structs.replace(lost, observation=told)
