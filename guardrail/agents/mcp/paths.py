"""Names of files that an agent sends: only ones inside the directory the server works in."""

from pathlib import Path

from guardrail.errors import UsageError


def inside(root: Path, name: str) -> Path:
    """
    Return the true path of ``name``, which is relative to ``root`` or absolute, and in ``root``.

    ``root`` is free of links. What leads out of it, through ``..`` or a link, raises the same
    :class:`UsageError` whether it exists or not. Whether there is a file is not asked here.
    """
    if not name or name == "-" or "://" in name:
        raise _outside()
    try:
        path = (root / name).resolve()
    except (OSError, ValueError, RuntimeError):
        raise _outside() from None
    if not path.is_relative_to(root):
        raise _outside()
    return path


def _outside() -> UsageError:
    return UsageError(
        "the path is not inside the directory that this server works in",
        hint="name a file in it, relative to it; links out of it are not followed",
    )
