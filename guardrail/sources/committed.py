"""
Configuration files as commits hold them: what the working directory no longer says.

Only objects are read, by :class:`guardrail.sources.git.Git`. Links and submodules are
no files, and what is missing or too large is simply not there.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from guardrail.sources.git import Git, is_revision, split_batch
from guardrail.sources.modules import is_configuration

MOST_OBJECT_BYTES = 1 << 20
MOST_BYTES = 32 << 20

_UPSTREAM = tuple(f"refs/remotes/origin/{name}" for name in ("HEAD", "main", "master"))

_Object = tuple[bytes, bytes, int]
"""Name, type and size."""


def find_bases(git: Git, named: Iterable[str]) -> tuple[str, ...]:
    """
    Return the commits that the change is compared with, ``HEAD`` first.

    The others are where the ``named`` bases and ``HEAD`` parted; without one that is
    here and is not ``HEAD`` itself, where the upstream's default branch did. Empty
    where there is no commit at all.
    """
    names = [name for name in dict.fromkeys(named) if is_revision(name)]
    asked = ["HEAD", *names, *_UPSTREAM]
    found = [each and each[0].decode() for each in _found(git, [f"{a}^{{commit}}" for a in asked])]
    head, *others = found
    if not head:
        return ()
    upstream = next((each for each in others[len(names) :] if each), None)
    bases = {each for each in others[: len(names)] if each} - {head} or {upstream or head} - {head}
    parted = (_parted(git, head, base) for base in sorted(bases))
    return tuple(dict.fromkeys((head, *parted)))


def _parted(git: Git, head: str, base: str) -> str:
    # A shallow history does not tell; then the base itself is the nearest.
    return (git.ask("merge-base", head, base) or b"").decode().strip() or base


class Committed:
    """The configuration files of commits; every object is asked for once."""

    def __init__(self, git: Git, known: Iterable[bytes]) -> None:
        """Prepare to read through ``git``; contents that are ``known`` are not asked for."""
        self._git = git
        self._contents = tuple(known)
        self._known: dict[bytes, bytes] = {}
        self._trees: dict[tuple[str, str], bytes | None] = {}
        self._objects: dict[bytes, bytes] = {}
        self._room = MOST_BYTES

    def load(self, commits: Iterable[str], directories: Iterable[str]) -> None:
        """Read ``directories`` of all ``commits`` at once, for :meth:`read` to find them."""
        places = [(commit, each) for commit in commits for each in directories]
        places = [place for place in places if place not in self._trees]
        found = _found(self._git, [f"{commit}:{each}" for commit, each in places])
        for place, each in zip(places, found, strict=True):
            self._trees[place] = each[0] if each and each[1] == b"tree" else None
        self._fetch(each for each in found if each and each[1] == b"tree")
        blobs = {
            blob
            for place in places
            for blob in self._entries(place).values()
            if not self._has(blob)
        }
        names = [blob.decode() for blob in sorted(blobs)]
        self._fetch(each for each in _found(self._git, names) if each)

    def read(self, commit: str, directories: Sequence[str]) -> Mapping[str, Mapping[str, bytes]]:
        """Return directory → name → content of the configuration files that ``commit`` has there."""
        self.load((commit,), directories)
        return {
            each: {
                name: self._objects[blob]
                for name, blob in self._entries((commit, each)).items()
                if blob in self._objects
            }
            for each in directories
        }

    def _entries(self, place: tuple[str, str]) -> Mapping[str, bytes]:
        tree = self._trees[place]
        content = self._objects.get(tree, b"") if tree else b""
        return dict(_files(content, len(tree or b"")))

    def _has(self, blob: bytes) -> bool:
        if not self._known:
            self._known = {_blob_name(each, len(blob)): each for each in self._contents}
        if blob in self._known:
            self._objects[blob] = self._known[blob]
        return blob in self._objects

    def _fetch(self, objects: Iterable[_Object]) -> None:
        wanted = []
        for name, _, size in objects:
            if name not in self._objects and size <= min(MOST_OBJECT_BYTES, self._room):
                self._room -= size
                wanted.append(name)
        if wanted:
            stdin = b"\n".join(dict.fromkeys(wanted)) + b"\n"
            self._objects |= dict(
                split_batch(self._git.ask("cat-file", "--batch", stdin=stdin) or b"")
            )


def _found(git: Git, names: Sequence[str]) -> list[_Object | None]:
    """Return what each of ``names`` stands for; None for what is not here."""
    asked = [name if name.isprintable() else "-" for name in names]
    if not asked:
        return []
    stdin = "".join(f"{name}\n" for name in asked)
    said = (git.ask("cat-file", "--batch-check", stdin=os.fsencode(stdin)) or b"").split(b"\n")
    lines = [line.split(b" ") for line in said[:-1]]
    if len(lines) != len(asked):
        return [None] * len(asked)
    return [
        (line[0], line[1], int(line[2])) if len(line) == 3 and line[2].isdigit() else None
        for line in lines
    ]


def _files(tree: bytes, width: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and blob of each file in a tree: ``mode name``, a zero, the blob's bytes."""
    at = 0
    while at < len(tree):
        end = tree.index(b"\0", at)
        mode, _, name = tree[at:end].partition(b" ")
        at = end + 1 + width // 2
        if mode.startswith(b"100") and is_configuration(text := os.fsdecode(name)):
            yield text, tree[end + 1 : at].hex().encode()


def _blob_name(content: bytes, width: int) -> bytes:
    algorithm = hashlib.sha1 if width == 40 else hashlib.sha256
    named = algorithm(b"blob %d\0" % len(content), usedforsecurity=False)
    named.update(content)
    return named.hexdigest().encode()
