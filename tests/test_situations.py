"""
Situations that nobody wrote down before: each must get its verdict, from an agent, by its exit code.

What is made in code is in ``tests/situations``, one table a topic. What real
Terraform can make is made here by real Terraform, and checked as JSON and as the
saved plan, also from a directory that knows nothing of it.
"""

import importlib
import json
import os
from pathlib import Path

import pytest
from forge import files, packed, with_action, with_file, with_message
from installed import Installed, Result
from made_plan import plan, thing
from situation_table import EXITS, Situation, situation
from situation_terraform import MADE, A, B, Made
from terraform_workspace import Workspace, clean_environment

TOPICS = (
    "changes",
    "effects",
    "environments",
    "edits",
    "documents",
    "targets",
    "evasions",
    "wordings",
)
TABLE = {
    f"{topic}: {name}": each
    for topic in TOPICS
    for name, each in importlib.import_module(f"situation_{topic}").SITUATIONS.items()
}
UPDATES = json.loads((Path(__file__).parent / "situations" / "updates.json").read_text())


@pytest.fixture(scope="module")
def installed_once(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Return one installation for all plans that are only JSON: checking those changes nothing."""
    return Installed(tmp_path_factory.mktemp("guardrail"))


def judge(installed: Installed, folder: Path, situation: Situation) -> Result:
    given = folder / "plan.json"
    given.write_bytes(situation.document)
    installed.settings(situation.settings)
    return installed.check(given, "--chdir", folder)


def said(result: Result) -> str:
    if not result.out:
        return result.err
    return "\n".join(finding["message"] for finding in result.decision["findings"])


@pytest.mark.parametrize("name", TABLE)
def test_a_situation_gets_its_verdict(name: str, installed_once: Installed, tmp_path: Path):
    expected = TABLE[name]
    result = judge(installed_once, tmp_path, expected)
    assert result.code in EXITS[expected.verdict], said(result)
    assert expected.says in said(result) + result.err
    assert not expected.rules or expected.rules <= result.rules
    assert "internal error" not in result.err


@pytest.mark.parametrize(
    "row",
    UPDATES,
    ids=lambda row: f"{row['verdict']} {row['type']} {json.dumps(row['after'])[:50]}",
)
def test_an_update_that_takes_a_protection_away_is_told_from_one_that_does_not(
    row: dict, installed_once: Installed, tmp_path: Path
):
    kind = row["type"]
    changed = thing(
        f"{kind}.x", "update", row["before"], row["after"], unknown=row.get("unknown", {})
    )
    result = judge(
        installed_once, tmp_path, situation(row["verdict"], plan(changed, thing(f"{kind}.y")))
    )
    assert result.code in EXITS[row["verdict"]], said(result)
    blocked = {"protection/disarmed"} if row["verdict"] == "BLOCK" else set()
    assert result.rules == blocked


# -- what is no file with a plan ----------------------------------------------------------


def test_what_is_no_regular_file_is_named(installed_once: Installed, tmp_path: Path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(2 << 30)
    for given, says in {
        tmp_path: "a directory",
        tmp_path / "fifo": "a FIFO",
        tmp_path / "loop": "cannot be opened",
        tmp_path / "dangling": "does not exist",
        tmp_path / "missing": "does not exist",
        tmp_path / "large": "larger than",
        Path("/dev/zero"): "a device",
        Path("/dev/null"): "a device",
    }.items():
        result = installed_once.check(given)
        assert result.code == 4, given
        assert says in result.err


# -- made by real Terraform ---------------------------------------------------------------


def make(workspace: Workspace, made: Made) -> Path:
    """Return the saved plan of what ``made`` describes; its JSON lies beside it."""
    workspace.write(made.before).init()
    if made.before:
        workspace.apply()
    workspace.write(made.after)
    if made.first:
        workspace.run(*made.first)
    saved = workspace.plan(*made.arguments, check=made.verdict != "REFUSE")
    (workspace.directory / "plan.json").write_bytes(workspace.show_json(saved))
    return saved


@pytest.mark.terraform
@pytest.mark.parametrize("name", MADE)
def test_what_terraform_makes_gets_its_verdict_in_every_form_and_place(
    name: str, workspace: Workspace, installed: Installed, tmp_path: Path
):
    saved = make(workspace, MADE[name])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for given, place in (
        (saved.with_name("plan.json"), elsewhere),
        (saved, saved.parent),
        (saved, elsewhere),
    ):
        result = installed.check(given, "--chdir", place)
        assert result.code in EXITS[MADE[name].verdict], (given.name, place.name, said(result))


@pytest.mark.terraform
def test_a_newer_terraform_is_judged_alike_and_a_wrong_one_is_named(
    terraform: Path, terraform_115: Path, tmp_path: Path
):
    made, home = Made("BLOCK", A + B, A), tmp_path / "home"
    sides = [
        (Workspace(tmp_path / name, binary, clean_environment(home)), binary)
        for name, binary in (("old", terraform), ("new", terraform_115))
    ]
    saved = [make(workspace, made) for workspace, _ in sides]
    versions = [
        json.loads(plan.with_name("plan.json").read_bytes())["terraform_version"] for plan in saved
    ]
    for number, (_, binary) in enumerate(sides):
        installed = Installed(tmp_path / f"guardrail-{number}", terraform=binary)
        assert installed.check(saved[number], "--chdir", tmp_path).code == 3
        assert installed.check(saved[number].with_name("plan.json"), "--chdir", tmp_path).code == 3
        if versions[0] != versions[1]:
            refused = installed.check(saved[1 - number], "--chdir", tmp_path)
            assert refused.code == 4
            wanted = f"expected Terraform {versions[1 - number]}, which made the saved plan"
            assert f"{wanted}, got {versions[number]}" in refused.err


# -- saved plans that somebody forged -----------------------------------------------------


@pytest.fixture(scope="module")
def two_plans(terraform: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Return one saved plan that changes little, and one of the same state that replaces."""
    folder = tmp_path_factory.mktemp("forged")
    workspace = Workspace(folder / "stack", terraform, clean_environment(folder / "home"))
    little = make(workspace, Made("ALLOW", A + B, A.replace("1", "2") + B)).read_bytes()
    workspace.write(A + B)
    return little, workspace.plan("-replace=terraform_data.a").read_bytes()


def _emptied(saved: bytes) -> bytes:
    state = json.loads(dict(files(saved))["tfstate"])
    return with_file(saved, "tfstate", json.dumps(state | {"resources": []}).encode())


def _message(little: bytes, large: bytes, add: tuple, *dropped: int) -> bytes:
    return with_message(large, lambda all_: [f for f in all_ if f[0] not in dropped] + [*add])


FORGED = {
    "something before": lambda little, large: b"junk" + little,
    "something behind": lambda little, large: little + b"junk",
    "two plans in one file": lambda little, large: little + large,
    "two plans the other way": lambda little, large: large + little,
    "cut off": lambda little, large: little[:-9],
    "the large plan first": lambda little, large: packed(
        [("tfplan", dict(files(large))["tfplan"]), *files(little)]
    ),
    "the large plan last": lambda little, large: packed(
        [*files(little), ("tfplan", dict(files(large))["tfplan"])]
    ),
    "another file": lambda little, large: packed([*files(little), ("evil.tf", b"")]),
    "a state without resources": lambda little, large: _emptied(little),
    "a replacement called no-op": lambda little, large: with_action(large, 0),
    "a replacement called create": lambda little, large: with_action(large, 1),
    "a replacement called update": lambda little, large: with_action(large, 3),
    "an action nobody knows": lambda little, large: with_action(large, 99),
    "changes left out": lambda little, large: _message(little, large, (), 3),
    "a field nobody knows": lambda little, large: _message(little, large, ((99, 2, b"x"),)),
    "called refresh-only": lambda little, large: _message(little, large, ((17, 0, 2),), 17),
    "called errored": lambda little, large: _message(little, large, ((20, 0, 1),), 20),
    "of another version": lambda little, large: _message(little, large, ((14, 2, b"1.12.0"),), 14),
}


@pytest.mark.terraform
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_saved_plan_is_never_allowed_and_never_asked_about(
    name: str, two_plans: tuple[bytes, bytes], installed: Installed, tmp_path: Path
):
    forged = tmp_path / "forged.tfplan"
    forged.write_bytes(FORGED[name](*two_plans))
    result = installed.check(forged, "--chdir", tmp_path)
    assert result.code in EXITS["REFUSE"], said(result)
    assert "internal error" not in result.err


@pytest.mark.terraform
def test_a_saved_plan_that_is_only_packed_again_is_judged(
    two_plans: tuple[bytes, bytes], installed: Installed, tmp_path: Path
):
    for saved, code in zip(two_plans, (0, 3), strict=True):
        again = tmp_path / "again.tfplan"
        again.write_bytes(with_message(packed(files(saved)), list))
        assert installed.check(again, "--chdir", tmp_path).code == code
