"""
Child processes that run to their end within a bound of time.

No shell, an argument list, an environment given in full. Children that are talked
to are in :mod:`guardrail.system.child`, one that may take as long as it needs in
:mod:`guardrail.system.supervised`; nothing else starts any. :func:`become` starts none:
this process goes on as another program.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from guardrail.errors import ProcessError
from guardrail.system.environment import SEARCH_PATH


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
    executable: str | None = None,
) -> Finished:
    """
    Run ``argv`` to its end and return what it said; any exit code is returned.

    ``env`` is the whole environment. ``timeout`` is in seconds; a child that
    takes longer is killed. With ``stdout_fd`` its output goes there instead of
    into memory; with ``executable`` that file is run under the name ``argv[0]``.
    Raises :class:`ProcessError` when it can't be started or is killed
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
            executable=executable,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProcessError(f"{program} took longer than {timeout:g} seconds") from None
    except OSError as error:
        raise ProcessError(f"{program} could not be started: {error.strerror}") from error
    return Finished(done.returncode, done.stdout or b"", done.stderr)


def become(
    argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, executable: str | None = None
) -> NoReturn:
    """
    Go on as ``argv`` in ``cwd``: input, output, terminal, signals and exit code are then its own.

    Raises :class:`ProcessError` where it can't be started; the working directory may be
    another one by then.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # Python ignores what tells other programs that nobody reads them any more.
    for name in ("SIGPIPE", "SIGXFSZ"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        os.chdir(cwd)
        os.execve(executable or argv[0], list(argv), dict(env))  # noqa: S606 - that is what it is for
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "an argument holds a NUL"
        raise ProcessError(f"{Path(argv[0]).name} could not be started: {why}") from None


def find_program(name: str) -> Path | None:
    """Return where the program is: in the machine's own folders, else in an absolute one of PATH."""
    import shutil  # noqa: PLC0415 (it loads every compression that Python has)

    folders = [*SEARCH_PATH.split(":"), *os.environ.get("PATH", "").split(":")]
    found = shutil.which(name, path=":".join(each for each in folders if each.startswith("/")))
    return None if found is None else Path(found)
