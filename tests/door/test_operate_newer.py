"""Operations with a second Terraform, of version 1.15: asked for, released, done."""

import json
from pathlib import Path

import pytest
from installed import Installed, Result
from terraform_workspace import Workspace, clean_environment

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

STACK = """\
terraform {
  backend "local" {}
}

resource "terraform_data" "one" {}

resource "terraform_data" "two" {}
"""


@pytest.fixture
def installed(terraform_115: Path, tmp_path: Path) -> Installed:
    """Return an installation that uses the newer Terraform."""
    return Installed(tmp_path / "guardrail", terraform=terraform_115)


@pytest.fixture
def stack(workspace: Workspace, terraform_115: Path, tmp_path: Path) -> Workspace:
    """Return a stack that an older Terraform made, and that the newer one goes on with."""
    workspace.write(STACK).init("-backend-config=path=a.tfstate").apply()
    return Workspace(workspace.directory, terraform_115, clean_environment(tmp_path / "home"))


def test_operations_are_the_same_with_a_newer_one(
    stack: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    state = stack.directory / "a.tfstate"

    def released(*words: str) -> Result:
        line = (f"-chdir={stack.directory}", *words)
        stopped = installed.run("terraform", *line)
        assert stopped.code == 3, stopped.err
        token = installed.approve(installed.requests()[-1], keys / "sam")
        done = installed.run("terraform", "--token", token, *line)
        assert done.code == 0, done.err
        return stopped

    def held() -> list[str]:
        return sorted(each["name"] for each in json.loads(state.read_text())["resources"])

    before = state.read_text()
    released("state", "rm", "terraform_data.two")
    assert held() == ["one"]
    assert json.loads(state.read_text())["terraform_version"].startswith("1.15")
    assert installed.requests()[-1].binding.terraform_version.startswith("1.15")
    released("state", "mv", "terraform_data.one", "terraform_data.three")
    assert held() == ["three"]
    (stack.directory / "older.json").write_text(before)
    older = released("state", "push", "-force", "older.json")
    assert "it is an older copy" in older.err
    assert held() == ["one", "two"]

    again = installed.run(
        "terraform", f"-chdir={stack.directory}", "init", "-reconfigure",
        "-backend-config=path=a.tfstate",
    )  # fmt: skip
    assert again.code == 0, again.err
    released("init", "-reconfigure", "-backend-config=path=b.tfstate")


def test_a_workspace_and_tests_with_a_newer_one(
    stack: Workspace, installed: Installed, keys: Path, capfd: pytest.CaptureFixture[str]
):
    installed.trust(keys / "sam")
    stack.write({"x.tftest.hcl": 'run "x" {\n  command = plan\n}\n'})
    stack.run("workspace", "new", "feature")
    stack.run("workspace", "select", "default")
    chdir = f"-chdir={stack.directory}"
    gone = installed.run("terraform", chdir, "workspace", "delete", "feature")
    assert gone.code == 0, gone.err
    assert installed.run("terraform", chdir, "test").code == 3
    token = installed.approve(installed.requests()[-1], keys / "sam")
    capfd.readouterr()
    done = installed.run("terraform", "--token", token, chdir, "test")
    assert done.code == 0, done.err
    assert "1 passed" in capfd.readouterr().out
