"""
How precise the guardrail is: ordinary plans that it asks about, destructive ones that it lets pass.

    python tests/precision/measure_precision.py [--list]

decides about every plan as ``guardrail check`` would for an agent with default settings, and
prints a table and what went wrong; with ``--list`` the name of each such plan besides.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from destructive import destructive
from msgspec import Struct
from objects import Made
from ordinary import ordinary

from guardrail.case import Case
from guardrail.decision import Decision, Outcome, PlanRecord, StackRecord, Standing
from guardrail.findings.surroundings import Surroundings
from guardrail.gate import decide
from guardrail.origin.evidence import Origin, OriginKind
from guardrail.plan.model import Plan, Saved
from guardrail.plan.parse import parse_plan
from guardrail.policy.bundle import load_bundle
from guardrail.policy.engine import open_engine
from guardrail.settings.model import Settings

ALLOWED_SHARE = 0.02
"""So many of the ordinary plans may ask for approval."""


class Judged(Struct, frozen=True, kw_only=True):
    """What the gate said about one plan."""

    name: str
    provider: str
    kind: str
    outcome: Outcome
    rules: tuple[str, ...]
    """The rules that stood in the way."""


class Gate:
    """One bundle and one engine for all plans."""

    def __init__(self) -> None:
        self.bundle = load_bundle([])
        self.engine = open_engine("embedded", self.bundle)

    def judge(self, made: Made) -> Judged:
        """Decide about one plan."""
        decision = self._decide(made)
        rules = sorted({each.rule for each in decision.findings if each.outcome.value != "warn"})
        return Judged(
            name=made.name,
            provider=made.provider,
            kind=made.kind,
            outcome=decision.outcome,
            rules=tuple(rules),
        )

    def _decide(self, made: Made) -> Decision:
        plan = parse_plan(msgspec.json.encode(made.plan))
        if made.saved is not None:
            plan = _saved(plan, made)
        saved = plan.saved
        around = {"workspace": "default", "history": made.history, **(made.around or {})}
        case = Case(
            decision_id="0" * 32,
            plan=plan,
            plan_record=PlanRecord(source="json", sha256="", json_sha256="", terraform_version=""),
            stack=StackRecord(
                directory="/stack",
                workspace=around["workspace"],
                backend="",
                lineage=saved.lineage if saved else "",
                serial=saved.serial if saved else 0,
            ),
            surroundings=msgspec.convert(around, Surroundings),
            binding=None,
            origin=Origin(kind=OriginKind.AGENT, names=("claude-code",), evidence=()),
            settings=msgspec.convert(made.settings or {}, Settings),
            bundle=self.bundle,
            standing=Standing.ADVISORY,
            unfinished=False,
            now=1,
        )
        return decide(case, self.engine)

    def judge_all(self, plans: Iterable[Made]) -> tuple[Judged, ...]:
        """Decide about every one of ``plans``."""
        return tuple(self.judge(made) for made in plans)

    def close(self) -> None:
        """End the engine."""
        self.engine.close()


def _saved(plan: Plan, made: Made) -> Plan:
    """Return ``plan`` as if it had come with the file that tells what ``made`` says it tells."""
    told = {
        "mode": "normal",
        "terraform_version": plan.terraform_version,
        "workspace": "default",
        "backend": "s3",
        "backend_sha256": "0" * 64,
        "targets": (),
        "replacements": (),
        "lineage": "",
        "serial": 0,
        "lockfile_sha256": None,
        "configured": {},
        **(made.saved or {}),
    }
    saved = msgspec.convert({**told, "actions": {}}, Saved)
    saved = msgspec.structs.replace(
        saved,
        actions=plan.actions,
        applyable=bool(plan.applyable),
        complete=bool(plan.complete),
        drift=len(plan.drift),
        invocations=len(plan.invocations),
    )
    return msgspec.structs.replace(plan, saved=saved)


def asked(judged: Sequence[Judged]) -> list[Judged]:
    """Return the plans that the gate did not let through."""
    return [each for each in judged if each.outcome is not Outcome.ALLOW]


def passed(judged: Sequence[Judged]) -> list[Judged]:
    """Return the plans that the gate let through."""
    return [each for each in judged if each.outcome is Outcome.ALLOW]


def table(harmless: Sequence[Judged], harmful: Sequence[Judged]) -> str:
    """Return both measures as a Markdown table, one provider a line."""
    lines = [
        "| provider | ordinary plans | asked or denied | destructive plans | passed |",
        "|---|---:|---:|---:|---:|",
    ]
    providers = sorted({each.provider for each in (*harmless, *harmful)})
    for name in [*providers, "all"]:
        quiet = [each for each in harmless if name in {each.provider, "all"}]
        loud = [each for each in harmful if name in {each.provider, "all"}]
        wrong, missed = len(asked(quiet)), len(passed(loud))
        share = f" ({wrong / len(quiet):.1%})" if quiet else ""
        lines.append(f"| {name} | {len(quiet)} | {wrong}{share} | {len(loud)} | {missed} |")
    return "\n".join(lines)


def wrong(title: str, judged: Iterable[Judged]) -> str:
    """Return what went wrong in one paragraph: kinds of change, and the rules that spoke."""
    kinds = Counter((f"{each.provider} {each.kind}", each.rules) for each in judged)
    told = [
        ", ".join([f"{count} of {kind}", *(f"`{rule}`" for rule in rules)])
        for (kind, rules), count in kinds.items()
    ]
    return f"{title}: {'; '.join(told) or 'none'}."


def _listed(judged: Iterable[Judged]) -> Iterator[str]:
    return (f"{each.name}: {each.outcome.value} {', '.join(each.rules)}" for each in judged)


def main() -> None:
    """Measure and print."""
    gate = Gate()
    harmless, harmful = gate.judge_all(ordinary()), gate.judge_all(destructive())
    gate.close()
    print(table(harmless, harmful))
    print("\n" + wrong("Ordinary, and asked about all the same", asked(harmless)))
    print("\n" + wrong("Destructive, and let through", passed(harmful)))
    if "--list" in sys.argv[1:]:
        print("", *_listed(asked(harmless)), "", *_listed(passed(harmful)), sep="\n")


if __name__ == "__main__":
    main()
