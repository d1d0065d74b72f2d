"""
One GET over TLS, to a host that the settings name.

1. The certificate counts only by the authorities of the system or of the settings. The
   variables that name others to OpenSSL and to libraries (``SSL_CERT_FILE``, …) are not read:
   whoever sets them could pose as any host.
2. No redirect is followed: the address that was asked for answers, or nobody.
3. The answer is of a sane size and comes in time.

Plain HTTP is for addresses that the settings may name: those of this machine. A proxy that the
environment names is asked to pass TLS through, which lets it see and change nothing.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from http.client import HTTPConnection
    from ssl import SSLContext

SECONDS: Final = 10
"""For connecting, for each pause of the answer, and from its beginning to its end."""


def get(
    url: str,
    *,
    env: Mapping[str, str],
    headers: Mapping[str, str],
    authorities: bytes | None,
    limit: int,
) -> bytes:
    """
    Return what ``url`` answers, at most ``limit`` bytes.

    ``authorities`` are certificates in PEM; None means the system's. ``env`` may name a proxy.
    Raises :class:`OSError` for everything else, with no word of the address, headers or answer.
    """
    connection = None
    try:
        connection = _connection(url, env, authorities)
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"Accept": "application/json", **headers})
        return _answer(connection, limit)
    # What libraries say of a request can hold all of it.
    except Exception as error:  # noqa: BLE001
        raise OSError(f"no answer ({type(error).__name__})") from None
    finally:
        if connection is not None:
            connection.close()


def _connection(url: str, env: Mapping[str, str], authorities: bytes | None) -> "HTTPConnection":
    from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415 - few ask anybody

    parts = urlsplit(url)
    if parts.hostname is None:
        raise ValueError("expected a host")
    if parts.scheme == "http":
        return HTTPConnection(parts.hostname, parts.port, timeout=SECONDS)
    # 1. Whom to believe.
    context = _context(authorities)
    proxy = _proxy(parts.hostname, env)
    if proxy is None:
        return HTTPSConnection(parts.hostname, parts.port, timeout=SECONDS, context=context)
    host, port, passing = proxy
    connection = HTTPSConnection(host, port, timeout=SECONDS, context=context)
    connection.set_tunnel(parts.hostname, parts.port or 443, headers=passing)
    return connection


def _context(authorities: bytes | None) -> "SSLContext":
    import ssl  # noqa: PLC0415

    # Not ssl.create_default_context: it reads SSL_CERT_FILE, SSL_CERT_DIR and SSLKEYLOGFILE.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authorities is not None:
        context.load_verify_locations(cadata=authorities.decode("ascii"))
        return context
    from pathlib import Path  # noqa: PLC0415

    paths = ssl.get_default_verify_paths()
    for cafile, capath in ((paths.openssl_cafile, None), (None, paths.openssl_capath)):
        if Path(cafile or capath or "").exists():
            context.load_verify_locations(cafile, capath)
    return context


def _proxy(host: str, env: Mapping[str, str]) -> tuple[str, int, dict[str, str]] | None:
    """Return host, port and headers of the proxy that ``env`` names for ``host``, or None."""
    named = env.get("https_proxy") or env.get("HTTPS_PROXY")
    spared = (env.get("no_proxy") or env.get("NO_PROXY") or "").split(",")
    if not named or any(_spares(name.strip().lower(), host) for name in spared):
        return None
    parts = urlsplit(named if "//" in named else f"//{named}")
    if parts.hostname is None:
        raise ValueError("expected a host")
    return parts.hostname, parts.port or 80, _credentials(parts.username, parts.password)


def _spares(name: str, host: str) -> bool:
    """Return whether ``name`` of ``NO_PROXY`` stands for ``host`` or a domain above it."""
    plain = name.lstrip(".")
    return name == "*" or (bool(plain) and f".{host}".endswith(f".{plain}"))


def _credentials(user: str | None, password: str | None) -> dict[str, str]:
    from base64 import b64encode  # noqa: PLC0415
    from urllib.parse import unquote  # noqa: PLC0415

    if user is None:
        return {}
    pair = f"{unquote(user)}:{unquote(password or '')}".encode()
    return {"Proxy-Authorization": f"Basic {b64encode(pair).decode()}"}


def _answer(connection: "HTTPConnection", limit: int) -> bytes:
    with connection.getresponse() as response:
        # 2. Nowhere else.
        if response.status != 200:
            raise ValueError("expected 200")
        # 3. Size and time.
        ends = time.monotonic() + SECONDS
        found = b""
        while more := response.read1(64 * 1024):
            found += more
            if len(found) > limit or time.monotonic() > ends:
                raise ValueError("expected less, and sooner")
        if response.length:
            raise ValueError("expected the rest")
        return found
