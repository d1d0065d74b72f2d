"""
The server as a process: where it listens, with which certificate, until it is told to stop.

1. Anything but loopback is served with TLS 1.2 or newer, or not at all.
2. The private key and the tokens are root's or our own, and private.
3. The engine and the settings work before the first connection is taken.
4. uvicorn says nothing: its messages could repeat what came in a request.
"""

import asyncio
import gc
import socket
import ssl
import sys
from collections.abc import Mapping
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import uvicorn

from guardrail.door.session import trusted_settings
from guardrail.errors import FileError, SettingsError
from guardrail.server.app import build
from guardrail.server.auth import add_token, read_tokens
from guardrail.server.denials import Denials
from guardrail.server.desk import Desk
from guardrail.server.limits import BODY_SECONDS
from guardrail.server.metrics import Metrics
from guardrail.server.patience import Impatient, Loop
from guardrail.server.retries import Retries
from guardrail.server.room import House
from guardrail.server.uploads import Uploads
from guardrail.settings.model import Server
from guardrail.system.files import private_directory, trusted_file
from guardrail.system.installation import Installation
from guardrail.system.sockets import without_delay

CONNECTIONS = 256
"""So many connections are held at once, whoever they come from."""


def tokens_file(installation: Installation, server: Server) -> Path:
    """Return where the callers' tokens are."""
    return Path(server.tokens or installation.config / "server.tokens")


def serve(installation: Installation, env: Mapping[str, str]) -> None:
    """
    Serve until a signal ends it.

    Raises :class:`GuardrailError` where that can't begin.
    """
    server = trusted_settings(installation).server
    # 1. and 2.
    context = _tls(server)
    url = server.url or _url(server)
    if urlsplit(url).scheme != ("https" if context else "http"):
        raise SettingsError("server.url is https:// with a certificate, and http:// without one")
    tokens = tokens_file(installation, server)
    if not any(True for _ in read_tokens(tokens)):
        raise SettingsError("nobody has a token", hint="make one with `guardrail serve --add NAME`")
    metrics = Metrics()
    desk = Desk(installation, env, server, metrics)
    house = House(
        url=url,
        plan_bytes=server.plan_megabytes << 20,
        desk=desk,
        uploads=Uploads(),
        denials=Denials(),
        retries=Retries(),
    )
    app = build(house, metrics, server, tokens=tokens, hosts=_hosts(server, url))
    # This process lives on, unlike that of any other command.
    gc.enable()
    with closing(desk), _listen(server) as listening:
        # 3.
        if not asyncio.run(desk.healthy()):
            raise SettingsError("the server could not decide about an empty plan; see above")
        print(f"guardrail: serving {url}", file=sys.stderr, flush=True)  # noqa: T201 - for journals
        uvicorn.Server(_config(app, context, server)).run(sockets=[listening])


def add(installation: Installation, name: str, *, agent: bool) -> str:
    """Make a token for the caller ``name`` and return it; only its digest is kept."""
    tokens = tokens_file(installation, trusted_settings(installation).server)
    if not tokens.parent.exists():
        private_directory(tokens.parent)
    return add_token(tokens, name, agent=agent)


def _config(app: object, context: ssl.SSLContext | None, server: Server) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # starlette and uvicorn each have their own ASGI types
        http=Impatient,
        ws="none",
        lifespan="off",
        loop=f"{Loop.__module__}:{Loop.__name__}",
        # 4.
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        # What came is decided, or told that it took too long.
        timeout_graceful_shutdown=server.seconds + int(BODY_SECONDS),
        ssl_context_factory=None if context is None else lambda _config, _make: context,
    )


def _listen(server: Server) -> socket.socket:
    family = socket.AF_INET6 if ":" in server.address else socket.AF_INET
    try:
        listening = socket.create_server((server.address, server.port), family=family)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no address"
        raise SettingsError(f"the server can't listen at its address: {reason}") from None
    without_delay(listening)
    return listening


def _tls(server: Server) -> ssl.SSLContext | None:
    try:
        loopback = ip_address(server.address).is_loopback
    except ValueError:
        raise SettingsError("server.address is no IP address") from None
    if (server.certificate is None) != (server.key is None):
        raise SettingsError("server.certificate and server.key belong together")
    if server.certificate is None or server.key is None:
        if not loopback:
            raise SettingsError(
                "without a certificate only loopback is served",
                hint="give server.certificate and server.key, or listen on 127.0.0.1",
            )
        return None
    if not trusted_file(Path(server.key)).private:
        raise SettingsError("the server's private key can be read by others", hint="chmod 600")
    trusted_file(Path(server.certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # A key with a passphrase would be asked for on a terminal that nobody sees.
        context.load_cert_chain(server.certificate, server.key, password=_no_passphrase)
    except (OSError, ValueError):
        raise FileError("the server's certificate and key can't be used together") from None
    return context


def _no_passphrase() -> NoReturn:
    raise SettingsError("the server's private key has a passphrase; a server needs one without")


def _url(server: Server) -> str:
    host = f"[{server.address}]" if ":" in server.address else server.address
    return f"{'http' if server.certificate is None else 'https'}://{host}:{server.port}"


def _hosts(server: Server, url: str) -> frozenset[str]:
    names = {urlsplit(url).netloc, urlsplit(_url(server)).netloc}
    if ip_address(server.address).is_loopback:
        names.add(f"localhost:{server.port}")
    return frozenset(names)
