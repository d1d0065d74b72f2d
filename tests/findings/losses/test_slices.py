"""Slices: what earlier plans lost is added to what this one loses."""

from collections.abc import Iterable

import pytest

from guardrail.findings.history import Past
from guardrail.findings.identity import address_digest
from guardrail.findings.losses.slices import lost_objects
from guardrail.findings.model import Kind
from guardrail.findings.surroundings import Surroundings
from guardrail.settings.model import EnvironmentClass, EnvironmentRule, Settings


def things(number: int, place: str = "module.prod.") -> list[str]:
    return [f"{place}aws_instance.web[{n}]" for n in range(number)]


@pytest.fixture
def sliced(build, remember):
    """Return a function from losses, what stays and the past to (environment, now, past, of)."""

    def run(lost, left, past=None, *, origin=(), elsewhere=0, settings=None, action="delete"):
        changes = [build.change(a, action, before={}) for a in lost]
        plan = build.plan(changes, [build.resource(a) for a in (*lost, *left)])
        by_origin = {"lost_by_origin": digests(origin), "lost_elsewhere": elsewhere}
        history = remember((), lost=past or {}, **by_origin)
        return [
            (o.environment, o.count, o.past, o.managed)
            for o in build.findings(plan, settings, history=history).observations
            if o.kind is Kind.SLICED
        ]

    return run


def digests(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(map(address_digest, addresses))


def past(lost: int | list[str], managed: int) -> dict[str, Past]:
    """Return what production lost: so many other things, or just these."""
    gone = things(lost, "module.prod.module.gone.") if isinstance(lost, int) else lost
    return {"production": Past(objects=digests(gone), managed=managed)}


def test_five_now_and_fifteen_before_are_half_of_forty(sliced):
    found = sliced(things(5), things(20, "module.prod.module.x."), past(15, 40))
    assert found == [("production", 5, 15, 40)]


@pytest.mark.parametrize(
    ("now", "before", "managed"),
    [(5, 14, 40), (5, 0, 8), (1, 1, 2)],
    ids=["not half of it", "nothing before", "fewer than a rebuild"],
)
def test_what_does_not_add_up(sliced, now, before, managed):
    assert sliced(things(now), things(20, "module.prod.module.x."), past(before, managed)) == []


def test_what_is_lost_again_is_lost_once(sliced):
    lost, left = things(3), things(7, "module.prod.module.x.")
    assert sliced(lost, left, past(lost, 10), action="delete create") == []
    two_more = [*lost, *things(2, "module.prod.module.gone.")]
    assert sliced(lost, left, past(two_more, 10)) == [("production", 3, 2, 10)]


def test_of_what_came_and_went_no_more_is_lost_than_there_ever_was(sliced):
    left = things(4, "module.prod.module.x.")
    assert sliced(things(1), left, past(90, 6)) == [("production", 1, 5, 6)]
    assert sliced(things(1), left[:1], past(90, 2)) == [], "fewer than a rebuild"


def test_what_is_managed_now_may_be_more_than_it_ever_was(sliced):
    assert sliced(things(2), things(60, "module.prod.module.x."), past(10, 20)) == []


@pytest.mark.parametrize("action", ["delete create", "forget"])
def test_every_loss_counts(sliced, action):
    left = things(4, "module.prod.module.x.")
    assert sliced(things(1), left, past(2, 5), action=action) == [("production", 1, 2, 5)]


def test_ordinary_churn_does_not_count(sliced):
    lost = [f"module.prod.aws_ecs_task_definition.t[{n}]" for n in range(5)]
    assert sliced(lost, things(5), past(5, 10), action="delete create") == []


def test_what_another_environment_lost_is_not_added(sliced):
    lost, left = things(2, "module.staging."), things(9, "module.staging.module.x.")
    assert sliced(lost, left, past(9, 12)) == []


def test_a_plan_that_is_a_rebuild_by_itself_needs_no_sum(sliced):
    assert sliced(things(9), things(3, "module.prod.module.x."), past(5, 17), elsewhere=50) == []


def test_what_one_origin_loses_on_all_its_stacks_is_added_up(sliced):
    left = things(30, "module.prod.module.x.")
    assert sliced(things(1), left, elsewhere=19) == [("production", 1, 19, 0)]
    assert sliced(things(1), left, elsewhere=18) == []
    assert sliced([], left, elsewhere=99) == []


def test_what_one_origin_loses_of_this_stack_again_is_lost_once(sliced):
    left, here = things(30, "module.prod.module.x."), things(3)
    assert sliced(things(1), left, origin=here, elsewhere=17) == [("production", 1, 19, 0)]
    assert sliced(things(1), left, origin=here, elsewhere=16) == []
    one = Settings(window_losses=1)
    assert sliced(things(1), left, origin=things(1), settings=one) == [], "nothing earlier"


def test_the_sum_of_the_environment_is_told_before_that_of_the_origin(sliced):
    assert sliced(things(1), things(4), past(2, 5), elsewhere=50) == [("production", 1, 2, 5)]


def test_what_is_disposable_does_not_count_for_its_origin(sliced):
    dev = EnvironmentRule(
        name="dev", environment_class=EnvironmentClass.DISPOSABLE, modules=("dev",)
    )
    settings = Settings(environments=(dev,))
    lost, left = things(1, "module.dev."), things(9, "module.dev.module.x.")
    assert sliced(lost, left, elsewhere=99, settings=settings) == []


def test_thresholds_come_from_the_settings(sliced):
    left = things(30, "module.prod.module.x.")
    settings = Settings(rebuild_share=0.1, rebuild_minimum=2, window_losses=2)
    assert sliced(things(1), left, past(3, 40), settings=settings) == [("production", 1, 3, 40)]
    assert sliced(things(1), left, elsewhere=1, settings=settings) == [("production", 1, 1, 0)]


def test_a_stack_without_a_history_has_no_past(build):
    plan = build.losing(things(1), "delete")
    assert all(o.kind is not Kind.SLICED for o in build.findings(plan).observations)


def test_what_is_lost_is_as_much_as_is_measured_in_each_environment(build):
    prod, staging = things(2), things(1, "module.staging.")
    churn, kept = ["module.prod.aws_ecs_task_definition.t"], things(9, "module.prod.module.x.")
    changes = [build.change(a, "delete create", before={}) for a in (*prod, *churn)]
    changes += [build.change(a, "forget", before={}) for a in staging]
    changes += [build.change(kept[0], "delete", before={}, deposed="00000000")]
    plan = build.plan(changes, [build.resource(a) for a in (*prod, *staging, *churn, *kept)])
    found = lost_objects(plan, Settings(), Surroundings())
    assert found == {"production": digests(prod), "staging": digests(staging)}
    measured = {e.name: e.lost for e in build.findings(plan).environments if e.lost}
    assert measured == {name: len(objects) for name, objects in found.items()}
