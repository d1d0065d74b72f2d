"""What only reads needs no engine, and can't decide anything without one."""

import subprocess
import sys
from pathlib import Path

import pytest
from installed import Installed

from guardrail.door.check import check
from guardrail.door.session import Call, settled
from guardrail.errors import PolicyUnavailableError

READS = """
import sys
from pathlib import Path
import guardrail.system.terraform as terraform
from guardrail.cli import execute
from guardrail.cli.context import Context
from guardrail.system.installation import Installation

def become(argv, **_):
    print(*argv[1:])
    print(*sys.modules)
    sys.exit(0)

terraform.become = become
home = Path(sys.argv[1])
place = Installation(config=home / "config", state=home / "state", home=home)
execute(["terraform", "version"], Context(installation=place, env={"PATH": sys.argv[2]}))
"""


def test_a_session_without_rules_allows_nothing(tmp_path: Path, root: Path):
    installed = Installed(tmp_path / "guardrail")
    call = Call(installation=installed.installation, directory=tmp_path, env={}, now=0)
    with pytest.raises(PolicyUnavailableError):
        check(settled(call), str(root / "sample_plans" / "adds_a_tag" / "plan.json"))


def test_a_command_that_only_reads_starts_no_engine(tmp_path: Path):
    tool = tmp_path / "bin" / "terraform"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", READS, tmp_path, tool.parent],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    handed, modules = done.stdout.splitlines()
    assert handed == "version"
    heavy = {"guardrail.gate", "guardrail.policy.embedded", "guardrail.findings.observe"}
    assert heavy & set(modules.split()) == set()
