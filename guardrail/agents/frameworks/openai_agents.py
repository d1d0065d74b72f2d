"""OpenAI Agents SDK: a guardrail on the input of a tool, and a pause for the senior."""

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

from agents import FunctionTool, RunContextWrapper, Tool
from agents.tool_guardrails import (
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolInputGuardrailData,
)

from guardrail.agents.frameworks.guard import ToolGuard
from guardrail.errors import UsageError


class GuardrailTools:
    """
    Judges every call of the tools it protects.

    A plan that waits for a senior pauses the run (``result.interruptions``). Approving the item
    is not enough: it goes on only if the senior's token lies in ``tokens``, and is refused else.
    """

    def __init__(self, directory: str | Path = ".", **options: Any) -> None:
        """Guard tools that work in ``directory``; ``options`` are :class:`ToolGuard`'s."""
        self._guard = ToolGuard("openai-agents", directory=directory, **options)

    def protect(self, tool: Tool) -> FunctionTool:
        """
        Return ``tool`` with this guard before it.

        Raises :class:`UsageError` for a tool that is no function: the SDK has no guardrails
        for those.
        """
        if not isinstance(tool, FunctionTool):
            raise UsageError(
                "only function tools can be guarded", hint="wrap the tool in a function_tool"
            )
        asks = tool.needs_approval

        async def needs_approval(
            context: RunContextWrapper[Any], arguments: dict[str, Any], call_id: str
        ) -> bool:
            # Whoever wanted to be asked before is still asked.
            if asks is True or (callable(asks) and await asks(context, arguments, call_id)):
                return True
            ruling = await asyncio.to_thread(self._guard.rule, tool.name, arguments)
            return ruling.waits is not None

        return dataclasses.replace(
            tool,
            needs_approval=needs_approval,
            tool_input_guardrails=[*(tool.tool_input_guardrails or ()), self.input_guardrail()],
        )

    def input_guardrail(self) -> ToolInputGuardrail[Any]:
        """Return the guardrail alone, which refuses and never pauses."""
        return ToolInputGuardrail(guardrail_function=self._judge, name="guardrail")

    async def _judge(self, data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
        name, arguments = data.context.tool_name, data.context.tool_arguments
        ruling = await asyncio.to_thread(self._guard.rule, name, arguments)
        if ruling.run:
            return ToolGuardrailFunctionOutput.allow()
        return ToolGuardrailFunctionOutput.reject_content(ruling.message)
