"""OpenAI's Chat Completions API, which most others speak too: platform.openai.com/docs/api-reference/chat."""

import json
from collections.abc import Mapping
from typing import Any

from pretend_model import Call, Heard, Spoken, events, texts, whole

USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


class Chat:
    """`POST /v1/chat/completions`, streamed and whole."""

    def hears(self, path: str) -> bool:
        return path.endswith("/chat/completions")

    def heard(self, request: Mapping[str, Any], _path: str) -> Heard:
        said = request["messages"]
        users = [texts(each["content"]) for each in said if each["role"] == "user"]
        named = [each for each in users if "play:" in each]
        return Heard(
            prompt=next(iter(named or users), ""),
            results=[texts(each["content"]) for each in said if each["role"] == "tool"],
            tools=frozenset(tool["function"]["name"] for tool in request.get("tools") or ()),
            streamed=bool(request.get("stream")),
        )

    def call(self, call: Call, name: str, *, streamed: bool) -> Spoken:
        function = {"name": call.tool, "arguments": json.dumps(dict(call.arguments))}
        wanted = {"index": 0, "id": name, "type": "function", "function": function}
        return _said({"tool_calls": [wanted]}, "tool_calls", streamed=streamed)

    def say(self, text: str, *, streamed: bool) -> Spoken:
        return _said({"content": text}, "stop", streamed=streamed)

    def other(self, method: str, path: str) -> Spoken | None:
        if method == "GET" and path.endswith("/models"):
            return whole({"object": "list", "data": [{"id": "pretend", "object": "model"}]})
        return None


def _said(message: dict[str, Any], reason: str, *, streamed: bool) -> Spoken:
    begun = {"id": "chat_1", "model": "pretend", "created": 0}
    said = {"role": "assistant", "content": None} | message
    if not streamed:
        choice = {"index": 0, "message": said, "finish_reason": reason}
        return whole(begun | {"object": "chat.completion", "choices": [choice], "usage": USAGE})
    part = begun | {"object": "chat.completion.chunk"}
    return events(
        part | {"choices": [{"index": 0, "delta": said, "finish_reason": None}]},
        part | {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]},
        part | {"choices": [], "usage": USAGE},
        named=False,
        end=b"data: [DONE]\n\n",
    )
