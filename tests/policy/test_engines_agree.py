"""The same questions get the same answers from both engines."""

from pathlib import Path

import pytest
from questions import every_question, observation, odd_questions, question, rule, write_policies

from guardrail.errors import PlanError
from guardrail.findings.model import Kind
from guardrail.findings.observe import observe
from guardrail.findings.surroundings import Surroundings
from guardrail.origin.evidence import Origin, OriginKind
from guardrail.plan.parse import parse_plan
from guardrail.policy.answer import Answer, Verdict, read_answer
from guardrail.policy.bundle import Bundle, load_bundle
from guardrail.policy.embedded import EmbeddedEngine
from guardrail.policy.engine import Engine
from guardrail.policy.opa import ChildHost, OpaEngine
from guardrail.policy.question import ask, to_json
from guardrail.settings.model import Settings

ROOT = Path(__file__).parent.parent.parent
PLANS = [
    *sorted((ROOT / "tests" / "scenarios").glob("*/plan.json")),
    *sorted((ROOT / "sample_plans").glob("*/plan.json")),
]


def answer(engine: Engine, asked: bytes, bundle: Bundle) -> Answer:
    return read_answer(engine.evaluate(asked), bundle.rules)


@pytest.mark.opa
def test_questions_about_every_kind_origin_and_class(
    embedded: EmbeddedEngine, opa: OpaEngine, built_in: Bundle
):
    seen = set()
    for name, asked in every_question():
        expected = answer(embedded, asked, built_in)
        assert answer(opa, asked, built_in) == expected, name
        seen |= {finding.rule for finding in expected.findings}
    assert seen == built_in.rules


@pytest.mark.opa
def test_odd_questions_are_denied_by_both_with_the_same_words(
    embedded: EmbeddedEngine, opa: OpaEngine, built_in: Bundle
):
    harmless = {
        "missing-plan-terraform_version",
        "missing-plan-mode",
        "missing-stack-backend",
        "missing-environment_classes-production",
        "missing-environment_classes-staging",
        "missing-environment_classes-preview",
    }
    for name, asked in odd_questions():
        expected = answer(embedded, asked, built_in)
        assert answer(opa, asked, built_in) == expected, name
        denied = any(finding.outcome is Verdict.DENY for finding in expected.findings)
        unread = name in harmless or name.replace("null-", "missing-") in harmless
        assert denied or unread or name.split("-")[1] == "counts", name


@pytest.mark.opa
@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.parent.name)
def test_every_sample_and_scenario(
    plan: Path, embedded: EmbeddedEngine, opa: OpaEngine, built_in: Bundle
):
    try:
        read = parse_plan(plan.read_bytes())
    except PlanError:
        # Refused before anybody is asked.
        return
    findings = observe(read, Settings(), Surroundings(workspace="default", directory="stack"))
    for kind in OriginKind:
        asked = to_json(
            ask(
                read,
                findings,
                Origin(kind=kind, names=(), evidence=()),
                Settings(),
                workspace="default",
                unfinished=False,
            )
        )
        assert answer(opa, asked, built_in) == answer(embedded, asked, built_in)


@pytest.mark.opa
def test_a_rule_of_ones_own_speaks_in_both(tmp_path: Path, opa_binary: Path):
    bundle = load_bundle([write_policies(tmp_path, mine=rule())])
    asked = to_json(question(observation(Kind.DELETED)))
    first, second = EmbeddedEngine(bundle), OpaEngine(bundle, ChildHost(opa_binary))
    try:
        expected = answer(first, asked, bundle)
        assert {finding.rule for finding in expected.findings} == {
            "custom/mine",
            "destruction/resource_deleted",
        }
        assert answer(second, asked, bundle) == expected
    finally:
        first.close()
        second.close()
