"""Addresses are read strictly, whatever stands in a key."""

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from guardrail.findings.address import (
    configured_address,
    configured_path,
    parse_address,
    parse_modules,
)


def quoted(key: str) -> str:
    """Return ``key`` as Terraform quotes it."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    out = ""
    for place, char in enumerate(key):
        if char in escapes:
            out += escapes[char]
        elif char in "$%" and key[place + 1 : place + 2] == "{":
            out += char * 2
        elif not char.isprintable():
            out += f"\\u{ord(char):04x}" if ord(char) < 65536 else f"\\U{ord(char):08x}"
        else:
            out += char
    return f'["{out}"]'


ODD_KEYS = [
    "",
    "a.b",
    'say "hi"',
    "a]b[c",
    '"]',
    "back\\slash",
    "line\nbreak",
    "${var.x}",
    "%{if}",
    '"].aws_db_instance.prod["x',
    "\u202eevil",
    "ключ",
    "\\",
    "🔥",
]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_key_may_hold_anything(key):
    address = parse_address(f"module.a{quoted(key)}.module.b[3].aws_instance.web{quoted(key)}")
    assert address is not None
    assert address.resource is not None
    assert [step.name for step in address.modules] == ["a", "b"]
    assert address.type == "aws_instance"
    assert address.resource.name == "web"
    assert address.modules[0].key == address.resource.key == quoted(key)[2:-2]


@example_settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_key_is_read_back(key):
    address = parse_address(f"aws_instance.web{quoted(key)}")
    assert address is not None
    assert address.resource is not None
    assert address.resource.key == quoted(key)[2:-2]


@pytest.mark.parametrize(
    "text",
    [
        "aws_instance.web",
        "aws_instance.web[0]",
        "aws_instance.web[*]",
        "data.aws_ami.x",
        "ephemeral.aws_secret.s",
        "action.aws_lambda_invoke.wipe",
        "module.a.aws_instance.web-1",
        "module.a",
        'module.a["x"].module.b',
        "aws_instance.größe",
        "aws_instance.नमस्ते",
    ],
)
def test_every_form_of_an_address_is_read(text):
    assert parse_address(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "aws_instance",
        "aws_instance.",
        ".web",
        "aws_instance.web.id",
        "aws_instance.web[",
        "aws_instance.web[]",
        "aws_instance.web[-1]",
        "aws_instance.web[x]",
        'aws_instance.web["x]',
        'aws_instance.web["x"]["y"]',
        'aws_instance.web["x"] ',
        'aws_instance.web["a\\qb"]',
        "aws_instance.we b",
        "aws_instance.1web",
        "aws_instance.-web",
        "aws_instance.web\n",
        "aws_instance.web\u202e",
        "aws instance.web",
        "module.a.",
        "module.a.b",
        "module.",
        'module.a["x"]aws_instance.web',
        "module.1.aws_instance.web",
        "module.a.module.b\u200b.aws_instance.web",
    ],
)
def test_what_is_no_address_does_not_parse(text):
    assert parse_address(text) is None


def test_a_module_path_is_read_step_by_step():
    steps = parse_modules('module.a["x.y"].module.b')
    assert steps is not None
    assert configured_path(steps) == "module.a.module.b"
    assert parse_modules("") == ()
    assert parse_modules("aws_instance.web") is None


@pytest.mark.parametrize(
    ("address", "configured"),
    [
        ('module.a["x"].aws_instance.web[0]', "module.a.aws_instance.web"),
        ("data.aws_ami.x[1]", "data.aws_ami.x"),
        ("module.a", None),
        ("nonsense", None),
    ],
)
def test_the_configuration_knows_no_instance_keys(address, configured):
    assert configured_address(address) == configured
