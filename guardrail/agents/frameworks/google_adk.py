"""Google ADK: a callback before every call of a tool, for one agent or for a whole runner."""

import asyncio
from pathlib import Path
from typing import Any

from google.adk.plugins.base_plugin import BasePlugin
from google.adk.tools.base_tool import BaseTool
from google.adk.tools.tool_context import ToolContext

from guardrail.agents.frameworks.guard import ToolGuard


class GuardrailPlugin(BasePlugin):
    """
    Judges every call of a tool of every agent of a runner.

    With ``pause``, a plan that waits for a senior asks for a confirmation; answer it with the
    payload ``{"token": TOKEN}``. Otherwise the call is refused. Where a plugin is not wanted,
    :meth:`before_tool` is the ``before_tool_callback`` of one agent.
    """

    def __init__(self, directory: str | Path = ".", *, pause: bool = False, **options: Any) -> None:
        """Guard tools that work in ``directory``; ``options`` are :class:`ToolGuard`'s."""
        super().__init__(name="guardrail")
        self._guard = ToolGuard("google-adk", directory=directory, **options)
        self._pause = pause

    async def before_tool_callback(
        self, *, tool: BaseTool, tool_args: dict[str, Any], tool_context: ToolContext
    ) -> dict[str, Any] | None:
        """Return None to run the tool, or what the model gets in its place."""
        return await self.before_tool(tool, tool_args, tool_context)

    async def before_tool(
        self, tool: BaseTool, args: dict[str, Any], tool_context: ToolContext
    ) -> dict[str, Any] | None:
        """Return None to run the tool, or what the model gets in its place."""
        confirmed = tool_context.tool_confirmation
        answer = None
        if confirmed is not None and confirmed.confirmed:
            answer = confirmed.payload
        ruling = await asyncio.to_thread(self._guard.rule, tool.name, args, answer=answer)
        if ruling.run:
            return None
        if self._pause and ruling.waits is not None and confirmed is None:
            tool_context.request_confirmation(hint=ruling.message, payload=ruling.question)
        return {"result" if ruling.applied else "error": ruling.message}
