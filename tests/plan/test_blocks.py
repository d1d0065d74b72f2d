"""Blocks are found as the whole reader finds them, whatever stands in texts and comments."""

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.plan.blocks import attribute, inner_blocks, read_blocks

ODD = r"""
# resource "a" "commented" {
/* resource "a" "commented" { */ resource "a" "b" { }
// }
locals {
  braces   = "}{ ${"}" == var.x ? "{" : "}"} $${ \" }"
  heredoc  = <<-EOT
    } EOT
    ${ join("", [ <<X
}
X
    , "EOT"]) }
  EOT
  after    = { "}" = 1 }
}
resource c "d" {
  lifecycle {
    # prevent_destroy = false
    precondition {
      condition     = 1 < 2
      error_message = "}"
    }
    prevent_destroy = var.x // why
  }
}
module "m" { source = "../x" }
"""


def test_blocks_are_found_with_their_lines():
    found = [(b.kind, b.labels, b.line) for b in read_blocks(ODD)]
    assert found == [
        ("resource", ("a", "b"), 3),
        ("locals", (), 5),
        ("resource", ("c", "d"), 16),
        ("module", ("m",), 26),
    ]


def test_attributes_are_read_at_their_own_depth():
    *_, resource, module = read_blocks(ODD)
    (lifecycle,) = inner_blocks(resource.body)
    assert (lifecycle.kind, lifecycle.line) == ("lifecycle", 2)
    assert attribute(lifecycle.body, "prevent_destroy") == "var.x"
    assert attribute(module.body, "source") == '"../x"'
    assert attribute(module.body, "sour") is None


@pytest.mark.parametrize(
    "text",
    ["", "}", "{", 'a "', "a <<E\n", "a {", "/*", 'resource "a" "b" {', '"${"${"${', "} a {} {"],
)
def test_what_is_no_file_gives_what_it_seems_to_have(text):
    assert all(block.kind == "a" for block in read_blocks(text))


@given(st.text(alphabet='{}"$%#/*<-EO\n \\=ab', max_size=60))
def test_no_text_is_too_odd(text):
    list(read_blocks(text))


VALUES = (
    "1",
    '"plain"',
    '"} # {"',
    '"a \\" {"',
    '"${var.a}"',
    '"$${a}"',
    '{ x = "}" }',
    "[1, 2]",
    "<<EOT\n  } {\nEOT",
    "<<-EOT\n  ${var.a} #\n  EOT",
)
COMMENTS = ("", "# } {", '// "', "/* { */")
lines = st.builds("  k{} = {}".format, st.integers(0, 9), st.sampled_from(VALUES))
blocks = st.builds(
    'resource "t" "{}" {{\n{}\n  {}\n  lifecycle {{\n    prevent_destroy = {}\n  }}\n}}\n'.format,
    st.sampled_from("abcde"),
    st.lists(lines, max_size=3, unique_by=lambda line: line[:4]).map("\n".join),
    st.sampled_from(COMMENTS),
    st.sampled_from(("true", "false")),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(blocks, max_size=2).map("".join))
def test_the_whole_reader_finds_the_same(text):
    whole = [
        (name.strip('"'), str(block["lifecycle"][0]["prevent_destroy"]).lower())
        for resource in hcl2.loads(text).get("resource", [])
        for named in resource.values()
        for name, block in named.items()
    ]
    quick = [
        (block.labels[1], attribute(inner.body, "prevent_destroy"))
        for block in read_blocks(text)
        for inner in inner_blocks(block.body)
    ]
    assert quick == whole
