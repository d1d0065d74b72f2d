"""
A session: one call with its settings read, its rules loaded and its engine running.

A door is any way in: the command line, a hook, a server. Each hands in a
:class:`Call` and gets a decision back; none of them decides by itself.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from guardrail.errors import FileError, PolicyUnavailableError
from guardrail.origin.evidence import Evidence
from guardrail.policy.bundle import Bundle, load_bundle
from guardrail.policy.engine import Engine, open_engine
from guardrail.settings.load import add_repository, parse_settings
from guardrail.settings.model import Settings
from guardrail.sources.evidence import Collected
from guardrail.system.files import read_limited, trusted_file
from guardrail.system.installation import Installation

SMALL = 1 << 20
"""The largest settings file that is read, in bytes."""


class Call(Struct, frozen=True, kw_only=True):
    """What somebody asks for, and everything around it that could vary."""

    installation: Installation
    directory: Path
    """The working directory: its one true path, absolute and without links."""
    env: Mapping[str, str]
    now: int
    engine: str | None = None
    """The engine asked for, or None for the settings' one."""
    policies: tuple[Path, ...] = ()
    """Further policy directories; they can only tighten."""
    commits: tuple[str, str] | None = None
    """Base and head of the commits in range."""
    evidence: tuple[Evidence, ...] = ()
    """What the door itself knows of who calls; doors that only agents use say so here."""
    logins: tuple[str, ...] = ()
    """Names that whoever calls gives themselves: nobody of these names can approve."""
    relayed: bool = False
    """Whether somebody asks through this process, whose own identity says nothing of theirs."""


class Session(Struct, frozen=True, kw_only=True):
    """One call, ready to be decided."""

    call: Call
    settings: Settings
    bundle: Bundle
    engine: Engine
    collected: Collected | None = None
    """Who is behind every call of this session; None looks anew each time."""


@contextmanager
def open_session(call: Call) -> Iterator[Session]:
    """Read settings and policies and start the engine; it gets ready while the plan is read."""
    settings = read_settings(call.installation, call.directory)
    bundle = load_bundle([*(call.directory / p for p in settings.policies), *call.policies])
    engine = open_engine(call.engine or settings.engine, bundle, opa_url=settings.opa_url)
    try:
        yield Session(call=call, settings=settings, bundle=bundle, engine=engine)
    finally:
        engine.close()


def settled(call: Call) -> Session:
    """Return a session that decides nothing: with settings, and without rules and engine."""
    nothing = Bundle(modules={}, packages=frozenset(), rules=frozenset(), sha256="")
    settings = read_settings(call.installation, call.directory)
    return Session(call=call, settings=settings, bundle=nothing, engine=_Nobody())


class _Nobody:
    name = "none"

    def evaluate(self, question: bytes) -> bytes:
        del question
        raise PolicyUnavailableError("this session has no rules, and decides nothing")

    def close(self) -> None:
        pass


def read_settings(installation: Installation, directory: Path) -> Settings:
    """Return the trusted settings, with what the repository's own file may add."""
    settings = trusted_settings(installation)
    repository = directory / "guardrail.toml"
    if repository.exists():
        settings = add_repository(settings, read_limited(repository, SMALL))
    return settings


def trusted_settings(installation: Installation) -> Settings:
    """Return the settings of ``installation`` alone."""
    # A link that leads nowhere is no absence: it must not bring the defaults back.
    if not os.path.lexists(installation.settings):
        return Settings()
    data = trusted_file(installation.settings, limit=SMALL).data
    return parse_settings(data, origin=installation.settings.name)


def true_directory(path: Path) -> Path:
    """
    Return the one name of a working directory: an alias would be another stack to the ledger.

    Raises :class:`FileError` where it is gone, or where no report could name it.
    """
    try:
        directory = path.resolve(strict=True)
        str(directory).encode()
    except UnicodeEncodeError:
        raise FileError("the working directory's name is not UTF-8") from None
    except (OSError, RuntimeError):
        raise FileError("the working directory is not there") from None
    return directory
