"""Where the state is looked for: what is left behind, and what is written over, is told first."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from installed import Installed, Result
from state_server import state_server
from terraform_workspace import Workspace

from guardrail.door.dropin import Read, read_arguments

pytestmark = pytest.mark.terraform

BACKEND = """\
terraform {
  backend "local" {}
}
"""
THINGS = """\
resource "terraform_data" "one" {}

resource "terraform_data" "two" {}
"""
OUTPUT = 'output "only" {\n  value = 1\n}\n'
A, B = "-backend-config=path=a.tfstate", "-backend-config=path=b.tfstate"

Asks = Callable[..., Result]


@pytest.fixture
def asks(workspace: Workspace, installed: Installed, keys: Path) -> Asks:
    """Return what has the gate do an operation in the workspace; `approved` by a senior."""

    def ask(*words: str, approved: bool = False) -> Result:
        line = (f"-chdir={workspace.directory}", *words)
        if not approved:
            return installed.run("terraform", *line)
        installed.trust(keys / "sam")
        if not installed.requests():
            stopped = installed.run("terraform", *line)
            assert stopped.code == 3, stopped.err
        token = installed.approve(installed.requests()[-1], keys / "sam")
        return installed.run("terraform", "--token", token, *line)

    return ask


def objects(workspace: Workspace, name: str) -> list[str]:
    state = json.loads((workspace.directory / name).read_text())
    return sorted(each["name"] for each in state["resources"])


# -- init -reconfigure -------------------------------------------------------------------


def test_a_fresh_checkout_is_set_up_without_asking(workspace: Workspace, asks: Asks):
    """What CI does many times a day: neither modules nor providers are there, and nothing is left behind."""
    workspace.write(
        {
            "main.tf": BACKEND + 'module "x" {\n  source = "./x"\n}\n',
            "x/main.tf": 'resource "random_id" "x" {\n  byte_length = 1\n}\n',
        }
    )
    done = asks("init", "-reconfigure", "-get=false", A)
    assert "BLOCKED" not in done.err
    assert "ALLOWED" in done.err
    record = workspace.directory / ".terraform" / "terraform.tfstate"
    assert b"a.tfstate" in record.read_bytes()


def test_the_same_state_may_be_set_up_again(workspace: Workspace, asks: Asks):
    workspace.write(BACKEND + THINGS).init(A).apply()
    assert asks("init", "-reconfigure", A).code == 0
    # A module that is not installed yet is none of it.
    workspace.write({"more.tf": 'module "x" {\n  source = "./x"\n}\n', "x/x.tf": ""})
    again = asks("init", "-reconfigure", A)
    assert again.code == 0, again.err


def test_a_changed_block_is_compared_with_what_was_used_before(workspace: Workspace, asks: Asks):
    block = 'terraform {\n  backend "local" {\n    path = "a.tfstate"\n  }\n}\n'
    workspace.write(block + THINGS).init().apply()
    workspace.write(block.replace("a.tf", "b.tf") + THINGS)
    stopped = asks("init", "-reconfigure")
    assert stopped.code == 3, stopped.err
    assert "of 2 managed resources: Terraform looks for the state elsewhere" in stopped.err
    # And without any block it is the local state that would be found.
    workspace.write(THINGS)
    gone = asks("init", "-reconfigure")
    assert gone.code == 3, gone.err
    assert asks("init", "-reconfigure", approved=True).code == 0


def test_what_nobody_can_read_any_more_is_left_behind_by_a_senior_only(
    workspace: Workspace, asks: Asks
):
    with state_server() as address:
        block = f'terraform {{\n  backend "http" {{\n    address = "{address}/a"\n  }}\n}}\n'
        workspace.write(block.replace("address =", "retry_max = 0\n    address =") + THINGS)
        workspace.init().apply()
    workspace.write(BACKEND + THINGS)
    stopped = asks("init", "-reconfigure", A)
    assert stopped.code == 3, stopped.err
    assert "what is used here could not be read" in stopped.err
    assert asks("init", "-reconfigure", A, approved=True).code == 0


def test_a_newer_copy_of_the_same_state_is_found_without_asking_and_an_older_one_is_not(
    workspace: Workspace, asks: Asks
):
    workspace.write(BACKEND + THINGS).init(A).apply()
    state = json.loads((workspace.directory / "a.tfstate").read_text())
    target = workspace.directory / "b.tfstate"
    target.write_text(json.dumps({**state, "serial": state["serial"] + 1}))
    newer = asks("init", "-reconfigure", B)
    assert newer.code == 0, newer.err
    (workspace.directory / "a.tfstate").write_text(
        json.dumps({**state, "resources": state["resources"][:1]})
    )
    older = asks("init", "-reconfigure", A)
    assert older.code == 3
    assert "it is an older copy" in older.err


def test_without_a_backend_of_its_own_init_leaves_all_as_it_is(workspace: Workspace, asks: Asks):
    workspace.write(BACKEND + THINGS).init(A).apply()
    workspace.write(BACKEND.replace("{}", '{ path = "b.tfstate" }') + THINGS)
    record = workspace.directory / ".terraform" / "terraform.tfstate"
    before = record.read_bytes()
    # It becomes Terraform itself, which a process can do once.
    found = read_arguments(["init", "-migrate-state", "-force-copy", "-backend=false"])
    assert isinstance(found, Read)
    workspace.run(*found.arguments)
    assert record.read_bytes() == before


# -- init -migrate-state -----------------------------------------------------------------


@pytest.mark.parametrize("option", ["-migrate-state", "-force-copy"])
def test_a_state_that_holds_only_an_output_is_copied_over_a_full_one_too(
    workspace: Workspace, asks: Asks, option: str
):
    workspace.write(BACKEND + THINGS).init(B).apply()
    workspace.write(BACKEND + OUTPUT).init("-reconfigure", A).apply()
    stopped = asks("init", option, B)
    assert stopped.code == 3, stopped.err
    assert "2 of 2 managed resources forgotten" in stopped.err
    assert objects(workspace, "b.tfstate") == ["one", "two"]


def test_a_resource_without_instances_is_something_to_copy(workspace: Workspace, asks: Asks):
    workspace.write(BACKEND + THINGS).init(B).apply()
    workspace.init("-reconfigure", A)
    state = json.loads((workspace.directory / "b.tfstate").read_text())
    hollow = {**state["resources"][0], "name": "hollow", "instances": []}
    crafted = {**state, "lineage": "3a4c8f0e-0000", "resources": [hollow]}
    (workspace.directory / "a.tfstate").write_text(json.dumps(crafted))
    stopped = asks("init", "-migrate-state", B)
    assert stopped.code == 3, stopped.err
    assert "2 of 2 managed resources forgotten" in stopped.err


def test_an_older_copy_of_a_state_is_not_put_over_it_unasked(workspace: Workspace, asks: Asks):
    workspace.write(BACKEND + THINGS).init(B).apply("-target=terraform_data.one")
    older = (workspace.directory / "b.tfstate").read_text()
    workspace.apply().check_returncode()
    workspace.init("-reconfigure", A)
    (workspace.directory / "a.tfstate").write_text(older)
    stopped = asks("init", "-migrate-state", B)
    assert stopped.code == 3, stopped.err
    assert "1 of 2 managed resources forgotten" in stopped.err
    assert "it is an older copy" in stopped.err


def test_a_first_move_to_a_backend_brings_nothing_in_and_is_remembered(
    workspace: Workspace, installed: Installed, asks: Asks
):
    workspace.write(THINGS).init()
    chdir = f"-chdir={workspace.directory}"
    assert installed.run("terraform", chdir, "apply").code == 0
    workspace.write(BACKEND + THINGS)
    done = asks("init", "-migrate-state", A, approved=True)
    assert done.code == 0, done.err
    (request,) = installed.requests()
    assert {each.rule for each in request.facts.findings} == {"state/unplanned"}
    assert objects(workspace, "a.tfstate") == ["one", "two"]
    # Nothing is missing, nothing was imported: an ordinary plan is ordinary.
    workspace.write(BACKEND + THINGS + OUTPUT)
    after = installed.run("terraform", chdir, "apply")
    assert after.code == 0, after.err


def test_the_states_of_other_workspaces_are_not_copied_over_others_unseen(
    workspace: Workspace, asks: Asks
):
    folders = ("-backend-config=workspace_dir=a.d", "-backend-config=workspace_dir=b.d")
    workspace.write(BACKEND + THINGS).init(B, folders[1])
    workspace.run("workspace", "new", "live")
    workspace.apply()
    workspace.run("workspace", "select", "default")
    workspace.init("-reconfigure", A, folders[0])
    workspace.run("workspace", "new", "live")
    workspace.apply("-target=terraform_data.one")
    workspace.run("workspace", "select", "default")
    live = workspace.directory / "b.d" / "live" / "terraform.tfstate"
    refused = asks("init", "-migrate-state", B, folders[1])
    assert refused.code == 4
    assert "states of other workspaces would be copied over others" in refused.err
    # Copied to where nothing is they are lost nowhere; but nothing here says where they belong.
    live.unlink()
    stopped = asks("init", "-migrate-state", B, folders[1])
    assert stopped.code == 3, stopped.err
    assert "and 1 managed resources of other workspaces with it" in stopped.err


def test_a_local_workspace_is_moved_with_what_it_holds(workspace: Workspace, asks: Asks):
    workspace.write(THINGS).init()
    workspace.run("workspace", "new", "live")
    workspace.apply()
    workspace.write(BACKEND + THINGS)
    line = ("init", "-migrate-state", A, "-backend-config=workspace_dir=a.d")
    stopped = asks(*line)
    assert stopped.code == 3, stopped.err
    assert "of 2 managed resources" in stopped.err
    assert asks(*line, approved=True).code == 0
    assert objects(workspace, "a.d/live/terraform.tfstate") == ["one", "two"]


def test_a_single_state_takes_the_selected_one(workspace: Workspace, asks: Asks):
    with state_server() as address:
        workspace.write(THINGS).init()
        workspace.run("workspace", "new", "live")
        workspace.apply()
        http = f'terraform {{\n  backend "http" {{\n    address = "{address}/a"\n  }}\n}}\n'
        workspace.write(http + THINGS)
        stopped = asks("init", "-migrate-state")
        assert stopped.code == 3, stopped.err
        assert "of 2 managed resources" in stopped.err
        done = asks("init", "-migrate-state", approved=True)
        assert done.code == 0, done.err
        assert len(workspace.run("state", "list").stdout.split()) == 2
