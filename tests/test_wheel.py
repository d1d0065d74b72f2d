"""What users install: a wheel with the Rego inside, in an environment with nothing else."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", out, root],
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_carries_rules_schemas_and_catalogs(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert "guardrail/_rego/guardrail/decision/decision.rego" in names
    assert "guardrail/py.typed" in names
    assert any(name.startswith("guardrail/findings/catalog/aws") for name in names)
    assert not any(name.startswith(("tests/", "sample_plans/")) for name in names)


def test_an_installed_wheel_checks_a_plan(wheel: Path, root: Path, tmp_path: Path):
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel],
        check=True,
        capture_output=True,
    )
    checked = subprocess.run(
        [
            tmp_path / "env" / "bin" / "guardrail",
            "check",
            root / "sample_plans" / "rebuilds_an_environment_by_name_prefix" / "plan.json",
        ],
        cwd=tmp_path,
        env={"CLAUDECODE": "1", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 3, checked.stderr
    assert "rebuilt" in checked.stdout
