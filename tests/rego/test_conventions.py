"""What every module and every rule has in common."""

import re
from pathlib import Path

import pytest
from rule_index import PAGES, REGO, index, read_metadata, rule_files

from guardrail.policy.lint import lint, read_module
from guardrail.policy.tokens import statements

MODULES = sorted(REGO.rglob("*.rego"))
HEADINGS = ["Summary", "Category", "Avoid", "Prefer", "Rationale", "Configuration"]


def rule_id(path: Path) -> str:
    return "/".join(path.parts[-3:-1])


every_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: path.relative_to(REGO).as_posix()
)
every_rule = pytest.mark.parametrize("path", rule_files(), ids=rule_id)


@every_module
def test_a_package_lies_where_its_name_says(path: Path):
    package = read_module(path.name, path.read_text()).package
    folder = path.parent.relative_to(REGO).parts
    assert path.stem.removesuffix("_test") == folder[-1]
    if path.stem.endswith("_test") and path.stem != "testing_test":
        assert package == (*folder[:-1], f"{folder[-1]}_test")
    else:
        assert package == folder


@every_module
def test_every_module_but_a_test_begins_with_its_metadata(path: Path):
    if not path.stem.endswith("_test"):
        assert path.read_text().startswith("# METADATA\n# title: ")


@every_module
def test_no_module_uses_what_users_may_not(path: Path):
    lint(read_module(path.name, path.read_text()))


@every_module
def test_names_and_imports_follow_the_style(path: Path):
    module = read_module(path.name, path.read_text())
    words = [token.text for token in module.tokens]
    assert not [word for word in words if word.startswith(("get_", "list_"))]
    assert "=" not in words
    for imported in re.findall(r"^import (.+)$", path.read_text(), re.MULTILINE):
        assert imported.startswith("data.guardrail."), "only packages, never input"
        folder = REGO.joinpath(*imported.split(".")[1:])
        assert folder.is_dir(), f"{imported} is a rule, not a package"


@every_module
def test_modules_are_small(path: Path):
    lines = len(path.read_text().splitlines())
    assert lines <= (60 if path in rule_files() else 180)


@every_rule
def test_a_rule_is_named_in_its_findings_as_its_directory_is(path: Path):
    named = re.findall(r'^\t"rule": "(.+)",$', path.read_text(), re.MULTILINE)
    assert set(named) == {rule_id(path)}
    assert path.read_text().count("finding.new(") == len(named)


@every_rule
def test_a_rule_has_one_public_name(path: Path):
    heads = {
        statement[1 if statement[0].text == "default" else 0].text
        for statement in statements(read_module(path.name, path.read_text()).tokens)
    } - {"package", "import"}
    assert {head for head in heads if not head.startswith("_")} == {"report"}


@every_rule
def test_a_rule_is_tested_for_what_it_stops_what_it_lets_pass_and_what_is_missing(path: Path):
    tests = path.with_name(f"{path.stem}_test.rego").read_text()
    for prefix in (("deny", "ask", "warn"), ("allow",), ("undefined",)):
        assert re.search(rf"^test_(?:{'|'.join(prefix)})_\w+ if", tests, re.MULTILINE), prefix


@every_rule
def test_metadata_is_complete_and_short(path: Path):
    found = read_metadata(path)
    assert len(found.title) <= 60
    assert not found.title.endswith(".")
    assert found.description.endswith(".")
    assert found.tier in {"1", "2", "3", "4", "1 or 2", "1 or 3", "2 or 3", "3 or 4", "2, 3 or 4"}
    assert found.page == f"docs/rules/{rule_id(path)}.md"
    tiers = set(re.findall(r'^\t"tier": (\d),$', path.read_text(), re.MULTILINE))
    assert tiers == ({found.tier} if len(found.tier) == 1 else set())


@every_rule
def test_a_rule_has_a_page_that_says_what_its_metadata_says(path: Path):
    found = read_metadata(path)
    page = (PAGES / f"{rule_id(path)}.md").read_text()
    assert page.startswith(f"# {found.rule}\n")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == HEADINGS
    assert f"{found.title}. {found.description}" in page
    category, _ = found.rule.split("/")
    assert f"## Category\n\n{category}, tier {found.tier}:" in page
    assert all(part.strip() for part in page.split("## ")[1:])


def test_every_page_belongs_to_a_rule():
    pages = {path.relative_to(PAGES).with_suffix("").as_posix() for path in PAGES.glob("*/*.md")}
    assert pages == {rule_id(path) for path in rule_files()}


def test_the_index_is_current():
    assert (PAGES / "README.md").read_text() == index()


def test_remedies_and_messages_are_one_sentence_without_its_full_stop():
    for path in rule_files():
        for text in re.findall(r'"(?:remedy|message)": (?:sprintf\()?"(.+?)"', path.read_text()):
            assert not text.endswith("."), text
            assert len(text) <= 120, text
