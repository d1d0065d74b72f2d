"""Where a working directory lies in its repository: evidence of the environment it is for."""

from pathlib import Path


def place_of(directory: Path) -> str:
    """
    Return ``directory`` relative to the top of its repository, as ``envs/production/network``.

    Without a repository around it the absolute path is returned, of which only the
    last part says anything: parts above are this machine's, not the project's.
    """
    for top in (directory, *directory.parents):
        if (top / ".git").exists():
            return directory.relative_to(top).as_posix()
    return str(directory)
