"""
The question: the one document that Rego sees.

It is an index, not the plan: no-ops are gone, observations are grouped by kind,
counts and shares are computed. That keeps fifty thousand changes quick in every
engine, and keeps every value of the plan out of the policies' reach.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from guardrail.findings.model import Counts, Environment, Findings, Kind, Observation
from guardrail.origin.evidence import Origin, OriginKind
from guardrail.plan.model import Mode, Plan
from guardrail.settings.model import EnvironmentClass, Settings

SCHEMA = "guardrail.question/v1"


class PlanFacts(Struct, frozen=True, kw_only=True):
    """What the plan says about itself."""

    source: Literal["saved", "json", "operation"]
    terraform_version: str
    mode: Mode
    errored: bool
    complete: bool
    """False only where Terraform says so; absence counts as complete."""
    targeted: bool
    inconsistencies: tuple[str, ...]


class StackFacts(Struct, frozen=True, kw_only=True):
    """Which state the plan belongs to, as far as anyone can tell."""

    workspace: str
    backend: str
    unfinished: bool
    """Whether an earlier apply of this stack began and its end was never recorded."""


class OriginFacts(Struct, frozen=True, kw_only=True):
    """Who is behind it."""

    kind: OriginKind
    proven_human: bool


class Limits(Struct, frozen=True, kw_only=True):
    """Settings that rules read."""

    profile: str


class Question(Struct, frozen=True, kw_only=True):
    """The document. Every member is always present."""

    schema: str = SCHEMA
    plan: PlanFacts
    stack: StackFacts
    origin: OriginFacts
    counts: Counts
    environments: tuple[Environment, ...]
    environment_classes: Mapping[str, EnvironmentClass]
    touched: tuple[str, ...]
    observations: Mapping[Kind, tuple[Observation, ...]]
    """Every kind is a key, with an empty list where nothing of it was observed."""
    settings: Limits


def ask(
    plan: Plan,
    findings: Findings,
    origin: Origin,
    settings: Settings,
    *,
    workspace: str,
    unfinished: bool,
) -> Question:
    """Build the question about ``plan`` from what was derived from it and who is behind it."""
    observations: dict[Kind, list[Observation]] = {kind: [] for kind in Kind}
    for observation in findings.observations:
        observations[observation.kind].append(observation)
    return Question(
        plan=PlanFacts(
            source=plan.source,
            terraform_version=plan.terraform_version,
            mode=Mode.UNKNOWN if plan.saved is None else plan.saved.mode,
            errored=plan.errored,
            complete=plan.complete is not False,
            targeted=plan.saved is not None and bool(plan.saved.targets),
            inconsistencies=plan.inconsistencies,
        ),
        stack=StackFacts(
            workspace=workspace,
            backend="" if plan.saved is None else plan.saved.backend,
            unfinished=unfinished,
        ),
        origin=OriginFacts(kind=origin.kind, proven_human=origin.kind is OriginKind.HUMAN),
        counts=findings.counts,
        environments=findings.environments,
        environment_classes={e.name: e.environment_class for e in findings.environments},
        touched=findings.touched,
        observations={kind: tuple(found) for kind, found in observations.items()},
        settings=Limits(profile=settings.profile),
    )


def to_json(question: Question) -> bytes:
    """Return the question as the JSON bytes that an engine gets as ``input``."""
    return msgspec.json.encode(question)
