"""
A model server on loopback that says what a test wrote down, for executors that are real.

What it can: answer an executor's requests, streamed or whole, in the protocols that the modules
beside this one speak (:class:`Dialect`), and keep every request for the test to look at.

What it cannot, and must not be taken for: it understands nothing. It says the next call
of the test's script for each result that stands in the conversation already, and ends the turn
after the last. Tokens, costs and limits are numbers out of the air. It checks no key. So
what it shows is how an executor treats a call that a model wants, and nothing about models.
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, Self, TypeAlias

import msgspec

DONE = "That was all."
"""What the model says when its script is at an end."""


class Call(msgspec.Struct, frozen=True):
    """A call that the model wants."""

    tool: str
    """The name under which the executor offers the tool."""
    arguments: Mapping[str, Any]


Step: TypeAlias = Call | Callable[[Sequence[str]], Call]
"""A call, or what makes one of what came of the calls before it."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says, whatever protocol it came in."""

    prompt: str
    """What the user wrote first, with whatever the executor put around it."""
    results: Sequence[str]
    """What came of the calls so far, as the model reads it."""
    tools: frozenset[str]
    """The names of the tools that are offered."""
    streamed: bool


class Spoken(msgspec.Struct, frozen=True):
    """A body and its type."""

    body: bytes
    kind: str = "application/json"


class Dialect(Protocol):
    """One protocol between executors and models."""

    def hears(self, path: str) -> bool:
        """Tell whether requests to `path` are turns of a conversation in this protocol."""

    def heard(self, request: Mapping[str, Any], path: str) -> Heard:
        """Read a request."""

    def call(self, call: Call, name: str, *, streamed: bool) -> Spoken:
        """Say that the model wants `call`, which is called `name` from now on."""

    def say(self, text: str, *, streamed: bool) -> Spoken:
        """Say `text`, and that the turn is at its end."""

    def other(self, method: str, path: str) -> Spoken | None:
        """Answer what is no turn (a list of models, a count of tokens), or None."""


class PretendModel:
    """
    The server, which runs while it is entered as a context.

    `scripts` are lists of calls by a word: a conversation plays the script whose word its first
    prompt has as "play:WORD". Subagents are conversations of their own. Where no script is
    named, or no tools are offered (titles, summaries), the model says `DONE`.
    """

    def __init__(self, dialects: Sequence[Dialect], **scripts: Sequence[Step]) -> None:
        self.dialects = tuple(dialects)
        self.scripts = scripts
        self.heard: list[Heard] = []
        """Every turn that was asked for, in order."""
        self.requests: list[tuple[str, str, Any]] = []
        """Every request: method, path, body."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        """Where it listens, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def results(self, script: str) -> Sequence[str]:
        """Return what the model heard of the calls of `script`, in its longest conversation."""
        played = [heard.results for heard in self.heard if _word(heard.prompt) == script]
        return max(played, key=len, default=())

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, body: bytes) -> Spoken | None:
        """Answer one request; None where nobody knows the place."""
        request = json.loads(body) if body else None
        self.requests.append((method, path, request))
        for dialect in self.dialects:
            if method == "POST" and dialect.hears(path):
                return self._turn(dialect, dialect.heard(request, path))
            spoken = dialect.other(method, path)
            if spoken is not None:
                return spoken
        return None

    def _turn(self, dialect: Dialect, heard: Heard) -> Spoken:
        self.heard.append(heard)
        script = self.scripts.get(_word(heard.prompt), ())
        at = len(heard.results)
        if at < len(script) and heard.tools:
            try:
                step = script[at]
                call = step if isinstance(step, Call) else step(heard.results)
            except Exception as error:
                return dialect.say(f"The script is broken: {error!r}", streamed=heard.streamed)
            return dialect.call(call, f"call_{at}", streamed=heard.streamed)
        return dialect.say(DONE, streamed=heard.streamed)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                spoken = model.answer(self.command, self.path.partition("?")[0], body)
                self.send_response(404 if spoken is None else 200)
                spoken = spoken or Spoken(b'{"error":{"message":"not here"}}')
                self.send_header("Content-Type", spoken.kind)
                self.send_header("Content-Length", str(len(spoken.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(spoken.body)

            do_GET = do_POST = do_HEAD = _answer

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def events(*said: Mapping[str, Any], named: bool = True, end: bytes = b"") -> Spoken:
    """Return server-sent events; `named` ones carry their "type" as their name too."""
    lines = []
    for each in said:
        if named:
            lines.append(f"event: {each['type']}\n".encode())
        lines.append(b"data: " + json.dumps(each).encode() + b"\n\n")
    return Spoken(b"".join(lines) + end, "text/event-stream")


def whole(said: Mapping[str, Any]) -> Spoken:
    """Return a JSON document."""
    return Spoken(json.dumps(said).encode())


def texts(content: Any) -> str:
    """Return all text inside `content`: a string, or parts as the protocols nest them."""
    match content:
        case str(text):
            return text
        case [*parts]:
            return "\n".join(filter(None, map(texts, parts)))
        case {"text": str(text)} | {"content": text} | {"output": text}:
            return texts(text)
        case _:
            return ""


def _word(prompt: str) -> str:
    found = prompt.partition("play:")[2]
    return "".join(found.split()[:1]).rstrip(".,\"'`)")
