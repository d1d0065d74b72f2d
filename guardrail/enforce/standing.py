"""
How much a decision is worth on this installation, said in every run.

``protected`` needs both: settings and trust that only root can write, and an
invoker who is somebody else than the user we run as. Whoever runs as the same
user can edit what guards them, and the word for that is ``advisory``.
``enforced`` needs credentials that nobody else holds; nothing here grants it yet.
"""

import os
from pathlib import Path

from guardrail.decision import Standing
from guardrail.errors import FileError
from guardrail.system.files import trusted_file
from guardrail.system.installation import Installation

LIMIT = 16 << 20
"""The largest trust document that is read, in bytes."""


def standing(installation: Installation) -> Standing:
    """Return the strongest word that is true of ``installation`` in this process."""
    if not all(_root_owns(path) for path in (installation.trust, installation.settings)):
        return Standing.ADVISORY
    return Standing.PROTECTED if _invoked_by_another_user() else Standing.ADVISORY


def _root_owns(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        return trusted_file(path, limit=LIMIT).root_owned
    except FileError:
        return False


def _invoked_by_another_user() -> bool:
    """Whether any ancestor runs as another user than we do, as under sudo; unseen means no."""
    import psutil  # noqa: PLC0415 (only an installation of root's gets here)

    own = os.geteuid()
    try:
        return any(parent.uids().effective not in {own, 0} for parent in psutil.Process().parents())
    except psutil.Error:
        return False
