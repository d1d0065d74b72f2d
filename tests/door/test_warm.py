"""Engines stay, are never shared between threads, and none is left behind."""

import threading
from pathlib import Path

import pytest
from installed import Installed

from guardrail.door.session import Call
from guardrail.door.warm import MOST, WarmEngines
from guardrail.errors import PlanError, PolicyUnavailableError


@pytest.fixture
def call(tmp_path: Path) -> Call:
    installed = Installed(tmp_path / "guardrail")
    return Call(installation=installed.installation, directory=tmp_path, env={}, now=0)


@pytest.fixture
def engines():
    found = WarmEngines()
    yield found
    found.close()


def gone(pid: int | None) -> bool:
    return pid is None or not Path(f"/proc/{pid}").exists()


def test_the_next_call_finds_the_engine_running(engines: WarmEngines, call: Call):
    with engines.session(call) as session:
        first = session.engine
    with engines.session(call) as session:
        assert session.engine is first


def test_two_threads_never_share_one_and_only_one_is_kept(engines: WarmEngines, call: Call):
    met = threading.Barrier(2, timeout=60)
    found = []

    def work() -> None:
        with engines.session(call) as session:
            found.append(session.engine)
            met.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = found
    assert first is not second
    assert [first.pid, second.pid].count(None) == 1


def test_one_that_failed_is_not_kept_and_a_bad_plan_is_no_failure(engines: WarmEngines, call: Call):
    with engines.session(call) as session:
        first = session.engine
    with pytest.raises(PlanError), engines.session(call):
        raise PlanError("no plan")
    with pytest.raises(PolicyUnavailableError), engines.session(call):
        raise PolicyUnavailableError("it died")
    assert first.pid is None
    with engines.session(call) as session:
        assert session.engine is not first


def test_no_more_than_a_few_are_kept(engines: WarmEngines, call: Call, tmp_path: Path):
    kept = []
    for number in range(MOST + 1):
        policy = tmp_path / f"p{number}" / "own"
        policy.mkdir(parents=True)
        (policy / "own.rego").write_text(f"package acme.helper{number}\n\nvalue := {number}\n")
        with engines.session(
            Call(
                installation=call.installation,
                directory=call.directory,
                env={},
                now=0,
                policies=(policy,),
            )
        ) as session:
            kept.append(session.engine)
    assert [engine.pid is None for engine in kept] == [True] + [False] * MOST


def test_none_is_left_behind(call: Call):
    engines = WarmEngines()
    with engines.session(call) as session:
        pid = session.engine.pid
    engines.close()
    assert gone(pid)
