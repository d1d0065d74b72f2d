"""OpenAI's Responses API, as far as executors use it: platform.openai.com/docs/api-reference/responses."""

import json
from collections.abc import Mapping
from typing import Any

from pretend_model import Call, Heard, Spoken, events, texts, whole

USAGE = {
    "input_tokens": 1, "output_tokens": 1, "total_tokens": 2,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens_details": {"reasoning_tokens": 0},
}  # fmt: skip


class Responses:
    """`POST /v1/responses`, streamed and whole; a tool in a namespace is "NAMESPACE/TOOL"."""

    def hears(self, path: str) -> bool:
        return path.endswith("/responses")

    def heard(self, request: Mapping[str, Any], _path: str) -> Heard:
        given = request["input"]
        items = [{"role": "user", "content": given}] if isinstance(given, str) else given
        users = [texts(each["content"]) for each in items if each.get("role") == "user"]
        named = [each for each in users if "play:" in each]
        outputs = [each for each in items if str(each.get("type")).endswith("_call_output")]
        return Heard(
            prompt=next(iter(named or users), ""),
            results=[texts(each["output"]) for each in outputs],
            tools=frozenset(_names(request.get("tools") or ())),
            streamed=bool(request.get("stream")),
        )

    def call(self, call: Call, name: str, *, streamed: bool) -> Spoken:
        space, _, tool = call.tool.rpartition("/")
        item = {"id": f"fc_{name}", "call_id": name, "name": tool, "status": "completed"}
        if space:
            item["namespace"] = space
        match call.arguments:
            case {"input": str(text)} if len(call.arguments) == 1:
                # A tool whose input is free text, such as a patch.
                item |= {"type": "custom_tool_call", "input": text}
            case arguments:
                item |= {"type": "function_call", "arguments": json.dumps(dict(arguments))}
        return _said(item, streamed=streamed)

    def say(self, text: str, *, streamed: bool) -> Spoken:
        content = [{"type": "output_text", "text": text, "annotations": []}]
        item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}
        return _said(item | {"content": content}, streamed=streamed)

    def other(self, method: str, path: str) -> Spoken | None:
        if method == "GET" and path.endswith("/models"):
            return whole({"object": "list", "data": [], "models": []})
        return None


def _names(tools: Any, space: str = "") -> list[str]:
    names = []
    for tool in tools:
        name = space + str(tool.get("name") or tool["type"])
        names += _names(tool["tools"], f"{name}/") if "tools" in tool else [name]
    return names


def _said(item: dict[str, Any], *, streamed: bool) -> Spoken:
    begun = {"id": "resp_1", "object": "response", "model": "pretend", "created_at": 0}
    response = begun | {"status": "completed", "output": [item], "usage": USAGE}
    if not streamed:
        return whole(response)
    return events(
        {"type": "response.created", "response": begun | {"status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": response},
    )
