"""A stack has one name and one apply at a time, whatever it is called and whoever hurries."""

from pathlib import Path

import pytest
from installed import Installed
from terraform_workspace import Workspace

from guardrail.door.apply import apply_plan
from guardrail.door.carry import Listener
from guardrail.door.session import Call, open_session
from guardrail.errors import LedgerError
from guardrail.ledger.sqlite import SqliteLedger
from guardrail.system.clock import unix_now

pytestmark = pytest.mark.terraform

CREATE = 'resource "terraform_data" "a" {\n  input = 1\n}\n'
REPLACE = 'resource "terraform_data" "a" {\n  triggers_replace = 2\n}\n'


@pytest.fixture
def stack(workspace: Workspace) -> Workspace:
    """Return a stack that stands, and a plan that replaces all of it."""
    workspace.write(CREATE).init().apply()
    workspace.write(REPLACE).plan(out="tfplan")
    return workspace


def begin(installed: Installed, stack: Workspace, apply_id: str = "0" * 32) -> SqliteLedger:
    """Note that an apply of `stack` began, as another process does."""
    installed.installation.state.mkdir(mode=0o700, exist_ok=True)
    ledger = SqliteLedger(installed.installation.ledger)
    ledger.begin_apply(
        apply_id=apply_id,
        stack=f"{stack.directory.resolve()}#default",
        plan_sha256="0" * 64,
        request_id=None,
        at=unix_now(),
    )
    return ledger


@pytest.mark.parametrize("alias", ["link", "workspace/../workspace", "workspace/."])
def test_an_alias_of_a_directory_is_no_other_stack(
    alias: str, stack: Workspace, installed: Installed
):
    begin(installed, stack)
    top = stack.directory.parent
    (top / "link").symlink_to(stack.directory)
    done = installed.check(stack.directory / "tfplan", "--chdir", top / alias)
    assert "state/unfinished_apply" in done.rules
    assert done.decision["stack"]["directory"] == str(stack.directory.resolve())


def test_an_approval_settles_no_apply_that_began_after_it_was_decided(
    stack: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    plan = stack.directory / "tfplan"
    assert installed.run("check", plan, "--chdir", stack.directory).code == 3
    (request,) = installed.requests()
    token = installed.approve(request, keys / "sam").read_bytes()
    call = Call(
        installation=installed.installation,
        directory=stack.directory.resolve(),
        env={"CLAUDECODE": "1"},
        now=unix_now(),
    )

    def meanwhile(step: str) -> None:
        if step == "rechecked":
            begin(installed, stack)

    listener = Listener(
        on_decision=lambda decision: None,
        on_progress=lambda progress, labels: None,
        boundary=meanwhile,
    )
    serial = stack.state()["serial"]
    with open_session(call) as session, pytest.raises(LedgerError, match="nobody saw its end"):
        apply_plan(session, str(plan), listener, token=token)
    assert stack.state()["serial"] == serial
    ledger = SqliteLedger(installed.installation.ledger)
    assert len(ledger.unfinished(f"{stack.directory.resolve()}#default")) == 1


def test_a_request_of_another_level_is_not_used_again(stack: Workspace, installed: Installed):
    plan = stack.directory / "tfplan"
    assert installed.run("check", plan, "--chdir", stack.directory).code == 3
    settings = installed.installation.settings.read_text()
    installed.settings(f'{settings}\n[approval]\nlevel = "principal"\n')
    assert installed.run("check", plan, "--chdir", stack.directory).code == 3
    assert [each.required.level for each in installed.requests()] == ["senior", "principal"]


def test_settings_behind_a_link_that_leads_nowhere_are_not_the_defaults(
    stack: Workspace, installed: Installed
):
    installed.installation.settings.unlink()
    installed.installation.settings.symlink_to("/nowhere")
    done = installed.run("check", stack.directory / "tfplan", "--chdir", stack.directory)
    assert done.code == 4
