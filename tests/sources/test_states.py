"""States read through a backend that the configuration does not name any more, or not yet."""

import json

import msgspec
import pytest
from state_server import state_server
from terraform_workspace import Workspace

from guardrail.errors import EnforcementError
from guardrail.sources.backend import LOCAL, Backend, read_backend
from guardrail.sources.states import configured_backend, opened
from guardrail.system.terraform import open_terraform

pytestmark = pytest.mark.terraform

THING = 'resource "terraform_data" "x" {}\n'
BLOCK = 'terraform {\n  backend "local" {\n    path = "a.tfstate"\n  }\n}\n'


def backend(kind: str, **config: object) -> Backend:
    return Backend(type=kind, config=msgspec.Raw(msgspec.json.encode(config)))


@pytest.fixture
def look(workspace: Workspace):
    """Return what looks into a backend from the workspace: workspaces, and a state's names."""

    def run(found: Backend, name: str = "default"):
        with (
            open_terraform(str(workspace.terraform), None, "") as terraform,
            opened(
                terraform, found, env=workspace.environment, directory=workspace.directory
            ) as states,
        ):
            data = states.of(name)
            names = [each["name"] for each in json.loads(data)["resources"]] if data else None
            return states.workspaces, names

    return run


@pytest.fixture
def configured(workspace: Workspace):
    """Return what tells the backend of the workspace's configuration."""

    def run(*options: str) -> Backend:
        with open_terraform(str(workspace.terraform), None, "") as terraform:
            return configured_backend(
                terraform, options, env=workspace.environment, directory=workspace.directory
            )

    return run


def test_local_files_are_found_whatever_the_configuration_says_by_now(workspace, look):
    workspace.write(THING).init()
    workspace.run("workspace", "new", "live")
    workspace.apply()
    workspace.write("this is no configuration")
    assert look(LOCAL, "live") == (("default", "live"), ["x"])
    assert look(LOCAL) == (("default", "live"), None)
    assert look(LOCAL, "never") == (("default", "live"), None)
    assert sorted(p.name for p in (workspace.directory / "terraform.tfstate.d").iterdir()) == [
        "live"
    ]


def test_a_path_begins_where_the_configuration_lies(workspace, look):
    workspace.write(BLOCK + THING).init().apply()
    found = read_backend(workspace.directory / ".terraform")
    workspace.write("")
    assert look(found) == (("default",), ["x"])


def test_a_single_state_has_no_workspaces(workspace, look):
    with state_server() as address:
        found = backend("http", address=f"{address}/a", username="${not} a %{template}")
        assert look(found) == (None, [])
        assert look(found, "live") == (None, None)


@pytest.mark.parametrize(
    "found",
    [
        backend("http", address="http://127.0.0.1:1/a", retry_max=0),
        backend("never_heard_of"),
        backend("local", path=3, made_up=True),
    ],
)
def test_what_cannot_be_reached_is_an_error(look, found: Backend):
    with pytest.raises(EnforcementError):
        look(found)


def test_files_that_settings_name_are_found(workspace, look):
    workspace.write({"keys/ca.pem": "", "main.tf": ""})
    with state_server() as address:
        found = backend("http", address=f"{address}/a", username="keys/ca.pem", password="../x")
        assert look(found) == (None, [])


def test_the_configurations_backend_is_told_without_modules_and_providers(workspace, configured):
    needs = 'module "m" {\n  source = "./m"\n}\nresource "random_id" "x" {}\n'
    workspace.write({"main.tf": BLOCK + needs, "m/main.tf": ""})
    assert json.loads(bytes(configured().config))["path"] == "a.tfstate"
    chosen = configured("-backend-config=path=b.tfstate")
    assert json.loads(bytes(chosen.config))["path"] == "b.tfstate"
    assert not (workspace.directory / ".terraform").exists()


def test_no_backend_is_a_local_one(workspace, configured):
    workspace.write('resource "random_id" "x" {}\n')
    assert configured() is LOCAL


def test_no_state_is_copied_by_looking(workspace, configured):
    workspace.write(THING).init()
    workspace.run("workspace", "new", "live")
    workspace.apply()
    workspace.write(BLOCK + THING)
    configured()
    assert not (workspace.directory / "a.tfstate").exists()
    workspace.write(THING)
    workspace.run("workspace", "select", "live")
    assert workspace.run("state", "list").stdout == "terraform_data.x\n"


@pytest.mark.parametrize(
    "text", ["this is no configuration", 'terraform {\n  backend "never_heard_of" {}\n}\n']
)
def test_what_cannot_be_set_up_is_an_error(workspace, configured, text: str):
    workspace.write(text)
    with pytest.raises(EnforcementError):
        configured()
