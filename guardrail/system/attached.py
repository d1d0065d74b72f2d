"""A child process on our own terminal: it talks to whoever called us, and we wait for its end."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from guardrail.errors import ProcessError


def attend(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    pass_fds: Sequence[int] = (),
    executable: str | None = None,
) -> int:
    """
    Run ``argv`` on our own input, output and terminal, for as long as it takes.

    A terminal sends its interrupt to the child as well as to us, and we outlive it; a SIGTERM
    is passed on as an interrupt, which asks Terraform to stop in order. Only for the main
    thread. Returns the exit code, negative for a signal. Raises :class:`ProcessError` when
    it can't be started.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    try:
        child = subprocess.Popen(
            list(argv), env=dict(env), cwd=cwd, pass_fds=tuple(pass_fds), executable=executable
        )
    except OSError as error:
        name = Path(argv[0]).name
        raise ProcessError(f"{name} could not be started: {error.strerror}") from error
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGINT)),
    }
    try:
        return child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
