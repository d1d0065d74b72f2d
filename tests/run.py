"""Run the test suite on two cores with branch coverage; CI and ``make check`` call this."""

import subprocess
import sys

FLOOR = 90
"""Below this share of covered branches the run fails, in per cent."""


def main() -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]
    if len(sys.argv) > 1:
        return subprocess.call([*command, *sys.argv[1:]])
    coverage = ["--cov", "--cov-branch", f"--cov-fail-under={FLOOR}", "--cov-report=term"]
    return subprocess.call([*command, *coverage])


if __name__ == "__main__":
    sys.exit(main())
