from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from questions import observation, question, rule, write_policies

from guardrail.errors import PolicyError
from guardrail.findings.model import Kind
from guardrail.policy.answer import Answer, read_answer
from guardrail.policy.bundle import Bundle, load_bundle
from guardrail.policy.embedded import EmbeddedEngine
from guardrail.policy.lint import lint, read_module
from guardrail.policy.opa import ChildHost, OpaEngine
from guardrail.policy.question import to_json

PATTERN = "object as a pattern"
WALK = "walk finds nothing"


def complaint(body: str) -> str:
    with pytest.raises(PolicyError) as error:
        lint(read_module("mine.rego", f"package a.b\n\n{body}\n"))
    return error.value.message


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('x := http.send({"url": "http://example.org"})', "http.send"),
        ('x := http["send"]({})', "http.send"),
        ("x := http[`send`]({})", "http.send"),
        ('x := http["\\u0073end"]({})', "http.send"),
        ("x := y with http.send as z", "http.send"),
        ("x := opa.runtime().env", "opa.runtime"),
        ('x := json.match_schema({}, {"$ref": "http://example.org"})', "json.match_schema"),
        ('x := json.verify_schema({"$ref": "http://example.org"})', "json.verify_schema"),
        ('x := net.lookup_ip_addr("example.org")', "net.lookup_ip_addr"),
        ("x := rego.metadata.chain()", "rego.metadata"),
        ('x := rego["metadata"].rule()', "rego.metadata"),
        ("x := time.now_ns()", "time.now_ns"),
        ('x := rand.intn("a", 3)', "rand.intn"),
        ('x := uuid.rfc4122("a")', "uuid.rfc4122"),
        ('x := strings.count("aaaa", "aa")', "strings.count"),
        ("x if {\n\tprint(input)\n}", "print"),
        ('x if trace("a")', "trace"),
        ("x := p if [p, v] := walk(input)", WALK),
        ("x := {p | some [p, v] in walk(input)}", WALK),
        ("x := walk(input)", WALK),
        ("x := y if y := walk(input, [1, 2])", WALK),
        ("x if walk(input, [1, 2]) = y", WALK),
        ('x := v if walk(input, [_, {"type": v}])', PATTERN),
        ('x := v if {\n\t{"type": v} := input.o\n}', PATTERN),
        ('x := v if {\n\t{"type": v} = input.o\n}', PATTERN),
        ('x := v if {\n\tinput.o = {"type": v}\n}', PATTERN),
        ('x := v if {\n\tinput.l = [{"type": v}]\n}', PATTERN),
        ('x := v if {\n\t[{"type": v}] := input.l\n}', PATTERN),
        ('x := v if {\n\tsome {"type": v} in input.l\n}', PATTERN),
        ('x := v if {\n\tsome i, {"type": v} in input.l\n}', PATTERN),
        ('f({"type": v}) := v', PATTERN),
        ("f(x) := f(x)", "calls itself"),
        ("f(x) := 1 if {\n\tx == 1\n} else := f(x - 1)", "calls itself"),
    ],
)
def test_an_idiom_is_refused_with_its_line(body: str, what: str):
    message = complaint(body)
    assert what in message
    assert message.startswith("mine.rego:")


def test_the_line_is_the_one_of_the_idiom():
    assert complaint("# one\n\nx if {\n\ttrue\n\tprint(1)\n}").startswith("mine.rego:7: print")


@pytest.mark.parametrize(
    "body",
    [
        'x := "http.send(1)"',
        "x := `print(\n1)`",
        "# http.send(1)\nx := 1",
        'x := 1 # print("a")',
        'x := "a \\" http.send(1)"',
        "x := input.http.send",
        "x := input.walk",
        "x := {p | walk(input, [p, v])}",
        "x := {p | walk(input, [p, [1, 2]])}",
        'x := {"type": 1}',
        'x if {\n\tinput.o == {"type": 1}\n}',
        'x if {\n\ty := {"type": 1}\n\ty == y\n}',
        'x = {"type": 1}',
        'x[{"type": 1}] := 2',
        "x if {\n\t[a, b] := input.l\n\ta == b\n}",
        "x if {\n\tinput.l = [a, b]\n\ta == b\n}",
        "x := {y | some y in {1, 2}}",
        'x := [y | some y in input.l; y == {"a": 1}]',
        "some_thing := 1\n\nx if {\n\tsome i\n\tinput.l[i] == {1}\n}",
        "print := 1\n\nx := print",
        "import data.acme.walk\n\nx := walk",
        "f(x) := g(x)\n\ng(x) := x",
        "f(x) := input.f(x)",
        'x if {\n\tinput.a["b"]["c"] == 1\n}',
        'x := input["\\q"]',
        "x := 1.5e3 / 2 % 3 | 4 & 5",
    ],
)
def test_what_only_looks_like_it_passes(body: str):
    lint(read_module("mine.rego", f"package a.b\n\n{body}\n"))


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("package a", ("a",)),
        ("package a.b.c\n", ("a", "b", "c")),
        ("# a comment\n\n\npackage a.b # another\n", ("a", "b")),
        ("package a.b\r\n\r\nx := 1\r\n", ("a", "b")),
        ("package\ta.b\nimport data.c\n", ("a", "b")),
    ],
)
def test_a_package_is_read(text: str, package: tuple[str, ...]):
    assert read_module("mine.rego", text).package == package


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "import data.a\npackage b\n",
        "package",
        "package 1",
        "package a.",
        'package a["b"]',
        "package a; x := 1",
        "package a x",
        "\ufeffpackage a\n",
        "package a\rx := 1\n",
        "# a\rpackage b\npackage c\n",
        "package a\n\x00",
        "package a\n\nx := $`y`\n",
        'package a\n\nx := $"{http.send({})}"\n',
        'package a\n\nx := "never ends\n',
        "package a\n\nx := `never ends\n",
        "package a\n\nx := é\n",
        "package a\u2028x := 1\n",
    ],
)
def test_what_the_engines_could_read_in_two_ways_is_refused(text: str):
    with pytest.raises(PolicyError, match=r"mine\.rego"):
        read_module("mine.rego", text)


@pytest.mark.parametrize(
    ("body", "reports"),
    [
        ("report contains 1", True),
        ("report := {1}", True),
        ("default report := {1}", True),
        ("default other := 1", False),
        ("_report contains 1", False),
        ("x if {\n\treport\n}", False),
        ('x := "\nreport contains 1"'.replace("\n", " "), False),
        ("# report contains 1", False),
    ],
)
def test_a_report_is_seen_where_there_is_one(body: str, reports: bool):
    assert read_module("mine.rego", f"package a.b\n\n{body}\n").reports is reports


def judged(text: str) -> str:
    """Return why ``text`` is refused, or its name."""
    try:
        lint(read_module("mine.rego", text))
    except PolicyError as error:
        return error.message
    return "mine.rego"


def test_unfinished_brackets_never_confuse_it():
    for body in (
        "walk(",
        "walk",
        "x := [",
        "x := http[",
        'x := http["send"',
        "x := )",
        "= {",
        "]:=",
    ):
        assert judged(f"package a.b\n{body}").startswith("mine.rego")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(
    ["walk", "(", ")", "[", "]", "{", "}", ":=", "=", "some", "in", ",", "x", ".", '"s"', "\n", "f"]
)))  # fmt: skip
def test_any_order_of_words_is_judged_or_refused(words: list[str]):
    assert judged("package a.b\n" + " ".join(words)).startswith("mine.rego")


def test_the_built_in_modules_pass(built_in: Bundle):
    for name, text in built_in.modules.items():
        module = read_module(name, text)
        lint(module)
        assert ".".join(module.package) in built_in.packages


def answers(bundle: Bundle, opa_binary: Path) -> tuple[Answer, Answer]:
    asked = to_json(question(observation(Kind.DELETED)))
    engines = EmbeddedEngine(bundle), OpaEngine(bundle, ChildHost(opa_binary))
    try:
        one, two = (read_answer(engine.evaluate(asked), bundle.rules) for engine in engines)
        return one, two
    finally:
        for engine in engines:
            engine.close()


PORTABLE = {
    "walks": 'walk(input, [["origin", "kind"], "agent"])',
    "counts": "count([1 | some x in input.observations.deleted; x.address != null]) == 1",
    "matches": "regex.match(`^aws_[a-z.]+$`, observation.address)",
    "splits": 'split(observation.address, ".") == ["aws_instance", "web"]',
    "every": "every name, found in input.observations {\n\t\tcount(found) < 2\n\t\tname != 1\n\t}",
    "object_get": 'object.get(input, ["a", "b"], "none") == "none"',
    "sets": '{"a", "b"} & {"b"} == {"b"}',
    "globs": 'glob.match("aws_*.web", ["."], observation.address)',
    "unifies": "[first, second] = [1, 2]\n\tfirst < second",
    "formats": 'sprintf("%d %s %v", [1, "a", true]) == "1 a true"',
    "not_matching": 'not startswith(observation.address, "google_")',
    "comprehends": '{k: v | some k, v in {"a": 1}} == {"a": 1}',
}


@pytest.mark.opa
def test_what_passes_means_the_same_in_both_engines(tmp_path: Path, opa_binary: Path):
    write_policies(tmp_path, **{name: rule(name, body) for name, body in PORTABLE.items()})
    one, two = answers(load_bundle([tmp_path]), opa_binary)
    assert one == two
    spoken = {finding.rule for finding in one.findings}
    assert spoken == {"destruction/resource_deleted", *(f"custom/{name}" for name in PORTABLE)}
