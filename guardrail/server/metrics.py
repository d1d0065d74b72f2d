"""
Counters for Prometheus, in its text format. No label comes from a plan or from a request.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import threading
from collections import Counter
from collections.abc import Iterator

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Upper bounds of the durations, in seconds."""

_HELP = {
    "guardrail_decisions_total": "Decisions, by outcome.",
    "guardrail_undecided_total": "Plans that could not be decided, by kind of reason.",
    "guardrail_responses_total": "Responses, by status.",
    "guardrail_engines_failed_total": "Policy engines that failed and were replaced.",
}


class Metrics:
    """What this process has counted since it started. Safe to use from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: Counter[tuple[str, str]] = Counter()
        self._durations: Counter[float] = Counter()
        self._seconds, self._number = 0.0, 0
        self.busy = 0
        """Requests that hold a place now."""

    def decided(self, outcome: str, seconds: float) -> None:
        """Count a decision and how long it took."""
        with self._lock:
            self._counted["guardrail_decisions_total", f'outcome="{outcome}"'] += 1
            self._number += 1
            self._seconds += seconds
            for bound in BUCKETS:
                if seconds <= bound:
                    self._durations[bound] += 1

    def undecided(self, reason: str) -> None:
        """Count a plan without a decision; ``reason`` is a code of ours."""
        self._count("guardrail_undecided_total", f'reason="{reason}"')

    def answered(self, status: int) -> None:
        """Count a response."""
        self._count("guardrail_responses_total", f'status="{status}"')

    def engine_failed(self) -> None:
        """Count an engine that was given up."""
        self._count("guardrail_engines_failed_total", "")

    def text(self) -> str:
        """Return everything in the text format."""
        with self._lock:
            return "\n".join([*self._counters(), *self._histogram(), *self._gauges(), ""])

    def _count(self, name: str, labels: str) -> None:
        with self._lock:
            self._counted[name, labels] += 1

    def _counters(self) -> Iterator[str]:
        for name, what in _HELP.items():
            yield f"# HELP {name} {what}"
            yield f"# TYPE {name} counter"
            for (counted, labels), number in sorted(self._counted.items()):
                if counted == name:
                    yield f"{name}{{{labels}}} {number}" if labels else f"{name} {number}"

    def _histogram(self) -> Iterator[str]:
        name = "guardrail_decision_seconds"
        yield f"# HELP {name} How long decisions took."
        yield f"# TYPE {name} histogram"
        for bound in BUCKETS:
            yield f'{name}_bucket{{le="{bound:g}"}} {self._durations[bound]}'
        yield f'{name}_bucket{{le="+Inf"}} {self._number}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {self._number}"

    def _gauges(self) -> Iterator[str]:
        yield "# HELP guardrail_busy Requests that are being decided or wait for that."
        yield "# TYPE guardrail_busy gauge"
        yield f"guardrail_busy {self.busy}"
