"""Where plans are decided: a few threads, each with warm engines of its own."""

import asyncio
import math
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from guardrail.approval.request import Request
from guardrail.decision import Decision
from guardrail.door.served import Wish, check_approval, check_bytes
from guardrail.door.session import Call, Session, true_directory
from guardrail.door.warm import WarmEngines
from guardrail.errors import GuardrailError
from guardrail.origin.evidence import Evidence
from guardrail.report.escape import terminal
from guardrail.server.metrics import Metrics
from guardrail.server.problems import Problem, internal, undecided
from guardrail.settings.model import Server
from guardrail.system.clock import unix_now
from guardrail.system.files import private_directory
from guardrail.system.installation import Installation

T = TypeVar("T")

NOWHERE = "server"
"""The folder, below the state, in which plans are decided that were sent without a directory."""

_EMPTY = (
    b'{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{}},'
    b'"resource_changes":[],"configuration":{"root_module":{}}}'
)
"""A plan without any change."""
_HEALTH_SECONDS = 10


class Asked(Struct, frozen=True, kw_only=True):
    """One plan, and everything that is known of who sent it."""

    data: bytes
    caller: str
    """The name of the token."""
    directory: str | None = None
    """The name of one of the server's directories."""
    workspace: str = ""
    evidence: tuple[Evidence, ...] = ()
    logins: tuple[str, ...] = ()
    token: bytes | None = None
    ask: bool = False


class Desk:
    """Decides; an engine that failed is replaced, and what it was asked stays undecided."""

    def __init__(
        self, installation: Installation, env: Mapping[str, str], server: Server, metrics: Metrics
    ) -> None:
        self.metrics = metrics
        self._installation, self._env, self._server = installation, env, server
        self._threads = ThreadPoolExecutor(server.workers, thread_name_prefix="decide")
        self._local = threading.local()
        self._engines: list[WarmEngines] = []
        self._places = server.workers + server.waiting
        self._asking = asyncio.Lock()
        self._health = (-math.inf, True)

    async def decide(self, asked: Asked) -> tuple[Decision, Request | None]:
        """Decide about one plan. Raises :class:`Problem` where that can't be done."""
        directory = self._directory(asked.directory)
        wish = Wish(
            workspace=asked.workspace,
            bound=asked.directory is not None,
            token=asked.token,
            ask=asked.ask,
            through={"door": "http", "caller": asked.caller},
        )
        start = time.perf_counter()
        decision, request = await self._work(
            directory, asked, lambda session: check_bytes(session, asked.data, wish)
        )
        self.metrics.decided(decision.outcome.value, time.perf_counter() - start)
        return decision, request

    async def approval(self, token: bytes) -> tuple[str, int]:
        """Return the id of the request that ``token`` approves, and until when that counts."""
        asked = Asked(data=b"", caller="")
        return await self._work(
            self._directory(None), asked, lambda session: check_approval(session, token)
        )

    async def healthy(self) -> bool:
        """Whether a plan without changes is allowed right now; asked every ten seconds at most."""
        async with self._asking:
            at, well = self._health
            # Being busy is no illness.
            if self.metrics.busy < self._places and time.monotonic() - at > _HEALTH_SECONDS:
                well = await self._try()
                self._health = time.monotonic(), well
            return well

    def call(self) -> Call:
        """Return a call about nothing, for looking things up."""
        return self._call(self._installation.state, Asked(data=b"", caller=""))

    def close(self) -> None:
        """Wait until what is being decided is decided, and end the engines."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for engines in self._engines:
            engines.close()

    async def _try(self) -> bool:
        from guardrail.door.judge import judge_json  # noqa: PLC0415 - only health needs it here
        from guardrail.sources.plans import load_json  # noqa: PLC0415
        from guardrail.system.files import seal  # noqa: PLC0415

        def look(session: Session) -> bool:
            with seal(_EMPTY) as sealed:
                judge_json(session, load_json(sealed))
            return True

        try:
            asked = Asked(data=_EMPTY, caller="")
            return await self._work(self._directory(None), asked, look)
        except Problem:
            return False

    async def _work(self, directory: Path, asked: Asked, work: Callable[[Session], T]) -> T:
        """
        Do ``work`` in a thread, within the time limit.

        The place is free again when the thread is done, not when nobody waits any more.
        """
        if self.metrics.busy >= self._places:
            self.metrics.undecided("busy")
            raise Problem(
                503, "busy", "too many plans are being decided", headers={"Retry-After": "2"}
            )
        self.metrics.busy += 1
        future = self._threads.submit(self._in_thread, directory, asked, work)
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: _quietly(loop, self._leave))
        try:
            async with asyncio.timeout(self._server.seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            self.metrics.undecided("time")
            raise Problem(503, "too_slow", "the plan could not be decided in time") from None
        except Problem as problem:
            self.metrics.undecided(problem.code)
            raise

    def _leave(self) -> None:
        self.metrics.busy -= 1

    def _in_thread(self, directory: Path, asked: Asked, work: Callable[[Session], T]) -> T:
        engines = getattr(self._local, "engines", None)
        if engines is None:
            engines = self._local.engines = WarmEngines(self.metrics.engine_failed)
            self._engines.append(engines)
        try:
            with engines.session(self._call(directory, asked)) as session:
                return work(session)
        except GuardrailError as error:
            problem = undecided(error)
            _tell(f"{problem.status} {problem.code}: {error.message}")
            raise problem from None
        # The last net: what a crash says can hold values. A panic in Rust is no Exception.
        except BaseException as error:  # noqa: BLE001
            _tell(f"internal error ({type(error).__name__} in {_place(error)})")
            raise internal() from None

    def _call(self, directory: Path, asked: Asked) -> Call:
        return Call(
            installation=self._installation,
            directory=directory,
            env=self._env,
            now=unix_now(),
            evidence=asked.evidence,
            logins=asked.logins,
            relayed=True,
        )

    def _directory(self, name: str | None) -> Path:
        if name is None:
            nowhere = self._installation.state / NOWHERE
            private_directory(nowhere)
            return nowhere
        path = self._server.directories.get(name)
        if path is None:
            raise Problem(
                422,
                "unknown_directory",
                "the server has no directory of that name",
                hint="names are those of [server.directories] in the server's settings",
            )
        try:
            return true_directory(Path(path))
        except GuardrailError as error:
            raise undecided(error) from None


def _quietly(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    # The loop may be over when the last thread is done.
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)


def _tell(line: str) -> None:
    print(f"guardrail: {terminal(line)}", file=sys.stderr, flush=True)  # noqa: T201 - for journals


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    return f"{trace.tb_frame.f_globals.get('__name__', 'unknown')}:{trace.tb_lineno}"
