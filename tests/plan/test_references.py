import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from guardrail.plan.configuration import read_configuration
from guardrail.plan.model import Configuration, Plan, Resource
from guardrail.plan.references import module_paths, modules_around, read_references, without_keys


def raw(value):
    return Raw(json.dumps(value, separators=(",", ":")).encode())


def refers(*references):
    return {"references": list(references)}


def block(address, *references, **members):
    kind, _, name = address.removeprefix("data.").partition(".")
    mode = "data" if address.startswith("data.") else "managed"
    said = {"expressions": {"argument": refers(*references)}} if references else {}
    return {"address": address, "mode": mode, "type": kind, "name": name, **said, **members}


def plan(root, prior=(), **configuration):
    whole = {"root_module": root, **configuration}
    return Plan(
        terraform_version="1.11.4",
        format_version="1.2",
        changes=(),
        no_ops=0,
        drift=(),
        deferred=(),
        invocations=(),
        output_changes=0,
        prior=tuple(prior),
        planned=frozenset(),
        configuration=read_configuration(raw(whole)),
        errored=False,
        complete=True,
        applyable=True,
        inconsistencies=(),
    )


def known(address, *depends_on, mode="managed"):
    return Resource(
        address=address,
        mode=mode,
        type="x",
        module="",
        values=Raw(b"{}"),
        depends_on=raw(depends_on),
    )


def graph(root, prior=(), **configuration):
    read = read_references(plan(root, prior, **configuration))
    return {node: list(followers) for node, followers in read.items()}


def test_a_block_stands_on_what_its_arguments_refer_to():
    web = block("aws_instance.web", "aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.a")
    assert graph({"resources": [web]}) == {"aws_subnet.a": ["aws_instance.web"]}


def test_a_key_with_anything_in_it_is_no_part_of_a_name():
    key = 'module.net["a].b\\"["].id'
    call = {"net": {"module": {"outputs": {"id": {"expression": refers("aws_vpc.v.id")}}}}}
    found = graph({"resources": [block("a.b", key)], "module_calls": call})
    assert found["module.net:id"] == ["a.b", "module.net:*"]
    assert found["module.net.aws_vpc.v"] == ["module.net:id"]


@pytest.mark.parametrize(
    "members",
    [
        {"count_expression": refers("aws_x.y.z", "aws_x.y")},
        {"for_each_expression": refers("aws_x.y")},
        {"depends_on": ["aws_x.y"]},
        {"expressions": {"nested": [{"deeper": {"argument": refers("aws_x.y")}}]}},
        {"provisioners": [{"type": "local-exec", "expressions": {"command": refers("aws_x.y")}}]},
    ],
)
def test_every_part_of_a_block_counts(members):
    assert graph({"resources": [block("a.b", **members)]}) == {"aws_x.y": ["a.b"]}


def test_what_is_no_thing_of_the_plan_is_left_out():
    outside = (
        "each.key",
        "count.index",
        "path.module",
        "terraform.workspace",
        "self.id",
        "local.x",
    )
    assert graph({"resources": [block("a.b", *outside)]}) == {}


def test_data_sources_stand_between():
    blocks = [
        block("data.aws_ami.a", "aws_x.y"),
        block("aws_instance.web", "data.aws_ami.a.id", "data.aws_ami.a"),
    ]
    assert graph({"resources": blocks}) == {
        "aws_x.y": ["data.aws_ami.a"],
        "data.aws_ami.a": ["aws_instance.web"],
    }


def test_the_inputs_and_outputs_of_a_module_are_followed():
    inner = {
        "resources": [block("aws_b.b", "var.given.id", "var.given")],
        "outputs": {"out": {"expression": refers("aws_b.b.arn", "aws_b.b")}},
    }
    call = {"expressions": {"given": refers("aws_a.a.id", "aws_a.a")}, "module": inner}
    after = block("aws_c.c", "module.m.out", "module.m")
    assert graph({"resources": [after], "module_calls": {"m": call}}) == {
        "aws_a.a": ["module.m.var.given"],
        "module.m.var.given": ["module.m.aws_b.b"],
        "module.m.aws_b.b": ["module.m:out"],
        "module.m:out": ["aws_c.c", "module.m:*"],
    }


def test_a_whole_module_as_a_value_is_all_of_its_outputs():
    inner = {"outputs": {"out": {"expression": refers("aws_b.b.arn", "aws_b.b")}}}
    root = {
        "resources": [block("aws_c.c", "module.m", "each.key")],
        "module_calls": {"m": {"module": inner}},
    }
    assert graph(root)["module.m:*"] == ["aws_c.c"]


@pytest.mark.parametrize(
    "call",
    [
        {"count_expression": refers("aws_a.a.id", "aws_a.a")},
        {"for_each_expression": refers("aws_a.a")},
        {"depends_on": ["aws_a.a"]},
    ],
)
def test_all_of_a_module_stands_on_what_the_module_waits_for(call):
    deeper = {"resources": [block("aws_c.c")]}
    inner = {"resources": [block("aws_b.b")], "module_calls": {"n": {"module": deeper}}}
    found = graph({"module_calls": {"m": {**call, "module": inner}}})
    assert found["aws_a.a"] == ["module.m:^"]
    assert set(found["module.m:^"]) == {"module.m.aws_b.b", "module.m.module.n:^"}
    assert found["module.m.module.n:^"] == ["module.m.module.n.aws_c.c"]


def test_what_waits_for_a_module_stands_on_all_of_it():
    deeper = {"resources": [block("aws_c.c")]}
    inner = {"resources": [block("aws_b.b")], "module_calls": {"n": {"module": deeper}}}
    after = block("aws_d.d", depends_on=["module.m"])
    found = graph({"resources": [after], "module_calls": {"m": {"module": inner}}})
    assert found["module.m.aws_b.b"] == ["module.m:!"]
    assert found["module.m.module.n.aws_c.c"] == ["module.m.module.n:!"]
    assert found["module.m.module.n:!"] == ["module.m:!"]
    assert found["module.m:!"] == ["aws_d.d"]


@pytest.mark.parametrize("name", ["references", "constant_value", "depends_on"])
def test_an_input_may_be_called_as_a_part_of_an_expression_is(name):
    call = {"expressions": {name: refers("aws_a.a")}, "module": {}}
    assert graph({"module_calls": {"m": call}}) == {"aws_a.a": [f"module.m.var.{name}"]}


def test_a_provider_stands_between_a_cluster_and_what_is_in_it():
    providers = {
        "kubernetes": {"name": "kubernetes", "expressions": {"host": refers("aws_eks.e")}},
        "aws": {"name": "aws", "expressions": {"region": {"constant_value": "x"}}},
    }
    blocks = [
        block("kubernetes_pod.p", provider_config_key="kubernetes"),
        block("aws_eks.e", provider_config_key="aws"),
    ]
    assert graph({"resources": blocks}, provider_config=providers) == {
        "aws_eks.e": ["provider:kubernetes"],
        "provider:kubernetes": ["kubernetes_pod.p"],
    }


def test_what_the_state_recorded_counts_for_all_instances_of_a_block_once():
    prior = [
        known('module.m["k"].aws_b.b[0]', "aws_a.a", "module.m.aws_c.c"),
        known('module.m["k"].aws_b.b[1]', "aws_a.a", "module.m.aws_c.c"),
        known('module.m["l"].aws_b.b[0]', "aws_d.d"),
        known("data.aws_e.e", "aws_a.a", mode="data"),
    ]
    assert graph({}, prior) == {
        "aws_a.a": ["module.m.aws_b.b"],
        "module.m.aws_c.c": ["module.m.aws_b.b"],
        "aws_d.d": ["module.m.aws_b.b"],
    }


def test_a_text_that_looks_like_a_reference_is_none():
    text = json.dumps({"references": ["aws_x.y"]})
    blocks = [block("a.b", expressions={"policy": {"constant_value": text}})]
    assert graph({"resources": blocks}) == {}


def test_white_space_changes_nothing():
    text = (
        b'{"address": "a.b", "expressions": {"x": {"references" : [ "aws_x.y.id" ,\n "aws_x.y" ]}}}'
    )
    configuration = Configuration(blocks={"a.b": Raw(text)})
    assert read_references(_with(configuration)) == {"aws_x.y": {"a.b": None}}


@given(st.text(max_size=80), st.text(max_size=40))
def test_whatever_is_in_there_it_does_not_fail(text, address):
    odd = Raw(f'{{"references":[{text}],"depends_on":["{text}"]}}'.encode(errors="replace"))
    configuration = Configuration(
        blocks={"a.b": odd},
        calls={"module.m": (odd, Raw(b"[1]"), Raw(b"1"))},
        outputs={"module.m": odd},
        providers={address: odd},
    )
    read_references(_with(configuration, known(address, text)))


def _with(configuration, *prior):
    return msgspec.structs.replace(plan({}, prior), configuration=configuration)


@pytest.mark.parametrize(
    ("address", "plain", "paths"),
    [
        ("aws_a.b", "aws_a.b", ()),
        ("aws_a.b[0]", "aws_a.b", ()),
        ("module.m.aws_a.b", "module.m.aws_a.b", ("module.m",)),
        ('module.m.aws_a.b["x.y"]', "module.m.aws_a.b", ("module.m",)),
        ('aws_a.b["x].y["]', "aws_a.b", ()),
        ('module.m["a.b"].aws_a.b["c"]', "module.m.aws_a.b", ('module.m["a.b"]',)),
        (
            "module.m.module.n[1].data.a.b",
            "module.m.module.n.data.a.b",
            ("module.m", "module.m.module.n[1]"),
        ),
        ('module.m["\\"]."]', "module.m", ('module.m["\\"]."]',)),
    ],
)
def test_keys_are_told_from_names(address, plain, paths):
    assert without_keys(address) == plain
    assert module_paths(address) == paths


@pytest.mark.parametrize(
    "address",
    [
        "aws_a.b",
        'aws_a.b["x].y["]',
        'module.m.aws_a.b["x.y"]',
        'module.m["x].y"].aws_a.b',
        'module.m["q"].module.n["[w"].aws_a.b["z"]',
        "module.m.module.module.aws_a.b[3]",
    ],
)
def test_the_modules_around_an_object_are_found_whatever_the_keys(address):
    assert modules_around([address]) == frozenset(module_paths(address))
