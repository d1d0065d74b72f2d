"""What the configuration beside plan JSON says; beside saved plans: tests/door/test_prevent_destroy."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from guardrail.errors import ProcessError
from guardrail.findings.surroundings import Line
from guardrail.sources.configuration import Hcl, read_hcl
from guardrail.sources.git import Git
from guardrail.sources.plans import load_json
from guardrail.system.files import seal


def block(name: str, value: str = "true") -> str:
    return f'resource "a_b" "{name}" {{\n  lifecycle {{\n    prevent_destroy = {value}\n  }}\n}}\n'


def call(name: str, source: str) -> str:
    return f'module "{name}" {{\n  source = "{source}"\n}}\n'


def plan(*names: str) -> bytes:
    resources = [
        {"address": f"a_b.{n}", "mode": "managed", "type": "a_b", "name": n, "values": {}}
        for n in names
    ]
    state = {"root_module": {"resources": resources}} if names else {"root_module": {}}
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "planned_values": state,
            "prior_state": {"format_version": "1.0", "values": state},
            "configuration": {"root_module": {}},
        }
    ).encode()


class Repo:
    """A repository, and what is read of the configuration in its folder ``stack``."""

    def __init__(self, top: Path) -> None:
        self.top = top
        (top / "stack").mkdir(parents=True)
        self.run("init", "-q")

    def run(self, *words: str) -> None:
        env = {"PATH": os.environ["PATH"], "HOME": str(self.top), "GIT_CONFIG_NOSYSTEM": "1"}
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@corp.example")
        subprocess.run(["git", *who, *words], cwd=self.top, env=env, check=True)

    def write(self, **files: str) -> None:
        for name, text in files.items():
            path = self.top / name.replace("__", "/")
            path = path.with_name(f"{path.name}.tf")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, **files: str) -> None:
        self.write(**files)
        self.run("add", "-A")
        self.run("commit", "-q", "-m", "change")

    def read(self, *names: str) -> Hcl:
        with seal(plan(*(names or ("x",)))) as sealed:
            return read_hcl(load_json(sealed), directory=self.top / "stack", env={}, commits=None)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_before_is_what_was_committed_and_now_what_lies_there(repo):
    repo.commit(stack__main=block("x") + block("y") + block("z", "false"))
    repo.write(stack__main=block("y") + block("z"))
    found = repo.read()
    assert found.prevented_before == {"a_b.x", "a_b.y"}
    assert found.prevented_now == {"a_b.y", "a_b.z"}


def test_nothing_is_read_for_a_plan_without_prior_objects(repo, mocker):
    repo.commit(stack__main=block("x"))
    ask = mocker.spy(Git, "ask")
    with seal(plan()) as sealed:
        found = read_hcl(load_json(sealed), directory=repo.top / "stack", env={}, commits=None)
    assert (found.prevented_before, found.prevented_now, ask.call_count) == (set(), None, 0)


def test_without_a_repository_only_now_is_known(tmp_path, mocker):
    (tmp_path / "main.tf").write_text(block("x"))
    ask = mocker.spy(Git, "ask")
    with seal(plan("x")) as sealed:
        found = read_hcl(load_json(sealed), directory=tmp_path, env={}, commits=None)
    assert (found.prevented_before, found.prevented_now) == (set(), {"a_b.x"})
    assert ask.call_count == 0


def test_without_files_nothing_is_known_of_now(repo):
    repo.commit(stack__main=block("x"))
    (repo.top / "stack" / "main.tf").unlink()
    found = repo.read()
    assert (found.prevented_before, found.prevented_now) == ({"a_b.x"}, None)


def test_a_repository_without_a_commit_or_that_git_cannot_read_says_nothing(repo, mocker):
    repo.write(stack__main=block("x"))
    assert repo.read().prevented_before == set()
    mocker.patch.object(Git, "ask", side_effect=ProcessError("git took longer than 20 seconds"))
    assert repo.read() == repo.read()
    assert repo.read().prevented_now == {"a_b.x"}


def test_a_module_that_cannot_be_read_any_more_is_not_accused(repo):
    repo.commit(stack__main=call("m", "./m") + call("n", "./n"), stack__m__main=block("x"))
    assert repo.read().prevented_before == {"module.m.a_b.x"}
    repo.write(stack__main=call("m", "corp/m/aws"))
    assert repo.read().prevented_before == set()
    repo.write(stack__main="")
    assert repo.read().prevented_before == {"module.m.a_b.x"}


def test_an_expression_counts_while_it_stays_the_same(repo):
    repo.commit(stack__main=block("x", "var.keep") + block("y", "var.keep") + block("z"))
    repo.write(stack__main=block("x", "var.keep") + block("y", "!true") + block("z", "var.keep"))
    found = repo.read()
    assert found.prevented_before == {"a_b.x", "a_b.y", "a_b.z"}
    assert found.prevented_now == {"a_b.x"}


def test_lines_are_where_blocks_are_or_were(repo):
    repo.commit(stack__main=block("old") + block("x"), lib__main="\n\n" + block("in"))
    repo.write(stack__main="# moved up\n" + block("x") + call("m", "../lib"))
    lines = repo.read().lines
    assert dict(lines) == {
        "a_b.x": Line(file="main.tf", line=2),
        "module.m.a_b.in": Line(file="../lib/main.tf", line=3),
        "a_b.old": Line(file="main.tf", line=1),
    }
    assert (len(lines), lines.get("a_b.none")) == (3, None)


def test_lines_are_only_looked_up_when_somebody_asks(repo, mocker):
    repo.commit(stack__main=block("x"))
    found = repo.read()
    read = mocker.patch("guardrail.sources.configuration.read_blocks", return_value=[])
    assert read.call_count == 0
    assert list(found.lines) == []
    assert read.called
