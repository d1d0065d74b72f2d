import json
from pathlib import Path

import pytest
import terraform_workspace
from terraform_workspace import Workspace, clean_environment, find_terraform

pytestmark = pytest.mark.terraform

DATA = 'resource "terraform_data" "a" {\n  input = 1\n}\n'


def test_a_plan_is_made_shown_and_applied(workspace: Workspace):
    plan = workspace.write(DATA).init().plan()
    shown = json.loads(workspace.show_json(plan))
    assert shown["resource_changes"][0]["change"]["actions"] == ["create"]
    assert workspace.state() == {}
    assert workspace.addresses() == []
    workspace.apply(str(plan))
    assert workspace.addresses() == ["terraform_data.a"]
    workspace.destroy()
    assert workspace.state()["resources"] == []


def test_a_copy_is_another_directory(workspace: Workspace, tmp_path: Path):
    workspace.write(DATA).init().apply()
    copied = workspace.copy(tmp_path / "copy")
    copied.destroy()
    assert workspace.addresses() == ["terraform_data.a"]


def test_nothing_from_outside_steers_terraform(workspace: Workspace, monkeypatch):
    monkeypatch.setenv("TF_CLI_ARGS", "-destroy")
    monkeypatch.setenv("TF_WORKSPACE", "elsewhere")
    workspace.write(DATA).init().apply()
    assert workspace.addresses() == ["terraform_data.a"]
    assert workspace.run("workspace", "show").stdout == "default\n"


def test_a_failure_says_what_terraform_said(workspace: Workspace):
    with pytest.raises(AssertionError, match="Unclosed configuration block"):
        workspace.write("resource {").plan()


def test_an_errored_plan_is_still_saved(workspace: Workspace):
    kept = DATA.replace(
        "}", "  triggers_replace = %d\n  lifecycle {\n    prevent_destroy = true\n  }\n}"
    )
    workspace.write(kept % 1).init().apply()
    plan = workspace.write(kept % 2).plan(check=False)
    assert json.loads(workspace.show_json(plan))["errored"] is True


def test_without_terraform_on_path_the_bundled_one_is_taken(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(terraform_workspace, "find_spec", lambda name: name)
    assert find_terraform(tmp_path) == tmp_path / "terraform"
    monkeypatch.setattr(terraform_workspace, "find_spec", lambda name: None)
    assert find_terraform(tmp_path) is None


@pytest.fixture
def required(request):
    """Return the function of tests/conftest.py that every fixture here goes through."""
    plugins = request.config.pluginmanager.get_plugins()
    return next(each.required for each in plugins if hasattr(each, "required"))


def test_a_missing_terraform_skips_unless_it_is_required(required, monkeypatch):
    monkeypatch.delenv("GUARDRAIL_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="terraform is missing"):
        required(None, "terraform")
    monkeypatch.setenv("GUARDRAIL_REQUIRE", "opa,terraform")
    with pytest.raises(pytest.fail.Exception, match="terraform is required and missing"):
        required(None, "terraform")
    assert required(Path("here"), "terraform") == Path("here")


@pytest.mark.slow
def test_the_second_terraform_is_newer_and_works(terraform_115: Path, tmp_path: Path):
    workspace = Workspace(tmp_path / "new", terraform_115, clean_environment(tmp_path / "home"))
    plan = workspace.write(DATA).plan()
    version = json.loads(workspace.show_json(plan))["terraform_version"]
    assert tuple(int(part) for part in version.split(".")[:2]) >= (1, 15)
