"""
A digest of everything in a directory that makes Terraform do what it does.

Of the directory, what lies below it, the modules that it calls and those that ``init``
installed: configuration, tests, queries, values of variables, the lock file. What a
configuration reads with functions (``file``, ``templatefile``) and what providers read is
not part of it.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from guardrail.canonical import digest
from guardrail.errors import EnforcementError
from guardrail.sources.modules import Worktree, located, walk
from guardrail.system.files import read_limited

_SUFFIXES = (
    ".tf", ".tf.json", ".tofu", ".tofu.json", ".tftest.hcl", ".tftest.json", ".tofutest.hcl",
    ".tofutest.json", ".tfquery.hcl", ".tfquery.json", ".tfmock.hcl", ".tfvars", ".tfvars.json",
    ".lock.hcl",
)  # fmt: skip
_MANIFEST = f"{os.sep}modules{os.sep}modules.json"
_MOST_FILES = 5_000
_MOST_PLACES = 50_000
_MOST_BYTES = 16 << 20


class _Installed(Struct):
    dir: str = msgspec.field(name="Dir")


class _Manifest(Struct):
    modules: list[_Installed] = msgspec.field(name="Modules")


def fingerprint(directory: Path, named: Sequence[Path]) -> str:
    """
    Return the digest of the configuration in ``directory`` and of the files ``named``, in hexadecimal.

    Raises :class:`EnforcementError` where there is too much of it, and :class:`FileError` for a
    file that can't be read.
    """
    places = [directory, *_installed(directory)]
    files = dict.fromkeys(sorted({*_below(places), *_called(directory), *named}))
    if len(files) > _MOST_FILES:
        raise EnforcementError(
            f"more than {_MOST_FILES:,} files of configuration lie here",
            hint="run it where only its own configuration lies",
        )
    return digest({os.fsencode(path).hex(): _digest(path) for path in files})


def _digest(path: Path) -> str:
    return hashlib.sha256(read_limited(path, _MOST_BYTES)).hexdigest()


def _below(places: Sequence[Path]) -> Iterator[Path]:
    """Yield what lies in ``places`` and below: through links too, as Terraform reads through them."""
    waiting, seen = list(places), set[tuple[int, int]]()
    while waiting:
        place = waiting.pop()
        try:
            found = place.stat()
            if (found.st_dev, found.st_ino) in seen:
                continue
            seen.add((found.st_dev, found.st_ino))
            entries = list(os.scandir(place))
        except OSError:
            # Terraform, which runs as the same user, reads nothing there either.
            continue
        if len(seen) > _MOST_PLACES:
            raise EnforcementError(
                f"more than {_MOST_PLACES:,} directories lie here",
                hint="run it where only its own configuration lies",
            )
        waiting += [Path(each) for each in entries if _leads_on(each)]
        yield from (place / each.name for each in entries if _counts(each))


def _leads_on(entry: os.DirEntry[str]) -> bool:
    # Providers are held by the lock file, and a repository's objects are no configuration.
    left_out = "providers" if Path(entry.path).parent.name == ".terraform" else ".git"
    return entry.name != left_out and Path(entry.path).is_dir()


def _counts(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    if not name.endswith(_SUFFIXES) and not entry.path.endswith(_MANIFEST):
        return False
    # A pipe in a file's place is refused when it is read; a link to nothing, as editors leave
    # them, is none.
    path = Path(entry.path)
    return path.exists() and not path.is_dir()


def _installed(directory: Path) -> Iterator[Path]:
    """Yield where the modules lie that ``init`` installed, or that tests call."""
    manifest = directory / ".terraform" / "modules" / "modules.json"
    if not manifest.exists():
        return
    try:
        found = msgspec.json.decode(read_limited(manifest, _MOST_BYTES), type=_Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise EnforcementError(
            "the list of installed modules is not readable", hint="run `terraform init` again"
        ) from None
    yield from (directory / each.dir for each in found.modules)


def _called(directory: Path) -> Iterator[Path]:
    top, start = located(directory)
    for called in walk(Worktree(top).read, start):
        yield from (top / called.directory / name for name in called.files)
