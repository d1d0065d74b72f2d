"""What the bench calls still answers as the page says; how long it takes is not asked."""

import importlib
import os
import sys

import pytest

OURS = ("doors", "measure")


@pytest.fixture
def doors(monkeypatch, request, root, tmp_path):
    monkeypatch.syspath_prepend(str(request.path.parent))
    for name in OURS:
        monkeypatch.delitem(sys.modules, name, raising=False)
    module = importlib.import_module("doors")
    plan = root / "sample_plans" / "rebuilds_an_environment_by_name_prefix" / "plan.json"
    env = {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(root),
        "CLAUDECODE": "1",
    }
    yield module, module.Doors(tmp_path / "doors", plan, env)
    for name in OURS:
        sys.modules.pop(name, None)


def test_every_door_that_is_a_process_gives_its_answer(doors):
    module, found = doors
    measure = sys.modules["measure"]
    runs = {
        name: measure.run(argv, env=found.env, cwd=found.work, limit=60)
        for name, argv in found.commands().items()
    }
    denied = {name for name, run in runs.items() if run.code == 2}
    assert {name for name, run in runs.items() if run.code not in {0, 2}} == set()
    assert denied == {"hook: `terraform apply`", f"hook: {module.SAVED}"} & runs.keys()


def test_every_door_that_stays_open_gives_its_answer(doors):
    module, found = doors
    runs = module.warm(found, turns=1, calls=1)
    assert [run.code for run in runs.values()] == [0] * 4
    assert min(run.wall for run in runs.values()) > 0
