"""Killed at every boundary and started again: never two applies, never one without its records."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from installed import Installed
from pretend_cloud import Cloud

from guardrail.audit.verify import verify_file
from guardrail.ledger.sqlite import SqliteLedger

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

BOUNDARIES = ["intent", "rehashed", "burnt", "rechecked", "begun", "ran", "ended", "recorded"]
NOTHING_BURNT = {"intent", "rehashed"}
TERRAFORM_RAN = {"ran", "ended", "recorded"}

DIES = """
import os, signal, sys
from pathlib import Path
from guardrail.door.apply import apply_plan
from guardrail.door.carry import Listener
from guardrail.door.session import Call, open_session
from guardrail.system.clock import unix_now
from guardrail.system.installation import Installation

folder, directory, plan, token, boundary = sys.argv[1:]

def die(step):
    if step == boundary:
        os.kill(os.getpid(), signal.SIGKILL)

call = Call(
    installation=Installation(
        config=Path(folder, "config"), state=Path(folder, "state"), home=Path(folder, "home")
    ),
    directory=Path(directory),
    env={"CLAUDECODE": "1"},
    now=unix_now(),
)
with open_session(call) as session:
    listener = Listener(
        on_decision=lambda decision: None, on_progress=lambda progress, labels: None, boundary=die
    )
    apply_plan(session, plan, listener, token=Path(token).read_bytes())
"""


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_killed_there_and_started_again(
    boundary: str, cloud: Cloud, installed: Installed, keys: Path, root: Path
):
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.apply()
    stack.write({"main.tf": cloud.environment_hcl(ami="ami-2")})
    plan = stack.plan(out="replace.tfplan")
    installed.trust(keys / "sam")
    assert installed.run("check", plan, "--chdir", stack.directory).code == 3
    (request,) = installed.requests()
    token = installed.approve(request, keys / "sam")
    built = len(cloud.log())

    died = subprocess.run(
        [sys.executable, "-c", DIES, installed.folder, stack.directory, plan, token, boundary],
        cwd=root,
        env={"PATH": os.defpath},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    ledger = SqliteLedger(installed.installation.ledger)
    assert ledger.spent(request.request_id) is (boundary not in NOTHING_BURNT)
    ran = ("delete", "aws_instance") in cloud.operations(since=built)
    assert ran is (boundary in TERRAFORM_RAN)
    key = f"{stack.directory.resolve()}#default"
    lost = ledger.losses(key, "", 0)
    assert bool(lost) is (boundary in TERRAFORM_RAN | {"begun"}), "on record before it starts"
    assert ledger.stack(key) is None
    log = installed.installation.audit_log.read_text()
    assert log.count("apply_intent") == 1, "an intent is on record before anything else"

    again = installed.run("apply", plan, "--chdir", stack.directory, "--token", token)
    assert (again.code == 0) is (boundary in NOTHING_BURNT), again.err
    deletions = [
        each for each in cloud.operations(since=built) if each == ("delete", "aws_instance")
    ]
    assert len(deletions) in {0, 2}, "two instances, deleted once or not at all"
    assert verify_file(installed.installation.audit_log, head=None).problems == ()
