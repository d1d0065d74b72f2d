import os
import signal
from pathlib import Path

import pytest
from questions import observation, question, rule, write_policies

from guardrail.errors import MalformedAnswerError, PolicyError, PolicyUnavailableError, ProcessError
from guardrail.findings.model import Kind
from guardrail.policy import embedded as module
from guardrail.policy.answer import read_answer
from guardrail.policy.bundle import Bundle, load_bundle
from guardrail.policy.embedded import Bounds, EmbeddedEngine, reason
from guardrail.policy.question import to_json

CANARY = "canary-2f9c"
ASKED = to_json(question(observation(Kind.DELETED, address=CANARY)))


@pytest.fixture
def engine(built_in: Bundle):
    engine = EmbeddedEngine(built_in)
    yield engine
    engine.close()


def evaluate(bundle: Bundle, asked: bytes = ASKED, **bounds) -> bytes:
    engine = EmbeddedEngine(bundle, Bounds(**bounds))
    try:
        return engine.evaluate(asked)
    finally:
        engine.close()


def with_rule(tmp_path: Path, **modules: str) -> Bundle:
    return load_bundle([write_policies(tmp_path, **modules)])


def other_modules(built_in: Bundle, text: str) -> Bundle:
    """Return the bundle with another entry point, past every check at loading."""
    name = "rego/guardrail/decision/decision.rego"
    return Bundle(
        modules={**built_in.modules, name: text},
        packages=built_in.packages,
        rules=built_in.rules,
        sha256=built_in.sha256,
    )


def refused(bundle: Bundle, expected: type[PolicyError], **bounds) -> str:
    with pytest.raises(expected) as error:
        evaluate(bundle, **bounds)
    assert CANARY not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return error.value.message


def test_a_warm_engine_answers_many_questions(engine: EmbeddedEngine, built_in: Bundle):
    first = engine.pid
    for kind in Kind:
        asked = to_json(question(observation(kind)))
        assert read_answer(engine.evaluate(asked), built_in.rules).evaluated == built_in.rules
    assert engine.pid == first


def test_one_question_leaves_nothing_behind_for_the_next(engine: EmbeddedEngine):
    clean = engine.evaluate(to_json(question()))
    engine.evaluate(ASKED)
    assert engine.evaluate(to_json(question())) == clean


def test_a_killed_child_is_no_answer_and_stays_none(engine: EmbeddedEngine):
    engine.evaluate(ASKED)
    os.kill(engine.pid, signal.SIGKILL)
    for _ in range(2):
        with pytest.raises(PolicyUnavailableError, match="signal 9"):
            engine.evaluate(ASKED)


def test_a_closed_engine_gives_no_answer(built_in: Bundle):
    engine = EmbeddedEngine(built_in)
    engine.close()
    engine.close()
    assert engine.pid is None
    with pytest.raises(PolicyUnavailableError, match="it was closed"):
        engine.evaluate(ASKED)


def test_an_endless_policy_meets_the_limit_on_processor_time(tmp_path: Path):
    endless = (
        "\n".join(f"\tsome x{i} in numbers.range(1, 100)" for i in range(9))
        + "\n\tsum([x0, x1, x2, x3, x4, x5, x6, x7, x8]) < 0"
    )
    bundle = with_rule(tmp_path, mine=rule(body=endless.strip()))
    message = refused(bundle, PolicyUnavailableError, cpu_seconds=0)
    assert f"signal {signal.SIGXCPU.value}" in message


def test_a_slow_policy_meets_the_limit_on_time(tmp_path: Path):
    endless = "\n".join(f"\tsome x{i} in numbers.range(1, 100)" for i in range(9))
    bundle = with_rule(tmp_path, mine=rule(body=f"{endless.strip()}\n\tx0 + x8 < 0"))
    assert "too long" in refused(bundle, PolicyUnavailableError, wall_seconds=0.3)


def test_a_greedy_policy_meets_the_limit_on_memory(tmp_path: Path):
    bundle = with_rule(tmp_path, mine=rule(body="count(numbers.range(1, 300000000)) > 0"))
    refused(bundle, PolicyError, memory_bytes=512 << 20)


def test_a_recursion_that_crashes_the_engine_is_no_answer(tmp_path: Path):
    text = rule(body="ping(1)") + "\nping(x) if pong(x)\n\npong(x) if ping(x)\n"
    refused(with_rule(tmp_path, mine=text), PolicyUnavailableError)


def test_a_deep_module_that_hangs_the_parser_is_no_answer(tmp_path: Path):
    text = rule() + "\ndeep := " + "[" * 20000 + "]" * 20000 + "\n"
    refused(with_rule(tmp_path, mine=text), PolicyUnavailableError, cpu_seconds=0, wall_seconds=10)


def test_an_undefined_answer_is_no_answer(built_in: Bundle):
    text = "package guardrail.decision\n\nanswer := 1 if input.schema == 7\n"
    assert "undefined" in refused(other_modules(built_in, text), MalformedAnswerError)


def test_an_answer_that_is_too_large_is_not_even_read(built_in: Bundle):
    assert "too large" in refused(built_in, MalformedAnswerError, answer_bytes=100)


@pytest.mark.parametrize(
    "said",
    ['"allow"', "1", "{}", "[]", "null", '{"findings": []}', '{"findings": 1, "evaluated": []}'],
)
def test_an_answer_of_another_shape_is_malformed(built_in: Bundle, said: str):
    text = f"package guardrail.decision\n\nanswer := {said}\n"
    with pytest.raises(PolicyError):
        read_answer(evaluate(other_modules(built_in, text)), built_in.rules)


def test_a_rule_that_is_silent_about_a_question_blocks_it(tmp_path: Path):
    text = 'package guardrail.rules.custom.mine\n\nreport := {1} if input.schema == "x"\n'
    bundle = with_rule(tmp_path, mine=text)
    with pytest.raises(PolicyError, match="custom/mine"):
        read_answer(evaluate(bundle), bundle.rules)


def test_other_packages_than_meant_are_refused(built_in: Bundle):
    text = "package guardrail.somewhere\n\nanswer := 1\n"
    assert "other policies" in refused(other_modules(built_in, text), PolicyUnavailableError)


def test_a_question_that_is_no_json_is_no_answer(built_in: Bundle):
    with pytest.raises(PolicyUnavailableError) as error:
        evaluate(built_in, CANARY.encode())
    assert CANARY not in error.value.message


def test_a_syntax_error_is_named_with_its_place_and_without_its_line(tmp_path: Path):
    text = rule() + f'\nbroken := {{"{CANARY}": \n'
    message = refused(with_rule(tmp_path, mine=text), PolicyUnavailableError)
    assert f"{tmp_path.name}/mine.rego:" in message


def test_an_unknown_function_is_named_with_its_place(tmp_path: Path):
    message = refused(with_rule(tmp_path, mine=rule(body="no.such(1)")), PolicyUnavailableError)
    assert f"{tmp_path.name}/mine.rego:14: could not find function no.such" in message


def test_an_error_about_a_value_tells_its_place_alone(tmp_path: Path):
    bundle = with_rule(tmp_path, mine=rule(body="to_number(observation.address) > 1"))
    message = refused(bundle, PolicyUnavailableError)
    assert message.endswith(f"{tmp_path.name}/mine.rego:14")


def test_what_the_engine_says_never_passes_unless_it_is_known(built_in: Bundle):
    for said in (
        b"\xff\xfe",
        b"",
        CANARY.encode(),
        f"--> {CANARY}:3:4\nerror: {CANARY}".encode(),
        f"\n--> rego/guardrail/decision/decision.rego:3:4\nerror: got `{CANARY}`".encode(),
    ):
        assert CANARY not in reason(said, built_in)


def test_the_child_gets_no_environment_and_no_core_dump(engine: EmbeddedEngine, monkeypatch):
    engine.evaluate(ASKED)
    process = Path(f"/proc/{engine.pid}")
    if not process.exists():
        pytest.skip("this system has no /proc")
    assert process.joinpath("environ").read_bytes() == b""
    limits = process.joinpath("limits").read_text()
    assert [line.split()[4] for line in limits.splitlines() if "core file" in line] == ["0"]


def test_a_missing_engine_is_named(built_in: Bundle, mocker):
    mocker.patch.object(module, "find_spec", return_value=None)
    with pytest.raises(PolicyUnavailableError, match="not installed"):
        EmbeddedEngine(built_in)


def test_a_child_that_cannot_be_started_is_no_answer(built_in: Bundle, mocker):
    mocker.patch.object(module.sys, "executable", "/nowhere/python")
    with pytest.raises(PolicyUnavailableError, match="could not be started"):
        EmbeddedEngine(built_in)


def test_a_child_that_dies_at_once_says_so_at_the_first_question(built_in: Bundle, mocker):
    mocker.patch.object(module.sys, "executable", "/bin/false")
    with pytest.raises(PolicyUnavailableError, match="no answer"):
        evaluate(built_in)


def test_modules_that_the_child_does_not_take_are_told_at_the_first_question(built_in, mocker):
    mocker.patch.object(module.Child, "write", side_effect=ProcessError("it is deaf"))
    with pytest.raises(PolicyUnavailableError, match="it is deaf"):
        evaluate(built_in)


def test_an_interrupt_while_loading_ends_the_child(built_in: Bundle, mocker):
    mocker.patch.object(module.Child, "write", side_effect=KeyboardInterrupt)
    killed = mocker.spy(module.Child, "kill")
    with pytest.raises(KeyboardInterrupt):
        EmbeddedEngine(built_in)
    killed.assert_called_once()


def test_an_interrupt_in_the_middle_of_an_answer_ends_the_child(built_in: Bundle, mocker):
    engine = EmbeddedEngine(built_in)
    mocker.patch.object(module.Child, "read", side_effect=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        engine.evaluate(ASKED)
    assert engine.pid is None
