"""Strands Agents: a hook before every call of a tool."""

from pathlib import Path
from typing import Any

from strands.hooks import BeforeToolCallEvent, HookProvider, HookRegistry

from guardrail.agents.frameworks.guard import ToolGuard


class GuardrailHooks(HookProvider):
    """
    Judges every call of a tool before it runs.

    With ``pause``, a plan that waits for a senior interrupts the agent; answer the interrupt
    with the token. Otherwise the call is refused.
    """

    def __init__(self, directory: str | Path = ".", *, pause: bool = False, **options: Any) -> None:
        """Guard tools that work in ``directory``; ``options`` are :class:`ToolGuard`'s."""
        self._guard = ToolGuard("strands", directory=directory, **options)
        self._pause = pause

    def register_hooks(self, registry: HookRegistry, **_more: Any) -> None:
        """Listen before every call."""
        registry.add_callback(BeforeToolCallEvent, self._before)

    def _before(self, event: BeforeToolCallEvent) -> None:
        name, arguments = event.tool_use["name"], event.tool_use["input"]
        ruling = self._guard.rule(name, arguments)
        if self._pause and ruling.waits is not None:
            answer = event.interrupt("guardrail", reason=ruling.question)
            ruling = self._guard.rule(name, arguments, answer=answer)
        if not ruling.run:
            event.cancel_tool = ruling.message
