"""Quiet where nothing is lost, and never silent where something is: both are counted."""

from collections import Counter

import measure_precision
import msgspec
import pytest
from destructive import destructive
from ordinary import ordinary

from guardrail.plan.parse import parse_plan

ENOUGH, EACH = 300, 75
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("precision")]


@pytest.fixture(scope="module")
def harmless():
    return list(ordinary())


@pytest.fixture(scope="module")
def harmful():
    return list(destructive())


@pytest.fixture(scope="module")
def gate():
    gate = measure_precision.Gate()
    yield gate
    gate.close()


def test_at_most_two_in_a_hundred_ordinary_plans_ask(gate, harmless):
    wrong = measure_precision.asked(gate.judge_all(harmless))
    names = [f"{each.name}: {', '.join(each.rules)}" for each in wrong]
    assert len(wrong) <= measure_precision.ALLOWED_SHARE * len(harmless), names


def test_no_destructive_plan_passes(gate, harmful):
    judged = gate.judge_all(harmful)
    assert [each.name for each in measure_precision.passed(judged)] == []
    assert [each.name for each in judged if "plan/edited" in each.rules] == []


def test_there_are_enough_plans_of_every_provider(harmless, harmful):
    for plans in (harmless, harmful):
        assert len({made.name for made in plans}) == len(plans) >= ENOUGH
        providers = Counter(made.provider for made in plans)
        assert set(providers) == {"aws", "azurerm", "google", "kubernetes"}
        assert min(providers.values()) >= EACH
        assert len({made.kind for made in plans}) >= 30


def test_every_plan_holds_together(harmless, harmful):
    for made in (*harmless, *harmful):
        plan = parse_plan(msgspec.json.encode(made.plan))
        assert plan.inconsistencies == (), made.name
        assert not plan.errored, made.name


def test_ordinary_changes_happen_among_other_things(harmless):
    for made in harmless:
        plan = parse_plan(msgspec.json.encode(made.plan))
        assert 8 <= sum(resource.mode == "managed" for resource in plan.prior) <= 60, made.name


def test_the_same_plans_come_each_time(harmful):
    assert all(old == new for old, new in zip(harmful, destructive(), strict=True))
