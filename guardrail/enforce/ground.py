"""
Whose code Terraform would run in a working directory.

Configuration, providers and modules are programs: Terraform runs some of them even to
show a plan. Where the guardrail runs as a user of its own, it runs them with the rights
and the credentials of that user; so nobody else may have written them.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from guardrail.errors import EnforcementError
from guardrail.system.installation import Installation

_HINT = (
    "let it be a checkout that root or the guardrail's own user made and initialised; "
    "see docs/protected.md"
)


def refuse_foreign_ground(installation: Installation, directory: Path) -> None:
    """
    Refuse a working directory that another user could have written to.

    Asked only of a shared installation that runs as a user of its own: elsewhere whoever
    calls has the same rights anyway. Ancestors are not asked who called, because a caller
    can leave them. Raises :class:`EnforcementError`.
    """
    if not installation.shared or os.geteuid() == 0:
        return
    try:
        for path in (*reversed(directory.parents), directory, *_below(directory)):
            if not _ours(path.lstat()):
                raise EnforcementError(
                    f"another user could have written {str(path)!r}, which Terraform would run "
                    "with the guardrail's rights",
                    hint=_HINT,
                )
    except OSError as error:
        raise EnforcementError(
            f"the working directory cannot be looked through: {error.strerror}", hint=_HINT
        ) from None


def _below(directory: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(directory, onerror=_raise):
        yield from (Path(folder, name) for name in (*folders, *files))


def _raise(error: OSError) -> None:
    raise error


def _ours(found: os.stat_result) -> bool:
    if found.st_uid not in {0, os.geteuid()}:
        return False
    # A link's mode says nothing, and only its owner can change it.
    if stat.S_ISLNK(found.st_mode):
        return True
    # In a sticky folder of root's, like /tmp, nobody can take the place of others' names.
    if stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX and found.st_uid == 0:
        return True
    others = found.st_mode & stat.S_IWOTH
    group = found.st_mode & stat.S_IWGRP and found.st_gid not in {0, os.getegid()}
    return not others and not group
