import pytest

from guardrail.plan.address import is_data, matches, within_module


@pytest.mark.parametrize(
    ("address", "inner"),
    [
        ("aws_vpc.a", "aws_vpc.a"),
        ("module.a.aws_vpc.b[0]", "aws_vpc.b[0]"),
        ("module.a[0].module.b.data.aws_ami.c", "data.aws_ami.c"),
        ('module.a["x.y"].aws_vpc.b', "aws_vpc.b"),
        ('module.a["q\\"].data.x"].aws_vpc.b["k"]', 'aws_vpc.b["k"]'),
        ('module.a["back\\\\"].aws_vpc.b', "aws_vpc.b"),
        ("module.a[*].aws_vpc.b", "aws_vpc.b"),
        ('module.a[""].aws_vpc.b', "aws_vpc.b"),
    ],
)
def test_the_module_path_is_taken_off_whatever_its_keys_hold(address, inner):
    assert within_module(address) == inner


@pytest.mark.parametrize(
    "address", ["module.", "module.a", 'module.a["x', "module.a[0", "module.a[0]x"]
)
def test_an_address_that_ends_too_early_comes_back(address):
    assert within_module(address) == address


def test_a_data_source_is_told_from_a_key_that_looks_like_one():
    assert is_data("data.aws_ami.a")
    assert is_data('module.m["x"].data.aws_ami.a')
    assert not is_data('module.m["x"].aws_vpc.a["data.aws_ami.b"]')
    assert not is_data('module.m["data.aws_ami.b"].aws_vpc.a')


def test_an_address_matches_its_type_and_name_with_any_key():
    assert matches("aws_vpc.a", "", "aws_vpc.a")
    assert matches('module.m["x"].aws_vpc.a["k"]', 'module.m["x"]', "aws_vpc.a")
    assert not matches("aws_vpc.ab", "", "aws_vpc.a")
    assert not matches("aws_vpc.a", "module.m", "aws_vpc.a")


def test_a_very_deep_module_path_is_walked_once():
    assert within_module("module.a." * 100_000 + "aws_vpc.b") == "aws_vpc.b"
