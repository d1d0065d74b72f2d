"""Where providers point at, against where they pointed at after the last apply."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from guardrail.findings.history import History
from guardrail.findings.model import Kind, Observation
from guardrail.findings.places.targets import constants, pointers, read_provider
from guardrail.plan.model import Configuration, Plan

AWS = "registry.terraform.io/hashicorp/aws"


def provider(**expressions: object) -> Raw:
    return Raw(msgspec.json.encode({"full_name": AWS, "expressions": expressions}))


def constant(value: object) -> dict:
    return {"constant_value": value}


def reference() -> dict:
    return {"references": ["var.x"]}


def planned(build, *changes, **providers: Raw) -> Plan:
    return build.plan(changes, configuration=Configuration(providers=providers))


def told(build, before: Plan, after: Plan) -> list[Observation]:
    history = History(lineage="l", serial=1, resources=1, pointers=pointers(before))
    found = build.findings(after, history=history).observations
    return [each for each in found if each.kind is Kind.RETARGETED]


def test_pointers_name_the_attribute_and_hold_no_value(build):
    role = constant("arn:aws:iam::111122223333:role/deploy")
    plan = planned(
        build, aws=provider(region=constant("eu-west-1"), assume_role=[{"role_arn": role}])
    )
    found = pointers(plan)
    assert set(found) == {"aws region", "aws assume_role.role_arn"}
    assert all(len(digest) == 64 for digest in found.values())


def test_what_is_no_constant_or_no_pointer_is_left_out(build):
    plan = planned(
        build,
        aws=provider(region=reference(), default_tags=[{"tags": constant({"a": "b"})}]),
        google=provider(project=constant(None)),
        other=Raw(b"null"),
    )
    assert pointers(plan) == {}


def test_the_order_of_accounts_does_not_matter(build):
    one, other = (
        pointers(planned(build, aws=provider(allowed_account_ids=constant(accounts))))
        for accounts in (["1", "2"], ["2", "1"])
    )
    assert one == other != {}


def test_a_provider_that_points_where_it_pointed_is_silent(build):
    made = build.change("aws_vpc.a", "create")
    before = planned(build, aws=provider(region=constant("eu-west-1")))
    after = planned(
        build,
        made,
        aws=provider(region=constant("eu-west-1"), allowed_account_ids=constant(["1"])),
        west=provider(region=constant("us-west-2")),
    )
    assert not told(build, before, after)


@pytest.mark.parametrize(("actions", "count"), [("create", 1), ("delete", 1), ("update", 0)])
def test_another_region_is_told_with_what_is_created_or_lost(build, actions, count):
    changed = build.change("aws_vpc.a", actions)
    before = planned(build, aws=provider(region=constant("eu-west-1")))
    after = planned(build, changed, aws=provider(region=constant("us-east-1")))
    (found,) = told(build, before, after)
    assert (found.causes, found.count, found.sealed) == (("region",), count, False)


def test_a_constant_that_became_a_variable_is_told_only_with_a_loss_or_a_creation(build):
    before = planned(build, aws=provider(region=constant("eu-west-1")))
    vague = provider(region=reference())
    assert not told(build, before, planned(build, aws=vague))
    assert told(build, before, planned(build, build.change("aws_vpc.a", "create"), aws=vague))


def test_a_provider_that_is_configured_no_more_is_silent(build):
    before = planned(build, old=provider(region=constant("eu-west-1")))
    assert not told(build, before, planned(build, build.change("aws_vpc.a", "delete")))


def test_a_first_plan_is_silent(build):
    plan = planned(build, build.change("aws_vpc.a", "create"), aws=provider(region=constant("x")))
    assert build.findings(plan).observations == ()


def test_a_name_of_an_attribute_that_only_history_knows_is_not_repeated(build):
    plan = planned(build, build.change("aws_vpc.a", "create"), aws=provider())
    history = History(lineage="l", serial=1, resources=1, pointers={"aws \x1b[2J": "0"})
    found = build.findings(plan, history=history).observations
    (told_of,) = (each for each in found if each.kind is Kind.RETARGETED)
    assert told_of.causes == ()


KEYS = st.sampled_from(["region", "expressions", "constant_value", "assume_role", "role_arn"])
SHAPES = st.recursive(
    st.none() | st.booleans() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
)


@given(SHAPES, SHAPES)
def test_any_shape_of_a_provider_is_read(whole, expression):
    read_provider(Raw(msgspec.json.encode(whole)))
    shaped = read_provider(provider(region=expression, assume_role=expression))
    for path in (("region",), ("assume_role", "role_arn")):
        assert None not in constants(shaped, path)
