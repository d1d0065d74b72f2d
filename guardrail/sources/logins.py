"""
Who asks, by every name we can find: compared with approvers against self-approval.

A name too many only turns an approver away; a name too few lets somebody approve
their own change. So all of them are collected, proven or not.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from guardrail.origin.match import NOREPLY
from guardrail.origin.observed import Actor, Commit, Means

_MOST_LETTERS = 320
"""The longest e-mail address that exists."""
_NOBODY = 2**32 - 1
_LOGIN_UID = Path("/proc/self/loginuid")


def logins(
    env: Mapping[str, str],
    *,
    commits: Iterable[Commit],
    actors: Iterable[Actor],
) -> tuple[str, ...]:
    """
    Return every name of whoever asks, without repeats.

    These are the operating system's user (by number, never by ``$USER``), the user
    behind ``sudo`` or ``doas``, the user whom the kernel recorded at login, git's
    identity, authors and committers of the commits in range, and CI actors.
    """
    found = [*_system_users(env)]
    for commit in commits:
        found += (commit.author_email, commit.committer_email)
    found += (actor.text for actor in actors if actor.means in {Means.LOGIN, Means.EMAIL})
    found += [login for name in found if (login := _account_of(name))]
    return tuple(dict.fromkeys(name for text in found if (name := _plain(text))))


def home_directory() -> str:
    """Return the home of the user who runs us, from the system's list and not from ``$HOME``."""
    entry = _entry(os.getuid()) if hasattr(os, "getuid") else None
    return "" if entry is None else entry[1]


def _system_users(env: Mapping[str, str]) -> Iterator[str]:
    yield from (env[name] for name in ("SUDO_USER", "DOAS_USER") if name in env)
    if not hasattr(os, "getuid"):
        yield os.getlogin()
        return
    for uid in dict.fromkeys((os.getuid(), os.geteuid(), *_login_uid(_LOGIN_UID))):
        entry = _entry(uid)
        yield str(uid) if entry is None else entry[0]


def _login_uid(path: Path) -> tuple[int, ...]:
    """Return the user whom the kernel recorded at login: sudo does not change it."""
    try:
        uid = int(path.read_text("ascii"))
    except (OSError, ValueError):
        return ()
    return () if uid == _NOBODY else (uid,)


def _entry(uid: int) -> tuple[str, str] | None:
    import pwd  # noqa: PLC0415

    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return entry.pw_name, entry.pw_dir


def _plain(text: str) -> str:
    """Return ``text`` as something that can be written down: requests and log entries hold it."""
    readable = text.encode(errors="replace").decode()
    return "".join(letter for letter in readable if letter.isprintable()).strip()[:_MOST_LETTERS]


def _account_of(address: str) -> str:
    """Return the account's name in a GitHub noreply address, else an empty text."""
    name, _, host = address.rpartition("@")
    return name.rpartition("+")[2] if f"@{host.casefold()}" == NOREPLY else ""
