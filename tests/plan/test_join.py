import json

import msgspec
import pytest

from guardrail.plan.join import join
from guardrail.plan.model import Action, Mode
from guardrail.plan.parse import parse_plan
from guardrail.plan.planfile import read_saved

DELETE = frozenset({Action.DELETE})
NO_OP = frozenset({Action.NO_OP})


@pytest.fixture
def pair(scenario_plan, scenario_file):
    """Return one scenario's plan and its saved plan."""

    def read(name):
        return parse_plan(scenario_plan(name)), read_saved(scenario_file(name))

    return read


def changed(value, **fields):
    return msgspec.structs.replace(value, **fields)


def test_every_scenario_agrees_with_its_own_file(scenarios):
    count = 0
    for path in sorted(scenarios.glob("*/p.tfplan")):
        plan = parse_plan((path.parent / "plan.json").read_bytes())
        joined = join(plan, read_saved(path.read_bytes()))
        assert joined.inconsistencies == (), path.parent.name
        assert joined.saved is not None
        count += 1
    assert count > 40


def test_no_scenario_passes_for_another_one(scenarios):
    paths = sorted(scenarios.glob("td_*/p.tfplan"))
    plans = {path: parse_plan((path.parent / "plan.json").read_bytes()) for path in paths}
    for path in paths:
        saved = read_saved(path.read_bytes())
        for other, plan in plans.items():
            if plan.actions != plans[path].actions:
                assert "saved_actions_differ" in join(plan, saved).inconsistencies, other


def test_an_edited_json_differs_from_its_file(scenario_plan, pair):
    _, saved = pair("td_replace_triggers")
    whole = json.loads(scenario_plan("td_replace_triggers"))
    edited = whole["resource_changes"][0]
    edited["change"]["actions"] = ["update"]
    plan = parse_plan(json.dumps(whole).encode())
    assert plan.inconsistencies == ("replacement_relabelled",)
    del edited["change"]["replace_paths"], edited["action_reason"]
    plan = parse_plan(json.dumps(whole).encode())
    assert plan.inconsistencies == ()
    assert join(plan, saved).inconsistencies == ("saved_actions_differ",)


@pytest.mark.parametrize(
    "actions",
    [
        {},
        {("terraform_data.a", ""): NO_OP},
        {("terraform_data.a", ""): NO_OP, ("terraform_data.b", "00000001"): DELETE},
    ],
)
def test_an_object_missing_on_either_side_is_seen(pair, actions):
    plan, saved = pair("td_delete_no_config")
    assert saved.actions == plan.actions
    for one, other in (
        (plan, changed(saved, actions=actions)),
        (changed(plan, actions=actions), saved),
    ):
        assert join(one, other).inconsistencies == ("saved_actions_differ",)


def test_data_sources_that_leave_the_state_are_not_in_the_json(pair):
    plan, saved = pair("td_destroy_all")
    with_data = {**saved.actions, ('module.m["x"].data.a.b', ""): DELETE}
    assert join(plan, changed(saved, actions=with_data)).inconsistencies == ()
    with_read = {**saved.actions, ("data.a.b", ""): frozenset({Action.READ})}
    assert join(plan, changed(saved, actions=with_read)).inconsistencies


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"terraform_version": "1.11.5"}, "saved_version_differs"),
        ({"errored": True}, "saved_flags_differ"),
        ({"complete": False}, "saved_flags_differ"),
        ({"applyable": False}, "saved_flags_differ"),
        ({"deferred": 1}, "saved_counts_differ"),
        ({"invocations": 1}, "saved_counts_differ"),
    ],
)
def test_every_other_difference_has_its_code(pair, fields, code):
    plan, saved = pair("td_create")
    assert join(plan, changed(saved, **fields)).inconsistencies == (code,)


def test_drift_that_the_json_leaves_out_is_no_difference(pair):
    plan, saved = pair("aws_drift_gone")
    assert join(plan, changed(saved, drift=saved.drift + 1)).inconsistencies == ()
    assert join(plan, changed(saved, drift=0)).inconsistencies == ("saved_counts_differ",)


def test_flags_that_opentofu_does_not_write_are_not_compared(pair):
    plan, saved = pair("td_create")
    plan = changed(plan, complete=None, applyable=None)
    assert join(plan, changed(saved, complete=False, applyable=False)).inconsistencies == ()


@pytest.mark.parametrize("field", ["targets", "excludes"])
def test_targets_explain_what_a_plan_of_opentofu_leaves_out(pair, field):
    plan, saved = pair("td_noop")
    plan = changed(plan, complete=None, inconsistencies=("deletion_missing",))
    assert join(plan, saved).inconsistencies == ("deletion_missing",)
    assert join(plan, changed(saved, **{field: ("a.b",)})).inconsistencies == ()


def test_targets_explain_nothing_where_the_json_calls_itself_complete(pair):
    plan, saved = pair("td_noop")
    plan = changed(plan, inconsistencies=("deletion_missing",))
    found = join(plan, changed(saved, targets=("a.b",))).inconsistencies
    assert found == ("deletion_missing",)


def test_a_refresh_may_change_what_json_leaves_out(pair):
    plan, saved = pair("aws_drift_refresh_only")
    plan = changed(plan, drift=(), inconsistencies=("applyable_contradicts_changes",))
    assert join(plan, saved).inconsistencies == ()
    normal = changed(saved, mode=Mode.NORMAL)
    assert join(plan, normal).inconsistencies == ("applyable_contradicts_changes",)


@pytest.mark.parametrize(
    ("scenario", "mode", "differs"),
    [
        ("td_replace_triggers", Mode.REFRESH_ONLY, True),
        ("td_replace_triggers", Mode.DESTROY, True),
        ("td_replace_triggers", Mode.NORMAL, False),
        ("td_destroy_all", Mode.DESTROY, False),
        ("td_destroy_all", Mode.REFRESH_ONLY, True),
        ("td_noop", Mode.REFRESH_ONLY, False),
    ],
)
def test_a_mode_that_never_plans_such_an_action_was_edited(pair, scenario, mode, differs):
    plan, saved = pair(scenario)
    codes = join(plan, changed(saved, mode=mode)).inconsistencies
    assert codes == (("saved_mode_differs",) if differs else ())
