"""Data sources that do more than read."""

import pytest

from guardrail.findings.model import Kind, Observation


def reading(build, address: str, module: str = ""):
    return build.change(address, "read", mode="data", module=module)


def told(build, plan) -> list[Observation]:
    return [o for o in build.findings(plan).observations if o.kind is Kind.EXTERNAL_DATA]


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("external", "runs a program"),
        ("http", "sends a request"),
        ("aws_lambda_invocation", "invokes a function"),
    ],
)
def test_what_apply_reads_with_an_effect_is_told(build, kind, what):
    (found,) = told(build, build.plan([reading(build, f"data.{kind}.e")]))
    assert (found.address, found.detail, found.benign) == (f"data.{kind}.e", what, False)


@pytest.mark.parametrize("kind", ["aws_ami", "aws_external", "external_thing", "local_file"])
def test_what_only_reads_is_not(build, kind):
    plan = build.plan([reading(build, f"data.{kind}.e")], [build.resource(f"data.{kind}.f")])
    assert not told(build, plan)


def test_what_planning_has_done_is_told_once(build):
    prior = [build.resource(f"data.external.e[{n}]") for n in range(3)]
    (found,) = told(build, build.plan([], prior))
    assert (found.address, found.count, found.benign) == ("data.external.e[0]", 3, True)


def test_a_lookup_that_planning_has_done_is_not_told(build):
    assert not told(build, build.plan([], [build.resource("data.http.ip")]))


def test_what_apply_reads_again_is_told_as_that_alone(build):
    plan = build.plan([reading(build, "data.external.e")], [build.resource("data.external.e")])
    (found,) = told(build, plan)
    assert not found.benign


def test_a_managed_resource_of_such_a_name_is_no_data_source(build):
    assert not told(build, build.plan([build.change("shell_script.a", "create")]))


def test_its_environment_is_that_of_its_module(build):
    plan = build.plan([reading(build, "module.staging.data.external.e", "module.staging")])
    (found,) = told(build, plan)
    assert found.environment == "staging"
