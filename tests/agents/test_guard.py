"""Checks from Python: the public API, its example, threads, forks and faults."""

import doctest
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from installed import Installed

import guardrail
from guardrail import Guard, GuardrailError, Outcome
from guardrail.system.installation import Installation

REBUILD = "rebuilds_an_environment_by_name_prefix"


@pytest.fixture
def samples(root: Path) -> Path:
    return root / "sample_plans"


@pytest.fixture
def mine(installed: Installed) -> Installation:
    return installed.installation


def test_the_example_of_the_package_runs(installed, root: Path, mocker, monkeypatch):
    monkeypatch.chdir(root)
    mocker.patch("guardrail.agents.guard.find_installation", return_value=installed.installation)
    ran = doctest.testmod(guardrail)
    assert ran.attempted >= 5
    assert ran.failed == 0


def test_a_denial_is_a_value_and_what_cannot_be_decided_is_an_error(samples, mine):
    with Guard(installation=mine, env={}) as guard:
        stopped = guard.check(samples / REBUILD / "plan.json")
        assert stopped.outcome is Outcome.APPROVAL_REQUIRED
        assert guard.check(samples / "adds_a_tag" / "plan.json").outcome is Outcome.ALLOW
        for name in ("README.md", "nothing", "-", "malformed.py", "a\0b", ""):
            with pytest.raises(GuardrailError):
                guard.check(samples / name if name else "")


def test_an_agent_that_is_named_is_behind_the_plan(samples, mine):
    plan = samples / REBUILD / "plan.json"
    named = guardrail.check(plan, agent="claude-code", env={}, installation=mine)
    assert named.origin.kind == "agent"
    assert "claude-code" in named.origin.names
    unknown = guardrail.check(plan, agent="my own bot", env={}, installation=mine)
    assert unknown.origin.kind == "agent"


def test_threads_share_a_guard_and_get_their_own_answers(samples, mine):
    plans = {
        name: samples / name / "plan.json"
        for name in (REBUILD, "adds_a_tag", "destroys_an_environment", "no_changes")
    }
    with Guard(installation=mine, env={}) as guard:
        alone = {name: guard.check(plan).findings for name, plan in plans.items()}
        with ThreadPoolExecutor(8) as pool:
            asked = [name for _ in range(8) for name in plans]
            found = pool.map(lambda name: guard.check(plans[name]).findings, asked)
        assert all(alone[name] == findings for name, findings in zip(asked, found, strict=True))


def test_a_closed_guard_decides_nothing(samples, mine):
    guard = Guard(installation=mine)
    guard.close()
    guard.close()
    with pytest.raises(GuardrailError, match="closed"):
        guard.check(samples / "adds_a_tag" / "plan.json")


def test_an_engine_that_died_is_an_error_once_and_then_replaced(samples, mine):
    plan = samples / REBUILD / "plan.json"
    with Guard(installation=mine, env={}) as guard:
        first = guard.check(plan)
        os.kill(guard._session.engine.pid, 9)
        with pytest.raises(GuardrailError):
            guard.check(plan)
        assert guard.check(plan).findings == first.findings


def _checked_in_child(guard: Guard, plan: Path, queue) -> None:
    try:
        guard.check(plan)
    except GuardrailError as error:
        queue.put(error.message)
    else:
        queue.put("decided")


def test_a_guard_from_before_a_fork_decides_nothing(samples, mine):
    context = multiprocessing.get_context("fork")
    plan = samples / "adds_a_tag" / "plan.json"
    with Guard(installation=mine) as guard:
        queue = context.SimpleQueue()
        child = context.Process(target=_checked_in_child, args=(guard, plan, queue))
        child.start()
        assert "another process" in queue.get()
        child.join()
        assert guard.check(plan).outcome is Outcome.ALLOW


def test_a_crash_is_an_error_that_repeats_nothing(samples, mine, mocker):
    mocker.patch("guardrail.agents.guard.door.check", side_effect=RuntimeError("hunter2"))
    with Guard(installation=mine) as guard, pytest.raises(GuardrailError) as caught:
        guard.check(samples / "adds_a_tag" / "plan.json")
    assert caught.value.message == "internal error (RuntimeError)"
    assert caught.value.__cause__ is None


def test_the_package_loads_nothing_before_it_is_used():
    script = "import guardrail, sys; print(sum(m.startswith('guardrail') for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.split() == [b"1"]


def test_the_package_has_no_other_names():
    for name in guardrail.__all__:
        assert getattr(guardrail, name) is not None
    with pytest.raises(AttributeError):
        guardrail.nothing  # noqa: B018
