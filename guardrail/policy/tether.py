"""
Becomes a program that ends when whoever started it does. A script, not a module.

It is started as ``python -I -S tether.py PARENT PROGRAM [ARGUMENT…]`` by the process
``PARENT``. A server of ours would otherwise outlive a guardrail that was killed. Only Linux
can promise that; elsewhere the program just runs.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, argv: list[str]) -> None:
    """Replace this process by ``argv``, unless ``parent`` is gone already."""
    # No core dump that holds a plan's facts.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:
        os.execv(argv[0], argv)  # noqa: S606 (no shell is what is wanted)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
