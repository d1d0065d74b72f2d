"""Killed at every boundary of an operation and started again: done once, and on record."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from installed import AGENT, Installed
from terraform_workspace import Workspace

from guardrail.audit.verify import verify_file
from guardrail.ledger.sqlite import SqliteLedger

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

BOUNDARIES = ["intent", "rehashed", "burnt", "rechecked", "begun", "ran", "ended", "recorded"]
NOTHING_BURNT = {"intent", "rehashed"}
TERRAFORM_RAN = {"ran", "ended", "recorded"}

DIES = """
import os, signal, sys
from pathlib import Path
from guardrail.door.carry import Listener
from guardrail.door.dropin import read_arguments
from guardrail.door.operations.operate import operate
from guardrail.door.session import Call, open_session
from guardrail.system.clock import unix_now
from guardrail.system.installation import Installation

folder, directory, token, boundary, *words = sys.argv[1:]

def die(step):
    if step == boundary:
        os.kill(os.getpid(), signal.SIGKILL)

call = Call(
    installation=Installation(
        config=Path(folder, "config"), state=Path(folder, "state"), home=Path(folder, "home")
    ),
    directory=Path(directory).resolve(),
    env={"CLAUDECODE": "1"},
    now=unix_now(),
)
with open_session(call) as session:
    listener = Listener(
        on_decision=lambda decision: None, on_progress=lambda progress, labels: None, boundary=die
    )
    operate(session, read_arguments(words), listener, token=Path(token).read_bytes())
"""


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_killed_there_and_started_again(
    boundary: str, workspace: Workspace, installed: Installed, keys: Path, root: Path
):
    installed.trust(keys / "sam")
    workspace.write('resource "terraform_data" "x" {\n  count = 2\n}\n').init().apply()
    line = ("state", "rm", "terraform_data.x[0]")
    asked = ("terraform", f"-chdir={workspace.directory}", *line)
    assert installed.run(*asked).code == 3
    (request,) = installed.requests()
    token = installed.approve(request, keys / "sam")

    died = subprocess.run(
        [sys.executable, "-c", DIES, installed.folder, workspace.directory, token, boundary, *line],
        cwd=root,
        env={"PATH": os.defpath, **AGENT},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    ledger = SqliteLedger(installed.installation.ledger)
    assert ledger.spent(request.request_id) is (boundary not in NOTHING_BURNT)
    left = workspace.run("state", "list").stdout.split()
    assert (left == ["terraform_data.x[1]"]) is (boundary in TERRAFORM_RAN)
    key = f"{workspace.directory.resolve()}#default"
    open_end = boundary in {"begun", "ran"}
    assert bool(ledger.unfinished(key)) is open_end, "on record from before it starts to its end"
    log = installed.installation.audit_log.read_text()
    assert log.count("apply_intent") == 1
    assert log.count('"outcome":"applied"') == (boundary == "recorded")

    again = installed.run("terraform", "--token", token, *asked[1:])
    assert (again.code == 0) is (boundary in NOTHING_BURNT), again.err
    # The next one is told of an end that nobody knows.
    other = installed.run(*asked[:2], "taint", "terraform_data.x[1]")
    assert ("state/unfinished_apply" in other.err) is open_end
    assert verify_file(installed.installation.audit_log, head=None).problems == ()
