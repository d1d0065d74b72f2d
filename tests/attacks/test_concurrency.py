"""Many processes with one approval, and signals at odd times: never two applies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from installed import AGENT, Installed
from pretend_cloud import Cloud
from terraform_workspace import Workspace

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

ENVIRONMENT = {"PATH": os.defpath, **AGENT}
PROCESSES = 6

STOPPED = """
import os, signal, sys
import guardrail.enforce.apply as apply
import guardrail.enforce.procedure as procedure
from guardrail.cli import main
from guardrail.system.installation import Installation
from pathlib import Path

folder, number, step, *arguments = sys.argv[1:]
begin = {hook}

def stopped(*given, **named):
    os.kill(os.getpid(), int(number))
    return begin(*given, **named)

{hook} = stopped
folder = Path(folder)
main(
    arguments,
    installation=Installation(
        config=folder / "config", state=folder / "state", home=folder / "home"
    ),
)
"""


@pytest.fixture
def stack(cloud: Cloud) -> Workspace:
    """Return a stack that stands, with a plan that replaces its machines."""
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.apply()
    stack.write({"main.tf": cloud.environment_hcl(ami="ami-2")}).plan(out="tfplan")
    return stack


def deletions(cloud: Cloud, since: int) -> int:
    return cloud.operations(since=since).count(("delete", "aws_instance"))


@pytest.mark.parametrize("tokens", [1, 2])
def test_67_and_69_of_many_processes_with_one_approval_exactly_one_applies(
    tokens: int, stack: Workspace, cloud: Cloud, installed: Installed, keys: Path
):
    for name in ("sam", "pat")[:tokens]:
        installed.trust(keys / name, person=name)
    plan = stack.directory / "tfplan"
    assert installed.run("check", plan, "--chdir", stack.directory).code == 3
    (request,) = installed.requests()
    files = []
    for name in ("sam", "pat")[:tokens]:
        token = installed.folder / f"{name}.token"
        token.write_bytes(installed.approve(request, keys / name).read_bytes())
        files.append(token)
    built = len(cloud.log())
    running = [
        subprocess.Popen(
            installed.argv(
                "apply", plan, "--chdir", stack.directory, "--token", files[number % tokens]
            ),
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(PROCESSES)
    ]
    said = [each.communicate()[1].decode() for each in running]
    codes = [each.returncode for each in running]
    assert codes.count(0) == 1, said
    assert set(codes) <= {0, 3, 4}
    assert not any("Traceback" in text or "internal error" in text for text in said)
    assert deletions(cloud, built) == 2, "two machines, deleted once"
    assert installed.run("audit", "verify").code == 0
    log = installed.installation.audit_log.read_text()
    assert log.count('"outcome":"applied"') == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize(
    "hook", ["apply.read_target", "procedure._settle_unfinished", "apply.Apply.run"]
)
def test_110_a_signal_between_burning_and_starting_starts_nothing(
    hook: str,
    number: int,
    stack: Workspace,
    cloud: Cloud,
    installed: Installed,
    keys: Path,
):
    installed.trust(keys / "sam")
    plan = stack.directory / "tfplan"
    assert installed.run("check", plan, "--chdir", stack.directory).code == 3
    (request,) = installed.requests()
    token = installed.approve(request, keys / "sam")
    built = len(cloud.log())
    here = ["--chdir", stack.directory, "--token", token]
    arguments = [installed.folder, int(number), "", "apply", plan, *here]
    done = subprocess.run(
        [sys.executable, "-c", STOPPED.format(hook=hook), *map(str, arguments)],
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
    )
    assert done.returncode not in {0, 1, 2, 3}
    assert b"Traceback" not in done.stderr
    assert done.returncode in {4, -int(number)}, done.stderr.decode()
    again = installed.run("apply", plan, *here)
    assert again.code == 4
    assert deletions(cloud, built) == 0
