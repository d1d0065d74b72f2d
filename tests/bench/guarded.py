"""
One check after the other by a ``Guard`` that stays open.

    python tests/bench/guarded.py HOME

takes a plan's path on each line of its input, and prints the seconds that the check took.
"""

import sys
import time
from pathlib import Path

import guardrail
from guardrail.system.installation import Installation


def main(home: Path) -> None:
    """Answer until the input ends."""
    place = Installation(config=home / "config", state=home / "state", home=home)
    with guardrail.Guard(home, agent="bench", installation=place) as guard:
        for line in sys.stdin:
            start = time.perf_counter()
            guard.check(line.strip())
            print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
