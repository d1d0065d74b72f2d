"""The one interface of both Rego engines, and the choice between them."""

from typing import Protocol

from guardrail.errors import UsageError
from guardrail.policy.bundle import Bundle


class Engine(Protocol):
    """What evaluates Rego. It holds one bundle for as long as it is open."""

    name: str

    def evaluate(self, question: bytes) -> bytes:
        """
        Return the answer to ``question``, both as JSON.

        Raises :class:`guardrail.errors.PolicyError` where there is none.
        """
        ...

    def close(self) -> None:
        """End whatever was started; the second time does nothing."""
        ...


def open_engine(name: str, bundle: Bundle, *, opa_url: str | None = None) -> Engine:
    """
    Start the engine called ``name``, ``embedded`` or ``opa``, with ``bundle`` on its way to it.

    Returns at once: it gets ready while the plan is being read, and what goes wrong
    is told by the first question. ``opa_url`` is a running OPA server that holds the
    bundle already; None starts one.
    """
    match name:
        case "embedded":
            from guardrail.policy.embedded import EmbeddedEngine  # noqa: PLC0415

            return EmbeddedEngine(bundle)
        case "opa":
            from guardrail.policy.opa import ChildHost, OpaEngine, RemoteHost  # noqa: PLC0415

            return OpaEngine(bundle, ChildHost() if opa_url is None else RemoteHost(opa_url))
        case _:
            raise UsageError(f"no policy engine is called {name!r}", hint="use embedded or opa")
