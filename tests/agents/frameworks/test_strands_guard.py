"""A real Strands agent with a fake model, under guard."""

import json

import pytest
from strands import Agent, tool
from strands.models import Model

from guardrail.agents.frameworks.strands import GuardrailHooks

pytestmark = pytest.mark.terraform


class Scripted(Model):
    """A model that calls the shell once, and then says that it is done."""

    def __init__(self, command: str) -> None:
        self.command = command

    def update_config(self, **_more):
        pass

    def get_config(self):
        return {}

    async def structured_output(self, *_more, **_named):
        raise NotImplementedError
        yield

    async def stream(self, messages, *_more, **_named):
        yield {"messageStart": {"role": "assistant"}}
        if any("toolResult" in part for message in messages for part in message["content"]):
            yield {"contentBlockStart": {"start": {}}}
            yield {"contentBlockDelta": {"delta": {"text": "done"}}}
            yield {"contentBlockStop": {}}
            yield {"messageStop": {"stopReason": "end_turn"}}
            return
        yield {
            "contentBlockStart": {"start": {"toolUse": {"name": "shell", "toolUseId": "call-1"}}}
        }
        given = json.dumps({"command": self.command})
        yield {"contentBlockDelta": {"delta": {"toolUse": {"input": given}}}}
        yield {"contentBlockStop": {}}
        yield {"messageStop": {"stopReason": "tool_use"}}


def agent(scene, command: str, **options) -> Agent:
    @tool
    def shell(command: str) -> str:
        """Run a command."""
        return scene.shell(command)

    return Agent(
        model=Scripted(command),
        tools=[shell],
        hooks=[GuardrailHooks(**scene.options, **options)],
        callback_handler=None,
    )


def answer_of(runs: Agent) -> tuple[str, str]:
    (found,) = (
        part["toolResult"]
        for message in runs.messages
        for part in message["content"]
        if "toolResult" in part
    )
    return found["status"], found["content"][0]["text"]


def test_a_harmless_command_runs(bare):
    runs = agent(bare, "echo hello")
    runs("do it")
    assert answer_of(runs) == ("success", "hello\n")


@pytest.mark.parametrize("command", ["terraform destroy -auto-approve", "terraform apply tfplan"])
def test_a_destructive_call_is_refused_with_what_to_do(scene, command):
    runs = agent(scene, command)
    runs("do it")
    status, text = answer_of(runs)
    assert status == "error"
    assert "guardrail" in text
    assert scene.ran == []
    assert scene.destroyed == []


@pytest.mark.parametrize("answer", ["yes", "token"])
def test_a_pause_is_ended_by_a_seniors_token_and_by_nothing_less(scene, answer):
    runs = agent(scene, scene.apply, pause=True)
    paused = runs("do it")
    assert paused.stop_reason == "interrupt"
    (interrupt,) = paused.interrupts
    (request,) = scene.installed.requests()
    assert interrupt.reason["request"] == request.request_id
    assert scene.destroyed == []
    response = scene.sign() if answer == "token" else answer
    runs([{"interruptResponse": {"interruptId": interrupt.id, "response": response}}])
    _, text = answer_of(runs)
    if answer == "token":
        assert "APPLIED" in text
        assert "aws_db_instance" in scene.destroyed
    else:
        assert "BLOCKED" in text
        assert scene.destroyed == []
    assert scene.ran == []


def test_an_error_inside_refuses(bare, broken):
    broken()
    runs = agent(bare, "echo hello")
    runs("do it")
    status, text = answer_of(runs)
    assert status == "error"
    assert "RuntimeError" in text
    assert "hunter2" not in text
    assert bare.ran == []
