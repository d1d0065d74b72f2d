"""What a live object loses in the plan that imports it."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw

from guardrail.findings.churn import churn_lookup
from guardrail.findings.describe import Describer
from guardrail.findings.model import Kind
from guardrail.findings.places.environments import Environments
from guardrail.findings.updates.expressions import Expressions
from guardrail.findings.updates.imports import observe_changed_import, taken_away
from guardrail.plan.model import Configuration
from guardrail.settings.model import ProtectedRule, Settings


@pytest.fixture
def causes(build):
    def run(before, after, unknown=None, block=None, kind="aws_thing"):
        change = build.change(
            f"{kind}.x",
            "update",
            importing=True,
            before=before,
            after=after,
            after_unknown=unknown or {},
        )
        blocks = {} if block is None else {f"{kind}.x": Raw(msgspec.json.encode(block))}
        plan = build.plan([change], configuration=Configuration(blocks=blocks))
        return taken_away(change, Expressions(plan))

    return run


def app(*envs, size="m", alerts=("DOWN",)):
    service = {"name": "web", "instance_size_slug": size}
    service["env"] = [{"key": f"KEY_{n}", "value": value} for n, value in enumerate(envs)]
    return {
        "spec": [{"name": "site", "service": [service], "alert": [{"rule": a} for a in alerts]}]
    }


def test_the_import_that_stripped_two_live_applications_is_seen(build):
    before = app(*(f"secret-{n}" for n in range(14)), alerts=("DEPLOYMENT_FAILED", "DOMAIN_FAILED"))
    after = app(size="s", alerts=())
    change = build.change(
        "digitalocean_app.site", "update", importing=True, before=before, after=after
    )
    found = [o for o in build.observations(change) if o.kind is Kind.IMPORTED_AND_CHANGED]
    (observation,) = found
    assert set(observation.causes) == {"spec.service", "spec.service.env", "spec.alert"}
    assert "secret" not in repr(observation)
    assert "KEY_" not in repr(observation)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"variables": {"A": "1", "B": "2"}}, {"variables": {"A": "1"}}),
        ({"variables": {"A": "1"}}, {"variables": {}}),
        ({"variables": {"A": "1"}}, {"variables": {"A": "2"}}),
        ({"variables": {"A": "1"}}, {"variables": None}),
        ({"variables": {"A": "1"}}, {}),
        ({"groups": ["a", "b"]}, {"groups": ["b"]}),
        ({"groups": ["a"]}, {"groups": ["c"]}),
        ({"size": "large"}, {"size": "small"}),
        ({"size": 4}, {"size": 2}),
        ({"size": 4}, {"size": None}),
        ({"encrypted": True}, {"encrypted": False}),
        ({"policy": '{"a": 1}'}, {"policy": '{"a": 2}'}),
        ({"policy": "{"}, {"policy": "["}),
        ({"rule": [{"port": 1}, {"port": 2}]}, {"rule": [{"port": 1}]}),
        ({"rule": [{"port": 1}, {"port": 1}]}, {"rule": [{"port": 1}]}),
        ({"rule": [{"port": 1}]}, {"rule": [{"port": None}]}),
        ({"rule": {"port": 1}}, {"rule": "none"}),
        ({"rule": ["a"]}, {"rule": "a"}),
        ({"rule": [{"port": 1}]}, {"rule": ["text"]}),
    ],
)
def test_what_held_something_and_does_not_hold_it_any_more_is_named(causes, before, after):
    assert causes(before, after) == tuple(before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"size": None}, {"size": "small"}),
        ({"size": ""}, {"size": "small"}),
        ({"size": 0}, {"size": 2}),
        ({"monitoring": False}, {"monitoring": True}),
        ({"groups": []}, {"groups": ["a"]}),
        ({"groups": ["a"]}, {"groups": ["b", "a"]}),
        ({"groups": [""]}, {"groups": []}),
        ({"groups": ["", "a"]}, {"groups": ["a"]}),
        ({}, {"variables": {"A": "1"}}),
        ({"variables": {"A": "1"}}, {"variables": {"A": "1", "B": "2"}}),
        ({"rule": [{"port": 1}, {"port": 2}]}, {"rule": [{"port": 2}, {"port": 1}]}),
        ({"rule": [{"port": 1, "note": ""}]}, {"rule": [{"port": 1, "note": "x"}]}),
        (
            {"rule": [{"name": "a"}, {"name": "b", "n": 0}]},
            {"rule": [{"name": "b", "n": 1}, {"name": "a"}]},
        ),
        ({"policy": '{"a": 1, "b": 2}'}, {"policy": '{"b":2,"a":1}'}),
        ({"tags": {"owner": "zoe"}}, {"tags": {"managed": "yes"}}),
        ({"tags_all": {"a": "b"}}, {"tags_all": {}}),
        ({"effective_labels": {"a": "b"}}, {"effective_labels": {}}),
        ({"description": "old"}, {"description": "new"}),
        ({"skip_final_snapshot": True}, {"skip_final_snapshot": False}),
        ({"wait_for_steady_state": True}, {"wait_for_steady_state": None}),
        ({"timeouts": {"create": "5m"}}, {"timeouts": None}),
        ({"deletion_protection": True}, {"deletion_protection": False}),
    ],
)
def test_what_gains_something_or_says_how_it_is_handled_is_ordinary(causes, before, after):
    assert causes(before, after) == ()


def test_the_block_of_the_same_name_is_the_one_to_compare(causes):
    before = {"rule": [{"name": "a", "set": [{"k": 1}]}, {"name": "b", "set": [{"k": 2}]}]}
    after = {"rule": [{"name": "b", "set": []}, {"name": "a", "set": [{"k": 1}, {"k": 3}]}]}
    assert causes(before, after) == ("rule.set",)


def test_a_block_that_lost_its_name_is_compared_with_what_is_left(causes):
    before = {"rule": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]}
    assert causes(before, {"rule": [{"name": "b", "port": 2}, {"name": "c", "port": 1}]}) == (
        "rule",
    )
    assert causes({"rule": [{"port": 1}]}, {"rule": [{"port": 1, "name": "a"}]}) == ()


def test_what_is_not_known_counts_where_the_block_sets_it(causes):
    before = {"size": "large", "status": "up"}
    unknown = {"size": True, "status": True}
    block = {"expressions": {"size": {"references": ["var.size"]}}}
    assert causes(before, {}, unknown, block) == ("size",)
    assert causes(before, {}, unknown) == ("size", "status")
    assert causes({"size": None}, {}, unknown, block) == ()


def test_a_part_that_is_not_known_is_no_loss(causes):
    before = {"variables": {"A": "1", "B": "2"}, "rule": [{"port": 1, "to": "x"}]}
    after = {"variables": {"B": "2"}, "rule": [{"port": 1}]}
    assert causes(before, after, {"variables": {"A": True}, "rule": [{"to": True}]}) == ()


def test_an_object_that_cannot_be_read_afterwards_loses_everything_it_held(causes):
    assert causes({"size": "large", "note": ""}, {}, unknown=True) == ("size",)
    assert causes({"size": "large"}, None) == ("size",)


@pytest.mark.parametrize(
    ("actions", "importing"), [("update", False), ("no-op", True), ("delete create", True)]
)
def test_only_an_import_that_updates_is_looked_at(build, actions, importing):
    change = build.change(
        "aws_thing.x", actions, importing=importing, before={"size": 4}, after={"size": 2}
    )
    kinds = {o.kind for o in build.observations(change)}
    assert Kind.IMPORTED_AND_CHANGED not in kinds


def test_an_attribute_that_is_no_name_stays_behind(build):
    change = build.change(
        "aws_thing.x", "update", importing=True, before={"a secret": 1, "b": 2}, after={}
    )
    (observation,) = build.observations(change)
    assert observation.causes == ("b",)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["secret-value", "", "{"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "name", "key"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=JSON, after=JSON, mask=JSON)
def test_no_body_whatsoever_raises_or_lets_a_value_out(build, before, after, mask):
    change = build.change(
        "aws_thing.x", "update", importing=True, before=before, after=after, after_unknown=mask
    )
    assert "secret-value" not in repr(build.observations(change))


@given(body=st.dictionaries(st.sampled_from(["a", "b"]), JSON))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_stays_the_same_is_no_loss(causes, body):
    assert causes(body, body) == ()


def importing(build, before, after):
    return build.change(
        "aws_lambda_function.f", "update", importing=True, before=before, after=after
    )


BARE = {"environment": [], "reserved_concurrent_executions": 0, "memory_size": 512}
FULL = {
    "environment": [{"variables": {"A": "x"}}],
    "reserved_concurrent_executions": -1,
    "memory_size": 512,
}


def said(build, change):
    return [(each.kind, each.detail, each.causes) for each in build.observations(change)]


def test_what_the_import_takes_away_is_said_once_and_in_its_own_words(build):
    bare = FULL | {"environment": []}
    assert said(build, importing(build, FULL, bare)) == [
        (
            Kind.IMPORTED_AND_CHANGED,
            "runs without its environment variables",
            ("environment",),
        )
    ]
    smaller = bare | {"memory_size": 128}
    assert said(build, importing(build, FULL, smaller)) == [
        (Kind.IMPORTED_AND_CHANGED, "", ("environment", "memory_size"))
    ]


def test_what_is_disrupted_beside_what_was_set_is_said_as_well(build):
    change = importing(build, FULL, FULL | {"environment": []})
    plan = build.plan([change])
    places = Environments(plan, Settings(), workspace="", directory="")
    describer = Describer(plan, places, churn_lookup(()))
    beside = describer.describe(Kind.DISRUPTED, change, ("environment.variables", "timeout"))
    found = observe_changed_import(change, describer, Expressions(plan), lambda _: [beside])
    assert [each.kind for each in found] == [Kind.DISRUPTED, Kind.IMPORTED_AND_CHANGED]


def test_without_an_import_a_disruption_stays_one(build):
    change = build.change(
        "aws_lambda_function.f", "update", before=FULL, after=FULL | {"environment": []}
    )
    other = importing(build, FULL, FULL)
    assert [each.kind for each in build.observations(change, other)] == [Kind.DISRUPTED]


def test_an_import_that_strips_a_protected_thing_is_seen_by_the_list(build):
    plan = build.plan([importing(build, FULL, FULL | {"environment": []})])
    listed = Settings(protected=(ProtectedRule(name="f", addresses=("aws_lambda_function.f",)),))
    found = [
        each for each in build.findings(plan, listed).observations if each.kind is Kind.PROTECTED
    ]
    assert [each.causes for each in found] == [(Kind.IMPORTED_AND_CHANGED,)]
