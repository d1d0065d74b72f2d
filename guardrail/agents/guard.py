"""
Checks from Python: one at a time, or many with an engine that stays warm.

A denial is a value. An exception, always a :class:`guardrail.errors.GuardrailError`,
means that nothing could be decided, which is no permission either.
"""

import os
import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from guardrail.agents.caller import by_construction
from guardrail.decision import Decision
from guardrail.door import check as door
from guardrail.door.session import Call, Session, open_session, true_directory
from guardrail.door.who import who_asks
from guardrail.errors import GuardrailError, PolicyError
from guardrail.system.clock import unix_now
from guardrail.system.installation import Installation, find_installation


class Guard:
    """
    Checks many plans of one working directory; threads may share it.

    Settings, policies, and who is behind this process are looked at when it is opened, and
    count until it is closed; an identity token counts no longer than it lasts. Use it in a ``with``, or close it.
    """

    def __init__(
        self,
        directory: str | Path = ".",
        *,
        agent: str | None = None,
        engine: str | None = None,
        policies: Iterable[str | Path] = (),
        env: Mapping[str, str] | None = None,
        installation: Installation | None = None,
    ) -> None:
        """
        Open a guard for the configuration in ``directory``.

        ``agent`` says that an AI agent is behind every check, and which; nothing can say that
        none is. ``policies`` are directories of further rules, which only tighten. ``env``
        defaults to the process's environment, ``installation`` to this machine's. Raises
        :class:`GuardrailError`.
        """
        self._call = Call(
            installation=installation or find_installation(),
            directory=true_directory(Path(directory)),
            env=dict(os.environ if env is None else env),
            now=unix_now(),
            engine=engine,
            policies=tuple(Path(each) for each in policies),
            evidence=() if agent is None else (by_construction("python", agent),),
        )
        self._lock = threading.Lock()
        self._held = ExitStack()
        self._process = os.getpid()
        self._closed = False
        self._session: Session | None = None
        self._opened()

    def check(self, plan: str | Path, *, ask: bool = True) -> Decision:
        """
        Decide about ``plan``: a saved plan or its JSON, by path, or an ``s3://`` URL.

        For a saved plan that needs approval a request is opened, unless ``ask`` is false.
        Raises :class:`GuardrailError` where nothing could be decided.
        """
        session = self._opened()
        session = msgspec.structs.replace(
            session, call=msgspec.structs.replace(session.call, now=unix_now())
        )
        source = str(plan)
        try:
            if not source.startswith("s3://"):
                source = str(Path(source).absolute())
            decision, _ = door.check(session, source, ask=ask)
        except PolicyError:
            # An engine that failed once is not asked again; the next check starts another.
            self._forget(session)
            raise
        except (GuardrailError, KeyboardInterrupt, SystemExit):
            raise
        # Its text could hold values of the plan. A panic in Rust is no Exception.
        except BaseException as error:  # noqa: BLE001
            raise GuardrailError(f"internal error ({type(error).__name__})") from None
        return decision

    def close(self) -> None:
        """End the engine; the second time does nothing."""
        with self._lock:
            self._closed = True
            if self._process == os.getpid():
                self._held.close()

    def _opened(self) -> Session:
        with self._lock:
            if self._closed:
                raise GuardrailError("the guard is closed", hint="open another one")
            if self._process != os.getpid():
                # Two processes would read each other's answers from one engine.
                raise GuardrailError(
                    "the guard was opened in another process", hint="open one after the fork"
                )
            if self._session is None:
                session = self._held.enter_context(open_session(self._call))
                seen = who_asks(session)
                self._session = msgspec.structs.replace(session, collected=seen)
            return self._session

    def _forget(self, failed: Session) -> None:
        with self._lock:
            if self._session is not None and self._session.engine is failed.engine:
                self._session = None
                self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


def check(
    plan: str | Path,
    *,
    directory: str | Path = ".",
    agent: str | None = None,
    engine: str | None = None,
    policies: Iterable[str | Path] = (),
    env: Mapping[str, str] | None = None,
    installation: Installation | None = None,
    ask: bool = True,
) -> Decision:
    """
    Decide about one plan; see :class:`Guard` for what the arguments mean.

    Raises :class:`GuardrailError` where nothing could be decided.
    """
    with Guard(
        directory,
        agent=agent,
        engine=engine,
        policies=policies,
        env=env,
        installation=installation,
    ) as guard:
        return guard.check(plan, ask=ask)
