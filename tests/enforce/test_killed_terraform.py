"""Terraform dies half way: the outcome is unknown, and the stack waits for a senior."""

import contextlib
import os
import signal
import threading
from pathlib import Path

import pytest
from installed import Installed
from terraform_workspace import Workspace

from guardrail.ledger.sqlite import SqliteLedger

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

HANGS = """
resource "terraform_data" "slow" {{
  triggers_replace = [{generation}]
  provisioner "local-exec" {{
    command = "echo $PPID >> '{folder}/terraform.pid'; read forever < '{folder}/never'"
  }}
}}
"""


def written(stack: Workspace, generation: int) -> None:
    stack.write(HANGS.format(generation=generation, folder=stack.directory))


def kill_when_it_hangs(stack: Workspace, number: int) -> threading.Thread:
    os.mkfifo(stack.directory / "never")
    pids = stack.directory / "terraform.pid"
    os.mkfifo(pids)

    def kill() -> None:
        with pids.open() as file:
            os.kill(int(file.readline()), number)

    killer = threading.Thread(target=kill)
    killer.start()
    return killer


def test_a_killed_terraform_leaves_its_stack_to_a_senior(
    workspace: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    written(workspace, 1)
    workspace.init()
    plan = workspace.plan(out="tfplan")
    here = ("--chdir", workspace.directory)
    assert installed.run("check", plan, *here).code == 3
    token = installed.approve(installed.requests()[0], keys / "sam")

    killer = kill_when_it_hangs(workspace, signal.SIGKILL)
    died = installed.run("apply", plan, *here, "--token", token)
    killer.join()
    assert died.code == 4
    assert "unknown" in died.err

    again = installed.run("apply", plan, *here, "--token", token)
    assert again.code == 4
    assert "spent" in again.err

    (workspace.directory / "never").write_text("the orphaned command may end\n")
    for leftover in ("never", "terraform.pid"):
        (workspace.directory / leftover).unlink()
    workspace.write('resource "terraform_data" "harmless" {}\n')
    stopped = installed.run("apply", *here, "--format", "json")
    assert stopped.code == 3, "even a harmless plan waits, for nobody knows what was done"
    assert "state/unfinished_apply" in stopped.rules

    token = installed.approve(installed.requests()[-1], keys / "sam")
    settled = installed.run("apply", *here, "--token", token)
    assert settled.code == 0, settled.err
    ledger = SqliteLedger(installed.installation.ledger)
    assert ledger.unfinished(f"{workspace.directory}#default") == ()


def test_an_interrupt_is_passed_on_once_and_waited_for(
    workspace: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    written(workspace, 1)
    workspace.init()
    plan = workspace.plan(out="tfplan")
    here = ("--chdir", workspace.directory)
    assert installed.run("check", plan, *here).code == 3
    token = installed.approve(installed.requests()[0], keys / "sam")
    os.mkfifo(workspace.directory / "never")
    os.mkfifo(workspace.directory / "terraform.pid")

    def interrupt() -> None:
        with (workspace.directory / "terraform.pid").open() as file:
            file.readline()
        os.kill(os.getpid(), signal.SIGINT)
        # Terraform may have ended the command already; then nobody reads any more.
        with contextlib.suppress(OSError):
            waiting = os.open(workspace.directory / "never", os.O_WRONLY | os.O_NONBLOCK)
            os.write(waiting, b"enough\n")
            os.close(waiting)

    helper = threading.Thread(target=interrupt)
    helper.start()
    done = installed.run("apply", plan, *here, "--token", token)
    helper.join()
    assert done.code in {0, 4}
    log = installed.run("audit", "show").out
    assert '"event":"apply_outcome"' in log
    assert '"outcome":"applied"' in log or '"outcome":"failed"' in log
