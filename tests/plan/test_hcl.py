import json

import pytest

from guardrail.plan.hcl import UNKNOWN, Source, read_configured, read_module
from guardrail.plan.model import Provisioner

REMOVED = """\
removed {
  from = aws_instance.a
  lifecycle {
    destroy = true
  }
  provisioner "local-exec" {
    when    = destroy
    command = "echo canary"
  }
  provisioner remote-exec {
    when = destroy
    inline = <<EOT
x
EOT
  }
}
"""


def read(content, file="main.tf", module=""):
    data = content if isinstance(content, bytes) else content.encode()
    return read_configured([Source(module=module, file=file, content=data)])


def test_provisioners_of_removed_blocks_are_found():
    assert read(REMOVED).removed_provisioners == (
        Provisioner(resource="aws_instance.a", type="local-exec"),
        Provisioner(resource="aws_instance.a", type="remote-exec"),
    )


def test_they_are_found_in_any_module_without_instance_keys():
    text = REMOVED.replace("aws_instance.a", 'module.b["k].y"].aws_instance.a[0]')
    (first, _) = read(text, module="m.n").removed_provisioners
    assert first.resource == "module.m.module.n.module.b.aws_instance.a"


def test_removed_blocks_without_provisioners_do_nothing():
    assert read("removed {\n  from = aws_instance.a\n}\n").removed_provisioners == ()


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        ("true", True),
        ('"true"', True),
        ("true # kept", True),
        ("false", False),
        ("!true", False),
        ("var.keep", False),
    ],
)
def test_prevent_destroy_counts_where_it_is_true_and_no_expression(value, counts):
    text = f'resource "a_b" "c" {{\n  lifecycle {{\n    prevent_destroy = {value}\n  }}\n}}\n'
    assert read(text, module="m").prevent_destroy == (("module.m.a_b.c",) if counts else ())


def test_unquoted_labels_and_other_blocks_are_read():
    text = """
resource a_b c {
  lifecycle {
    prevent_destroy = true
  }
}
resource "a_b" "d" {
  lifecycle {
    create_before_destroy = true
  }
}
resource "a_b" "e" {}
locals {
  removed = 1
}
"""
    assert read(text).prevent_destroy == ("a_b.c",)


def test_an_override_that_turns_it_off_is_read_last():
    on = 'resource "a" "b" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n'
    files = {"z.tf": on, "override.tf": on.replace("true", "false")}
    sources = [Source(module="", file=n, content=t.encode()) for n, t in files.items()]
    assert read_configured(sources).prevent_destroy == ()
    assert read_module({"z.tf": on.encode(), "a_override.tf": b""}).prevented == {"a.b": "true"}


def test_a_file_that_the_hcl_reader_refuses_still_says_what_it_prevents():
    text = 'resource "a" "b" {\n  lifecycle { prevent_destroy = true }\n}\nremoved { provisioner %'
    assert read(text).prevent_destroy == ("a.b",)


def test_the_modules_that_a_module_calls_are_read():
    text = 'module "m" {\n  source = "./m" # here\n}\nmodule "odd" {\n  source = local.x\n}\n'
    assert read_module({"main.tf": text.encode()}).calls == {"m": "./m", "odd": "local.x"}
    in_json = json.dumps({"module": {"j": {"source": "../j"}}}).encode()
    assert read_module({"x.tf.json": in_json, "bad.tf.json": b"{"}).calls == {"j": "../j"}


def test_one_resource_in_two_files_is_named_once():
    text = 'resource "a" "b" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n'
    sources = [
        Source(module="", file=name, content=text.encode()) for name in ("a.tf", "a_override.tf")
    ]
    assert read_configured(sources).prevent_destroy == ("a.b",)


def test_files_without_the_words_are_not_parsed(mocker):
    parse = mocker.patch("guardrail.plan.hcl._parse_hcl")
    read('resource "a" "b" {\n  provisioner "local-exec" {\n  }\n}\n')
    parse.assert_not_called()


@pytest.mark.parametrize(
    "content",
    [
        REMOVED + "a = <<~EOT\n  x\nEOT\n}",
        REMOVED.encode() + b"\xff",
        REMOVED.replace("from =", "from = %"),
    ],
)
def test_a_file_that_cannot_be_read_is_taken_to_hold_a_provisioner(content):
    (assumed,) = read(content, module="m").removed_provisioners
    assert assumed == Provisioner(resource="module.m.removed", type=UNKNOWN)


def test_an_unreadable_file_without_both_words_holds_none():
    assert read("removed {").removed_provisioners == ()
    assert read("prevent_destroy = provisioner {").removed_provisioners == ()


def test_a_byte_order_mark_is_no_obstacle():
    assert len(read("\ufeff" + REMOVED).removed_provisioners) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"from": "a.b", "provisioner": {"local-exec": {"when": "destroy"}}},
        [{"from": "a.b", "provisioner": [{"local-exec": [{"when": "destroy"}]}]}],
        {"from": "${a.b}", "provisioner": {"local-exec": {}}},
    ],
)
def test_configuration_in_json_is_read_in_every_shape(body):
    found = read(json.dumps({"removed": body}), file="x.tf.json")
    assert found.removed_provisioners == (Provisioner(resource="a.b", type="local-exec"),)


def test_words_written_with_escapes_are_still_read():
    text = json.dumps({"removed": {"from": "a.b", "provisioner": {"local-exec": {}}}})
    escaped = text.replace("removed", r"\u0072emoved")
    assert len(read(escaped, file="x.tf.json").removed_provisioners) == 1


def test_prevent_destroy_in_json_is_read():
    body = {"a": {"b": {"lifecycle": {"prevent_destroy": True}}, "c": {}}}
    assert read(json.dumps({"resource": body}), file="x.tf.json").prevent_destroy == ("a.b",)


@pytest.mark.parametrize(
    "text",
    [
        '{"removed":{"from":"a.b"},"removed":{"from":"a.b","provisioner":{"local-exec":{}}}}',
        '{"removed":{"provisioner":{"x":{}},"provisioner":{}}}',
        "not json",
        "[1]",
    ],
)
def test_json_that_two_readers_may_read_differently_is_taken_to_hold_a_provisioner(text):
    (assumed,) = read(text, file="x.tf.json").removed_provisioners
    assert assumed.type == UNKNOWN


def test_odd_shapes_in_json_are_no_provisioners():
    for body in ({"removed": 1}, {"removed": {"provisioner": "x"}}, {"resource": {"a": 1}}):
        assert read(json.dumps(body), file="x.tf.json").removed_provisioners == ()


def test_a_removed_block_whose_target_is_no_text_keeps_its_provisioner():
    body = {"removed": {"from": ["a.b"], "provisioner": {"local-exec": {}}}}
    (found,) = read(json.dumps(body), file="x.tf.json").removed_provisioners
    assert found == Provisioner(resource="removed", type="local-exec")
