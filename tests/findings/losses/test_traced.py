"""Where a value of the configuration comes from."""

import msgspec
import pytest
from msgspec import Raw

from guardrail.findings.losses.traced import Configured, Trace
from guardrail.plan.model import Configuration


def raw(value: object) -> Raw:
    return Raw(msgspec.json.encode(value))


def refers(*references: object) -> dict[str, object]:
    return {"references": references}


@pytest.fixture
def configured(build):
    """Return a function from blocks, calls and outputs to what they say."""

    def make(blocks=None, calls=None, outputs=None) -> Configured:
        configuration = Configuration(
            blocks={name: raw(block) for name, block in (blocks or {}).items()},
            calls={name: tuple(map(raw, parts)) for name, parts in (calls or {}).items()},
            outputs={name: raw(given) for name, given in (outputs or {}).items()},
        )
        return Configured(build.plan(configuration=configuration))

    return make


@pytest.mark.parametrize(
    ("references", "ends"),
    [
        (["var.a"], ("var.a",)),
        (["var.a.b[0].c", "var.a.b[0]", "var.a.b", "var.a"], ("var.a.b",)),
        (["local.a", "var.b"], ("local.a", "var.b")),
        (["data.aws_ami.a.id", "data.aws_ami.a"], ("data.aws_ami.a.id",)),
        (['var["can ary"].a'], ()),
        (["var.can ary", "var", "", 7], ()),
        (["count.index", "path.module", "terraform.workspace", "self.id"], ()),
        (["each.key"], ()),
        (["module.none.out", "module.none"], ()),
    ],
)
def test_only_names_are_ends(configured, references, ends):
    block = {"expressions": {"x": refers(*references)}}
    assert configured({"aws_a.b": block}).trace("aws_a.b", "x").ends == ends


def test_nested_blocks_are_read_and_constants_are_not(configured):
    nested = [{"y": refers("var.a"), "z": {"constant_value": refers("var.no")}}]
    block = {"expressions": {"x": nested}}
    assert configured({"aws_a.b": block}).trace("aws_a.b", "x").ends == ("var.a",)


def test_a_value_leads_through_the_modules_around_it(configured):
    found = configured(
        {
            "module.a.module.b.aws_x.y": {
                "for_each_expression": refers("var.set"),
                "expressions": {"n": refers("var.name", "each.value")},
            }
        },
        {
            "module.a": ("1.0.0", {"name": refers("local.name"), "set": {"constant_value": 1}}, []),
            "module.a.module.b": (
                refers("var.set"),
                {"name": refers("var.name", "each.key"), "set": refers("var.set")},
                ["aws_x.z"],
            ),
        },
    )
    trace = found.trace("module.a.module.b.aws_x.y", "n")
    assert trace == Trace(ends=("local.name", "module.a.var.set"))
    assert found.repetition("module.a.module.b") == Trace(ends=("module.a.var.set",))
    assert found.repetition("module.a") is None
    assert found.has("module.a.module.b.aws_x.y")
    assert found.calls("module.a")
    assert not found.calls("module.b")


def test_a_value_leads_through_outputs_and_attributes(configured):
    found = configured(
        {
            "aws_x.y": {"expressions": {"n": refers("module.a.out", "module.a")}},
            "module.a.aws_v.w": {"expressions": {"cidr": refers("var.cidr")}},
        },
        {"module.a": ({"cidr": refers("var.network")},)},
        {"module.a": {"out": {"expression": refers("aws_v.w.cidr", "aws_v.w")}}},
    )
    assert found.trace("aws_x.y", "n") == Trace(ends=("var.network",), blocks=("module.a.aws_v.w",))


def test_a_default_and_a_constant_end_at_the_variable_of_the_module(configured):
    found = configured(
        {"module.a.aws_x.y": {"expressions": {"n": refers("var.given", "var.default")}}},
        {"module.a": ({"given": {"constant_value": 1}},)},
    )
    ends = ("module.a.var.given", "module.a.var.default")
    assert found.trace("module.a.aws_x.y", "n").ends == ends


def test_an_input_may_be_named_as_a_part_of_an_expression(configured):
    found = configured(
        {"module.a.aws_x.y": {"expressions": {"n": refers("var.references")}}},
        {"module.a": ({"references": refers("var.top")},)},
    )
    assert found.trace("module.a.aws_x.y", "n").ends == ("var.top",)


@pytest.mark.parametrize("block", [[], {"expressions": []}, {"expressions": {"n": [7, None, "x"]}}])
def test_a_block_of_another_shape_says_nothing(configured, block):
    found = configured({"aws_x.y": block}, outputs={"module.a": []})
    assert found.trace("aws_x.y", "n") == Trace()


def test_a_circle_ends(configured):
    found = configured(
        {
            "aws_x.a": {"expressions": {"n": refers("aws_x.b.n")}},
            "aws_x.b": {"expressions": {"n": refers("aws_x.a.n")}},
        }
    )
    assert found.trace("aws_x.a", "n").blocks == ("aws_x.b", "aws_x.a")


def test_a_function_alone_repeats_too(configured):
    found = configured(
        {"aws_x.a": {"for_each_expression": {}}, "aws_x.b": {"count_expression": refers("var.n")}},
        {"module.a": ({}, ["aws_x.a"])},
    )
    assert found.repetition("aws_x.a") == Trace()
    assert found.repetition("aws_x.b") == Trace(ends=("var.n",))
    assert found.repetition("module.a") == Trace()
