"""
One decision after the other in one process: what a server or a hook that stays would take.

    python tests/bench/warm.py PLAN.json TIMES

prints the median seconds of reading the plan and of deciding about it.
"""

import statistics
import sys
import time
from pathlib import Path

from guardrail.case import Case
from guardrail.decision import PlanRecord, StackRecord, Standing
from guardrail.findings.surroundings import Surroundings
from guardrail.gate import decide
from guardrail.origin.evidence import Origin, OriginKind
from guardrail.plan.parse import parse_plan
from guardrail.policy.bundle import load_bundle
from guardrail.policy.engine import open_engine
from guardrail.settings.model import Settings


def main(path: Path, times: int) -> None:
    """Decide ``times`` times and print the medians."""
    data = path.read_bytes()
    bundle = load_bundle([])
    engine = open_engine("embedded", bundle)
    read, decided = [], []
    for _ in range(times):
        start = time.perf_counter()
        plan = parse_plan(data)
        middle = time.perf_counter()
        case = Case(
            decision_id="0" * 32,
            plan=plan,
            plan_record=PlanRecord(
                source="json", sha256="", json_sha256="", terraform_version=plan.terraform_version
            ),
            stack=StackRecord(directory="/", workspace="", backend="", lineage="", serial=0),
            surroundings=Surroundings(),
            binding=None,
            origin=Origin(kind=OriginKind.UNKNOWN, names=(), evidence=()),
            settings=Settings(),
            bundle=bundle,
            standing=Standing.ADVISORY,
            unfinished=False,
            now=0,
        )
        decide(case, engine)
        decided.append(time.perf_counter() - middle)
        read.append(middle - start)
    engine.close()
    print(statistics.median(read), statistics.median(decided))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
