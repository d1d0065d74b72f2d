"""What the documents say is true: links, commands, options, rules, settings, exit codes, targets."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from itertools import chain, takewhile
from pathlib import Path

import click
import pytest
import yaml
from opa_program import find_opa

from guardrail.cli import COMMANDS
from guardrail.cli.context import EXIT_CODES
from guardrail.cli.program import cli
from guardrail.cli.terraform import DropIn
from guardrail.decision import Outcome, Standing
from guardrail.errors import GuardrailError, UsageError
from guardrail.ledger.interface import ApplyOutcome
from guardrail.origin.evidence import OriginKind, Strength
from guardrail.policy.answer import Verdict
from guardrail.policy.bundle import built_in_directory, load_bundle
from guardrail.policy.lint import _BUILTINS
from guardrail.settings.load import parse_settings
from guardrail.settings.model import EnvironmentClass, Profile
from guardrail.settings.schema import schema

ROOT = Path(__file__).parent.parent
PLACES = ("*.md", "docs/**/*.md", "sample_plans/*.md", "sample_plans/*/*.md")
PAGES = sorted({path for place in PLACES for path in ROOT.glob(place)})
MODULES = sorted((ROOT / "guardrail").rglob("*.py"))
RULES = load_bundle([]).rules

FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^ {4,}(\S.*)$", re.MULTILINE)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
REFERENCE = re.compile(r"^\[[^\]]+\]: (\S+)", re.MULTILINE)
PATH = re.compile(r"(?:guardrail|docs|rego|tests|sample_plans|\.ci)/[\w./-]*")
MAKE = re.compile(r"^make(?: [a-z-]+)+$")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=name)


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code_lines(text: str) -> Iterator[str]:
    """Yield what a page shows as code: inline, indented and fenced, generated parts left out."""
    text = re.sub(r"<!-- begin:(\S+) -->.*?<!-- end:\1 -->", "", text, flags=re.DOTALL)
    yield from chain.from_iterable(block.splitlines() for _, block in FENCE.findall(text))
    prose = FENCE.sub("", text)
    yield from INDENTED.findall(prose)
    yield from INLINE.findall(prose)


def commands(lines: Iterator[str]) -> Iterator[list[str]]:
    """Yield the words of every call of guardrail in ``lines``, comments and pipes cut off."""
    for line in lines:
        call = re.search(r"(?:^|[$&;|] |run: |- |sudo -u \w+ )guardrail ([a-z-].*)", line.strip())
        if call is not None:
            yield shlex.split(re.split(r" [|>&]|…|\s#", call[1])[0])


def wrong(words: list[str]) -> str | None:
    """Return what is wrong with a call of guardrail; None where it fits the program."""
    here: click.Command = cli
    while isinstance(here, click.Group) and words and not words[0].startswith("-"):
        word, *words = words
        if "|" in word:
            missing = [part for part in word.split("|") if here.get_command(None, part) is None]
            return f"there is no {missing}" if missing else None
        found = here.get_command(None, word)
        if found is None:
            return f"there is no command {word}"
        here = found
    if isinstance(here, click.Group) and words and words[0].startswith("--"):
        return None if words[0] in {"--help", "--version"} else f"no option {words[0]}"
    options = {
        option: part for part in here.params for option in (*part.opts, *part.secondary_opts)
    }
    if isinstance(here, DropIn):
        # What follows our own option is Terraform's command line.
        words = list(takewhile(lambda word: word.startswith("--"), words))
    for place, word in enumerate(words):
        option, _, value = word.partition("=")
        if not option.startswith("-") or option in {"-", "-h", "--help"}:
            continue
        if option not in options:
            return f"there is no option {option}"
        kind = options[option].type
        value = value or (words[place + 1] if place + 1 < len(words) else "")
        if isinstance(kind, click.Choice) and value.islower() and value not in kind.choices:
            return f"{option} does not take {value}"
    return None


# -- links and paths ---------------------------------------------------------------------


@each(PAGES)
def test_every_link_leads_somewhere(path: Path):
    text = path.read_text("utf-8")
    for target in chain(LINK.findall(FENCE.sub("", text)), REFERENCE.findall(text)):
        place, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            assert target.startswith("https://"), target
            continue
        found = (path.parent / place).resolve() if place else path
        assert found.exists(), f"dead link {target}"
        assert found.is_relative_to(ROOT), f"{target} leads out of the project"
        if anchor:
            assert anchor in anchors(found.read_text("utf-8")), f"no heading for {target}"


@each(PAGES)
def test_every_path_that_is_named_is_there(path: Path):
    for code in INLINE.findall(FENCE.sub("", path.read_text("utf-8"))):
        if PATH.fullmatch(code):
            assert (ROOT / code).exists(), f"there is no {code}"


@each(MODULES)
def test_every_page_that_the_program_names_is_there(path: Path):
    for page in re.findall(r"(?<![\w./])docs/[\w./-]+\w", path.read_text("utf-8")):
        assert (ROOT / page).exists(), f"there is no {page}"


def test_every_page_can_be_reached_from_the_readme():
    seen, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        seen.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8")))
        places = [(page.parent / link).resolve() for link in links if "://" not in link]
        found = chain.from_iterable(p.glob("*.md") if p.is_dir() else [p] for p in places)
        left += [each for each in found if each.suffix == ".md" and each not in seen]
    assert {name(page) for page in PAGES} - {name(page) for page in seen} == set()


# -- commands ----------------------------------------------------------------------------


@each(PAGES)
def test_every_command_and_option_exists(path: Path):
    for words in commands(code_lines(path.read_text("utf-8"))):
        assert wrong(list(words)) is None, f"guardrail {' '.join(words)}: {wrong(list(words))}"


@each(MODULES)
def test_every_command_that_a_message_names_exists(path: Path):
    spans = re.findall(r"`(guardrail [^`\n]+)`", path.read_text("utf-8"))
    for words in commands(iter(spans)):
        assert wrong(list(words)) is None, f"guardrail {' '.join(words)}: {wrong(list(words))}"


def test_a_command_that_does_not_exist_is_noticed():
    for line in ("nonsense", "check --nonsense", "trust nonsense", "check x --format sarif"):
        assert wrong(line.split()) is not None, line


def test_the_readme_and_the_changelog_name_every_command():
    for page in ("README.md", "CHANGELOG.md"):
        text = (ROOT / page).read_text("utf-8")
        assert {command for command in COMMANDS if command not in text} == set()


# -- make --------------------------------------------------------------------------------


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


@each([*PAGES, ROOT / "sample_plans" / "regenerate.py", *MODULES])
def test_every_make_target_exists(path: Path):
    text = path.read_text("utf-8")
    lines = code_lines(text) if path.suffix == ".md" else iter(INLINE.findall(text))
    for line in lines:
        call = re.split(r"\s+#", line.strip())[0]
        if MAKE.match(call):
            assert set(call.split()[1:]) <= targets(), call


def test_every_phony_target_has_a_help_text():
    (phony,) = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(phony.split()) == targets()


def test_the_readme_opens_with_the_two_commands():
    first = INDENTED.findall((ROOT / "README.md").read_text("utf-8"))[:2]
    assert [line.split("#")[0].strip() for line in first] == ["make demo", "make test"]


# -- rules, settings, exit codes ---------------------------------------------------------


@each(PAGES)
def test_every_rule_that_is_named_exists(path: Path):
    categories = "|".join({rule.partition("/")[0] for rule in RULES})
    text = path.read_text("utf-8")
    named = re.findall(rf"[`\"]((?:{categories})/[a-z_]+)[`\"]", text)
    assert set(named) - RULES == set()


def test_every_rule_has_a_page_and_every_page_a_rule():
    pages = {f"{path.parent.name}/{path.stem}" for path in (ROOT / "docs" / "rules").glob("*/*.md")}
    assert pages == RULES


@each(PAGES)
def test_every_example_of_settings_is_read(path: Path):
    for kind, block in FENCE.findall(path.read_text("utf-8")):
        if kind == "toml":
            parse_settings(block.encode(), origin=name(path))


def test_the_tables_of_settings_hold_no_key_that_the_schema_lacks():
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    known = schema()
    for heading, section in re.findall(
        r"^## (.+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    ):
        keys = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
        table = re.match(r"`\[([a-z]+)(\.NAME)?\]`", heading)
        if heading == "Top level":
            part = known
        elif table is None:
            continue
        else:
            part = known["$defs"]["environment"] if table[2] else known["properties"][table[1]]
        inner = {key for key, kind in part["properties"].items() if kind.get("type") == "object"}
        assert keys == part["properties"].keys() - inner, heading


def test_every_key_of_the_settings_that_is_named_elsewhere_exists():
    sections = schema()["properties"]
    for path in PAGES:
        if path.parent.name == "formats":
            continue
        for code in INLINE.findall(path.read_text("utf-8")):
            key = re.fullmatch(r"(approval|thresholds|terraform|policy)\.([a-z_]+)(?: = .*)?", code)
            if key is not None:
                assert key[2] in sections[key[1]]["properties"], f"{name(path)}: {code}"


def test_the_exit_codes_in_words_are_those_of_the_program():
    codes = {
        EXIT_CODES[Outcome.ALLOW]: "when the plan may be applied",
        EXIT_CODES[Outcome.DENY]: "when it is denied",
        EXIT_CODES[Outcome.APPROVAL_REQUIRED]: "when a senior must approve",
        GuardrailError.exit_code: "when it could not decide",
    }
    text = " ".join((ROOT / "docs" / "ci.md").read_text("utf-8").split())
    for code, meaning in codes.items():
        assert f"{code} {meaning}" in text
    assert f"{UsageError.exit_code} is a usage error" in (ROOT / "CHANGELOG.md").read_text("utf-8")


# -- one page each -----------------------------------------------------------------------


def test_the_architecture_is_one_page_and_names_every_room():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert len(text.splitlines()) <= 60
    rooms = {path.stem for path in (ROOT / "guardrail").iterdir() if path.name[0] not in "_."}
    named = set(re.findall(r"`(\w+)/?`", "".join(re.findall(r"^\|(.+?)\|", text, re.MULTILINE))))
    assert named == rooms - {"py"}


@pytest.mark.parametrize(
    "words",
    [Outcome, Standing, Profile, EnvironmentClass, OriginKind, Verdict, Strength, ApplyOutcome],
)
def test_the_glossary_has_every_word_of_the_program(words: type):
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    assert {word.value for word in words if f"`{word.value}`" not in text} == set()


def test_every_document_that_leaves_the_program_is_specified():
    known = {"settings": "settings.md", "question": "policies.md"}
    sources = "".join(path.read_text("utf-8") for path in MODULES)
    kinds = set(re.findall(r"guardrail\.([a-z]+)/v1", sources))
    for kind in kinds:
        page = ROOT / "docs" / known.get(kind, f"formats/{kind}.md")
        assert f"guardrail.{kind}/v1" in page.read_text("utf-8"), kind
    assert {"token", "ledger"} <= {path.stem for path in (ROOT / "docs" / "formats").glob("*.md")}


# -- CI and policies: what is shown is run -----------------------------------------------


def test_the_jobs_to_copy_are_yaml_that_checks_a_saved_plan():
    github, gitlab, *_ = fenced("ci.md")
    steps = [step.get("run", "") for step in github["jobs"]["guardrail"]["steps"]]
    for script in (steps, gitlab["guardrail"]["script"]):
        (plan,) = [line for line in script if line.startswith("terraform plan")]
        (check,) = [line for line in script if line.startswith("guardrail check")]
        assert re.search(r"-out=(\S+)", plan)[1] == check.split()[2]
    assert github["permissions"] == {"contents": "read"}


def test_the_jobs_that_say_who_they_are_fit_the_settings_beside_them():
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    settings = [
        parse_settings(b.encode(), origin="ci.md") for k, b in FENCE.findall(text) if k == "toml"
    ]
    (github,), (gitlab,) = (found.identities.oidc for found in settings)
    *_, github_job, gitlab_job = fenced("ci.md")
    deploy, deployment = github_job["jobs"]["deploy"], gitlab_job["guardrail"]
    assert deploy["permissions"]["id-token"] == "write"
    assert github.rows[0].claims["environment"] == (deploy["environment"],)
    assert deployment["id_tokens"][gitlab.variable]["aud"] == gitlab.audience
    assert gitlab.rows[0].claims["environment"] == (deployment["environment"],)


def fenced(page: str) -> list:
    """Return what the blocks of YAML on a page hold."""
    blocks = FENCE.findall((ROOT / "docs" / page).read_text("utf-8"))
    return [yaml.safe_load(block) for found, block in blocks if found == "yaml"]


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """Return a directory with the rule and the test that docs/policies.md shows."""
    folder = tmp_path / "policy"
    folder.mkdir()
    text = (ROOT / "docs" / "policies.md").read_text("utf-8")
    rule, test = (block for kind, block in FENCE.findall(text) if kind == "rego")
    (folder / "dns_zone_lost.rego").write_text(rule)
    (folder / "dns_zone_lost_test.rego").write_text(test)
    return folder


def test_the_rule_that_is_shown_is_loaded(shown: Path):
    assert load_bundle([shown]).rules - RULES == {"acme/dns_zone_lost"}


@pytest.mark.opa
def test_the_rule_that_is_shown_passes_its_test_and_a_strict_check(shown: Path):
    opa, built_in = find_opa(), built_in_directory()
    for command in (["test"], ["check", "--strict"], ["fmt", "--fail"]):
        places = [shown] if command[0] == "fmt" else [built_in, shown]
        done = subprocess.run([opa, *command, *places], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_builtin_that_is_refused_is_named():
    text = (ROOT / "docs" / "policies.md").read_text("utf-8")
    assert {builtin for builtin in _BUILTINS if f"`{builtin}`" not in text} == set()
