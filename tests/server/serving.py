"""A real server in a process of its own on loopback, and clients that hold its tokens."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
from installed import Installed


class Served:
    """A running server and its installation."""

    def __init__(self, installed: Installed, url: str, process: subprocess.Popen) -> None:
        self.installed = installed
        self.url = url
        self.process = process
        self.tokens = {
            name: add(installed, name, *options)
            for name, options in {"ci": (), "agents": ("--agent",)}.items()
        }

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def client(self, name: str | None = "ci", **options) -> httpx.Client:
        """Return a client with the token of `name`, or with none."""
        headers = {} if name is None else {"Authorization": f"Bearer {self.tokens[name]}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, **options)

    def engines(self) -> list[int]:
        """Return the process ids of the engines that run for it."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", "worker.py"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return [int(pid) for pid in found.stdout.split()]


def add(installed: Installed, name: str, *options: str) -> str:
    """Make a token."""
    made = installed.run("serve", "--add", name, *options)
    assert made.code == 0, made.err
    return made.out.strip()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def settings(port: int, *, terraform: Path | None = None, more: str = "", tables: str = "") -> str:
    binary = "" if terraform is None else f'[terraform]\nbinary = "{terraform}"\n'
    return f"{binary}[server]\nport = {port}\n{more}\n{tables}"


@contextlib.contextmanager
def serving(installed: Installed, text: str, *, scheme: str = "http") -> Iterator[Served]:
    """Run a server with the settings `text` until the end of the block."""
    installed.settings(text)
    port = next(line for line in text.splitlines() if line.startswith("port")).rpartition(" ")[2]
    add(installed, "first")
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        installed.argv("serve"), env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        said = process.stderr.readline().decode()
        assert "serving" in said, said + process.stderr.read().decode()
        yield Served(installed, f"{scheme}://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stderr.close()
