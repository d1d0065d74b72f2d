"""The digest of what makes Terraform do what it does: nothing of it changes unseen."""

import json
import os
from pathlib import Path

import pytest

from guardrail.errors import EnforcementError, FileError
from guardrail.sources import fingerprint as module
from guardrail.sources.fingerprint import fingerprint

FILES = {
    "main.tf": 'module "x" {\n  source = "../modules/x"\n}\n',
    "tests/x.tftest.hcl": "",
    ".terraform.lock.hcl": "",
    ".terraform/modules/modules.json": json.dumps(
        {"Modules": [{"Key": "", "Dir": "."}, {"Key": "test.x", "Dir": "../elsewhere"}]}
    ),
    ".terraform/modules/fetched/main.tf": "",
    "../modules/x/main.tf": "",
    "../elsewhere/main.tf": "",
}


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Return a directory of a repository, with modules in several places."""
    (tmp_path / ".git").mkdir()
    directory = tmp_path / "stack"
    for name, text in FILES.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def test_it_stays_the_same_while_nothing_changes(stack: Path):
    assert fingerprint(stack, []) == fingerprint(stack, [])


@pytest.mark.parametrize(
    "name",
    [
        *FILES, "more.tf", "override.tf.json", "x.auto.tfvars", "terraform.tfvars.json",
        "tests/more.tftest.json", "tests/deep/mock.tfmock.hcl", "x.tfquery.hcl", "x.tofu",
        ".terraform/modules/fetched/sub/more.tf", "../elsewhere/sub/main.tf",
    ],
)  # fmt: skip
def test_whatever_terraform_reads_counts(stack: Path, name: str):
    before = fingerprint(stack, [])
    path = stack / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(path.read_text() + " " if path.exists() else "")
    assert fingerprint(stack, []) != before


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "sub/.git/x.tf",
        ".terraform/providers/x/main.tf",
        "terraform.tfstate",
        "p.tfplan",
    ],
)
def test_what_it_does_not_read_does_not(stack: Path, name: str):
    before = fingerprint(stack, [])
    path = stack / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    assert fingerprint(stack, []) == before


@pytest.mark.parametrize("name", [".terraform", ".terraform/modules", "tests", "linked"])
def test_a_link_leads_on(stack: Path, tmp_path: Path, name: str):
    outside = tmp_path / "outside"
    link = stack / name
    if link.exists():
        link.rename(outside)
    else:
        outside.mkdir()
    link.symlink_to(outside)
    before = fingerprint(stack, [])
    (outside / "modules" / "x").mkdir(parents=True)
    (outside / "modules" / "x" / "more.tf").write_text("")
    assert fingerprint(stack, []) != before


def test_links_in_a_circle_come_to_an_end(stack: Path):
    (stack / "loop").symlink_to(stack)
    (stack / "itself").symlink_to(stack / "itself")
    (stack / ".#main.tf").symlink_to("somebody@host.1234")
    assert fingerprint(stack, [])


def test_files_that_are_named_count_wherever_they_lie(stack: Path, tmp_path: Path):
    named = tmp_path / "prod.backend"
    named.write_text("a")
    before = fingerprint(stack, [named])
    assert before != fingerprint(stack, [])
    named.write_text("b")
    assert fingerprint(stack, [named]) != before
    named.unlink()
    with pytest.raises(FileError):
        fingerprint(stack, [named])


def test_nobody_waits_for_a_pipe(stack: Path):
    os.mkfifo(stack / "pipe.tf")
    with pytest.raises(FileError, match="FIFO"):
        fingerprint(stack, [])


def test_names_that_are_no_text_are_names(stack: Path):
    before = fingerprint(stack, [])
    Path(os.fsdecode(os.fsencode(stack) + b"/\xff.tf")).write_text("")
    assert fingerprint(stack, []) != before


def test_there_is_an_end_to_it(stack: Path, mocker):
    mocker.patch.object(module, "_MOST_FILES", 3)
    with pytest.raises(EnforcementError, match="files of configuration"):
        fingerprint(stack, [])
    mocker.patch.object(module, "_MOST_FILES", 1000)
    mocker.patch.object(module, "_MOST_PLACES", 3)
    with pytest.raises(EnforcementError, match="directories"):
        fingerprint(stack, [])


@pytest.mark.parametrize("text", ["", "[]", '{"Modules": [{"Key": ""}]}', "[" * 100_000])
def test_a_list_of_modules_that_nobody_can_read_is_refused(stack: Path, text: str):
    (stack / ".terraform" / "modules" / "modules.json").write_text(text)
    with pytest.raises(EnforcementError, match="not readable"):
        fingerprint(stack, [])
