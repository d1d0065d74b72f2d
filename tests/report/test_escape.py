import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from guardrail.report.escape import (
    INVISIBLE,
    LIMIT,
    code,
    json_text,
    label,
    markdown,
    shorten,
    terminal,
)

HOSTILE = [
    "\x1b[2J\x1b[1;1Hall is well",
    "a\u202egnp.exe",
    "\u2066a\u2069\u200e\u200f\u061c",
    "a\u200b\u200c\u200d\ufeffb",
    "line\nbreak\rreturn\x85\u2028\u2029",
    "\x7f\x9b31m",
    "\ud800 lone",
    "| a | b |\n|---|---|",
    "```\ncode\n```",
    "`tick` ``two`` ```three```",
    "<script>alert(1)</script><b>x</b> <!-- -->",
    "[x](javascript:alert(1)) ![i](http://evil.example/i.png) [r]: http://evil.example",
    "<https://evil.example> https://evil.example www.evil.example ftp://e.example a@b.example",
    "@octocat @org/team #12 GH-12 org/repo#7 deadbeefcafe",
    "**bold** __bold__ *it* _it_ ~~gone~~",
    "# head",
    "1. one",
    "2) two",
    "- item",
    "> quote",
    "    indented",
    "&lt;b&gt; &#64;x &copy;",
    "\\*x\\* \\`",
    ":smile: $x$ $`y`$",
    "===",
    "---",
    "\u3164\u2800\ufe0f\u034f",
]
WRITERS = "abz019 .,;:!?()'\"%-_*`|<>[]{}#@&~$\\/+=\n\t\x1b\u202e\u200b\u00a0éש漢"
hostile_text = st.one_of(
    st.text(max_size=60), st.text(alphabet=WRITERS, max_size=60), st.sampled_from(HOSTILE)
)
SAFE_TAGS = {"p", "code", "ul", "li", "h2"}


def html_tags(rendered: str) -> set[str]:
    return set(re.findall(r"</?([a-zA-Z!][^\s>/]*)", rendered))


def outside_code(rendered: str) -> str:
    return re.sub(r"<code>.*?</code>", " C ", rendered, flags=re.DOTALL)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_one_printable_line_on_a_terminal(text):
    assert terminal(text).isprintable()
    assert not INVISIBLE & set(terminal(text))


@given(hostile_text)
@settings(max_examples=300, deadline=None)
def test_a_terminal_never_gets_a_character_it_obeys(text):
    shown = terminal(text)
    assert shown.isprintable()
    assert not INVISIBLE & set(shown)
    assert terminal(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u202e", r"\u{202e}"),
        ("a\x1b[0m", r"a\u{1b}[0m"),
        ("\U000e0041", r"\u{e0041}"),
        ("\ufe0f", r"\u{fe0f}"),
        ("\u00a0", r"\u{a0}"),
        ("été 漢字", "été 漢字"),
        ('aws_vpc.main["…"]', 'aws_vpc.main["…"]'),
    ],
)
def test_what_is_changed_stays_visible(text, shown):
    assert terminal(text) == shown


def test_a_long_label_is_cut_in_the_middle_and_says_how_much():
    text = "a" * 1000 + "z"
    shown = label(text)
    assert len(shown) < LIMIT + 50
    assert "characters left out" in shown
    assert shown.endswith("z")
    assert shorten("short") == "short"


@pytest.mark.parametrize("write", [code, markdown])
@given(text=hostile_text)
@settings(max_examples=300, deadline=None)
def test_markdown_makes_no_markup_out_of_a_label(write, text):
    document = f"- before {write(text)} after\n"
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(document)
    assert html_tags(rendered) <= SAFE_TAGS
    plain = outside_code(rendered)
    assert rendered.count("<li>") == 1
    assert not re.search(r"[@#<>|\[\]*_~$\\`]", re.sub(r"</?(?:p|ul|li)>", "", plain))
    assert "://" not in plain
    assert "www." not in plain


@given(text=hostile_text)
@settings(max_examples=200, deadline=None)
def test_markdown_at_the_start_of_a_line_opens_no_block(text):
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown(text))
    assert html_tags(rendered) <= {"p", "code"}


@given(text=hostile_text)
@settings(max_examples=200, deadline=None)
def test_a_label_stays_in_its_table_cell(text):
    document = f"| a | b |\n|---|---|\n| {code(text)} | {markdown(text)} |\n"
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(document)
    assert rendered.count("<td>") == 2
    assert rendered.count("<tr>") == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_in_markdown(text):
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown(text))
    assert html_tags(rendered) <= {"p", "code"}
    assert not re.search(r"[@#]|www|://|GH-|deadbeef", outside_code(rendered))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("34 of 40 resources (85 %) are replaced.", "34 of 40 resources (85 %) are replaced."),
        ("aws_vpc.main is deleted", "`aws_vpc.main` is deleted"),
        (
            "add a `moved` block, then `terraform plan`.",
            "add a `moved` block, then `terraform plan`.",
        ),
        ("1. first", "`1.` first"),
        ("it's the well-known one", "it's the well-known one"),
        ("a|b", r"`a\u{7c}b`"),
        ("", ""),
    ],
)
def test_prose_stays_prose_and_names_become_code(text, written):
    assert markdown(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [("", ""), ("a`b", r"`a\u{60}b`"), (" a ", r"`\u{20}a\u{20}`"), ("  ", r"`\u{20}\u{20}`")],
)
def test_a_code_span_holds_everything(text, written):
    assert code(text) == written


@given(st.recursive(st.text(st.characters(exclude_categories=["Cs"])), st.lists, max_leaves=5))
@settings(max_examples=200, deadline=None)
def test_json_is_printable_ascii_with_the_same_meaning(value):
    raw = json.dumps(value, ensure_ascii=False).encode()
    shown = json_text(raw)
    assert re.fullmatch(r"[\x20-\x7e]*", shown)
    assert json.loads(shown) == value


def test_json_beyond_the_first_plane_becomes_a_surrogate_pair():
    assert json_text('"\U0001f600\x7f"'.encode()) == r'"\ud83d\ude00\u007f"'


def test_what_a_sentence_puts_behind_a_name_stays_outside_its_code():
    text = "deleted (forced by triggers_replace, a_b) or drop -replace, taint of f(x_y)"
    shown = "deleted (forced by `triggers_replace`, `a_b`) or drop `-replace`, taint of `f(x_y)`"
    assert markdown(text) == shown
