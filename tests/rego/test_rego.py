"""The rules' own tests, in a real OPA and in the embedded engine."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import regorus
from opa_program import find_opa

ROOT = Path(__file__).parent.parent.parent
REGO = ROOT / "rego"
MODULES = sorted(REGO.rglob("*.rego"))
TESTS = [
    path for path in MODULES if path.name.endswith("_test.rego") and path.stem != "testing_test"
]


@pytest.fixture(scope="module")
def opa_binary() -> Path:
    return find_opa()


def run(binary: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [binary, *arguments, "rego"], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.opa
def test_opa_passes_every_test(opa_binary: Path):
    done = run(opa_binary, "test", "--format=json")
    assert done.returncode == 0, done.stdout
    results = json.loads(done.stdout)
    assert len(results) == sum(len(names(path)) for path in TESTS)
    assert not [result for result in results if result.get("fail") or result.get("skip")]


@pytest.mark.opa
def test_opa_finds_nothing_to_say_in_strict_mode(opa_binary: Path):
    done = run(opa_binary, "check", "--strict")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.opa
def test_every_module_is_formatted(opa_binary: Path):
    done = run(opa_binary, "fmt", "--list", "--fail")
    assert (done.returncode, done.stdout) == (0, "")


def names(path: Path) -> list[str]:
    return re.findall(r"^(test_\w+) if", path.read_text(), re.MULTILINE)


@pytest.fixture(scope="module")
def engine() -> regorus.Engine:
    """Return the embedded engine with every module, the tests outside what they test."""
    loaded = regorus.Engine()
    for path in MODULES:
        text = path.read_text()
        # The decision asks every rule; a test among them would be asked by itself.
        if path in TESTS:
            text = text.replace("package guardrail.", "package tested.", 1)
        loaded.add_policy(path.name, text)
    loaded.set_input_json("{}")
    return loaded


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_the_embedded_engine_passes_every_test(engine: regorus.Engine, path: Path):
    package = re.search(r"^package guardrail\.(\S+)", path.read_text(), re.MULTILINE)[1]
    results = {
        name: engine.eval_rule_as_json(f"data.tested.{package}.{name}") for name in names(path)
    }
    assert set(results.values()) == {"true"}, results
