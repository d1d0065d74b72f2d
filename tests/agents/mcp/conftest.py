"""The server, as clients of the official SDK find it."""

import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn
from installed import AGENT, PROCESS, Installed
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from guardrail.agents.mcp.serve import http_app
from guardrail.agents.mcp.tools import Place

BEARER = "b" * 64
Connect = Callable[[Path], AbstractAsyncContextManager[Client]]
Serve = Callable[[Path], str]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def stdio(installed: Installed) -> Connect:
    """Return what gives a client of ``guardrail mcp`` in a process of its own, for a directory."""

    @asynccontextmanager
    async def connect(root: Path) -> AsyncIterator[Client]:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-c", PROCESS, str(installed.folder), "mcp", "--chdir", str(root)],
            env=dict(AGENT),
        )
        async with Client(stdio_client(server)) as client:
            yield client

    return connect


@pytest.fixture
def served(installed: Installed) -> Iterator[Serve]:
    """Return what serves a directory over HTTP in this process, and tells its URL."""
    running: list[tuple[uvicorn.Server, threading.Thread, Place]] = []

    def serve(root: Path) -> str:
        place = Place(installation=installed.installation, root=root.resolve(), env=dict(AGENT))
        app = http_app(place, bearer=BEARER.encode())
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none"))
        # It listens before the server runs, so that a client has nothing to wait for.
        listening = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((server, thread, place))
        return f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"

    yield serve
    for server, thread, place in running:
        server.should_exit = True
        thread.join()
        place.engines.close()


@pytest.fixture
def http(served: Serve) -> Connect:
    """Return what gives a client with the right token, over HTTP, for a directory."""

    @asynccontextmanager
    async def connect(root: Path) -> AsyncIterator[Client]:
        headers = {"Authorization": f"Bearer {BEARER}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=300) as sender,
            Client(streamable_http_client(served(root), http_client=sender)) as client,
        ):
            yield client

    return connect
