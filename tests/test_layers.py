"""The layout is a promise: imports point down, and slow packages load only where used."""

import subprocess
import sys
from pathlib import Path

SLOW = {
    "boto3",
    "botocore",
    "requests",
    "aiohttp",
    "opa_client",
    "hcl2",
    "jsonschema",
    "cryptography",
    "jwt",
    "psutil",
    "sqlite3",
    "mcp",
}

UNASKED = {
    f"guardrail.findings.{name}"
    for name in (
        "losses.blast_radius",
        "details",
        "effects.pending",
        "updates.imports",
        "states.known_objects",
        "guards.prevented",
        "guards.protected",
        "losses.recovery",
        "losses.recreated",
        "losses.slices",
        "effects.sources",
        "states.state_history",
        "losses.together",
        "losses.undo",
        "places.whereabouts",
        "places.wrong_target",
    )
} | {"guardrail.origin.aws_arn", "guardrail.sources.aws", "guardrail.settings.identity_file"}
"""What a plan without a loss, an import or a past needs none of, where the settings say nothing."""

CHECK = """
import sys
from pathlib import Path
from guardrail.cli import execute
from guardrail.cli.context import Context
from guardrail.system.installation import Installation
home = Path(sys.argv[2])
installation = Installation(config=home / "config", state=home / "state", home=home)
code = execute(["check", sys.argv[1], "--output", f"text={home}/report"],
               Context(installation=installation, env={}))
print(code, *sorted(sys.modules), file=sys.stderr)
"""


def test_imports_point_down(root: Path):
    linted = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linted, "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_checking_a_plan_loads_nothing_slow_and_no_observer_in_vain(root: Path, tmp_path: Path):
    plan = root / "sample_plans" / "adds_a_tag" / "plan.json"
    done = subprocess.run(
        [sys.executable, "-c", CHECK, plan, tmp_path],
        cwd=root,
        env={"CLAUDECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    code, *modules = done.stderr.split()
    assert code == "0"
    assert SLOW & {name.partition(".")[0] for name in modules} == set()
    assert UNASKED & set(modules) == set()


def test_no_module_has_grown_past_its_idea(root: Path):
    long = {
        str(path.relative_to(root)): count
        for path in (root / "guardrail").rglob("*.py")
        if (count := len(path.read_text().splitlines())) > 300
    }
    assert long == {}
