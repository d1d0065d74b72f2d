"""Each edit of a plan that hides something must break a cross-check."""

import copy
import json

import pytest

from guardrail.plan.parse import parse_plan


def codes(samples, whole):
    return set(samples.parse(whole).inconsistencies)


def resources(whole, member):
    values = whole[member] if member == "planned_values" else whole[member]["values"]
    return values["root_module"].setdefault("resources", [])


@pytest.fixture
def whole(samples):
    """Return a plan that keeps one object and deletes, updates and creates another each."""
    return samples.document(
        samples.entry("kept", "no-op"),
        samples.entry("gone", "delete"),
        samples.entry("changed", "update"),
        samples.entry("made", "create"),
    )


def test_a_plan_as_terraform_makes_it_is_consistent(samples, whole):
    assert codes(samples, whole) == set()


def test_a_stripped_deletion_is_missed(samples, whole):
    del whole["resource_changes"][1]
    assert codes(samples, whole) == {"deletion_missing"}


def test_stripped_changes_are_missed(samples, whole):
    del whole["resource_changes"]
    assert "deletion_missing" in codes(samples, whole)


def test_a_deletion_called_a_no_op_shows_in_its_values(samples, whole):
    whole["resource_changes"][1]["change"]["actions"] = ["no-op"]
    assert codes(samples, whole) == {
        "deletion_missing",
        "planned_values_differ",
        "values_contradict_actions",
    }


def test_a_deletion_called_a_data_source_is_seen(samples, whole):
    whole["resource_changes"][1]["mode"] = "data"
    assert {"data_source_changed", "address_contradicts_members"} <= codes(samples, whole)


def test_a_deletion_of_an_object_under_another_address_is_seen(samples, whole):
    whole["resource_changes"][1]["address"] = "random_pet.harmless"
    assert "address_contradicts_members" in codes(samples, whole)


def test_a_replacement_called_an_update_is_beyond_any_cross_check(samples):
    replaced = samples.document(samples.entry("a", "delete", "create"))
    replaced["resource_changes"][0]["change"]["actions"] = ["update"]
    assert codes(samples, replaced) == set()


@pytest.mark.parametrize(
    "left",
    [
        {"change": {"replace_paths": [["ami"]]}},
        {"action_reason": "replace_because_tainted"},
        {"action_reason": "replace_by_request"},
    ],
)
@pytest.mark.parametrize("actions", ["update", "create", "no-op", "delete"])
def test_what_forces_a_replacement_gives_a_relabelled_one_away(samples, actions, left):
    whole = samples.document(samples.entry("a", actions, **copy.deepcopy(left)))
    assert codes(samples, whole) == {"replacement_relabelled"}


def test_a_creation_of_something_that_exists_is_seen(samples, whole):
    whole["resource_changes"][2]["change"]["actions"] = ["create"]
    assert codes(samples, whole) == {"prior_state_differs", "values_contradict_actions"}


def test_an_update_of_something_that_does_not_exist_is_seen(samples, whole):
    del resources(whole, "prior_state")[2]
    assert codes(samples, whole) == {"prior_state_differs"}


def test_a_planned_object_that_nothing_leaves_behind_is_seen(samples, whole):
    resources(whole, "planned_values").append(samples.instance("gone"))
    assert codes(samples, whole) == {"planned_values_differ"}


def test_one_object_with_two_entries_is_seen(samples, whole):
    whole["resource_changes"].append(whole["resource_changes"][1])
    assert codes(samples, whole) == {"change_listed_twice"}


def test_deposed_objects_may_share_an_address(samples, whole):
    deposed = samples.entry("kept", "delete", deposed="00000001")
    other = samples.entry("kept", "delete", deposed="00000002")
    whole["resource_changes"] += [deposed, other]
    resources(whole, "prior_state").append(samples.instance("kept", deposed_key="00000001"))
    assert codes(samples, whole) == set()


def test_one_resource_twice_in_the_state_is_seen(samples, whole):
    resources(whole, "prior_state").append(samples.instance("kept"))
    assert codes(samples, whole) == {"resource_listed_twice"}


@pytest.mark.parametrize("stays", [True, False])
def test_a_forgotten_object_may_stay_planned_or_not(samples, stays):
    forgotten = samples.document(samples.entry("a", "forget"))
    if stays:
        resources(forgotten, "planned_values").append(samples.instance("a"))
    assert codes(samples, forgotten) == set()


def test_a_targeted_plan_leaves_out_what_was_not_asked_for(samples, whole):
    resources(whole, "prior_state").append(samples.instance("elsewhere"))
    assert codes(samples, whole) == {"deletion_missing"}
    whole["complete"] = False
    assert codes(samples, whole) == set()


def test_an_errored_plan_is_not_held_against_its_state(samples, whole):
    resources(whole, "prior_state").append(samples.instance("elsewhere"))
    whole |= {"errored": True, "applyable": False, "complete": False}
    assert codes(samples, whole) == set()


def test_a_destroy_plan_without_its_changes_does_not_pass_as_refresh_only(samples):
    destroy = samples.document(samples.entry("a", "delete"), samples.entry("b", "delete"))
    assert codes(samples, destroy) == set()
    del destroy["resource_changes"]
    assert codes(samples, destroy) == {"applyable_contradicts_changes"}


def test_effects_in_a_plan_that_calls_itself_not_applyable_are_seen(samples, whole):
    whole["applyable"] = False
    assert codes(samples, whole) == {"applyable_contradicts_changes"}


def test_destroying_a_state_of_data_sources_alone_shows_nothing(samples):
    whole = samples.document(applyable=True)
    source = samples.instance("x", mode="data", address="data.aws_instance.x")
    resources(whole, "prior_state").append(source)
    assert codes(samples, whole) == set()
    resources(whole, "prior_state").append(samples.instance("kept"))
    assert codes(samples, whole) == {"applyable_contradicts_changes", "changes_emptied"}


@pytest.mark.parametrize(
    ("actions", "values"),
    [
        (("create",), {"before": {"id": "x"}}),
        (("update",), {"before": None}),
        (("delete",), {"before": None}),
        (("delete",), {"after": {"id": "x"}}),
        (("forget",), {"before": None}),
        (("forget",), {"after": {"id": "x"}}),
        (("delete", "create"), {"before": None}),
        (("create", "forget"), {"before": None}),
        (("no-op",), {"before": None, "after": None}),
        (("no-op",), {"after": {"id": "other"}}),
    ],
)
def test_values_that_contradict_the_actions_are_seen(samples, actions, values):
    plan = samples.plan(samples.entry("a", *actions, change=values))
    assert "values_contradict_actions" in plan.inconsistencies


def test_real_plans_stay_consistent_when_only_their_layout_changes(scenario_plan):
    for name in ("td_module_removed", "aws_deposed", "td_moved", "aws_import"):
        data = json.dumps(json.loads(scenario_plan(name)), indent=4, sort_keys=True).encode()
        assert parse_plan(data).inconsistencies == ()


@pytest.mark.parametrize(
    "name", ["td_delete_no_config", "td_module_removed", "td_count_shrink", "aws_destroy"]
)
def test_hiding_any_deletion_of_a_real_plan_is_seen(scenario_plan, name):
    real = json.loads(scenario_plan(name))
    for number, change in enumerate(real["resource_changes"]):
        if change["change"]["actions"] != ["delete"]:
            continue
        stripped, relabelled = copy.deepcopy(real), copy.deepcopy(real)
        del stripped["resource_changes"][number]
        relabelled["resource_changes"][number]["change"]["actions"] = ["no-op"]
        for edited in (stripped, relabelled):
            assert parse_plan(json.dumps(edited).encode()).inconsistencies


def test_an_empty_list_over_a_full_state_was_emptied(samples):
    whole = samples.document(samples.entry("a", "delete"), samples.entry("b", "delete"))
    whole |= {"resource_changes": [], "applyable": False}
    assert codes(samples, whole) == {"changes_emptied"}
    assert codes(samples, samples.document(applyable=False)) == set()


@pytest.mark.parametrize("action", ["read", "open"])
def test_a_managed_resource_is_never_read_or_opened(samples, whole, action):
    whole["resource_changes"][2]["change"]["actions"] = [action]
    assert codes(samples, whole) == {"managed_resource_read"}


@pytest.mark.parametrize("action", ["update", "create", "read"])
def test_a_leftover_is_only_ever_let_go(samples, action):
    leftover = samples.entry("a", "delete", deposed="0a1b2c3d")
    whole = samples.document(samples.entry("a", "no-op"))
    whole["resource_changes"].append(leftover)
    whole["applyable"] = True
    assert codes(samples, whole) == set()
    leftover["change"]["actions"] = [action]
    assert "leftover_changed" in codes(samples, whole)


def test_a_leftover_of_the_state_is_always_let_go(samples):
    whole = samples.document(samples.entry("a", "update"))
    resources(whole, "prior_state").append(samples.instance("a", deposed_key="0a1b2c3d"))
    assert codes(samples, whole) == {"deletion_missing"}
    assert codes(samples, whole | {"complete": False}) == set()
    whole["resource_changes"].append(samples.entry("a", "delete", deposed="0a1b2c3d"))
    assert codes(samples, whole) == set()


@pytest.mark.parametrize("missing", ["errored", "complete", "applyable"])
def test_a_flag_that_was_cut_out_is_missed(samples, whole, missing):
    del whole[missing]
    assert codes(samples, whole) == {"flags_missing"}


def test_plans_from_before_the_flags_have_none(samples, whole):
    for name in ("complete", "applyable"):
        del whole[name]
    assert codes(samples, whole) == set()
