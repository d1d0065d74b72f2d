"""Gemini's API, as far as executors use it: https://ai.google.dev/api/generate-content."""

from collections.abc import Mapping
from typing import Any

from pretend_model import Call, Heard, Spoken, events, texts, whole

USAGE = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}


class Gemini:
    """`POST /v1beta/models/MODEL:generateContent`, and `:streamGenerateContent`."""

    def hears(self, path: str) -> bool:
        return path.endswith((":generateContent", ":streamGenerateContent"))

    def heard(self, request: Mapping[str, Any], path: str) -> Heard:
        spoken = [texts(each["parts"]) for each in request["contents"] if each["role"] == "user"]
        named = [each for each in spoken if "play:" in each]
        parts = [part for each in request["contents"] for part in each["parts"]]
        results = [part["functionResponse"] for part in parts if "functionResponse" in part]
        return Heard(
            prompt=next(iter(named or spoken), ""),
            results=[_result(each["response"]) for each in results],
            tools=frozenset(
                offered["name"]
                for tool in request.get("tools") or ()
                for offered in tool.get("functionDeclarations") or ()
            ),
            streamed=path.endswith(":streamGenerateContent"),
        )

    def call(self, call: Call, name: str, *, streamed: bool) -> Spoken:
        wanted = {"id": name, "name": call.tool, "args": dict(call.arguments)}
        return _said({"functionCall": wanted}, streamed=streamed)

    def say(self, text: str, *, streamed: bool) -> Spoken:
        return _said({"text": text}, streamed=streamed)

    def other(self, _method: str, path: str) -> Spoken | None:
        return whole({"totalTokens": 1}) if path.endswith(":countTokens") else None


def _result(response: Mapping[str, Any]) -> str:
    return "\n".join(str(value) for value in response.values())


def _said(part: dict[str, Any], *, streamed: bool) -> Spoken:
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    response = {"candidates": [candidate], "usageMetadata": USAGE, "modelVersion": "pretend"}
    return events(response, named=False) if streamed else whole(response)
