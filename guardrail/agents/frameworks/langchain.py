"""LangChain and LangGraph: middleware around every call of a tool."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from langchain.agents.middleware import AgentMiddleware
from langchain_core.messages import ToolMessage
from langgraph.prebuilt.tool_node import ToolCallRequest
from langgraph.types import Command, interrupt

from guardrail.agents.frameworks.guard import Ruling, ToolGuard

Result = ToolMessage | Command[Any]


class GuardrailMiddleware(AgentMiddleware):
    """
    Judges every call of a tool before it runs.

    With ``pause``, a plan that waits for a senior interrupts the graph, which needs a
    checkpointer; resume it with ``Command(resume=TOKEN)``. Otherwise the call is refused.
    """

    def __init__(self, directory: str | Path = ".", *, pause: bool = False, **options: Any) -> None:
        """Guard tools that work in ``directory``; ``options`` are :class:`ToolGuard`'s."""
        super().__init__()
        self._guard = ToolGuard("langchain", directory=directory, **options)
        self._pause = pause

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Result]
    ) -> Result:
        """Run the tool, or answer in its place."""
        call = request.tool_call
        ruling = self._guard.rule(call["name"], call["args"])
        if self._pause and ruling.waits is not None:
            answer = interrupt(ruling.question)
            ruling = self._guard.rule(call["name"], call["args"], answer=answer)
        return handler(request) if ruling.run else _instead(ruling, request)

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[Result]]
    ) -> Result:
        """Run the tool, or answer in its place; an apply runs in a thread."""
        call, rule = request.tool_call, self._guard.rule
        ruling = await asyncio.to_thread(rule, call["name"], call["args"])
        if self._pause and ruling.waits is not None:
            answer = interrupt(ruling.question)
            ruling = await asyncio.to_thread(rule, call["name"], call["args"], answer=answer)
        return await handler(request) if ruling.run else _instead(ruling, request)


def _instead(ruling: Ruling, request: ToolCallRequest) -> ToolMessage:
    return ToolMessage(
        content=ruling.message,
        name=request.tool_call["name"],
        tool_call_id=request.tool_call["id"] or "",
        status="success" if ruling.applied else "error",
    )
