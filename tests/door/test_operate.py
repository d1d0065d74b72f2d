"""Operations without a plan: found out on a copy, decided as a plan is, done as they were decided."""

import json
from pathlib import Path

import pytest
from installed import Installed
from pretend_cloud import Cloud
from terraform_workspace import Workspace

from guardrail.door.dropin import Read, read_arguments

pytestmark = pytest.mark.terraform

STACK = """\
resource "terraform_data" "kept" {
  for_each = toset(["secret-customer", "other"])
  input    = each.key
}

resource "terraform_data" "one" {}
"""
BACKEND = """\
terraform {
  backend "local" {}
}
"""


@pytest.fixture
def stack(workspace: Workspace) -> Workspace:
    """Return a stack of what needs no provider, applied."""
    workspace.write(STACK).init().apply()
    return workspace


def asked(installed: Installed, stack: Workspace, *words: str, token: Path | None = None):
    given = [] if token is None else ["--token", str(token)]
    return installed.run("terraform", *given, f"-chdir={stack.directory}", *words)


def held(stack: Workspace) -> set[str]:
    return set(stack.run("state", "list").stdout.split())


def events(installed: Installed) -> list[str]:
    lines = installed.installation.audit_log.read_text().splitlines()
    return [json.loads(line)["event"] for line in lines]


# -- what it would do, told before it is done ------------------------------------------------


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("state rm terraform_data.one", "`terraform state rm` of 1 managed resource: what is forgotten"),
        ("state rm terraform_data.kept", "of 2 managed resources: what is forgotten"),
        ("state mv terraform_data.one terraform_data.two", "stands under another address"),
        ("taint terraform_data.one", "destroys what is tainted"),
        ("state replace-provider terraform.io/builtin/terraform example.com/a/b", "another provider is trusted"),
        ("import terraform_data.two id", "what nothing managed so far (terraform_data.two)"),
        ("force-unlock 9db590f1-b6fe-c5f2-2678-8804f089deba", "`terraform force-unlock 9db590f1-b6fe"),
        ("test", "creates real infrastructure"),
        ("console", "prints any value of it"),
        ("query", "list what is in the account"),
        ("login app.example.com", "`terraform login app.example.com`: it keeps a credential"),
        ("logout", "deletes a credential"),
    ],
)  # fmt: skip
def test_a_senior_is_asked_and_told_what_it_would_do(
    stack: Workspace, installed: Installed, line: str, told: str
):
    before = stack.state()
    stopped = asked(installed, stack, *line.split())
    assert stopped.code == 3, stopped.err
    assert told in stopped.err
    assert "secret-customer" not in stopped.err
    assert stack.state() == before
    (request,) = installed.requests()
    assert line.startswith(request.binding.operation)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("state rm terraform_data.missing", "does not do this"),
        ("state rm", "does not do this"),
        ("state push missing.tfstate", "does not exist"),
        ("state push a b", "was given 2 names, expected 1"),
        ("workspace delete missing", "there is no such workspace"),
        ("import terraform_data.two", "was given 1 names, expected 2"),
        ("import module.a id", "is not that of a resource"),
        ("untaint terraform_data.one", "does not do this"),
    ],
)
def test_what_cannot_be_found_out_is_not_done(
    stack: Workspace, installed: Installed, line: str, told: str
):
    before = stack.state()
    refused = asked(installed, stack, *line.split())
    assert refused.code in {1, 4}
    assert told in refused.err
    assert not installed.requests()
    assert stack.state() == before


def test_nothing_is_known_of_a_command_that_nobody_can_approve(
    stack: Workspace, installed: Installed
):
    refused = asked(installed, stack, "stacks", "apply")
    assert refused.code == 1
    assert "no approval opens it" in refused.err


def test_what_terraform_only_rehearses_is_handed_on():
    assert isinstance(read_arguments(["state", "rm", "-dry-run", "a.b"]), Read)


# -- the main job ----------------------------------------------------------------------------


def test_a_forgotten_environment_is_stopped_and_a_seniors_token_releases_it_once(
    cloud: Cloud, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.apply()
    everything = held(stack)
    made = len(cloud.log())
    line = ("state", "rm", *sorted(everything))

    stopped = asked(installed, stack, *line)
    assert stopped.code == 3, stopped.err
    assert "8 of 8 managed resources forgotten" in stopped.err
    assert "environment/destroyed" in stopped.err
    assert held(stack) == everything

    (request,) = installed.requests()
    token = installed.approve(request, keys / "sam")
    elsewhere = asked(installed, stack, *line[:-1], token=token)
    assert elsewhere.code == 3
    assert "wrong_plan" in elsewhere.err
    assert held(stack) == everything

    done = asked(installed, stack, *line, token=token)
    assert done.code == 0, done.err
    assert held(stack) == set()
    assert len(cloud.log()) == made, "forgetting destroys nothing"
    assert asked(installed, stack, *line, token=token).code == 4
    assert events(installed).count("apply_outcome") == 1
    assert installed.run("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("state mv terraform_data.one terraform_data.two", {"terraform_data.two"}),
        ("state rm terraform_data.one", set()),
        ("taint terraform_data.one", {"terraform_data.one"}),
    ],
)
def test_exactly_the_state_that_was_judged_is_left(
    stack: Workspace, installed: Installed, keys: Path, line: str, left: set[str]
):
    installed.trust(keys / "sam")
    assert asked(installed, stack, *line.split()).code == 3
    token = installed.approve(installed.requests()[0], keys / "sam")
    done = asked(installed, stack, *line.split(), token=token)
    assert done.code == 0, done.err
    assert {each for each in held(stack) if "kept" not in each} == left
    if line.startswith("taint"):
        kept = asked(installed, stack, "untaint", "terraform_data.one")
        assert kept.code == 0, kept.err
        assert "tier 1" in kept.err


def test_a_state_that_changed_after_the_approval_is_not_overwritten(
    stack: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    line = ("state", "rm", "terraform_data.one")
    assert asked(installed, stack, *line).code == 3
    token = installed.approve(installed.requests()[0], keys / "sam")
    stack.run("state", "mv", 'terraform_data.kept["other"]', "terraform_data.moved")
    refused = asked(installed, stack, *line, token=token)
    assert refused.code == 3
    assert "stale_state" in refused.err
    assert "terraform_data.one" in held(stack)


def test_a_state_to_push_is_judged_as_terraform_reads_it(
    stack: Workspace, installed: Installed, keys: Path
):
    # To Go's reader the second member counts, whatever the case of its letters.
    state = stack.state()
    text = json.dumps({**state, "serial": state["serial"] + 1})
    crafted = text[:-1] + ', "Resources": []}'
    (stack.directory / "crafted.json").write_text(crafted)
    installed.trust(keys / "sam")
    stopped = asked(installed, stack, "state", "push", "crafted.json")
    assert stopped.code == 3, stopped.err
    assert "3 of 3 managed resources forgotten" in stopped.err
    token = installed.approve(installed.requests()[0], keys / "sam")
    # Another file under the approved name is another operation.
    (stack.directory / "crafted.json").write_text(text)
    refused = asked(installed, stack, "state", "push", "crafted.json", token=token)
    assert refused.code == 3
    assert "wrong_plan" in refused.err
    assert len(held(stack)) == 3


def test_a_workspace_is_deleted_with_all_it_holds_only_by_a_senior(
    stack: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    stack.run("workspace", "new", "staging")
    stack.apply()
    stack.run("workspace", "select", "default")
    stack.run("workspace", "new", "empty")
    stack.run("workspace", "select", "default")

    gone = asked(installed, stack, "workspace", "delete", "empty")
    assert gone.code == 0, gone.err
    stopped = asked(installed, stack, "workspace", "delete", "-force", "staging")
    assert stopped.code == 3, stopped.err
    assert "staging: 3 of 3 managed resources forgotten" in stopped.err
    assert "`terraform workspace delete staging`" in stopped.err
    token = installed.approve(installed.requests()[0], keys / "sam")
    line = ("workspace", "delete", "-force", "staging")
    assert asked(installed, stack, *line, token=token).code == 0
    assert stack.run("workspace", "list").stdout.split() == ["*", "default"]
    assert len(held(stack)) == 3


def test_a_state_is_not_left_behind_for_another_backend_without_a_senior(
    workspace: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    stack = workspace.write(BACKEND + STACK).init("-backend-config=path=a.tfstate")
    first = asked(installed, stack, "init", "-reconfigure", "-backend-config=path=b.tfstate")
    assert first.code == 0, "there is nothing to leave behind"
    stack.init("-reconfigure", "-backend-config=path=a.tfstate").apply()

    same = asked(installed, stack, "init", "-reconfigure", "-backend-config=path=a.tfstate")
    assert same.code == 0, same.err
    pointer = stack.directory / ".terraform" / "terraform.tfstate"
    before = pointer.read_bytes()
    line = ("init", "-reconfigure", "-backend-config=path=b.tfstate")
    stopped = asked(installed, stack, *line)
    assert stopped.code == 3, stopped.err
    assert "`terraform init -reconfigure` of 3 managed resources" in stopped.err
    assert pointer.read_bytes() == before
    token = installed.approve(installed.requests()[0], keys / "sam")
    main = stack.directory / "main.tf"
    written = main.read_text()
    main.write_text(written + 'output "more" {\n  value = 1\n}\n')
    edited = asked(installed, stack, *line, token=token)
    assert edited.code == 3
    assert "wrong_plan" in edited.err
    main.write_text(written)
    done = asked(installed, stack, *line, token=token)
    assert done.code == 0, done.err
    assert b"b.tfstate" in pointer.read_bytes()


def test_a_state_that_another_one_would_be_copied_over_is_what_is_lost(
    workspace: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    stack = workspace.write(BACKEND + STACK).init("-backend-config=path=b.tfstate")
    stack.apply()
    stack.init("-reconfigure", "-backend-config=path=a.tfstate")
    stack.apply("-target=terraform_data.one")
    line = ("init", "-migrate-state", "-backend-config=path=b.tfstate")
    stopped = asked(installed, stack, *line)
    assert stopped.code == 3, stopped.err
    assert "3 of 3 managed resources forgotten" in stopped.err
    token = installed.approve(installed.requests()[0], keys / "sam")
    assert asked(installed, stack, *line, token=token).code == 0
    assert held(stack) == {"terraform_data.one"}


def test_an_import_is_a_real_one(cloud: Cloud, installed: Installed, keys: Path):
    installed.trust(keys / "sam")
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.apply()
    state = stack.state()
    (vpc,) = (each for each in state["resources"] if each["type"] == "aws_vpc")
    identity = vpc["instances"][0]["attributes"]["id"]
    stack.run("state", "rm", "aws_vpc.main")
    line = ("import", "aws_vpc.main", identity)
    stopped = asked(installed, stack, *line)
    assert stopped.code == 3, stopped.err
    assert identity not in stopped.err
    token = installed.approve(installed.requests()[0], keys / "sam")
    done = asked(installed, stack, *line, token=token)
    assert done.code == 0, done.err
    assert "aws_vpc.main" in held(stack)


def test_what_only_observes_does_it_and_says_what_it_would_have_asked(
    stack: Workspace, installed: Installed
):
    settings = installed.installation.settings.read_text()
    installed.settings(f'profile = "observe"\n{settings}')
    done = asked(installed, stack, "state", "rm", "terraform_data.one")
    assert done.code == 0, done.err
    assert "OBSERVED" in done.err
    assert "terraform_data.one" not in held(stack)


def test_a_senior_reads_what_will_be_done_before_signing(
    stack: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    assert asked(installed, stack, "state", "rm", "terraform_data.kept").code == 3
    (request,) = installed.requests()
    assert "unknown: terraform state rm, 2 lost" in installed.run("requests").out
    shown = installed.run("approve", request.request_id, "--key", keys / "sam", stdin=b"no\n0\n")
    assert "2 resources lost" in shown.err
    assert "operation: terraform state rm, 2 to forget" in shown.err
    assert 'terraform_data.kept["#1"]' in shown.err
    assert "secret-customer" not in shown.err
