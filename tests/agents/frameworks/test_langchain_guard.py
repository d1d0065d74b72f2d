"""A real LangChain agent with a fake model, under guard."""

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from guardrail.agents.frameworks.langchain import GuardrailMiddleware

pytestmark = [pytest.mark.terraform, pytest.mark.anyio]


class Scripted(BaseChatModel):
    """A model that calls the shell once, and then says that it is done."""

    command: str

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools, **_more):
        return self

    def _generate(self, messages, stop=None, run_manager=None, **_more):
        if any(isinstance(message, ToolMessage) for message in messages):
            said = AIMessage("done")
        else:
            call = {"name": "shell", "args": {"command": self.command}, "id": "call-1"}
            said = AIMessage("", tool_calls=[call])
        return ChatResult(generations=[ChatGeneration(message=said)])


def agent(scene, command: str, **options):
    @tool
    def shell(command: str) -> str:
        """Run a command."""
        return scene.shell(command)

    return create_agent(
        Scripted(command=command),
        [shell],
        middleware=[GuardrailMiddleware(**scene.options, **options)],
        checkpointer=InMemorySaver(),
    )


ASK = {"messages": [("user", "do it")]}
THREAD = {"configurable": {"thread_id": "1"}}


def answer_of(state) -> ToolMessage:
    (answer,) = (each for each in state["messages"] if isinstance(each, ToolMessage))
    return answer


def test_a_harmless_command_runs(bare):
    answer = answer_of(agent(bare, "echo hello").invoke(ASK, THREAD))
    assert answer.content.strip() == "hello"
    assert answer.status == "success"


@pytest.mark.parametrize("command", ["terraform destroy -auto-approve", "terraform apply tfplan"])
def test_a_destructive_call_is_refused_with_what_to_do(scene, command):
    answer = answer_of(agent(scene, command).invoke(ASK, THREAD))
    assert answer.status == "error"
    assert "guardrail" in answer.content
    assert scene.ran == []
    assert scene.destroyed == []


async def test_the_same_holds_where_it_runs_asynchronously(scene):
    answer = answer_of(await agent(scene, scene.apply).ainvoke(ASK, THREAD))
    assert answer.status == "error"
    assert scene.ran == []


def test_a_pause_is_ended_by_a_seniors_token_and_by_nothing_less(scene):
    graph = agent(scene, scene.apply, pause=True)
    paused = graph.invoke(ASK, THREAD)
    (request,) = scene.installed.requests()
    (asked,) = paused["__interrupt__"]
    assert asked.value["request"] == request.request_id
    assert scene.destroyed == []

    for answer in (True, "yes", {"type": "approve"}):
        other = {"configurable": {"thread_id": str(answer)}}
        graph.invoke(ASK, other)
        assert answer_of(graph.invoke(Command(resume=answer), other)).status == "error"
        assert scene.destroyed == []

    done = answer_of(graph.invoke(Command(resume=scene.sign()), THREAD))
    assert done.status == "success", done.content
    assert "APPLIED" in done.content
    assert "aws_db_instance" in scene.destroyed
    assert scene.ran == [], "the gate applied it, not the tool"


def test_an_error_inside_refuses(bare, broken):
    broken()
    answer = answer_of(agent(bare, "echo hello").invoke(ASK, THREAD))
    assert answer.status == "error"
    assert "RuntimeError" in answer.content
    assert "hunter2" not in answer.content
    assert bare.ran == []
