"""Anthropic's Messages API, as far as executors use it: https://docs.claude.com/en/api/messages."""

import json
from collections.abc import Mapping
from typing import Any

from pretend_model import Call, Heard, Spoken, events, texts, whole

USAGE = {"input_tokens": 1, "output_tokens": 1}


class Messages:
    """`POST /v1/messages`, streamed and whole."""

    def hears(self, path: str) -> bool:
        return path.endswith("/messages")

    def heard(self, request: Mapping[str, Any], _path: str) -> Heard:
        parts = [
            part
            for message in request["messages"]
            if isinstance(message["content"], list)
            for part in message["content"]
        ]
        users = [texts(m["content"]) for m in request["messages"] if m["role"] == "user"]
        return Heard(
            prompt=users[0] if users else "",
            results=[texts(p.get("content")) for p in parts if p["type"] == "tool_result"],
            tools=frozenset(tool["name"] for tool in request.get("tools") or ()),
            streamed=bool(request.get("stream")),
        )

    def call(self, call: Call, name: str, *, streamed: bool) -> Spoken:
        block = {"type": "tool_use", "id": f"toolu_{name}", "name": call.tool}
        arguments = dict(call.arguments)
        if not streamed:
            return whole(_message([{**block, "input": arguments}], "tool_use"))
        return _streamed(block | {"input": {}}, _delta("input_json_delta", arguments), "tool_use")

    def say(self, text: str, *, streamed: bool) -> Spoken:
        if not streamed:
            return whole(_message([{"type": "text", "text": text}], "end_turn"))
        return _streamed({"type": "text", "text": ""}, _delta("text_delta", text), "end_turn")

    def other(self, _method: str, path: str) -> Spoken | None:
        return whole({"input_tokens": 1}) if path.endswith("/count_tokens") else None


def _message(content: list[Any], reason: str | None) -> dict[str, Any]:
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "pretend",
        "content": content, "stop_reason": reason, "stop_sequence": None, "usage": USAGE,
    }  # fmt: skip


def _delta(kind: str, value: Any) -> dict[str, Any]:
    if kind == "text_delta":
        return {"type": kind, "text": value}
    return {"type": kind, "partial_json": json.dumps(value)}


def _streamed(block: dict[str, Any], delta: dict[str, Any], reason: str) -> Spoken:
    return events(
        {"type": "message_start", "message": _message([], None)},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None},
         "usage": USAGE},
        {"type": "message_stop"},
    )  # fmt: skip
