"""
Child processes: the only module that starts any.

No shell, an argument list, an environment given in full, a bound on time and on
what is read back.
"""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from guardrail.errors import ProcessError


class Finished(Struct, frozen=True):
    """A child process that ended by itself."""

    code: int
    stdout: bytes
    stderr: bytes


def run(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: bytes = b"",
    timeout: float = 60.0,
    pass_fds: Sequence[int] = (),
    stdout_fd: int | None = None,
) -> Finished:
    """
    Run ``argv`` to its end and return what it said; any exit code is returned.

    ``env`` is the whole environment. ``timeout`` is in seconds; a child that
    takes longer is killed. With ``stdout_fd`` its output goes there instead of
    into memory. Raises :class:`ProcessError` when it can't be started or is killed
    for its time; the message names the program, never its arguments.
    """
    program = Path(argv[0]).name
    try:
        done = subprocess.run(
            list(argv),
            env=dict(env),
            cwd=cwd,
            input=stdin,
            stdout=subprocess.PIPE if stdout_fd is None else stdout_fd,
            stderr=subprocess.PIPE,
            timeout=timeout,
            pass_fds=tuple(pass_fds),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProcessError(f"{program} took longer than {timeout:g} seconds") from None
    except OSError as error:
        raise ProcessError(f"{program} could not be started: {error.strerror}") from error
    return Finished(done.returncode, done.stdout or b"", done.stderr)
