"""A real agent of the OpenAI SDK with a fake model, under guard."""

import json

import pytest
from agents import Agent, ModelResponse, RunConfig, Runner, Usage, function_tool
from agents.models.interface import Model
from agents.tool import ShellTool, WebSearchTool
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)

from guardrail.agents.frameworks.openai_agents import GuardrailTools
from guardrail.errors import UsageError

pytestmark = [pytest.mark.terraform, pytest.mark.anyio]
QUIET = RunConfig(tracing_disabled=True)


class Scripted(Model):
    """A model that calls the shell once, and then says that it is done."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.told = ""

    async def get_response(self, *_more, **named):
        given = named["input"]
        outputs = [
            each["output"]
            for each in (given if isinstance(given, list) else [])
            if each.get("type") == "function_call_output"
        ]
        if outputs:
            self.told = str(outputs[-1])
            text = ResponseOutputText(text="done", type="output_text", annotations=[])
            said = ResponseOutputMessage(
                id="m", content=[text], role="assistant", status="completed", type="message"
            )
        else:
            said = ResponseFunctionToolCall(
                arguments=json.dumps({"command": self.command}),
                call_id="call-1", name="shell", type="function_call", id="f",
            )  # fmt: skip
        return ModelResponse(output=[said], usage=Usage(), response_id=None)

    def stream_response(self, *_more, **_named):
        raise NotImplementedError


def agent(scene, command: str, **options):
    @function_tool
    def shell(command: str) -> str:
        """Run a command."""
        return scene.shell(command)

    model = Scripted(command)
    guarded = GuardrailTools(**{**scene.options, **options}).protect(shell)
    return Agent(name="a", model=model, tools=[guarded]), model


async def test_a_harmless_command_runs(bare):
    runs, model = agent(bare, "echo hello")
    result = await Runner.run(runs, "do it", run_config=QUIET)
    assert result.interruptions == []
    assert model.told.strip() == "hello"


async def test_what_no_token_could_release_is_refused_at_once(bare):
    runs, model = agent(bare, "terraform destroy -auto-approve")
    result = await Runner.run(runs, "do it", run_config=QUIET)
    assert result.interruptions == []
    assert "guardrail" in model.told
    assert "terraform plan -destroy" in model.told
    assert bare.ran == []


async def test_a_pause_is_ended_by_a_seniors_token_and_by_nothing_less(scene):
    runs, model = agent(scene, scene.apply)
    paused = await Runner.run(runs, "do it", run_config=QUIET)
    (item,) = paused.interruptions
    state = paused.to_state()
    state.approve(item)
    await Runner.run(runs, state, run_config=QUIET)
    assert "BLOCKED" in model.told, "a yes is no signature"
    assert scene.destroyed == []

    again = await Runner.run(runs, "do it", run_config=QUIET)
    state = again.to_state()
    state.approve(again.interruptions[0])
    scene.deliver()
    await Runner.run(runs, state, run_config=QUIET)
    assert "APPLIED" in model.told, model.told
    assert "aws_db_instance" in scene.destroyed
    assert scene.ran == [], "the gate applied it, not the tool"


async def test_a_rejected_pause_runs_nothing(scene):
    runs, _ = agent(scene, scene.apply)
    paused = await Runner.run(runs, "do it", run_config=QUIET)
    state = paused.to_state()
    state.reject(paused.interruptions[0])
    await Runner.run(runs, state, run_config=QUIET)
    assert scene.ran == []
    assert scene.destroyed == []


async def test_an_error_inside_refuses(bare, broken):
    broken()
    runs, model = agent(bare, "echo hello")
    await Runner.run(runs, "do it", run_config=QUIET)
    assert "RuntimeError" in model.told
    assert "hunter2" not in model.told
    assert bare.ran == []


async def test_who_wanted_to_be_asked_is_still_asked(bare):
    @function_tool(needs_approval=True)
    def shell(command: str) -> str:
        """Run a command."""
        return bare.shell(command)

    guarded = GuardrailTools(**bare.options).protect(shell)
    runs = Agent(name="a", model=Scripted("echo hello"), tools=[guarded])
    paused = await Runner.run(runs, "do it", run_config=QUIET)
    assert len(paused.interruptions) == 1
    assert bare.ran == []


@pytest.mark.parametrize("tool", [ShellTool(executor=lambda _r: ""), WebSearchTool()])
def test_a_tool_that_cannot_be_guarded_is_not_taken_for_one_that_is(bare, tool):
    with pytest.raises(UsageError):
        GuardrailTools(**bare.options).protect(tool)
