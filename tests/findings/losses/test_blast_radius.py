import json
from itertools import pairwise

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw

from guardrail.findings.losses import reach
from guardrail.plan.model import Configuration


def blocks(edges):
    """Make blocks that refer to each other: block → what it refers to."""
    said = {
        block: {"expressions": {"argument": {"references": list(references)}}}
        for block, references in edges.items()
    }
    return {block: Raw(json.dumps(members).encode()) for block, members in said.items()}


def standing(build, edges, lost, instances=None, action="delete", **fields):
    """Make a plan that loses ``lost``; every block in ``edges`` has the one instance of its name."""
    instances = instances or list(edges)
    changes = [build.change(address, action, before={}) for address in lost]
    return build.plan(
        changes,
        [build.resource(address) for address in instances],
        configuration=Configuration(blocks=blocks(edges), **fields),
    )


def told(build, plan, kind="deleted"):
    return {
        each.address: (each.dependents, each.chain)
        for each in build.findings(plan).observations
        if each.kind == kind
    }


CHAIN = {
    "aws_subnet.a": (),
    "aws_instance.web": ("aws_subnet.a",),
    "aws_lb_target_group_attachment.web": ("aws_instance.web",),
    "aws_eip.other": (),
}


def test_what_stands_on_a_lost_thing_is_counted_to_the_end(build):
    plan = standing(build, CHAIN, ["aws_subnet.a"])
    chain = ("aws_subnet.a", "aws_instance.web", "aws_lb_target_group_attachment.web")
    assert told(build, plan) == {"aws_subnet.a": (2, chain)}


@pytest.mark.parametrize(
    ("action", "kind"),
    [("delete", "deleted"), ("delete create", "replaced"), ("forget", "forgotten")],
)
def test_every_kind_of_loss_is_told_of(build, action, kind):
    plan = standing(build, CHAIN, ["aws_instance.web"], action=action)
    assert told(build, plan, kind)["aws_instance.web"][0] == 1


def test_what_is_created_anew_elsewhere_is_told_of(build):
    plan = standing(build, CHAIN, ["aws_instance.web"])
    made = build.change("aws_instance.renamed", "create", after={})
    plan = msgspec.structs.replace(plan, changes=(*plan.changes, made))
    assert told(build, plan, "recreated")["aws_instance.web"][0] == 1


def test_what_nothing_stands_on_has_no_chain(build):
    assert told(build, standing(build, CHAIN, ["aws_eip.other"])) == {"aws_eip.other": (0, ())}


def test_instances_are_counted_and_the_things_own_are_not(build):
    instances = ["aws_subnet.a[0]", "aws_subnet.a[1]", 'aws_instance.web["x"]', "aws_instance.web"]
    plan = standing(build, CHAIN, ["aws_subnet.a[0]"], instances)
    assert told(build, plan)["aws_subnet.a[0]"] == (2, ("aws_subnet.a[0]", "aws_instance.web"))


def test_what_is_only_planned_counts_and_data_sources_do_not(build):
    edges = {**CHAIN, "data.aws_ami.a": ("aws_subnet.a",), "aws_new.n": ("data.aws_ami.a",)}
    plan = standing(build, edges, ["aws_subnet.a"], ["aws_subnet.a", "data.aws_ami.a"])
    plan = msgspec.structs.replace(plan, planned=frozenset({"aws_new.n"}))
    assert told(build, plan) == {"aws_subnet.a": (1, ("aws_subnet.a", "aws_new.n"))}


def test_what_only_the_state_recorded_counts(build):
    resource = build.resource("aws_instance.web")
    recorded = msgspec.structs.replace(resource, depends_on=Raw(b'["aws_subnet.a"]'))
    plan = build.plan(
        [build.change("aws_subnet.a", "delete", before={})],
        [build.resource("aws_subnet.a"), recorded],
    )
    assert told(build, plan)["aws_subnet.a"] == (1, ("aws_subnet.a", "aws_instance.web"))


def test_a_long_chain_is_told_by_its_ends(build):
    names = [f"aws_x.n{number}" for number in range(9)]
    edges = {name: names[:number] for number, name in enumerate(names)}
    chain = ("aws_x.n0", "aws_x.n1", "...", "aws_x.n7", "aws_x.n8")
    assert told(build, standing(build, edges, names[:1]))["aws_x.n0"] == (8, chain)


def test_of_two_chains_of_one_length_the_one_to_data_is_told(build):
    edges = {"aws_vpc.v": (), "aws_instance.e": ("aws_vpc.v",), "aws_db_instance.d": ("aws_vpc.v",)}
    plan = standing(build, edges, ["aws_vpc.v"])
    assert told(build, plan)["aws_vpc.v"] == (2, ("aws_vpc.v", "aws_db_instance.d"))


def test_keys_are_masked_in_a_chain(build):
    edges = {"aws_subnet.a": (), "module.m.aws_b.b": ()}
    resource = build.resource('module.m["customer"].aws_b.b["secret"]')
    recorded = msgspec.structs.replace(resource, depends_on=Raw(b'["aws_subnet.a"]'))
    plan = standing(build, edges, ['aws_subnet.a["secret"]'], ['aws_subnet.a["secret"]'])
    plan = msgspec.structs.replace(plan, prior=(*plan.prior, recorded))
    chain = ('aws_subnet.a["#1"]', "module.m.aws_b.b")
    assert told(build, plan) == {'aws_subnet.a["#1"]': (1, chain)}


def test_ordinary_churn_is_not_asked_about(build):
    edges = {"random_id.r": (), "aws_eip.e": ("random_id.r",)}
    plan = standing(build, edges, ["random_id.r"], action="delete create")
    assert told(build, plan, "replaced") == {"random_id.r": (0, ())}


EDGES = {"module.m.aws_a.a": (), "module.m.aws_b.b": ("aws_a.a",), "aws_c.c": ("module.m.out",)}
OUTPUTS = {"module.m": Raw(b'{"out":{"expression":{"references":["aws_b.b.id","aws_b.b"]}}}')}
INSTANCES = tuple(f'module.m["{key}"].aws_{x}.{x}' for key in "kl" for x in "ab")


class TestModulesThatAreRepeated:
    def test_what_is_inside_stands_only_on_its_own_instance(self, build):
        plan = standing(build, EDGES, INSTANCES[:1], INSTANCES)
        assert [count for count, _ in told(build, plan).values()] == [1]

    def test_what_is_outside_stands_on_all_of_them(self, build):
        instances = (*INSTANCES, "aws_c.c[0]", "aws_c.c[1]")
        plan = standing(build, EDGES, INSTANCES[:1], instances, outputs=OUTPUTS)
        assert [count for count, _ in told(build, plan).values()] == [3]

    def test_what_comes_back_in_from_outside_stands_in_all_of_them(self, build):
        edges = {**EDGES, "module.m.aws_d.d": ("var.back",)}
        calls = {"module.m": (Raw(b'{"back":{"references":["aws_c.c.id","aws_c.c"]}}'),)}
        instances = (*INSTANCES, "aws_c.c", 'module.m["k"].aws_d.d', 'module.m["l"].aws_d.d')
        fields = {"outputs": OUTPUTS, "calls": calls}
        plan = standing(build, edges, INSTANCES[:1], instances, **fields)
        assert [count for count, _ in told(build, plan).values()] == [4]

    def test_all_instances_stand_on_what_is_outside(self, build):
        edges = {"aws_v.v": (), "module.m.module.n.aws_b.b": ("var.given",)}
        calls = {
            "module.m": (Raw(b'{"given":{"references":["aws_v.v"]}}'),),
            "module.m.module.n": (Raw(b'{"given":{"references":["var.given"]}}'),),
        }
        instances = [f'module.m["{k}"].module.n[{n}].aws_b.b' for k in "kl" for n in (0, 1)]
        plan = standing(build, edges, ["aws_v.v"], ["aws_v.v", *instances], calls=calls)
        assert told(build, plan)["aws_v.v"] == (4, ("aws_v.v", "module.m.module.n.aws_b.b"))


def test_a_circle_does_not_hang_and_everything_in_it_counts(build):
    edges = {"aws_a.a": ("aws_c.c",), "aws_b.b": ("aws_a.a",), "aws_c.c": ("aws_b.b",)}
    counts = {
        address: count for address, (count, _) in told(build, standing(build, edges, edges)).items()
    }
    assert counts == {"aws_a.a": 2, "aws_b.b": 2, "aws_c.c": 2}


def test_when_the_work_would_grow_only_what_is_next_to_a_thing_is_counted(build, monkeypatch):
    monkeypatch.setattr(reach, "_LEAST", 0)
    monkeypatch.setattr(reach, "_ROUNDS", 1)
    names = [f"aws_x.n{number}" for number in range(30)]
    edges = {name: names[max(number - 1, 0) : number] for number, name in enumerate(names)}
    edges["aws_db_instance.d"] = ()
    edges["aws_x.n0"] = ("aws_db_instance.d",)
    plan = standing(build, edges, [*names, "aws_db_instance.d"])
    found = {each.address: each for each in build.findings(plan).observations}
    data = found["aws_db_instance.d"]
    assert (data.dependents, data.dependents_more) == (30, False), "what holds data comes first"
    beside = found["aws_x.n20"]
    assert (beside.dependents, beside.dependents_more) == (1, True)
    assert beside.chain == ("aws_x.n20", "aws_x.n21")
    assert not found["aws_x.n29"].dependents_more


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=st.dictionaries(st.integers(0, 12), st.sets(st.integers(0, 12), max_size=4)))
def test_the_count_is_that_of_a_plain_search(build, graph):
    edges = {f"aws_x.n{n}": [f"aws_x.n{m}" for m in sorted(graph.get(n, ()))] for n in range(13)}
    for address, (count, chain) in told(build, standing(build, edges, edges)).items():
        assert count == len(search(edges, address))
        assert len(chain) <= 5
        assert all(b in search(edges, a) for a, b in pairwise(chain) if "..." not in (a, b))


def search(edges, start):
    found, waiting = set(), [start]
    while waiting:
        place = waiting.pop()
        for follower, references in edges.items():
            if place in references and follower not in found:
                found.add(follower)
                waiting.append(follower)
    return found - {start}
