"""Real executors, found only where somebody says that they are to be tried."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import GUARDRAIL, Desk

PLACES = "GUARDRAIL_EXECUTORS"
"""The variable with the directories in which executors are looked for; `make executors` sets it."""


@pytest.fixture
def desk(tmp_path: Path) -> Callable[[str], Desk]:
    """Return what sets up a desk for the executor whose binary has a name; skips without it."""

    def at(name: str) -> Desk:
        places = os.environ.get(PLACES)
        if not places:
            pytest.skip(f"{PLACES} names no directory with real executors; see `make executors`")
        found = shutil.which(name, path=places)
        if found is None:
            pytest.skip(f"{name} is in none of the directories of {PLACES}")
        made = Desk(Path(found).absolute(), *(tmp_path / each for each in ("home", "shop", "bin")))
        for folder in (made.home, made.project, made.bin, made.home / "tmp"):
            folder.mkdir()
        made.hook(GUARDRAIL.format(home=made.home, bin=made.bin, python=sys.executable))
        made.sh("git", "init", "--quiet")
        return made

    return at


SERVER = """\
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    match asked["method"]:
        case "initialize":
            said = {"protocolVersion": asked["params"]["protocolVersion"],
                    "capabilities": {"tools": {}}, "serverInfo": {"name": "t", "version": "1"}}
        case "tools/list":
            said = {"tools": [{"name": "action_run", "description": "Applies a run",
                    "inputSchema": {"type": "object", "properties": {
                        "run_id": {"type": "string"}, "run_action": {"type": "string"}}}}]}
        case "tools/call":
            open("ran", "w")
            said = {"content": [{"type": "text", "text": "applied"}]}
        case _:
            said = {}
    if "id" in asked:
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": said}), flush=True)
"""


@pytest.fixture
def terraform_server(tmp_path: Path) -> list[str]:
    """Return what starts an MCP server that has a tool of HashiCorp's, and applies nothing."""
    program = tmp_path / "server.py"
    program.write_text(SERVER)
    return [sys.executable, str(program)]
