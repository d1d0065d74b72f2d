"""Engines that stay warm between calls."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from guardrail.door.session import Call, Session, read_settings
from guardrail.errors import GuardrailError, PolicyError
from guardrail.policy.bundle import load_bundle
from guardrail.policy.engine import Engine, open_engine

MOST = 4
"""So many engines are kept: one for each set of policies that was lately asked for."""


class WarmEngines:
    """
    Sessions that find their engine running; threads may share them, and never share an engine.

    Settings and policies are read anew for each call, so that a change counts at once; an
    engine is used again only for the very same policies. One that failed is never used again.
    """

    def __init__(self, on_failure: Callable[[], None] = lambda: None) -> None:
        """Begin with no engine; ``on_failure`` hears of each one that is given up."""
        self._kept: dict[tuple[str, str, str], Engine] = {}
        self._on_failure = on_failure
        self._lock = threading.Lock()

    @contextmanager
    def session(self, call: Call) -> Iterator[Session]:
        """Give a session for ``call``; what :func:`open_session` raises is raised here too."""
        settings = read_settings(call.installation, call.directory)
        bundle = load_bundle([*(call.directory / p for p in settings.policies), *call.policies])
        name = call.engine or settings.engine
        key = (name, bundle.sha256, settings.opa_url or "")
        with self._lock:
            kept = self._kept.pop(key, None)
        engine = kept or open_engine(name, bundle, opa_url=settings.opa_url)
        sound = False
        try:
            yield Session(call=call, settings=settings, bundle=bundle, engine=engine)
            sound = True
        except GuardrailError as error:
            # A plan that can't be read says nothing against the engine.
            sound = not isinstance(error, PolicyError)
            raise
        finally:
            if sound:
                self._keep(key, engine)
            else:
                engine.close()
                self._on_failure()

    def close(self) -> None:
        """End every engine."""
        with self._lock:
            kept, self._kept = self._kept, {}
        for engine in kept.values():
            engine.close()

    def _keep(self, key: tuple[str, str, str], engine: Engine) -> None:
        with self._lock:
            # Another thread may have had to start one of its own meanwhile.
            spare = self._kept.pop(key, None)
            self._kept[key] = engine
            if len(self._kept) > MOST:
                spare = self._kept.pop(next(iter(self._kept)))
        if spare is not None:
            spare.close()
