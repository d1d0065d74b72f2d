"""
A real OPA server as the engine, started by us or running at a URL.

What makes its answer ours:

1. It is OPA 1.21.3 or newer.
2. It holds exactly the bundle in the bundle's packages, checked before every question where
   others could change that.
3. Nobody between can change the answer: the connection is loopback or TLS, follows no
   redirect and no proxy.
4. A child of ours listens on loopback at a port that we read from the process itself, ends
   with us, and talks only to who knows a random token. Its policies give that token's holder
   four calls, and everybody else none.
"""

import os
import secrets
import shutil
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from guardrail.canonical import sha256_hex
from guardrail.errors import PolicyUnavailableError, ProcessError, SettingsError
from guardrail.policy.bundle import Bundle
from guardrail.policy.opa_server import Server
from guardrail.system.child import Child, listening_port, start
from guardrail.system.files import write_private
from guardrail.system.process import find_program

TIMEOUT = 60.0
"""Seconds that one call to the server may take."""
START_SECONDS = 10.0
"""Seconds that a child may take until it listens."""

_TETHER = Path(__file__).with_name("tether.py")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_AUTHZ = """package system.authz

default allow := false

allow if {
	crypto.sha256(input.identity) == "%s"
	some call in [
		["GET", "v1", "config"],
		["GET", "v1", "policies"],
		["PUT", "v1", "policies", "guardrail"],
		["POST", "v1", "data", "guardrail", "decision", "answer"],
	]
	call == array.slice(array.concat([input.method], input.path), 0, count(call))
}
"""


class Host(Protocol):
    """Where the server is."""

    shared: bool
    """Whether others could change what the server holds while we use it."""

    def connect(self, bundle: Bundle) -> Server:
        """Return a server that should hold ``bundle``; raise :class:`PolicyError` for none."""
        ...

    def close(self) -> None:
        """End whatever was started."""
        ...


class OpaEngine:
    """Evaluates one bundle in an OPA server."""

    name = "opa"

    def __init__(self, bundle: Bundle, host: Host) -> None:
        self._bundle = bundle
        self._host = host
        self._lock = threading.Lock()
        self._server: Server | None = None

    def evaluate(self, question: bytes) -> bytes:
        """Return the answer to ``question``, both as JSON; raise :class:`PolicyError` for none."""
        with self._lock:
            if self._server is None:
                self._server = self._connect()
            elif self._host.shared:
                self._check_policies(self._server)
            return self._server.ask(question)

    def close(self) -> None:
        """Close the connection, and end the server if it is ours."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self._host.close()

    def _connect(self) -> Server:
        server = self._host.connect(self._bundle)
        try:
            # 1. The version.
            server.check_version()
            # 2. Its policies.
            self._check_policies(server)
        except BaseException:
            server.close()
            raise
        return server

    def _check_policies(self, server: Server) -> None:
        meant = Counter(sha256_hex(text.encode()) for text in self._bundle.modules.values())
        held = Counter(
            policy.sha256
            for policy in server.policies()
            if policy.package.split(".")[0] == "guardrail"
            or policy.package in self._bundle.packages
        )
        if held != meant:
            raise PolicyUnavailableError(
                "the OPA server holds other policies than the bundle",
                hint="load exactly the bundle's modules, without the tests, and nothing beside "
                "them in their packages",
            )


class RemoteHost:
    """A server that others run, and have loaded with the bundle."""

    shared = True

    def __init__(self, url: str, *, token: str = "") -> None:
        # 3. Loopback or TLS.
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise _unusable_url() from None
        plain = parts.scheme == "http" and host in _LOOPBACK
        extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        if not host or extra or not (plain or parts.scheme == "https"):
            raise _unusable_url()
        self._host = f"[{host}]" if ":" in host else host
        self._port = port or (8181 if plain else 443)
        self._tls, self._token = not plain, token

    def connect(self, bundle: Bundle) -> Server:
        """Return the server; nothing is sent yet."""
        del bundle
        return Server(self._host, self._port, timeout=TIMEOUT, tls=self._tls, token=self._token)

    def close(self) -> None:
        """Leave the server as it is."""


class ChildHost:
    """A server of our own, for as long as we need it."""

    shared = False

    def __init__(self, binary: Path | None = None) -> None:
        found = binary or find_program("opa")
        if found is None:
            raise PolicyUnavailableError(
                "the program opa was not found",
                hint="put OPA on PATH (in a checkout `make opa` builds one), or use the "
                "embedded engine",
            )
        # 4. The token: its hash goes into a policy that nobody else can read.
        self._token = secrets.token_urlsafe(32)
        self._directory = Path(tempfile.mkdtemp(prefix="guardrail-opa-"))
        try:
            self._child = self._start(found)
        except BaseException:
            shutil.rmtree(self._directory, ignore_errors=True)
            raise

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._child.pid

    def connect(self, bundle: Bundle) -> Server:
        """Wait until the server listens, and hand it ``bundle``."""
        try:
            port = listening_port(self._child, within=START_SECONDS)
        except ProcessError as error:
            raise PolicyUnavailableError(f"OPA could not be used: {error.message}") from None
        shutil.rmtree(self._directory, ignore_errors=True)
        server = Server("127.0.0.1", port, timeout=TIMEOUT, token=self._token)
        try:
            _load(server, bundle)
        except BaseException:
            server.close()
            raise
        return server

    def close(self) -> None:
        """End the server and remove what was written for it."""
        self._child.kill()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _start(self, binary: Path) -> Child:
        policy = self._directory / "authz.rego"
        write_private(policy, (_AUTHZ % sha256_hex(self._token.encode())).encode())
        options = ["--authentication=token", "--authorization=basic", "--skip-version-check"]
        quiet = ["--log-level=error", "--shutdown-grace-period=0"]
        tether = [sys.executable, "-I", "-S", str(_TETHER), str(os.getpid())]
        argv = [str(binary.absolute()), "run", "--server", "--addr=127.0.0.1:0", *options, *quiet]
        try:
            return start([*tether, *argv, policy.name], env={}, cwd=self._directory, talk=False)
        except ProcessError as error:
            raise PolicyUnavailableError(error.message) from None


def _load(server: Server, bundle: Bundle) -> None:
    # A module is refused until those that it calls are there, so what was refused is tried
    # again for as long as that gets any further.
    left = list(enumerate(bundle.modules.items()))
    while left:
        refused = [each for each in left if not _loads(server, *each)]
        if len(refused) == len(left):
            raise PolicyUnavailableError(f"OPA refuses {refused[0][1][0]}")
        left = refused


def _loads(server: Server, number: int, module: tuple[str, str]) -> bool:
    try:
        server.put(f"guardrail/{number:04d}.rego", module[1])
    except PolicyUnavailableError:
        return False
    return True


def _unusable_url() -> SettingsError:
    return SettingsError(
        "the OPA server's URL is https://HOST:PORT, or http:// on this machine only"
    )
