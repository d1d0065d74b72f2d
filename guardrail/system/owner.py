"""Acting as the user whose directory it is, for what root does in an installation of another user."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def as_owner(directory: Path) -> Iterator[None]:
    """
    Be the owner of ``directory`` for a while, where root asks and it belongs to another user.

    Root keeps whose approvals count, the guardrail's own user keeps the log: an entry that
    root made would be a file in which that user can't go on writing. Changes nothing for
    anybody but root, or where there is no such directory.
    """
    if os.geteuid() != 0 or not directory.exists() or directory.stat().st_uid == 0:
        yield
        return
    owner, group = directory.stat(), os.getegid()
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
