"""The child's own code, run here with limits that are only noted."""

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import regorus
from questions import question

from guardrail.policy import worker
from guardrail.policy.bundle import Bundle
from guardrail.policy.question import to_json

DIRECTORY = str(Path(regorus.__file__).parent.parent)


def framed(*messages: bytes) -> bytes:
    return b"".join(len(each).to_bytes(8, "big") + each for each in messages)


def unframed(said: bytes) -> list[bytes]:
    messages, rest = [], said
    while rest:
        size = int.from_bytes(rest[:8], "big")
        messages.append(rest[8 : 8 + size])
        rest = rest[8 + size :]
    return messages


@pytest.fixture
def serve(mocker, monkeypatch):
    """Return a function that runs the child over ``messages`` and returns what it said."""
    limits = mocker.patch.object(worker.resource, "setrlimit")
    monkeypatch.setattr(sys, "path", list(sys.path))

    def run(*messages: bytes) -> list[bytes]:
        sink = io.BytesIO()
        monkeypatch.setattr(
            worker, "sys", SimpleNamespace(path=sys.path, stdin=stream(*messages), stdout=out(sink))
        )
        worker.main(DIRECTORY, 5, 1 << 30)
        return unframed(sink.getvalue())

    run.limits = limits
    return run


def stream(*messages: bytes) -> SimpleNamespace:
    return SimpleNamespace(buffer=io.BytesIO(framed(*messages)))


def out(sink: io.BytesIO) -> SimpleNamespace:
    return SimpleNamespace(buffer=sink)


def modules(bundle: Bundle) -> list[bytes]:
    return [part.encode() for item in bundle.modules.items() for part in item]


def test_it_tells_its_packages_and_then_answers(serve, built_in: Bundle):
    ready, *answers = serve(*modules(built_in), b"", *[to_json(question())] * 2)
    assert set(ready[1:].decode().split("\n")) == {f"data.{name}" for name in built_in.packages}
    assert [answer[:1] for answer in answers] == [b"A", b"A"]


def test_every_question_gets_its_own_processor_time(serve, built_in: Bundle):
    serve(*modules(built_in), b"", *[to_json(question())] * 3)
    asked = [call.args[0] for call in serve.limits.call_args_list]
    assert asked.count(worker.resource.RLIMIT_CPU) == 4
    assert {worker.resource.RLIMIT_CORE, worker.resource.RLIMIT_AS} < set(asked)


def test_an_error_is_its_last_word(serve):
    said = serve(b"x.rego", b"no rego", b"", to_json(question()))
    assert [message[:1] for message in said] == [b"E"]


def test_the_end_of_its_input_is_its_end(serve):
    assert [message[:1] for message in serve()] == [b"R"]
