"""
The two ways to the server: standard streams, and HTTP on this machine alone.

HTTP, in the order in which a request meets it:

1. It listens on loopback only; who wants more puts a proxy with TLS in front.
2. Every request carries the bearer token, compared in constant time. Without it nothing of
   the protocol answers, whoever asks.
3. Host and Origin must be this machine's own, so that no web page reaches it through a browser.
4. A request is small: plans are named, never sent.
"""

import hmac
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from guardrail.agents.mcp.server import make_server
from guardrail.agents.mcp.tools import Place
from guardrail.errors import SettingsError
from guardrail.system.files import trusted_file
from guardrail.system.sockets import without_delay
from guardrail.system.supervised import interrupts_heard

HOST = "127.0.0.1"
PATH = "/mcp"
BODY_LIMIT = 1 << 20
"""The largest request, in bytes."""
CONNECTIONS = 64
"""So many are held at once; all come from this machine."""
SESSION_SECONDS = 12 * 3600
"""How long a client is remembered that asks nothing; a long apply is no reason to forget it."""
STREAM_SECONDS = 3
"""How long clients may still read once the server is to end."""

_BEARER = re.compile(rb"[\x21-\x7e]{32,512}")


def serve_stdio(place: Place) -> None:
    """Serve one client on standard input and output, until it goes."""
    make_server(place).run("stdio")


def serve_http(place: Place, *, port: int, bearer: bytes) -> None:
    """
    Serve on loopback at ``port`` until the process is told to end by SIGTERM or SIGINT.

    What is being applied then is stopped in order, and waited for. Raises
    :class:`SettingsError` where the port can't be had.
    """
    import uvicorn  # noqa: PLC0415 - standard streams need none

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            # uvicorn's own ends the process by the signal, and with it what must be waited for.
            def end(number: int, _frame: object) -> None:
                place.ending.set()
                self.handle_exit(number, None)

            with interrupts_heard(end):
                yield

    config = uvicorn.Config(
        http_app(place, bearer=bearer),
        http="h11",
        loop="asyncio",
        ws="none",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        # Clients hold streams open for as long as they live.
        timeout_graceful_shutdown=STREAM_SECONDS,
    )
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        raise SettingsError(f"the server can't listen at that port: {error.strerror}") from None
    without_delay(listening)
    with listening:
        url = f"http://{HOST}:{port}{PATH}"
        print(f"guardrail: serving {url}", file=sys.stderr, flush=True)  # noqa: T201 - for journals
        Server(config).run(sockets=[listening])


def http_app(place: Place, *, bearer: bytes) -> ASGIApp:
    """Return the server as an ASGI application."""
    server = make_server(place)
    # 3. and 4. are the SDK's; for this host it checks both headers.
    app = server.streamable_http_app(
        streamable_http_path=PATH, host=HOST, max_request_body_size=BODY_LIMIT
    )
    # Clients that never say goodbye would stay for ever.
    server.session_manager.session_idle_timeout = SESSION_SECONDS
    return _Bearer(app, bearer)


def read_bearer(path: Path) -> bytes:
    """
    Return the token that clients must send, from a file that only its owner could read or write.

    Raises :class:`SettingsError` for one that is short or holds more than one plain word, or that
    others can read, and :class:`guardrail.errors.FileError` for a file that others can change.
    """
    file = trusted_file(path.absolute(), limit=1 << 12)
    if not file.private:
        raise SettingsError("the bearer token can be read by others", hint="chmod 600")
    bearer = file.data.strip()
    if _BEARER.fullmatch(bearer) is None:
        raise SettingsError(
            "the bearer token is not one word of 32 to 512 plain characters",
            hint="make one with `openssl rand -hex 32`",
        )
    return bearer


class _Bearer:
    """Lets through what carries the token (step 2)."""

    def __init__(self, app: ASGIApp, bearer: bytes) -> None:
        self._app = app
        self._expected = b"Bearer " + bearer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._allows(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            refused = Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
            await refused(scope, receive, send)

    def _allows(self, scope: Scope) -> bool:
        given = Headers(scope=scope).getlist("authorization")
        return (
            scope["type"] == "http"
            and len(given) == 1
            and hmac.compare_digest(given[0].encode("latin-1"), self._expected)
        )
