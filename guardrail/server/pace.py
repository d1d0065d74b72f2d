"""How many requests one caller may send in a minute."""

import math
import time
from collections import Counter
from collections.abc import Callable

MINUTE = 60.0


class Pace:
    """Counts by the minute, anew in each. Only to be used from one thread."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Let ``per_minute`` requests of each caller pass."""
        self._per_minute, self._clock = per_minute, clock
        self._counted: Counter[str] = Counter()
        self._ends = -math.inf

    def step(self, caller: str) -> int:
        """Return 0 where ``caller`` may go on, else for how many seconds not. Names are few."""
        now = self._clock()
        if now >= self._ends:
            self._counted.clear()
            self._ends = now + MINUTE
        self._counted[caller] += 1
        if self._counted[caller] <= self._per_minute:
            return 0
        return math.ceil(self._ends - now)
