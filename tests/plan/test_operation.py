"""Two states, told as the operation that makes one of the other."""

import json

from hypothesis import given
from hypothesis import strategies as st

from guardrail.plan.model import Plan
from guardrail.plan.operation import plan_between, remarks
from guardrail.plan.statefile import NO_STATE, Instance, StateFile, read_statefile

Key = tuple[str, str]


def state(objects: dict[Key, object], *, serial: int = 1, **members: object) -> StateFile:
    """Return a state of `objects`: (name, key of a deposed one) → what stands there."""
    resources: dict[str, list] = {}
    for (name, deposed), thing in objects.items():
        found = {"attributes": {"id": thing}, **({"deposed": deposed} if deposed else {})}
        resources.setdefault(name, []).append(found)
    document = {
        "version": 4, "lineage": "l", "serial": serial, "outputs": {},
        "resources": [
            {"mode": "managed", "type": "a_b", "name": name, "provider": "p", "instances": each}
            for name, each in resources.items()
        ],
        **members,
    }  # fmt: skip
    return read_statefile(json.dumps(document).encode())


def identity(found: Instance) -> str:
    return json.loads(bytes(found.attributes))["id"]


def told(before: StateFile, after: StateFile, **options: bool) -> Plan:
    return plan_between("state push", before, after, identity, **options)


def key(address: str, deposed: str | None) -> Key:
    return address.removeprefix("a_b."), deposed or ""


OBJECTS = st.dictionaries(
    st.tuples(st.sampled_from("abcde"), st.sampled_from(["", "", "0123abcd"])),
    st.sampled_from(["1", "2", "3", "4"]),
    max_size=6,
)


@given(before=OBJECTS, after=OBJECTS)
def test_nothing_that_is_gone_is_ever_missed(before: dict, after: dict):
    plan = told(state(before), state(after))
    forgotten = {key(each.address, each.deposed) for each in plan.changes if each.forgets}
    moved = {
        key(each.previous_address, each.deposed): key(each.address, each.deposed)
        for each in plan.changes
        if each.previous_address is not None
    }
    brought = {key(each.address, each.deposed) for each in plan.changes if each.importing}
    kept = {each for each in before if each in after and after[each] == before[each]}
    # Every object of the state before is forgotten, moved, or where it was; and one of these.
    assert forgotten | set(moved) | kept == set(before)
    assert not forgotten & set(moved)
    assert not kept & (forgotten | set(moved))
    # What is moved is the same object, and every object of the state after comes from somewhere.
    assert all(before[origin] == after[target] for origin, target in moved.items())
    assert brought | set(moved.values()) | kept == set(after)
    # No more is forgotten than there is less of.
    for thing in set(before.values()):
        less = list(before.values()).count(thing) - list(after.values()).count(thing)
        gone = sum(before[each] == thing for each in forgotten)
        assert gone >= max(less, 0)


@given(before=OBJECTS, after=OBJECTS)
def test_whatever_is_changed_is_what_it_is_about(before: dict, after: dict):
    plan = told(state(before), state(after))
    changed = {name for name, _ in {**before, **after} if _of(before, name) != _of(after, name)}
    concerned = {each.removeprefix("a_b.") for each in plan.unplanned.concerns}
    moved_to = {each.address.removeprefix("a_b.") for each in plan.changes if each.previous_address}
    assert changed <= concerned | moved_to
    assert concerned <= {name for name, _ in {**before, **after}}


def _of(objects: dict[Key, object], name: str) -> set:
    return {(deposed, thing) for (each, deposed), thing in objects.items() if each == name}


@given(objects=OBJECTS)
def test_a_state_that_stays_is_about_nothing(objects: dict):
    plan = told(state(objects), state(objects, serial=2), whole=True)
    assert plan.changes == ()
    assert plan.unplanned.concerns == ()
    assert not plan.unplanned.whole
    assert plan.no_ops == len({each for each in objects if not each[1]})


def test_what_is_written_down_differently_is_no_other_object():
    before = state({("a", ""): "1", ("b", ""): "2"})
    document = {"attributes": {"id": "1"}, "private": "eA=="}
    changed = {
        "mode": "managed",
        "type": "a_b",
        "name": "a",
        "provider": "p",
        "instances": [document],
    }
    resources = [changed, {**changed, "name": "b", "instances": [{"attributes": {"id": "2"}}]}]
    plan = told(before, state({}, resources=resources))
    assert plan.changes == ()
    assert plan.unplanned.concerns == ("a_b.a",)


def test_many_that_move_are_found_as_fast_as_few():
    """Quadratic, it would take minutes."""
    many = 20_000
    before = state({(f"x{number}", ""): str(number) for number in range(many)})
    after = state({(f"y{number}", ""): str(number) for number in range(many)})
    plan = told(before, after)
    assert len(plan.changes) == many
    assert all(each.previous_address for each in plan.changes)


def test_what_belongs_to_no_resource_is_told_of_what_somebody_wrote():
    before = state({("a", ""): "1"}, outputs={"x": {"value": 1, "type": "number"}}, serial=5)
    after = state({("a", ""): "1"}, outputs={}, serial=4)
    assert remarks(before, after) == (
        "it is an older copy",
        "outputs change, which others may read",
    )
    assert told(before, after, whole=True).unplanned.whole
    assert not told(before, after).unplanned.whole
    other = state({("a", ""): "1"}, lineage="m", serial=9)
    assert remarks(state({}), other) == ("it is another state, of another lineage",)
    data = {"mode": "data", "type": "a_b", "name": "d", "provider": "p", "instances": [{}]}
    assert told(state({}), state({}, resources=[data]), whole=True).unplanned.whole


def test_a_first_state_replaces_none():
    assert remarks(NO_STATE, state({("a", ""): "1"}, outputs={"x": {}})) == ()
