"""The server ends while it applies: what it began is seen through, and its end is on record."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import anyio
import httpx2
import msgspec
import psutil
import pytest
from installed import AGENT, PROCESS, Installed
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from pretend_cloud import Cloud
from terraform_workspace import Workspace

from guardrail.ledger.sqlite import SqliteLedger

pytestmark = [pytest.mark.anyio, pytest.mark.terraform]

GATE = """
resource "terraform_data" "gate" {{
  triggers_replace = ["{generation}"]
  provisioner "local-exec" {{
    command = "test ! -p go || {{ echo $PPID > at; read line < go; }}"
  }}
}}
"""


@pytest.fixture
def rebuild(cloud: Cloud, installed: Installed, keys: Path) -> Workspace:
    """Return a stack with an approved plan that rebuilds it, and that waits in the middle."""
    installed.trust(keys / "sam")
    stack = cloud.workspace()
    stack.write({"main.tf": cloud.environment_hcl(), "gate.tf": GATE.format(generation=1)})
    stack.apply()
    changed = cloud.environment_hcl(cidr="10.9.0.0/16", database="shop-v2")
    stack.write({"main.tf": changed, "gate.tf": GATE.format(generation=2)})
    plan = stack.plan(out="tfplan")
    assert installed.run("check", plan, "--chdir", stack.directory).code == 3
    token = installed.approve(installed.requests()[0], keys / "sam")
    (stack.directory / "sam.token").write_bytes(token.read_bytes())
    for name in ("at", "go"):
        os.mkfifo(stack.directory / name)
    return stack


async def keeper_of(stack: Workspace) -> psutil.Process:
    """Wait until Terraform is in the middle of it, and return who started it."""
    pid = await anyio.to_thread.run_sync((stack.directory / "at").read_text)
    return psutil.Process(int(pid)).parent()


def outcomes(installed: Installed) -> list[str]:
    lines = installed.installation.audit_log.read_bytes().splitlines()
    entries = [msgspec.json.decode(line) for line in lines]
    return [each["body"]["outcome"] for each in entries if each["event"] == "apply_outcome"]


def is_settled(installed: Installed, stack: Workspace) -> bool:
    ledger = SqliteLedger(installed.installation.ledger)
    return ledger.unfinished(f"{stack.directory}#default") == ()


@pytest.fixture
def served_http(
    installed: Installed, tmp_path: Path
) -> Iterator[Callable[[Path], tuple[str, subprocess.Popen]]]:
    """Return what serves a directory over HTTP in a process of its own."""
    bearer = tmp_path / "bearer"
    bearer.write_text(BEARER)
    bearer.chmod(0o600)
    running: list[subprocess.Popen] = []

    def serve(root: Path) -> tuple[str, subprocess.Popen]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = ("--chdir", root, "--http", port, "--token-file", bearer)
        argv = installed.argv("mcp", *options)
        running.append(subprocess.Popen(argv, env=dict(AGENT), stderr=subprocess.PIPE))
        said = running[-1].stderr.readline().decode().split()
        assert said[:2] == ["guardrail:", "serving"]
        return said[2], running[-1]

    yield serve
    for process in running:
        process.kill()
        process.wait()
        process.stderr.close()


BEARER = "b" * 64
APPLY = ("apply_plan", {"path": "tfplan", "token_file": "sam.token"})


async def test_a_client_that_kills_its_server_leaves_no_apply_without_an_outcome(
    rebuild: Workspace, cloud: Cloud, installed: Installed, mocker
):
    mocker.patch("mcp.client.stdio.PROCESS_TERMINATION_TIMEOUT", 0.01)
    built = len(cloud.log())
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", PROCESS, str(installed.folder), "mcp", "--chdir", str(rebuild.directory)],
        env=dict(AGENT),
    )

    async def ask(client: Client) -> None:
        with suppress(MCPError, anyio.ClosedResourceError):
            await client.call_tool(*APPLY)

    async with Client(stdio_client(server)) as client, anyio.create_task_group() as asking:
        asking.start_soon(ask, client)
        keeper = await keeper_of(rebuild)
        serving = keeper.parent()
        asking.cancel_scope.cancel()
    assert not serving.is_running(), "the client ended it, with all that is in its group"
    assert keeper.is_running()
    assert outcomes(installed) == []

    (rebuild.directory / "go").write_text("on\n")
    await anyio.to_thread.run_sync(keeper.wait)
    assert outcomes(installed) == ["applied"]
    assert is_settled(installed, rebuild)
    deleted = [kind for what, kind in cloud.operations(since=built) if what == "delete"]
    assert len(deleted) == 6
    verified = installed.run("audit", "verify")
    assert verified.code == 0, verified.out


async def test_a_server_that_is_told_to_end_stops_terraform_in_order_and_waits_for_it(
    rebuild: Workspace, installed: Installed, served_http
):
    url, serving = served_http(rebuild.directory)

    async def ask() -> None:
        headers = {"Authorization": f"Bearer {BEARER}"}
        with suppress(MCPError, BaseExceptionGroup):
            async with (
                httpx2.AsyncClient(headers=headers, timeout=60) as sender,
                Client(streamable_http_client(url, http_client=sender)) as client,
            ):
                await client.call_tool(*APPLY)

    async with anyio.create_task_group() as asking:
        asking.start_soon(ask)
        keeper = await keeper_of(rebuild)
        serving.terminate()
        await anyio.to_thread.run_sync(serving.wait)
        asking.cancel_scope.cancel()
    assert not keeper.is_running(), "the server waited for it"
    assert serving.returncode == 0
    assert outcomes(installed) == ["failed"]
    assert is_settled(installed, rebuild)
