"""Questions built by hand, and policies of users."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guardrail.findings.model import Counts, Environment, Kind, Loss, Observation
from guardrail.origin.evidence import OriginKind
from guardrail.plan.model import Mode
from guardrail.policy.question import (
    Limits,
    OriginFacts,
    PlanFacts,
    Question,
    StackFacts,
    to_json,
)
from guardrail.settings.model import EnvironmentClass, Profile

CLASSES = {
    "production": EnvironmentClass.PRODUCTION,
    "staging": EnvironmentClass.NONPRODUCTION,
    "preview": EnvironmentClass.DISPOSABLE,
}
ORIGINS = tuple(OriginKind)


def observation(kind: Kind, **changes: Any) -> Observation:
    values = {
        "kind": kind,
        "address": "aws_instance.web",
        "type": "aws_instance",
        "environment": "production",
        "data": False,
        "benign": False,
    }
    return Observation(**{**values, **changes})


def environment(**changes: Any) -> Environment:
    values = {
        "name": "production",
        "environment_class": EnvironmentClass.PRODUCTION,
        "evidence": ("tags",),
        "managed": 40,
        "deleted": 0,
        "replaced": 34,
        "forgotten": 0,
        "lost": 34,
        "data_lost": 0,
        "share": 0.85,
        "loss": Loss.REBUILT,
    }
    return Environment(**{**values, **changes})


def question(
    *observations: Observation,
    origin: OriginKind = OriginKind.AGENT,
    environments: tuple[Environment, ...] = (),
    profile: str = Profile.BALANCED,
    counts: Counts | None = None,
    touched: tuple[str, ...] = (),
    plan: dict[str, Any] | None = None,
    unfinished: bool = False,
) -> Question:
    facts = {
        "source": "saved",
        "terraform_version": "1.11.4",
        "mode": Mode.NORMAL,
        "errored": False,
        "complete": True,
        "targeted": False,
        "inconsistencies": (),
    }
    return Question(
        plan=PlanFacts(**{**facts, **(plan or {})}),
        stack=StackFacts(workspace="default", backend="local", unfinished=unfinished),
        origin=OriginFacts(kind=origin, proven_human=origin is OriginKind.HUMAN),
        counts=counts or Counts(),
        environments=environments,
        environment_classes=CLASSES,
        touched=touched,
        observations={
            kind: tuple(each for each in observations if each.kind is kind) for kind in Kind
        },
        settings=Limits(profile=profile),
    )


def every_question() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of questions about every kind, origin and class."""
    for origin in ORIGINS:
        yield f"nothing-{origin}", to_json(question(origin=origin))
        for kind in Kind:
            seen = [
                observation(
                    kind,
                    address=f'aws_instance.web["{name}{data}{benign}"]',
                    environment=name,
                    data=data,
                    benign=benign,
                    causes=("ami", 'tags["é"]') if data else (),
                    count=3,
                )
                for name in (*CLASSES, "unheard_of", "")
                for data in (False, True)
                for benign in (False, True)
            ]
            yield f"{kind}-{origin}", to_json(question(*seen, origin=origin))
        for loss in Loss:
            lost = tuple(environment(name=name, loss=loss) for name in (*CLASSES, "unheard_of"))
            yield f"{loss}-{origin}", to_json(question(origin=origin, environments=lost))
        for profile in Profile:
            for touched in ((), ("production", "preview"), ("unheard_of",)):
                asked = question(
                    origin=origin, profile=profile, touched=touched, counts=Counts(update=1)
                )
                yield f"{profile}-{len(touched)}-{origin}", to_json(asked)
        for name, value in (
            ("errored", True),
            ("complete", False),
            ("targeted", True),
            ("inconsistencies", ("deletion_missing", "change_listed_twice")),
        ):
            yield f"{name}-{origin}", to_json(question(origin=origin, plan={name: value}))
        yield f"unfinished-{origin}", to_json(question(origin=origin, unfinished=True))


def odd_questions() -> Iterator[tuple[str, bytes]]:
    """Yield questions with a member missing or of another type, and what is no question."""
    whole = json.loads(to_json(question(observation(Kind.DELETED), environments=(environment(),))))
    for member, part in whole.items():
        yield f"no-{member}", json.dumps({**whole, member: None}).encode()
        yield f"missing-{member}", _without(whole, member)
        for field in part if isinstance(part, dict) else ():
            rest = {name: value for name, value in part.items() if name != field}
            yield f"missing-{member}-{field}", json.dumps({**whole, member: rest}).encode()
            odd = {**part, field: None}
            yield f"null-{member}-{field}", json.dumps({**whole, member: odd}).encode()
    for text in (b"{}", b"[]", b"null", b"1", b'"x"', b"true"):
        yield text.decode(), text


def _without(whole: dict[str, Any], member: str) -> bytes:
    return json.dumps({name: value for name, value in whole.items() if name != member}).encode()


def write_policies(directory: Path, **modules: str) -> Path:
    """Write modules into ``directory`` and return it; ``a__b`` becomes ``a/b.rego``."""
    for name, text in modules.items():
        path = directory / (name.replace("__", "/") + ".rego")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


RULE = """package guardrail.rules.custom.{name}

import data.guardrail.finding

report contains finding.new({{
	"rule": "custom/{name}",
	"tier": 2,
	"address": observation.address,
	"environment": observation.environment,
	"message": "seen by a rule of our own",
	"remedy": "",
}}) if {{
	some observation in input.observations.deleted
	{body}
}}
"""


def rule(name: str = "mine", body: str = "true") -> str:
    """Return a user's rule that speaks about deletions where ``body`` holds."""
    return RULE.format(name=name, body=body)
