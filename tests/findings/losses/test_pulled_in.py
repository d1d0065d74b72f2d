"""What a targeted plan loses beside its targets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrail.findings.address import parse_address
from guardrail.findings.losses.pulled_in import _covers
from guardrail.findings.model import Kind
from guardrail.plan.model import Mode


def told(build, targets: tuple[str, ...], *addresses: str, actions: str = "delete") -> set[str]:
    plan = build.losing(addresses, actions, saved=build.saved(Mode.DESTROY, targets=targets))
    found = build.findings(plan).observations
    return {each.address for each in found if each.kind is Kind.PULLED_IN}


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("aws_vpc.a", "aws_vpc.a"),
        ("aws_vpc.a", "aws_vpc.a[3]"),
        ("aws_vpc.a[3]", "aws_vpc.a[3]"),
        ('aws_vpc.a["k"]', 'aws_vpc.a["k"]'),
        ("module.a", "module.a.aws_vpc.b[0]"),
        ("module.a", 'module.a["k"].module.b.aws_vpc.c'),
        ("module.a[0]", "module.a[0].aws_vpc.b"),
        ("module.a.aws_vpc.b", 'module.a["k"].aws_vpc.b'),
    ],
)
def test_what_a_target_names_is_silent(build, target, address):
    assert not told(build, (target,), address)


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("aws_vpc.a", "aws_subnet.a"),
        ("aws_vpc.a[3]", "aws_vpc.a[30]"),
        ("aws_vpc.a[0]", "aws_vpc.a"),
        ("module.a[0]", "module.a[1].aws_vpc.b"),
        ("module.a", "module.ab.aws_vpc.b"),
        ("module.a.module.b", "module.a.aws_vpc.b"),
        ("aws_vpc.a", "module.a.aws_vpc.a"),
        ("action.aws_lambda_invoke.a", "aws_vpc.a"),
        ("data.aws_vpc.a", "aws_vpc.a"),
        ("\x1b", "aws_vpc.a"),
    ],
)
@pytest.mark.parametrize("actions", ["delete", "delete create", "forget"])
def test_what_no_target_names_is_told(build, target, address, actions):
    assert told(build, (target,), address, actions=actions) == {address}


def test_only_what_goes_along_is_told(build):
    targets = ("aws_subnet.a", "aws_vpc.b")
    assert told(build, targets, "aws_subnet.a", "aws_instance.a", "aws_vpc.b") == {"aws_instance.a"}


def test_ordinary_churn_may_go_along(build):
    churn = "aws_ecs_task_definition.a"
    assert not told(build, ("aws_vpc.a",), churn, actions="delete create")


def test_a_target_may_name_where_something_was(build):
    gone = build.change("aws_vpc.b", "delete", before={}, previous_address="aws_vpc.a")
    plan = build.plan([gone], saved=build.saved(Mode.NORMAL, targets=("aws_vpc.a",)))
    assert Kind.PULLED_IN not in {each.kind for each in build.findings(plan).observations}


def test_without_targets_nothing_is_told(build):
    assert not told(build, (), "aws_vpc.a")
    assert not build.findings(build.losing(["aws_vpc.a"], "delete")).observations[1:]


NAMES = st.sampled_from(["a", "b"])
KEYS = st.sampled_from(["", "[0]", "[1]", '["k"]'])
PATHS = st.lists(st.builds("module.{}{}.".format, NAMES, KEYS), max_size=2).map("".join)


@given(PATHS, NAMES, KEYS)
def test_everything_covers_itself_and_nothing_covers_its_own_module(path, name, key):
    address = parse_address(f"{path}aws_vpc.{name}{key}")
    assert address is not None
    assert _covers(address, address)
    if module := parse_address(path.rstrip(".")):
        assert _covers(module, address)
        assert not _covers(address, module)
