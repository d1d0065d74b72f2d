"""
One OPA server, spoken to through opa-python-client.

Whatever the client or the server does but answer is a :class:`PolicyError`, and so is an
answer without a result. No message holds anything of the question.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec
from msgspec import Struct

from guardrail.canonical import sha256_hex
from guardrail.errors import MalformedAnswerError, PolicyUnavailableError

MINIMUM_VERSION = (1, 21, 3)
"""Older ones could be made to skip the check of a bundle's signature (GHSA-g2pf-6v5v-qcc8)."""

_PACKAGE, _RULE = "guardrail.decision", "answer"
_POLICY_ID = re.compile(r"(?!.*\.\.)[A-Za-z0-9_./-]+")
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(-.+)?")


class Loaded(Struct, frozen=True, kw_only=True):
    """One policy that a server holds."""

    package: str
    sha256: str
    """Of its text."""


class Server:
    """A connection to an OPA server."""

    def __init__(
        self, host: str, port: int, *, timeout: float, tls: bool = False, token: str = ""
    ) -> None:
        # Half a second to import, and nobody else needs it.
        from opa_client.opa import OpaClient  # noqa: PLC0415

        headers = {"Authorization": f"Bearer {token}"} if token else None
        self._client: Any = OpaClient(
            host=host, port=port, ssl=tls, headers=headers, timeout=timeout, retries=0
        )
        session = vars(self._client)["_session"]
        # A proxy or a .netrc from the environment would see or replace the token.
        session.trust_env = False
        # An answer from elsewhere is no answer. The client itself needs one redirect: it lists
        # the policies under a path that OPA corrects.
        session.max_redirects = 1
        session.hooks["response"].append(_stays_here)

    def close(self) -> None:
        """Close the connection."""
        self._client.close_connection()

    def check_version(self) -> None:
        """Raise :class:`PolicyUnavailableError` where the server is too old or does not say."""
        match self._call("its version", self._client.get_config):
            case {"result": {"labels": {"version": str(version)}}} if is_recent(version):
                return
            case _:
                least = ".".join(str(part) for part in MINIMUM_VERSION)
                raise PolicyUnavailableError(
                    f"the OPA server is older than {least}, or does not say"
                )

    def put(self, name: str, text: str) -> None:
        """Load one policy, exactly as it is."""
        self._call(
            "room for a policy",
            lambda: self._client.update_policy_from_string(text, checked(name), rego_compat=False),
        )

    def policies(self) -> list[Loaded]:
        """Return what the server holds."""
        names = self._call("the list of its policies", self._client.get_policies_list)
        return [self._policy(checked(str(name))) for name in names]

    def _policy(self, name: str) -> Loaded:
        match self._call("a policy", lambda: self._client.get_policy(name)):
            case {"result": {"raw": str(raw), "ast": {"package": {"path": [_, *path]}}}}:
                steps = [str(step.get("value")) for step in path if isinstance(step, Mapping)]
                return Loaded(package=".".join(steps), sha256=sha256_hex(raw.encode()))
            case _:
                raise PolicyUnavailableError(
                    "the OPA server describes its policies in an unknown way"
                )

    def ask(self, question: bytes) -> bytes:
        """Return the answer to ``question``, both as JSON."""
        document = msgspec.json.decode(question)
        said = self._call("an answer", lambda: self._client.query_rule(document, _PACKAGE, _RULE))
        if not isinstance(said, dict) or "result" not in said:
            raise MalformedAnswerError("the policies' answer is undefined")
        return msgspec.json.encode(said["result"])

    def _call(self, wanted: str, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except PolicyUnavailableError:
            raise
        # The client lets through whatever it meets: its own errors, requests', KeyError.
        except Exception as error:  # noqa: BLE001 (there is no narrower one)
            raise PolicyUnavailableError(
                f"the OPA server did not give {wanted}: {_class_of(error)}"
            ) from None


def _stays_here(response: Any, **_options: object) -> None:
    target = urljoin(response.url, response.headers.get("Location", ""))
    if urlsplit(target)[:2] != urlsplit(response.url)[:2]:
        response.close()
        raise PolicyUnavailableError("the OPA server sends questions elsewhere")


def checked(name: str) -> str:
    """Return ``name``, a policy's id; raise where it would not survive the way into a URL."""
    if not _POLICY_ID.fullmatch(name):
        raise PolicyUnavailableError("the OPA server holds a policy with an unusable name")
    return name


def is_recent(version: str) -> bool:
    """Return whether ``version`` is at least :data:`MINIMUM_VERSION`; a pre-release is older."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return False
    number = (int(found[1]), int(found[2]), int(found[3]))
    return number >= MINIMUM_VERSION and not (found[4] and number == MINIMUM_VERSION)


def _class_of(error: Exception) -> str:
    # An error's text may quote the question; its class and status do not.
    status = getattr(getattr(error, "response", None), "status_code", None)
    name = type(error).__name__
    return name if status is None else f"{name}, status {status}"
