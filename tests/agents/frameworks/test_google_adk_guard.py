"""A real ADK agent with a fake model, under guard."""

import pytest
from google.adk.agents import LlmAgent
from google.adk.apps import App
from google.adk.models import BaseLlm, LlmResponse
from google.adk.runners import InMemoryRunner
from google.genai import types

from guardrail.agents.frameworks.google_adk import GuardrailPlugin

pytestmark = [pytest.mark.terraform, pytest.mark.anyio]
CONFIRM = "adk_request_confirmation"


class Scripted(BaseLlm):
    """A model that calls the shell once, and then says that it is done."""

    command: str

    async def generate_content_async(self, llm_request, stream=False):
        answered = any(
            part.function_response is not None and part.function_response.name == "shell"
            for content in llm_request.contents
            for part in content.parts
        )
        part = types.Part(text="done") if answered else types.Part(
            function_call=types.FunctionCall(id="call-1", name="shell", args={"command": self.command})
        )  # fmt: skip
        yield LlmResponse(content=types.Content(role="model", parts=[part]))


class Run:
    """One conversation with a guarded agent."""

    def __init__(self, scene, command: str, *, plugin: bool = True, **options) -> None:
        def shell(command: str) -> dict:
            """Run a command."""
            return {"result": scene.shell(command)}

        guard = GuardrailPlugin(**scene.options, **options)
        agent = LlmAgent(
            name="a",
            model=Scripted(model="fake", command=command),
            tools=[shell],
            before_tool_callback=None if plugin else guard.before_tool,
        )
        app = App(name="t", root_agent=agent, plugins=[guard] if plugin else [])
        self.runner = InMemoryRunner(app=app)
        self.asked: list[types.FunctionCall] = []
        self.answer: dict = {}

    async def say(self, part: types.Part) -> dict:
        """Send one message, and return the last answer that the tool's call got."""
        service = self.runner.session_service
        if not await service.get_session(app_name="t", user_id="u", session_id="s"):
            await service.create_session(app_name="t", user_id="u", session_id="s")
        message = types.Content(role="user", parts=[part])
        async for event in self.runner.run_async(user_id="u", session_id="s", new_message=message):
            self.asked += [call for call in event.get_function_calls() if call.name == CONFIRM]
            for response in event.get_function_responses():
                if response.name == "shell":
                    self.answer = response.response
        return self.answer

    async def confirm(self, payload: dict | None) -> dict:
        """Say yes to what the agent asked, with `payload`."""
        return await self.say(
            types.Part(
                function_response=types.FunctionResponse(
                    id=self.asked[-1].id, name=CONFIRM,
                    response={"confirmed": True, "payload": payload},
                )
            )
        )  # fmt: skip


ASK = types.Part(text="do it")


@pytest.mark.parametrize("plugin", [True, False])
async def test_a_harmless_command_runs(bare, plugin):
    assert await Run(bare, "echo hello", plugin=plugin).say(ASK) == {"result": "hello\n"}


@pytest.mark.parametrize("plugin", [True, False])
@pytest.mark.parametrize("command", ["terraform destroy -auto-approve", "terraform apply tfplan"])
async def test_a_destructive_call_is_refused_with_what_to_do(scene, command, plugin):
    answer = await Run(scene, command, plugin=plugin).say(ASK)
    assert "guardrail" in answer["error"]
    assert scene.ran == []
    assert scene.destroyed == []


@pytest.mark.parametrize("right", [True, False])
async def test_a_pause_is_ended_by_a_seniors_token_and_by_nothing_less(scene, right):
    run = Run(scene, scene.apply, pause=True)
    await run.say(ASK)
    (request,) = scene.installed.requests()
    assert request.request_id in str(run.asked[-1].args)
    answer = await run.confirm({"token": scene.sign()} if right else None)
    if right:
        assert "APPLIED" in answer["result"]
        assert "aws_db_instance" in scene.destroyed
    else:
        assert "BLOCKED" in answer["error"]
        assert scene.destroyed == []
    assert scene.ran == []


async def test_an_error_inside_refuses(bare, broken):
    broken()
    answer = await Run(bare, "echo hello").say(ASK)
    assert "RuntimeError" in answer["error"]
    assert "hunter2" not in answer["error"]
    assert bare.ran == []
