"""docs/agents/mcp.md, followed to the letter: each way to the server, with a real client."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from installed import Installed
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is missing"),
]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TOOLS = {"apply_plan", "check_plan", "explain_finding", "follow_request", "open_request"}


@pytest.fixture
def blocks(root: Path) -> list[str]:
    """Return the fenced blocks of the page: standard streams, how to serve, and HTTP."""
    return [text for _, text in FENCE.findall((root / "docs/agents/mcp.md").read_text())]


@pytest.fixture
def env(installed: Installed) -> dict[str, str]:
    return {"PATH": f"{installed.programs()}:{os.environ['PATH']}"}


async def tools_of(client: Client) -> set[str]:
    return {tool.name for tool in (await client.list_tools()).tools}


async def test_over_standard_streams(blocks, env, tmp_path: Path):
    entry = json.loads(blocks[0].replace("/srv/stacks", str(tmp_path)))["mcpServers"]["guardrail"]
    server = StdioServerParameters(command=entry["command"], args=entry["args"], env=env)
    async with Client(stdio_client(server)) as client:
        assert await tools_of(client) == TOOLS


async def test_over_http(blocks, env, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    serve, entry = (
        text.replace("8790", port).replace("/srv/stacks", str(tmp_path)) for text in blocks[1:3]
    )
    with running(serve, tmp_path, env) as said:
        given = json.loads(entry)["mcpServers"]["guardrail"]
        assert said == f"guardrail: serving {given['url']}\n"
        token = (tmp_path / "bearer").read_text().strip()
        headers = {
            name: value.replace("${GUARDRAIL_TOKEN}", token)
            for name, value in given["headers"].items()
        }
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as sender,
            Client(streamable_http_client(given["url"], http_client=sender)) as client,
        ):
            assert await tools_of(client) == TOOLS


@contextmanager
def running(script: str, cwd: Path, env: dict[str, str]) -> Iterator[str]:
    """Run `script` until the end of the block; give the first line that it says."""
    process = subprocess.Popen(
        ["bash", "-euc", script], cwd=cwd, env=env, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        yield process.stderr.readline().decode()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        process.stderr.close()
