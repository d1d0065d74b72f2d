"""Every sample plan and every scenario, through the gate as ``guardrail check`` opens it."""

import csv
import importlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec import Struct
from pretend_cloud import PROVIDERS

from guardrail.cli import main
from guardrail.system.installation import Installation

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_plans"
MALFORMED = SAMPLES / "malformed"
SCENARIOS = Path(__file__).parent / "scenarios"

SITUATIONS = sorted(path.parent.name for path in SAMPLES.glob("*/main.tf"))
SAVED = "p.tfplan"
AGENT = {"CLAUDECODE": "1"}
VERDICTS = {
    "ALLOW": {0},
    "WARN": {0},
    "BLOCK": {1, 3},
    "REFUSE": {1, 4},
    "BLOCK or ALLOW by policy": {0, 1, 3},
}
NEEDS_A_LEDGER = {
    "environment/sliced",
    "state/duplicated",
    "state/identity_changed",
    "state/state_empty",
    "state/state_rolled_back",
    "state/state_swapped",
    "state/unfinished_apply",
}
"""What a plan alone cannot show: it takes the memory of an earlier apply."""
NEEDS_A_SAVED_PLAN = {"plan/pulled_in"}
"""What JSON does not tell."""
IS_NO_PLAN = {"state/unplanned"}
"""What is done without any."""
SECRET = "never-shown"
"""What every value in the samples that may not be printed begins with."""
MACHINE = re.compile(r"/(work|root|home|tmp|Users|private)/")


class Checked(Struct, frozen=True):
    exit: int
    printed: str
    error: str

    @property
    def rules(self) -> set[str]:
        return {each["rule"] for each in json.loads(self.printed)["findings"]}

    @property
    def said(self) -> str:
        return "\n".join(each["message"] for each in json.loads(self.printed)["findings"])


@pytest.fixture
def check(tmp_path: Path, capsys):
    """Return a function that checks one plan in an installation of its own."""
    installation = Installation(
        config=tmp_path / "config", state=tmp_path / "state", home=tmp_path / "home"
    )
    directory = tmp_path / "stack"
    directory.mkdir()

    def run(plan: Path, env: dict[str, str]) -> Checked:
        settings = plan.with_name("guardrail.toml")
        if settings.exists():
            installation.config.mkdir()
            shutil.copy(settings, installation.settings)
        arguments = ["check", str(plan), "--format", "json", "--chdir", str(directory)]
        with pytest.raises(SystemExit) as stopped:
            main(arguments, installation=installation, env=env)
        captured = capsys.readouterr()
        return Checked(stopped.value.code, captured.out, captured.err)

    return run


def rows() -> dict[str, dict[str, str]]:
    with (SCENARIOS / "README.tsv").open(newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file, delimiter="\t")}


def allowed_exits(verdict: str) -> set[int]:
    known = VERDICTS.get(verdict) or VERDICTS.get(verdict.split(" (", maxsplit=1)[0])
    assert known, f"a verdict that nobody explained: {verdict}"
    return known


def expected(situation: str) -> dict:
    return json.loads((SAMPLES / situation / "expected.json").read_text())


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_situation_gets_the_outcome_that_it_promises(situation: str, check):
    env = json.loads((SAMPLES / situation / "evidence.json").read_text())["environment"]
    done = check(SAMPLES / situation / "plan.json", env)
    promised = expected(situation)
    assert done.exit == promised["exit"], done.error
    assert json.loads(done.printed)["outcome"] == promised["outcome"]
    assert done.rules == set(promised["rules"])
    assert [words for words in promised.get("says", ()) if words not in done.said] == []
    assert SECRET not in done.printed + done.error


JUDGED = [name for name, row in rows().items() if row["needs"] in {"json", "planfile"}]


@pytest.mark.parametrize("name", JUDGED)
def test_a_scenario_gets_its_verdict(name: str, check):
    row = rows()[name]
    done = check(SCENARIOS / name / "plan.json", AGENT)
    assert done.exit in allowed_exits(row["verdict"]), row["what_the_guardrail_should_say"]


@pytest.fixture(scope="session")
def terraform_version(terraform: Path) -> str:
    """Return the version of Terraform here; a saved plan is readable by the very same only."""
    told = subprocess.run([terraform, "version", "-json"], capture_output=True, check=True)
    return json.loads(told.stdout)["terraform_version"]


@pytest.mark.terraform
@pytest.mark.parametrize(
    "name",
    [name for name in JUDGED if name.startswith("td_") and (SCENARIOS / name / SAVED).exists()],
)
def test_a_saved_plan_gets_its_scenarios_verdict_too(
    name: str, terraform: Path, terraform_version: str, check
):
    made_by = json.loads((SCENARIOS / name / "plan.json").read_text())["terraform_version"]
    if made_by != terraform_version:
        pytest.skip(f"the plan was saved by Terraform {made_by}, here is {terraform_version}")
    done = check(SCENARIOS / name / SAVED, AGENT | {"PATH": str(terraform.parent)})
    assert done.exit in allowed_exits(rows()[name]["verdict"]), done.error


@pytest.mark.parametrize("name", json.loads((MALFORMED / "expected.json").read_text()))
def test_what_is_no_plan_is_never_judged_and_is_named(name: str, check):
    promised = json.loads((MALFORMED / "expected.json").read_text())[name]
    done = check(MALFORMED / name, AGENT)
    assert (done.exit, done.printed) == (promised["exit"], "")
    assert promised["says"] in done.error
    assert "internal error" not in done.error


def test_every_file_that_is_no_plan_has_a_promise():
    promised = json.loads((MALFORMED / "expected.json").read_text())
    assert {path.name for path in MALFORMED.iterdir()} - {"expected.json"} == set(promised)


def test_the_table_says_what_the_directories_promise():
    lines = (SAMPLES / "README.md").read_text().splitlines()
    cells = [
        re.fullmatch(r"\| \[(\w+)\]\(\1/README\.md\) \| (\w+) \| (\d) \|", line) for line in lines
    ]
    table = [found.groups() for found in cells if found]
    assert table == [
        (name, expected(name)["outcome"], str(expected(name)["exit"])) for name in SITUATIONS
    ]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_situation_is_complete_and_tells_nothing_about_a_machine(situation: str):
    directory = SAMPLES / situation
    for name in ("README.md", "main.tf", "plan.json", "evidence.json", "expected.json"):
        assert (directory / name).exists(), name
    assert len((directory / "README.md").read_text().splitlines()) == 3
    for path in directory.rglob("*"):
        assert path.is_dir() or not MACHINE.search(path.read_text()), path


def test_every_rule_speaks_in_a_sample():
    rules = ROOT / "rego" / "guardrail" / "rules"
    known = {
        str(path.parent.relative_to(rules))
        for path in rules.glob("*/*/*.rego")
        if not path.stem.endswith("_test")
    }
    assert known
    assert known - NEEDS_A_LEDGER - NEEDS_A_SAVED_PLAN - IS_NO_PLAN <= {
        rule for situation in SITUATIONS for rule in expected(situation)["rules"]
    }


@pytest.mark.terraform
@pytest.mark.parametrize(
    "situation", ["imports_and_replaces", "deposed_leftover", "moves_to_for_each", "errored_plan"]
)
def test_a_sample_is_what_terraform_says_today(
    situation: str, cloud_template, tmp_path: Path, monkeypatch
):
    monkeypatch.syspath_prepend(SAMPLES)
    regenerate = importlib.import_module("regenerate")
    shown = regenerate.make_plan(SAMPLES / situation, cloud_template.copy(tmp_path / situation))
    assert actions(json.loads(shown)) == actions(
        json.loads((SAMPLES / situation / "plan.json").read_text())
    )


@pytest.mark.terraform
def test_the_inputs_that_are_no_plans_can_be_made_again(
    cloud_template, tmp_path: Path, monkeypatch
):
    monkeypatch.syspath_prepend(SAMPLES)
    malformed = importlib.import_module("malformed")
    made = malformed.malformed_inputs(cloud_template.copy(tmp_path / "malformed"), PROVIDERS)
    assert {*made, "expected.json"} == {path.name for path in MALFORMED.iterdir()}


def actions(plan: dict) -> list[tuple[str, list[str], bool]]:
    return [
        (each["address"], each["change"]["actions"], "deposed" in each)
        for each in plan["resource_changes"]
    ]
