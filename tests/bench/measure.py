"""One process, measured from outside: wall time, processor time, peak memory."""

import os
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class Run:
    """What one process and the children it waited for took."""

    def __init__(self, *, wall: float, cpu: float, peak: float, code: int) -> None:
        self.wall = wall
        """Seconds."""
        self.cpu = cpu
        """User and system seconds of the process and its children."""
        self.peak = peak
        """Peak resident memory of its largest process, in MB of 10^6 bytes."""
        self.code = code
        """Exit code; negative when a signal ended it, as the time limit does."""


def run(argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, limit: float) -> Run:
    """Run ``argv`` to its end, killed with its children after ``limit`` seconds."""
    start = time.perf_counter()
    child = subprocess.Popen(
        list(argv),
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    timer = threading.Timer(limit, os.killpg, (child.pid, signal.SIGKILL))
    timer.start()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    timer.cancel()
    child.returncode = os.waitstatus_to_exitcode(status)
    return Run(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss * 1024 / 1e6,
        code=child.returncode,
    )


def median(runs: Sequence[Run]) -> Run:
    """Return the medians of each measure; the code is the last run's."""
    return Run(
        wall=statistics.median(r.wall for r in runs),
        cpu=statistics.median(r.cpu for r in runs),
        peak=statistics.median(r.peak for r in runs),
        code=runs[-1].code,
    )


def interleaved(
    commands: Mapping[str, Sequence[str]],
    *,
    times: int,
    env: Mapping[str, str],
    cwd: Path,
    limit: float,
) -> dict[str, Run]:
    """
    Run every command ``times`` times, in turns, and return the median of each.

    In turns, so that a busy moment of the machine meets all of them alike. A
    command that is killed for its time is not run again.
    """
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(times):
        for name, argv in commands.items():
            if not runs[name] or runs[name][-1].code != -signal.SIGKILL:
                runs[name].append(run(argv, env=env, cwd=cwd, limit=limit))
    return {name: median(done) for name, done in runs.items()}
