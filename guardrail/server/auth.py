"""
Who calls: bearer tokens, of which only digests are kept.

The tokens' file has one line for each caller: a name, the SHA-256 of the token, and
``agent`` where only agents use it::

    ci 6f1c…
    coding-agents 0c5e… agent

The file is root's or our own and private (mode 0600), and read anew for each request: a line
that is taken out counts at once. A token is 256 random bits, so a plain digest of it can't be
searched.
"""

import re
import secrets
from collections.abc import Iterator
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path

from msgspec import Struct

from guardrail.errors import SettingsError
from guardrail.system.files import trusted_file, write_private

LIMIT = 1 << 20
"""The largest file of tokens, in bytes."""
PREFIX = "tfgs_"
"""What a token begins with, so that scanners for secrets know it."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LINE = re.compile(rf"(?P<name>{_NAME.pattern}) +(?P<sha256>[0-9a-f]{{64}})(?P<agent> +agent)?")
_HINT = "a line is `NAME SHA256` or `NAME SHA256 agent`; `guardrail serve --add NAME` writes one"


class Caller(Struct, frozen=True, kw_only=True):
    """Whoever holds one token."""

    name: str
    agent: bool
    """Whether only agents call with it."""


def find_caller(path: Path, token: str) -> Caller | None:
    """
    Return whose ``token`` it is by the file at ``path``; None for nobody's.

    Every line is compared, each in constant time. Raises :class:`GuardrailError` where the
    file can't be used.
    """
    given = sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
    found = None
    for caller, digest in read_tokens(path):
        if compare_digest(given, digest):
            found = caller
    return found


def read_tokens(path: Path) -> Iterator[tuple[Caller, str]]:
    """Yield each caller and the digest of their token; the names are unique."""
    file = trusted_file(path, limit=LIMIT)
    if not file.private:
        raise SettingsError(
            f"the file of tokens {str(path)!r} can be read by others",
            hint=f"close it with `chmod 600 {str(path)!r}`",
        )
    names = set()
    for number, line in enumerate(file.data.decode("ascii", "replace").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or found["name"] in names:
            raise SettingsError(f"line {number} of the file of tokens can't be used", hint=_HINT)
        names.add(found["name"])
        yield Caller(name=found["name"], agent=found["agent"] is not None), found["sha256"]


def add_token(path: Path, name: str, *, agent: bool) -> str:
    """
    Write a new line for ``name`` to the file at ``path``, and return the token.

    It is told this once. Raises :class:`SettingsError` for a name that is taken or is none.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError("a caller's name is lower-case letters, digits, dots and hyphens")
    text = b""
    if path.exists():
        if name in {caller.name for caller, _ in read_tokens(path)}:
            raise SettingsError(f"there is a token for {name} already", hint="take its line out")
        text = trusted_file(path, limit=LIMIT).data
    token = PREFIX + secrets.token_urlsafe(32)
    line = f"{name} {sha256(token.encode()).hexdigest()}{' agent' if agent else ''}\n"
    write_private(path, text + (b"" if text.endswith(b"\n") or not text else b"\n") + line.encode())
    return token
