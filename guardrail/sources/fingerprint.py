"""
A digest of everything in a directory that makes Terraform do what it does.

Of the directory, what lies below it, and the modules that it calls: configuration,
tests, queries, values of variables, the lock file. What a configuration reads with
functions (``file``, ``templatefile``) and what providers read is not part of it.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from guardrail.canonical import digest
from guardrail.errors import EnforcementError
from guardrail.sources.modules import Worktree, located, walk
from guardrail.system.files import read_limited

_SUFFIXES = (
    ".tf", ".tf.json", ".tofu", ".tofu.json", ".tftest.hcl", ".tftest.json", ".tofutest.hcl",
    ".tofutest.json", ".tfquery.hcl", ".tfquery.json", ".tfmock.hcl", ".tfvars", ".tfvars.json",
    ".lock.hcl",
)  # fmt: skip
_MOST_FILES = 5_000
_MOST_BYTES = 16 << 20


def fingerprint(directory: Path, named: Sequence[Path]) -> str:
    """
    Return the digest of the configuration in ``directory`` and of the files ``named``, in hexadecimal.

    Raises :class:`EnforcementError` where there is too much of it, and :class:`FileError` for a
    file that can't be read.
    """
    files = dict.fromkeys(sorted({*_below(directory), *_called(directory), *named}))
    if len(files) > _MOST_FILES:
        raise EnforcementError(
            f"more than {_MOST_FILES:,} files of configuration lie here",
            hint="run it where only its own configuration lies",
        )
    return digest({os.fsencode(path).hex(): _digest(path) for path in files})


def _digest(path: Path) -> str:
    return hashlib.sha256(read_limited(path, _MOST_BYTES)).hexdigest()


def _below(directory: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(directory):
        # Providers are held by the lock file, and a repository's objects are no configuration.
        left_out = "providers" if Path(place).name == ".terraform" else ".git"
        folders[:] = [each for each in folders if each != left_out]
        yield from (Path(place, name) for name in names if name.endswith(_SUFFIXES))


def _called(directory: Path) -> Iterator[Path]:
    top, start = located(directory)
    for called in walk(Worktree(top).read, start):
        yield from (top / called.directory / name for name in called.files)
