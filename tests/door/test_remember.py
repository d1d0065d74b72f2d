"""What the ledger is told that an apply is about to lose: slices alone."""

import json

import msgspec
import pytest

from guardrail.decision import (
    ApprovalRecord,
    Decision,
    Next,
    Outcome,
    PlanRecord,
    PolicyRecord,
    StackRecord,
    Standing,
)
from guardrail.door.remember import toll_of
from guardrail.findings.identity import address_digest
from guardrail.findings.observe import observe
from guardrail.findings.surroundings import Surroundings
from guardrail.origin.evidence import Origin, OriginKind
from guardrail.plan.model import Plan
from guardrail.plan.parse import parse_plan
from guardrail.settings.model import EnvironmentClass, EnvironmentRule, Settings

DEV = EnvironmentRule(name="dev", environment_class=EnvironmentClass.DISPOSABLE, modules=("dev",))
SETTINGS = Settings(environments=(DEV,))


def address(module: str, number: int) -> str:
    return f"module.{module}.aws_instance.web[{number}]"


def thing(module: str, number: int) -> dict[str, object]:
    return {
        "address": address(module, number), "mode": "managed", "type": "aws_instance",
        "name": "web", "index": number, "provider_name": "registry.terraform.io/hashicorp/aws",
    }  # fmt: skip


def deleting(**modules: tuple[int, int]) -> Plan:
    """Return a plan that deletes so many of so many instances in each module."""
    gone = {"actions": ["delete"], "before": {}, "after": None, "after_unknown": {}}
    changes, states = [], []
    for name, (lost, managed) in modules.items():
        things = [thing(name, n) for n in range(managed)]
        changes += [
            {**t, "module_address": f"module.{name}", "change": gone} for t in things[:lost]
        ]
        held = [{**t, "schema_version": 0, "values": {}} for t in things]
        states.append({"address": f"module.{name}", "resources": held})
    state = {
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {"root_module": {"child_modules": states}},
    }
    document = {
        "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {},
        "resource_changes": changes, "prior_state": state, "configuration": {},
    }  # fmt: skip
    return parse_plan(json.dumps(document).encode())


def charged(plan: Plan) -> dict[str, tuple[frozenset[str], int]]:
    """Return what is charged for `plan`, by environment."""
    around = Surroundings()
    findings = observe(plan, SETTINGS, around)
    decision = Decision(
        decision_id="d" * 32, outcome=Outcome.ALLOW, would_be=Outcome.ALLOW, profile="balanced",
        mode=Standing.ADVISORY, engine="embedded",
        plan=PlanRecord(source="saved", sha256="a", json_sha256="b", terraform_version="1"),
        stack=StackRecord(
            directory="/s", workspace="default", backend="local", lineage="f3c6", serial=1
        ),
        origin=Origin(kind=OriginKind.AGENT, names=("b", "a"), evidence=()),
        counts=findings.counts, environments=findings.environments, findings=(),
        approval=ApprovalRecord(required=None, request=None),
        next=Next(allowed=(), prohibited=()), policy=PolicyRecord(sha256="p", rules=1), time=0,
    )  # fmt: skip
    toll = toll_of(decision, plan, SETTINGS, around)
    assert (toll.lineage, toll.origin) == ("f3c6", "agent:a,b")
    return {lost.environment: (lost.objects, lost.managed) for lost in toll.losses}


def digests(module: str, number: int) -> frozenset[str]:
    return frozenset(address_digest(address(module, n)) for n in range(number))


def test_slices_are_charged_by_environment_and_what_is_disposable_is_not():
    assert charged(deleting(prod=(2, 10), staging=(1, 9), dev=(3, 9))) == {
        "production": (digests("prod", 2), 10),
        "staging": (digests("staging", 1), 9),
    }


@pytest.mark.parametrize("lost", [6, 10], ids=["most of it", "all of it"])
def test_what_was_judged_as_a_whole_is_no_slice(lost: int):
    plan = deleting(prod=(lost, 10), staging=(1, 9))
    assert charged(plan) == {"staging": (digests("staging", 1), 9)}


def test_where_all_environments_together_were_judged_nothing_is_a_slice():
    plan = deleting(prod=(2, 3), staging=(2, 3))
    findings = observe(plan, SETTINGS, Surroundings())
    assert findings.environments[0].name == "all"
    assert charged(plan) == {}


def test_nothing_is_charged_where_nothing_is_lost():
    plan = msgspec.structs.replace(deleting(prod=(1, 3)), changes=())
    assert charged(plan) == {}
