"""What a block says about an attribute whose value is not known."""

import msgspec
import pytest
from msgspec import Raw

from guardrail.findings.updates.expressions import Expressions
from guardrail.plan.model import Configuration

MODULE = "module.a"


@pytest.fixture
def expressions(build):
    def run(block, *others):
        raw = {f"{MODULE}.aws_record.x": Raw(msgspec.json.encode(block))}
        change = build.change(f'{MODULE}["k"].aws_record.x[0]', "update")
        plan = build.plan([change, *others], configuration=Configuration(blocks=raw))
        return change, Expressions(plan)

    return run


def test_an_attribute_is_configured_where_its_block_sets_it(expressions):
    change, said = expressions({"expressions": {"size": {"constant_value": 1}}})
    assert said.configures(change, "size")
    assert not said.configures(change, "status")


@pytest.mark.parametrize("block", [[], {"expressions": []}, "text"])
def test_a_block_that_cannot_be_read_may_set_anything(expressions, block):
    change, said = expressions(block)
    assert said.configures(change, "status")


def test_a_resource_without_a_block_may_set_anything(build):
    change = build.change("aws_record.x", "update")
    assert Expressions(build.plan([change])).configures(change, "status")


def test_what_lies_in_a_block_may_be_set_by_a_dynamic_one(expressions):
    change, said = expressions({"expressions": {}})
    assert said.configures(change, "rule.port")


def test_an_unknown_target_is_new_where_the_plan_creates_what_it_refers_to(build, expressions):
    block = {
        "expressions": {
            "alias": [
                {
                    "name": {"references": ["aws_lb.b[0].dns", "aws_lb.b"]},
                    "evaluate": {"constant_value": True},
                }
            ]
        }
    }
    here = build.change(f'{MODULE}["k"].aws_lb.b[0]', "create")
    there = build.change("aws_lb.b[0]", "create")
    replaced = build.change(f'{MODULE}["k"].aws_lb.b[0]', "delete create", before={})
    for others, new in (([here], True), ([replaced], True), ([there], False), ([], False)):
        change, said = expressions(block, *others)
        assert said.may_name_new(change, "alias.name") is new


@pytest.mark.parametrize("reference", ["var.name", "local.name", "module.lb.name", "data.x.y.z"])
def test_a_target_that_is_named_indirectly_may_be_new_where_anything_is(
    build, expressions, reference
):
    block = {"expressions": {"records": {"references": [reference]}}}
    change, said = expressions(block, build.change("aws_eip.new", "create"))
    assert said.may_name_new(change, "records")
    change, said = expressions(block, build.change("aws_eip.old", "update"))
    assert not said.may_name_new(change, "records")
