"""
Every door, side by side: those that are a process for each call, and those that stay warm.

A destructive plan of twenty changes goes through them. A folder of its own stands for the home
of whoever measures: nothing of theirs is read or written.
"""

import json
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
from measure import Run

HERE = Path(__file__).parent
AT_HOME = """
import os, pwd, sys
user = list(pwd.getpwuid(os.getuid()))
user[5] = sys.argv.pop(1)
pwd.getpwuid = lambda _: pwd.struct_passwd(user)
os.dup2(os.open(sys.argv.pop(1), os.O_RDONLY), 0)
from guardrail.cli import main
main()
"""
"""The command line for a home and with an input of our choice; the rest is as pip starts it."""
CHECK = "import guardrail, sys; guardrail.check(sys.argv[1], agent='bench')"
SAVED = "`terraform apply tfplan`"
LINES = {
    "`ls -la`": "ls -la",
    "`terraform plan`": "terraform plan -out=tfplan",
    "`npm test`": "npm test",
    "a pipeline": "cd app && npm run build 2>&1 | tee build.log | tail -5; echo $(date)",
    "`terraform apply`": "terraform apply",
    SAVED: "terraform apply tfplan",
}
"""What an agent asks to run, by what it is called here."""
STACK = """
variable "release" { default = "1" }
resource "terraform_data" "service" {
  for_each         = toset([for number in range(20) : tostring(number)])
  triggers_replace = var.release
}
"""
LIMIT = 60.0

Call = Callable[[], float]
"""One call of a warm door; returns the seconds that it took."""


class Warm:
    """A door that stays open, and the process behind it."""

    def __init__(self, call: Call, pid: int) -> None:
        self.call = call
        self._process = psutil.Process(pid)
        self._walls: list[float] = []
        self._cpu = 0.0

    def turn(self, calls: int) -> None:
        """Call it so many times, and note what they took."""
        before = self._used()
        self._walls += [self.call() for _ in range(calls)]
        self._cpu += self._used() - before

    def result(self) -> Run:
        """Return what one call takes: the door's own processor time, without the client's."""
        peak = self._process.memory_info().rss / 1e6
        wall, cpu = statistics.median(self._walls), self._cpu / len(self._walls)
        return Run(wall=wall, cpu=cpu, peak=peak, code=0)

    def _used(self) -> float:
        alive = [self._process, *self._process.children(recursive=True)]
        return sum(sum(each.cpu_times()[:4]) for each in alive)


class Doors:
    """A working directory with a saved plan, an installation, and every way in."""

    def __init__(self, home: Path, plan: Path, env: Mapping[str, str]) -> None:
        self.home, self.plan = home, plan
        self.work = home / "work"
        (self.work / "app").mkdir(parents=True)
        self.terraform = shutil.which("terraform")
        self.env = dict(env)
        if self.terraform is not None:
            self.env["PATH"] = f"{Path(self.terraform).parent}:{env['PATH']}"
            self._make_plan()
        scripts = '{"scripts": {"test": "jest --ci", "build": "tsc -p ."}}'
        for place in (self.work, self.work / "app"):
            (place / "package.json").write_text(scripts)

    def commands(self) -> dict[str, list[str]]:
        """Return the doors that are a process for each call."""
        found = {
            f"hook: {name}": self._hook(line)
            for name, line in LINES.items()
            if name != SAVED or self.terraform is not None
        }
        found["`guardrail.check`"] = [sys.executable, "-c", CHECK, str(self.plan)]
        if self.terraform is not None:
            for line in (["version"], ["state", "list"]):
                words = " ".join(line)
                found[f"`terraform {words}`"] = [self.terraform, *line]
                found[f"`guardrail terraform {words}`"] = self._argv("terraform", *line)
        return found

    @contextmanager
    def warm(self) -> Iterator[dict[str, Warm]]:
        """Give the doors that stay open."""
        with ExitStack() as stack:
            guard = stack.enter_context(self._guard())
            mcp = stack.enter_context(self._mcp())
            http = stack.enter_context(self._http())
            yield {"`Guard.check`, warm": guard, "MCP `check_plan`, warm": mcp, **http}

    def _argv(self, *words: str, stdin: Path | None = None) -> list[str]:
        given = "/dev/null" if stdin is None else str(stdin)
        return [sys.executable, "-c", AT_HOME, str(self.home), given, *words]

    def _hook(self, line: str) -> list[str]:
        call = {
            "session_id": "bench",
            "cwd": str(self.work),
            "hook_event_name": "PreToolUse",
            "tool_name": "Bash",
            "tool_input": {"command": line},
        }
        said = self.home / f"{len(list(self.home.iterdir()))}.json"
        said.write_text(json.dumps(call))
        return self._argv("hook", "claude-code", stdin=said)

    def _make_plan(self) -> None:
        (self.work / "main.tf").write_text(STACK)
        for words in (
            ["init", "-input=false"],
            ["apply", "-auto-approve", "-input=false"],
            ["plan", "-input=false", "-var=release=2", "-out=tfplan"],
        ):
            argv = ["terraform", *words]
            subprocess.run(argv, cwd=self.work, env=self.env, check=True, capture_output=True)

    @contextmanager
    def _guard(self) -> Iterator[Warm]:
        argv = [sys.executable, str(HERE / "guarded.py"), str(self.home)]
        with self._started(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:

            def call() -> float:
                child.stdin.write(f"{self.plan}\n".encode())
                child.stdin.flush()
                return float(child.stdout.readline())

            yield Warm(call, child.pid)

    @contextmanager
    def _mcp(self) -> Iterator[Warm]:
        from anyio.from_thread import start_blocking_portal  # noqa: PLC0415 - for this door only
        from mcp import Client, StdioServerParameters, stdio_client  # noqa: PLC0415 - the same

        shutil.copy(self.plan, self.work / "plan.json")
        before = set(psutil.Process().children())
        command, *args = self._argv("mcp", "--chdir", str(self.work), stdin=Path("/dev/stdin"))
        server = StdioServerParameters(command=command, args=args, env=self.env)
        with (
            start_blocking_portal() as portal,
            portal.wrap_async_context_manager(Client(stdio_client(server))) as client,
        ):
            (child,) = set(psutil.Process().children()) - before

            async def ask() -> float:
                start = time.perf_counter()
                result = await client.call_tool("check_plan", {"path": "plan.json"})
                assert not result.is_error
                return time.perf_counter() - start

            yield Warm(lambda: portal.call(ask), child.pid)

    @contextmanager
    def _http(self) -> Iterator[dict[str, Warm]]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings = self.home / ".config" / "guardrail" / "guardrail.toml"
        settings.parent.mkdir(parents=True, mode=0o700)
        settings.write_text(f"[server]\nport = {port}\n")
        settings.chmod(0o600)
        added = self._argv("serve", "--add", "bench")
        token = subprocess.run(
            added, env=self.env, check=True, capture_output=True, text=True
        ).stdout.strip()
        with self._started(self._argv("serve"), stderr=subprocess.PIPE) as child:
            child.stderr.readline()
            line = HTTPConnection("127.0.0.1", port, timeout=LIMIT)
            ask = _Asker(line, token)
            data = self.plan.read_bytes()
            kept = ask("/v1/plans", data)["id"]
            question = json.dumps(
                {
                    "subject": {"type": "agent", "id": "bench"},
                    "action": {"name": "terraform.apply"},
                    "resource": {"type": "terraform_plan", "id": kept},
                }
            ).encode()
            doors = {
                "`POST /v1/check`, warm": lambda: ask.timed("/v1/check", data),
                "AuthZEN evaluation, warm": lambda: ask.timed("/access/v1/evaluation", question),
            }
            yield {name: Warm(call, child.pid) for name, call in doors.items()}
            line.close()

    @contextmanager
    def _started(self, argv: list[str], **streams: int) -> Iterator[Any]:
        given = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **streams}
        with subprocess.Popen(argv, env=self.env, cwd=self.work, **given) as child:
            try:
                yield child
            finally:
                child.terminate()


class _Asker:
    """A client of the HTTP door that holds a token and its connection."""

    def __init__(self, line: HTTPConnection, token: str) -> None:
        self._line = line
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def __call__(self, path: str, body: bytes) -> dict[str, Any]:
        self._line.request("POST", path, body, self._headers)
        answer = self._line.getresponse()
        said = json.loads(answer.read())
        assert answer.status in {200, 201}, said
        return said

    def timed(self, path: str, body: bytes) -> float:
        start = time.perf_counter()
        self(path, body)
        return time.perf_counter() - start


def warm(doors: Doors, *, turns: int, calls: int) -> dict[str, Run]:
    """Return what one call of every warm door takes, after ``turns`` of ``calls`` each."""
    with doors.warm() as found:
        for door in found.values():
            # The first one starts what stays.
            door.call()
        for _ in range(turns):
            for door in found.values():
                door.turn(calls)
        return {name: door.result() for name, door in found.items()}
