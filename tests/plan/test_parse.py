import contextlib
import copy
import csv
import gc
import json
import mmap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.errors import (
    MalformedPlanError,
    NotAPlanError,
    PlanError,
    PlanTooLargeError,
    UnsupportedPlanError,
)
from guardrail.plan.model import Action, Plan, Provisioner
from guardrail.plan.parse import parse_plan

CANARY = "canary-7f3a"


# -- the 51 scenarios ------------------------------------------------------------------


def pytest_generate_tests(metafunc):
    if "scenario" in metafunc.fixturenames:
        folder = metafunc.config.rootpath / "tests" / "scenarios"
        with (folder / "README.tsv").open() as table:
            rows = list(csv.DictReader(table, delimiter="\t"))
        metafunc.parametrize("scenario", rows, ids=[row["name"] for row in rows])


def facts(plan):
    """Return the effects of a plan in the words of the scenario table."""
    return {
        (change.address + (f"({change.deposed})" if change.deposed else ""), change.actions)
        for change in plan.changes
    }


def table_facts(cell):
    """Return the effects that the scenario table lists."""
    found = set()
    for part in cell.partition("|")[0].replace("noop", "").split(";"):
        words = part.strip().strip('"').replace('""', '"').split(" ")
        address, _, actions = words[0].partition("[d")[0].rpartition(":")
        actions = actions.split("[")[0]
        if not address or (actions == "no-op" and len(words) == 1):
            continue
        found.add((address, frozenset(map(Action, actions.split("/")))))
    return found


def test_every_scenario_is_read_as_its_table_says(scenario, scenario_plan):
    data = scenario_plan(scenario["name"])
    if scenario["name"] == "synthetic_unknown_action":
        with pytest.raises(UnsupportedPlanError, match="known actions"):
            parse_plan(data)
        return
    plan = parse_plan(data)
    if not scenario["name"].startswith("synthetic_deferred"):
        assert facts(plan) == table_facts(scenario["plan_facts"])
    edited = scenario["name"] == "synthetic_resource_changes_stripped"
    assert bool(plan.inconsistencies) == edited


def test_the_scenarios_show_every_list_that_has_effects(scenario_plan):
    def read(name):
        return parse_plan(scenario_plan(name))

    assert [d.change.deletes for d in read("synthetic_deferred_delete").deferred] == [True]
    drift = read("aws_drift_refresh_only").drift
    assert len(drift) == 6
    (invoked,) = read("aws_action_invoke_only_115").invocations
    assert (invoked.trigger, invoked.deferred) == (None, False)
    (triggered,) = read("aws_action_trigger_115").invocations
    assert triggered.trigger == "aws_s3_bucket.b"
    assert read("td_output_only").output_changes == 1
    assert read("aws_import").changes[0].importing
    assert read("td_removed_forget").changes[0].forgets
    assert read("td_moved").changes[0].previous_address == "terraform_data.b"
    assert read("td_prevent_destroy_stops").errored
    assert read("td_target").complete is False
    provisioner = Provisioner(resource="terraform_data.a", type="local-exec")
    assert read("td_provisioner_create").configuration.provisioners == (provisioner,)
    assert read("td_module_source_changed").configuration.module_sources["module.prod"]


# -- what is read ----------------------------------------------------------------------


def test_a_change_is_read_whole(samples):
    whole = samples.entry(
        "a",
        "create",
        "delete",
        address='module.m["k"].aws_instance.a[2]',
        module_address='module.m["k"]',
        previous_address="aws_instance.old",
        index=2,
        action_reason="replace_because_cannot_update",
        change={"replace_paths": [["size"], ["tags", "secret-key"], ["size"], []], "importing": {}},
    )
    (change,) = samples.plan(whole, prior_state=None, planned_values={}).changes
    assert change.module == 'module.m["k"]'
    assert (change.type, change.name, change.index) == ("aws_instance", "a", 2)
    assert change.previous_address == "aws_instance.old"
    assert change.replaces
    assert change.create_first
    assert change.importing
    assert change.reason == "replace_because_cannot_update"
    assert change.replace_paths == ("size", "tags")
    assert bytes(change.before) == b'{"id":"i-1","size":"small"}'


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a.b",
        'q"uote',
        "br[ack]et",
        "new\nline",
        "日本語",
        "\u202e",
        "😀",
        "<&>",
        "\x7f",
        "${x}",
    ],
)
def test_any_for_each_key_is_read_exactly(samples, key):
    address = f"aws_instance.a[{json.dumps(key, ensure_ascii=False)}]"
    whole = samples.document(samples.entry("a", "delete", address=address, index=key))
    whole["prior_state"]["values"]["root_module"]["resources"][0]["address"] = address
    plan = samples.parse(whole)
    assert plan.changes[0].index == key
    assert plan.changes[0].address == address
    assert plan.inconsistencies == ()


@pytest.mark.parametrize("number", [0, 2**53 + 1, 2**63, 2**64 + 3, 10**30])
def test_an_index_keeps_every_digit(samples, number):
    change = samples.entry("a", "delete", index=number, address=f"aws_instance.a[{number}]")
    assert samples.plan(change).changes[0].index == number


def test_no_ops_are_counted_and_kept_only_when_they_import_or_move(samples):
    plan = samples.plan(
        samples.entry("a", "no-op"),
        samples.entry("b", "no-op", previous_address="aws_instance.old"),
        samples.entry("c", "no-op", change={"importing": {"id": "x"}}),
        applyable=True,
    )
    assert plan.no_ops == 3
    assert [change.name for change in plan.changes] == ["b", "c"]
    assert plan.actions[("aws_instance.a", "")] == {Action.NO_OP}


def test_absent_resource_changes_are_no_changes(samples):
    plan = samples.plan(resource_changes=None)
    assert plan.changes == ()
    assert plan.no_ops == 0
    assert plan.inconsistencies == ()


def test_flags_that_are_absent_mean_nothing(samples):
    plan = samples.plan(samples.entry("a", "delete"), complete=None, applyable=None, errored=None)
    assert (plan.complete, plan.applyable, plan.errored) == (None, None, False)
    assert plan.inconsistencies == ()


def test_an_empty_state_has_no_values(samples):
    assert samples.plan(prior_state={"format_version": "1.0"}).prior == ()


def test_resources_of_nested_modules_carry_their_module(samples):
    inner = samples.instance("b", address='module.m["a.b"].module.n.aws_instance.b')
    values = {
        "root_module": {
            "resources": [samples.instance("a")],
            "child_modules": [
                {
                    "address": 'module.m["a.b"]',
                    "child_modules": [
                        {"address": 'module.m["a.b"].module.n', "resources": [inner]}
                    ],
                }
            ],
        }
    }
    plan = samples.plan(
        resource_changes=None, prior_state={"format_version": "1.0", "values": values}
    )
    assert {resource.address: resource.module for resource in plan.prior} == {
        "aws_instance.a": "",
        'module.m["a.b"].module.n.aws_instance.b': 'module.m["a.b"].module.n',
    }


def test_provisioners_and_sources_of_every_module_are_found(samples):
    resource = {"address": "null_resource.x", "provisioners": [{"type": "local-exec"}]}
    configuration = {
        "provider_config": {"aws": {"name": "aws"}},
        "root_module": {
            "resources": [resource, {"address": "null_resource.y"}],
            "module_calls": {
                "a": {
                    "source": "./a",
                    "module": {
                        "module_calls": {
                            "b": {"source": "git::x", "module": {"resources": [resource]}}
                        }
                    },
                },
                "c": {"expressions": {}},
            },
        },
    }
    plan = samples.plan(configuration=configuration)
    assert plan.configuration.provisioners == (
        Provisioner(resource="null_resource.x", type="local-exec"),
        Provisioner(resource="module.a.module.b.null_resource.x", type="local-exec"),
    )
    assert plan.configuration.module_sources == {"module.a": "./a", "module.a.module.b": "git::x"}


def test_deferred_invocations_are_told_from_those_that_run(samples):
    run = {"address": "action.x.y", "type": "x", "name": "y", "invoke_action_trigger": {}}
    later = {"reason": "unknown", "action_invocation": run}
    plan = samples.plan(action_invocations=[run], deferred_action_invocations=[later])
    assert [invocation.deferred for invocation in plan.invocations] == [False, True]


def test_an_ephemeral_that_opentofu_opens_is_no_managed_change(samples):
    opened = samples.entry("s", "open", mode="ephemeral", address="ephemeral.aws_instance.s")
    plan = samples.plan(opened, prior_state=None, planned_values={})
    assert not plan.changes[0].managed
    assert plan.inconsistencies == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_plan_written_by_powershell_is_read(samples, encoding):
    whole = samples.document(samples.entry("a", "delete"))
    data = json.dumps(whole, indent=2).encode(encoding)
    assert parse_plan(data).changes[0].deletes


def test_a_mapped_file_and_a_view_are_read_like_bytes(samples, tmp_path):
    data = samples.compact(samples.document(samples.entry("a", "delete"))) + b"\n"
    path = tmp_path / "plan.json"
    path.write_bytes(data)
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        assert parse_plan(mapped).changes[0].deletes
    assert parse_plan(memoryview(data)).changes[0].deletes


def test_the_garbage_collector_is_left_as_it_was(samples):
    data = samples.compact(samples.document())
    assert gc.isenabled()
    parse_plan(data)
    assert gc.isenabled()
    gc.disable()
    try:
        parse_plan(data)
        assert not gc.isenabled()
    finally:
        gc.enable()


# -- what is refused -------------------------------------------------------------------


@pytest.mark.parametrize(
    "actions",
    [
        "delete",
        [],
        None,
        {"delete": True},
        [1],
        [None],
        7,
        ["no-op", "delete"],
        ["delete", "delete"],
    ],
)
def test_actions_that_are_no_list_of_known_words_are_refused(samples, actions):
    with pytest.raises(MalformedPlanError, match=r"resource_changes\[0\]"):
        samples.plan(samples.entry("a", "delete", change={"actions": actions}))


@pytest.mark.parametrize(
    "word", ["DELETE", "Delete", "obliterate", CANARY, "", " delete", "open\n"]
)
def test_an_unknown_action_refuses_the_plan_without_being_shown(samples, word):
    with pytest.raises(UnsupportedPlanError) as caught:
        samples.plan(samples.entry("a", "delete", change={"actions": [word]}))
    assert "resource_changes[0].change.actions" in caught.value.message
    assert CANARY not in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("address", 1),
        ("address", None),
        ("mode", True),
        ("type", []),
        ("name", {}),
        ("index", 1.5),
        ("index", True),
        ("index", {}),
        ("deposed", 1),
        ("previous_address", ["a"]),
        ("module_address", 3),
        ("change", None),
        ("change", []),
        ("action_reason", 5),
    ],
)
def test_a_wrong_type_in_a_change_is_refused(samples, name, value):
    whole = samples.document(samples.entry("a", "delete"))
    whole["resource_changes"][0][name] = value
    with pytest.raises(MalformedPlanError, match=r"resource_changes\[0\]"):
        samples.parse(whole)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("before", CANARY),
        ("before", [1]),
        ("after", 1),
        ("after_unknown", "x"),
        ("importing", True),
        ("replace_paths", [["a", {}]]),
        ("replace_paths", "size"),
    ],
)
def test_a_wrong_type_in_a_change_body_is_refused(samples, name, value):
    with pytest.raises(MalformedPlanError) as caught:
        samples.plan(samples.entry("a", "update", change={name: value}))
    assert name in caught.value.message
    assert CANARY not in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("resource_changes", None),
        ("resource_changes", {}),
        ("resource_changes", "x"),
        ("resource_changes", [None]),
        ("resource_drift", {}),
        ("deferred_changes", [{"reason": "unknown"}]),
        ("action_invocations", [{"type": "x"}]),
        ("deferred_action_invocations", [{"reason": "unknown"}]),
        ("output_changes", []),
        ("output_changes", {"o": {"actions": "update"}}),
        ("prior_state", []),
        ("prior_state", {"values": []}),
        ("prior_state", {"values": {"root_module": {"resources": {}}}}),
        ("prior_state", {"values": {"root_module": {"resources": [{"address": 1}]}}}),
        ("prior_state", {"values": {"root_module": {"child_modules": [{"resources": []}]}}}),
        ("prior_state", {"values": {"root_module": {"address": "module.x"}}}),
        ("planned_values", None),
        ("planned_values", {"root_module": None}),
        ("configuration", "x"),
        ("configuration", {"root_module": {"module_calls": []}}),
        ("configuration", {"root_module": {"module_calls": {"a": {"source": 1}}}}),
        ("configuration", {"root_module": {"resources": [{"address": "a.b", "provisioners": 1}]}}),
        ("errored", "false"),
        ("errored", 0),
        ("complete", None),
        ("applyable", 1),
        ("terraform_version", 1),
        ("format_version", 1.2),
        ("format_version", "one"),
        ("format_version", "1"),
        ("format_version", "1.²"),
        ("format_version", "1.2.3"),
    ],
)
def test_a_wrong_type_anywhere_is_refused(samples, name, value):
    whole = samples.document(samples.entry("a", "delete"))
    whole[name] = value
    with pytest.raises(MalformedPlanError):
        samples.parse(whole)


@pytest.mark.parametrize("where", ["resource_changes", "prior_state"])
def test_an_unknown_mode_is_refused(samples, where):
    whole = samples.document(samples.entry("a", "delete"))
    changes = whole["resource_changes"]
    resources = whole["prior_state"]["values"]["root_module"]["resources"]
    {"resource_changes": changes, "prior_state": resources}[where][0]["mode"] = CANARY
    with pytest.raises(UnsupportedPlanError) as caught:
        samples.parse(whole)
    assert CANARY not in caught.value.message


def test_values_of_a_state_that_are_no_object_are_refused(samples):
    whole = samples.document(samples.entry("a", "delete"))
    whole["prior_state"]["values"]["root_module"]["resources"][0]["values"] = CANARY
    with pytest.raises(MalformedPlanError, match="values"):
        samples.parse(whole)


@pytest.mark.parametrize("version", ["0.2", "1.0", "1.1", "1.2", "1.99"])
def test_known_formats_are_read(samples, version):
    assert samples.plan(format_version=version).format_version == version


@pytest.mark.parametrize("version", ["2.0", "99.0", "0.1", "0.0"])
def test_other_formats_are_refused(samples, version):
    with pytest.raises(UnsupportedPlanError, match="format"):
        samples.plan(format_version=version)


@pytest.mark.parametrize(
    "hidden",
    [
        [{"address": "x", "change": {"actions": ["delete"]}}],
        [{"actions": ["delete"]}],
        {"x": {"change": {}}},
        [1, {"resource_change": {}}],
        [{"action_invocation": {}}],
        {"change": {"actions": ["delete"]}},
    ],
)
def test_an_unknown_member_that_lists_changes_is_refused(samples, hidden):
    with pytest.raises(UnsupportedPlanError, match="new_changes"):
        samples.plan(new_changes=hidden)
    with pytest.raises(UnsupportedPlanError) as caught:
        samples.plan(**{f"{CANARY} \x1b[2J": hidden})
    assert CANARY not in caught.value.message
    with pytest.raises(UnsupportedPlanError) as caught:
        samples.plan(**{"x" * 1000: hidden})
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    "harmless", [1, "x", [], [1], {}, {"a": [1]}, [{"b": 1}], {"p": {"action_schemas": {}}}]
)
def test_an_unknown_member_without_changes_is_ignored(samples, harmless):
    assert samples.plan(something_new=harmless).changes == ()


def test_known_members_without_effects_are_read_past(samples):
    plan = samples.plan(
        variables={"a": {"value": 1}},
        checks=[{"address": {"kind": "check"}, "status": "fail"}],
        relevant_attributes=[{"resource": "a.b", "attribute": ["id"]}],
    )
    assert plan.changes == ()


@pytest.mark.parametrize(
    "name", ["planned_values", "configuration", "terraform_version", "format_version"]
)
def test_a_plan_without_a_member_that_terraform_always_writes_is_refused(samples, name):
    whole = samples.document(samples.entry("a", "delete"))
    del whole[name]
    with pytest.raises(MalformedPlanError, match=name):
        samples.parse(whole)


def test_a_plan_nested_100000_deep_is_refused(samples):
    data = samples.compact(samples.document(samples.entry("a", "create")))
    deep = data.replace(b'"size":"large"', b'"size":' + b"[" * 100_000 + b"]" * 100_000)
    with pytest.raises(PlanTooLargeError):
        parse_plan(deep)


# -- arbitrary damage ------------------------------------------------------------------


def test_a_plan_cut_off_at_any_byte_is_refused(samples):
    data = samples.compact(
        samples.document(samples.entry("a", "delete"), samples.entry("b", "no-op"))
    )
    assert isinstance(parse_plan(data), Plan)
    for end in range(len(data)):
        with pytest.raises(PlanError):
            parse_plan(data[:end])


def paths_of_objects(value, path=()):
    """Yield the path of every object inside `value`."""
    if isinstance(value, dict):
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner if isinstance(value, dict | list) else ():
        if isinstance(each, dict | list):
            yield from paths_of_objects(each, (*path, key))


class Twice(dict):
    """An object that writes one more member, whatever keys it has."""

    def __init__(self, content, extra):
        super().__init__(content)
        self.extra = extra

    def items(self):
        return [*super().items(), self.extra]


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_duplicate_key_injected_anywhere_is_refused(data, samples, scenario_plan):
    name = data.draw(st.sampled_from(["td_module_removed", "aws_deposed", "td_provisioner_create"]))
    whole = json.loads(scenario_plan(name))
    path = data.draw(st.sampled_from(sorted(paths_of_objects(whole), key=repr)))
    parent, target = None, whole
    for step in path:
        parent, target = target, target[step]
    if not target:
        return
    key = data.draw(st.sampled_from(sorted(target)))
    doubled = Twice(target, (key, data.draw(st.sampled_from([target[key], None, [], "x"]))))
    if parent is None:
        whole = doubled
    else:
        parent[path[-1]] = doubled
    with pytest.raises(MalformedPlanError, match="once"):
        parse_plan(json.dumps(whole, separators=(",", ":")).encode())


JUNK = st.sampled_from([None, True, 0, -1.5, "", "x", [], {}, [[]], {"change": {}}, 2**60])


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_plan_with_any_member_replaced_is_read_or_refused_cleanly(data, scenario_plan):
    whole = json.loads(scenario_plan("aws_import_and_replace"))
    path = data.draw(st.sampled_from(sorted(paths_of_objects(whole), key=repr)))
    target = whole
    for step in path:
        target = target[step]
    if target:
        target[data.draw(st.sampled_from(sorted(target)))] = data.draw(JUNK)
    with contextlib.suppress(PlanError):
        assert isinstance(parse_plan(json.dumps(whole).encode()), Plan)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40))
def test_arbitrary_bytes_are_refused_cleanly(data):
    with pytest.raises(PlanError):
        parse_plan(data)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=5),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=10,
    )
)
def test_arbitrary_json_is_refused_cleanly(value):
    with pytest.raises((NotAPlanError, MalformedPlanError)):
        parse_plan(json.dumps(value).encode())


def test_no_value_of_a_plan_reaches_an_error(samples):
    whole = samples.document(samples.entry("a", "create", change={"after": {"p": CANARY}}))
    text = samples.compact(whole)
    damaged = (
        text[:-20],
        text.replace(b'{"p":"' + CANARY.encode(), b'{"p":"' + CANARY.encode() + b'","p":"'),
        text.replace(CANARY.encode(), CANARY.encode() + b"\xff"),
        text.replace(b'"' + CANARY.encode() + b'"', CANARY.encode()),
        text + b'{"x":"' + CANARY.encode() + b'"}',
    )
    for data in damaged:
        with pytest.raises(PlanError) as caught:
            parse_plan(data)
        assert CANARY not in str(caught.value) + str(caught.value.hint)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_reading_changes_nothing_in_what_it_reads(samples):
    whole = samples.document(samples.entry("a", "delete"))
    before = copy.deepcopy(whole)
    samples.parse(whole)
    assert whole == before
