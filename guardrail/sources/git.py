"""
What the repository says: commits in range, branch, identity, authorship notes, and files.

The repository belongs to whoever is guarded, and git runs what a repository's
configuration names. So git is asked with care:

1. The environment is ours: no ``GIT_*`` of the caller, no trace, no prompt.
2. Commands are those that only read: ``rev-parse``, ``rev-list``, ``merge-base``,
   ``cat-file``, ``notes list``, ``symbolic-ref``, ``config``. No pager, no diff, so no text
   conversion and no external diff; no signature check, so no ``gpg.program``;
   hooks and the file-system monitor are off; no protocol is allowed, so a missing
   object is never fetched.
3. With that, git's own guard against repositories of another user
   (``safe.directory``) may be lifted: the guardrail runs as another user than the
   agent on purpose.
4. History is read as it was hashed: no replacement objects, no grafts, no commit
   graph file, each of which can show another history; a shallow one is reported.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from guardrail.errors import ProcessError
from guardrail.origin.commit import parse_commit
from guardrail.origin.observed import Commit
from guardrail.sources.logins import home_directory
from guardrail.system.process import run

MOST_COMMITS = 5_000
MOST_OBJECT_BYTES = 256 * 1024
MOST_BYTES = 32 << 20
_SECONDS = 20.0
_SAFE_PATH = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/run/current-system/sw/bin"
_REVISION = r"[0-9A-Za-z_][0-9A-Za-z_./@^~+-]*"
_ENVIRONMENT = {
    "PATH": _SAFE_PATH,
    "LC_ALL": "C.UTF-8",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_TRACE2": "0",
    "GIT_TRACE2_EVENT": "0",
    "GIT_TRACE2_PERF": "0",
}
_OPTIONS = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "safe.directory=*"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.commitGraph=false"),
)


class Repository(Struct, frozen=True, kw_only=True):
    """What the repository says about who made the change."""

    branch: str = ""
    emails: tuple[str, ...] = ()
    """The identities that git would commit with here."""
    commits: tuple[Commit, ...] = ()
    obstructed: tuple[str, ...] = ()


def read_repository(
    directory: Path,
    env: Mapping[str, str],
    *,
    ranges: Sequence[tuple[str, str]],
    notes_ref: str,
) -> Repository:
    """
    Return what git says about ``directory`` and the commits in ``ranges``.

    A range is a base and a head: the commits that head has and base has not. ``env``
    gives the home and, where no usual place has git, the path to search for it. Never
    raises: what can't be read is named in ``obstructed``.
    """
    if not any(os.path.lexists(place / ".git") for place in (directory, *directory.parents)):
        missing = ("git: there is no repository here",) if ranges else ()
        return Repository(obstructed=missing)
    git = find_git(directory, env)
    if git is None:
        return Repository(obstructed=("git: the program is not installed",))
    obstructed: list[str] = []
    try:
        return Repository(
            branch=_text(git.ask("symbolic-ref", "-q", "HEAD")).strip(),
            emails=tuple(dict.fromkeys(_emails(git, env))),
            commits=tuple(_commits(git, ranges, notes_ref, obstructed)),
            obstructed=tuple(obstructed),
        )
    except ProcessError as error:
        return Repository(obstructed=(f"git: {error.message}",))


class Git(Struct, frozen=True, kw_only=True):
    """The program, asked with care from one directory."""

    program: str
    directory: Path

    def ask(self, *words: str, stdin: bytes = b"", home: str | None = None) -> bytes | None:
        """
        Return what git prints; None where it fails, because its reason may hold anything.

        ``home`` is where the user's own configuration lies; without it only the
        repository's counts.
        """
        env = _ENVIRONMENT | ({"GIT_CONFIG_GLOBAL": os.devnull} if home is None else {"HOME": home})
        done = run(
            [self.program, *_OPTIONS, *words],
            env=env,
            cwd=self.directory,
            stdin=stdin,
            timeout=_SECONDS,
        )
        return done.stdout if done.code == 0 else None


def find_git(directory: Path, env: Mapping[str, str]) -> Git | None:
    """Return git for the repository around ``directory``; None where the program is missing."""
    import shutil  # noqa: PLC0415 (it loads every compression that Python has)

    program = shutil.which("git", path=_SAFE_PATH) or shutil.which("git", path=env.get("PATH"))
    return None if program is None else Git(program=program, directory=directory)


def is_revision(name: str) -> bool:
    """Return whether ``name`` can only be a commit's name, and no option, range or path."""
    return re.fullmatch(_REVISION, name) is not None and ".." not in name


def _emails(git: Git, env: Mapping[str, str]) -> Iterator[str]:
    homes = (home_directory(), env.get("HOME", ""))
    for home in dict.fromkeys(home for home in homes if home):
        yield from _text(git.ask("config", "--get-all", "user.email", home=home)).splitlines()


def _commits(
    git: Git, ranges: Sequence[tuple[str, str]], notes_ref: str, obstructed: list[str]
) -> Iterator[Commit]:
    if not ranges:
        return
    if git.ask("rev-parse", "--is-shallow-repository") != b"false\n":
        obstructed.append("git: the history is shallow, so commits may be missing")
    ids = dict.fromkeys(name for ends in ranges for name in _listed(git, ends, obstructed))
    if ids:
        yield from _read_commits(git, tuple(ids), notes_ref, obstructed)


def _listed(git: Git, ends: tuple[str, str], obstructed: list[str]) -> Sequence[bytes]:
    """Return the names of the commits in one range, newest first."""
    base, head = ends
    if not all(map(is_revision, ends)):
        obstructed.append("git: the range is not two commits")
        return ()
    most = f"--max-count={MOST_COMMITS + 1}"
    listed = git.ask("rev-list", most, "--end-of-options", f"{base}..{head}", "--")
    if listed is None:
        obstructed.append("git: the commits of the range are not here")
        return ()
    ids = listed.split()
    if not ids:
        obstructed.append("git: the range holds no commit")
    if len(ids) > MOST_COMMITS:
        obstructed.append(f"git: more than {MOST_COMMITS} commits, the oldest were not read")
    return ids[:MOST_COMMITS]


def _read_commits(
    git: Git, ids: Sequence[bytes], notes_ref: str, obstructed: list[str]
) -> Iterator[Commit]:
    wanted = frozenset(ids)
    listed = git.ask("notes", f"--ref={notes_ref}", "list") or b""
    pairs = (line.split(b" ") for line in listed.splitlines())
    notes = {commit: note for note, commit in pairs if commit in wanted}
    objects = _objects(git, (*ids, *notes.values()), obstructed)
    for commit in ids:
        if commit in objects:
            yield parse_commit(objects[commit], objects.get(notes.get(commit, b""), b""))


def _objects(git: Git, ids: Sequence[bytes], obstructed: list[str]) -> Mapping[bytes, bytes]:
    """Return the objects that are here and of a sane size; sizes are asked for first."""
    wanted = tuple(dict.fromkeys(ids))
    small: list[bytes] = []
    room = MOST_BYTES
    for line in (
        git.ask("cat-file", "--batch-check", stdin=b"\n".join(wanted)) or b""
    ).splitlines():
        name, _, size = line.rpartition(b" ")
        if size.isdigit() and int(size) <= min(MOST_OBJECT_BYTES, room):
            small.append(name.partition(b" ")[0])
            room -= int(size)
    found = dict(split_batch(git.ask("cat-file", "--batch", stdin=b"\n".join(small)) or b""))
    if len(found) < len(wanted):
        obstructed.append("git: commits or notes are missing or too large to read")
    return found


def split_batch(batch: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each object: a line ``name type size``, the content, a line end."""
    at = 0
    while at < len(batch):
        start = batch.index(b"\n", at) + 1
        name, _, size = batch[at : start - 1].split(b" ")
        at = start + int(size) + 1
        yield name, batch[start : at - 1]


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", errors="replace")
