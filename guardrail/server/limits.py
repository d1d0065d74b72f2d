"""
What every request must pass before anybody looks at what it asks for.

The steps are those of :mod:`guardrail.server.app`.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from starlette.datastructures import Headers, QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guardrail.errors import GuardrailError
from guardrail.server.auth import Caller
from guardrail.server.metrics import Metrics
from guardrail.server.pace import Pace
from guardrail.server.problems import Problem, internal

BODY_SECONDS = 30.0
"""How long the body of a request may take to arrive."""
HEAD_BYTES = 16 << 10
"""The most that names and values of headers may be; a path has a limit of its own."""
PUBLIC = frozenset({"/healthz", "/openapi.json", "/.well-known/authzen-configuration"})
"""What needs no token: it says nothing of any plan."""

_PATH = re.compile(rb"/[A-Za-z0-9/._-]{0,200}")
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,200}")
_ONCE = (
    "host",
    "authorization",
    "content-length",
    "content-type",
    "idempotency-key",
    "transfer-encoding",
    "x-request-id",
)
_HEADERS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


class Gate:
    """Lets those requests through that have a name, a known host and an honest shape."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        find: Callable[[str], Caller | None],
        metrics: Metrics,
        pace: Pace,
        most: int,
        each: int,
    ) -> None:
        """
        Let at most ``most`` requests with a body in at the same time, of one caller ``each``.

        ``pace`` says how many of one caller may come in a minute.
        """
        self._app, self._hosts, self._find, self._metrics = app, hosts, find, metrics
        self._pace, self._most, self._each = pace, most, each
        self._inside: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        answered = False

        async def answer(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                self._metrics.answered(message["status"])
                message["headers"] = [*message["headers"], *_HEADERS, *_echo(headers)]
            await send(message)

        try:
            caller = scope.setdefault("state", {})["caller"] = self._admit(scope, headers)
            with self._place(scope, "" if caller is None else caller.name):
                await self._app(scope, receive, answer)
        except Problem as problem:
            await problem.response()(scope, receive, answer)
        # Starlette passes on what it has answered already; a traceback could hold values.
        except Exception:  # noqa: BLE001
            if not answered:
                await internal().response()(scope, receive, answer)

    @contextmanager
    def _place(self, scope: Scope, caller: str) -> Iterator[None]:
        if scope["method"] != "POST":
            yield
            return
        if self._inside.total() >= self._most:
            raise _refused(503, "busy", "too many plans are being decided", {"Retry-After": "2"})
        if self._inside[caller] >= self._each:
            why = "too many requests with this token are under way"
            raise _refused(429, "too_many", why, {"Retry-After": "2"})
        self._inside[caller] += 1
        try:
            yield
        finally:
            self._inside[caller] -= 1

    def _admit(self, scope: Scope, headers: Headers) -> Caller | None:
        if sum(len(name) + len(value) for name, value in headers.raw) > HEAD_BYTES:
            raise _refused(431, "large_head", "the headers are too large")
        for name in _ONCE:
            if len(headers.getlist(name)) > 1:
                raise _refused(400, "malformed", f"the header {name} is there more than once")
        if "content-length" in headers and "transfer-encoding" in headers:
            # Two parties could disagree about where this request ends and another begins.
            raise _refused(400, "malformed", "the body has a length and an encoding")
        _check_place(scope, headers, self._hosts)
        if scope["path"] in PUBLIC:
            return None
        kind, _, token = headers.get("authorization", "").partition(" ")
        try:
            caller = self._find(token.strip()) if kind.casefold() == "bearer" else None
        except GuardrailError:
            raise Problem(500, "undecided", "the callers' tokens can't be looked at") from None
        if caller is None:
            raise _refused(
                401,
                "unauthenticated",
                "a valid bearer token is needed",
                {"WWW-Authenticate": 'Bearer realm="guardrail"'},
            )
        wait = self._pace.step(caller.name)
        if wait:
            why = "too many requests came with this token in this minute"
            raise _refused(429, "too_many", why, {"Retry-After": str(wait)})
        return caller


def _check_place(scope: Scope, headers: Headers, hosts: frozenset[str]) -> None:
    if headers.get("host", "").casefold() not in hosts:
        raise _refused(421, "wrong_host", "this server does not answer for that host")
    path = scope.get("raw_path") or scope["path"].encode()
    if not _PATH.fullmatch(path):
        raise _refused(404, "not_found", "there is nothing here")
    given = headers.get("x-request-id")
    if given is not None and not _REQUEST_ID.fullmatch(given):
        raise _refused(400, "malformed", "X-Request-ID is at most 200 printable characters")
    if headers.get("content-encoding", "identity").casefold() != "identity":
        raise _refused(415, "encoded", "the body is expected as it is, without compression")


async def read_body(
    request: Request, *, limit: int, kinds: Iterable[str], otherwise: int = 415
) -> bytes:
    """
    Return the body: at most ``limit`` bytes of a media type among ``kinds``, in good time.

    ``otherwise`` is the status for another media type. Nothing is read of a body that says it
    is longer.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind not in kinds:
        raise _refused(
            otherwise, "media_type", f"the body is expected as one of {', '.join(sorted(kinds))}"
        )
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit():
        raise _refused(400, "malformed", "the length of the body is no number")
    if len(length) > 18 or int(length) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _collect(request, limit)
    except TimeoutError:
        raise _refused(408, "slow", "the body took too long") from None
    except ClientDisconnect:
        raise _refused(400, "malformed", "the body ended early") from None


def parameters(request: Request, known: Iterable[str]) -> QueryParams:
    """Return the query, all of whose parameters are ``known``, each once."""
    query = request.query_params
    names = [name for name, _ in query.multi_items()]
    if not set(names) <= set(known):
        raise Problem(
            400, "unknown_parameter", f"parameters are {', '.join(sorted(known)) or 'none'}"
        )
    if len(set(names)) != len(names):
        raise Problem(400, "malformed", "a parameter is there more than once")
    return query


async def _collect(request: Request, limit: int) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    return b"".join(parts)


def _echo(headers: Headers) -> list[tuple[bytes, bytes]]:
    given = headers.get("x-request-id", "")
    return [(b"x-request-id", given.encode())] if _REQUEST_ID.fullmatch(given) else []


def _too_large(limit: int) -> Problem:
    return _refused(413, "too_large", f"at most {limit} bytes are read")


def _refused(status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> Problem:
    # What is left of the body is not read, so nothing else can follow on this connection.
    return Problem(status, code, detail, headers={"Connection": "close", **(headers or {})})
