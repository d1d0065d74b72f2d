"""
``make bench``: the guardrail beside ``json.load`` and its peers, in one run.

Prints what it measures and keeps the last full result in ``docs/benchmarks.md``.
It asserts nothing. ``--quick`` takes 1,000 and 10,000 changes only and keeps nothing;
``--precision`` counts right and wrong verdicts only, and keeps those.
"""

import argparse
import datetime as dt
import hashlib
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

import doors
import page
from measure import Run, interleaved

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TOOLS = ROOT / ".tools"
PEERS = {"iacguard": "0.1.0", "readtheplan": "0.4.0"}
GUARDRAIL = "guardrail check"
FLOOR = "json.load"
CLICK = "import click"
LIMIT = 300.0
SCRIPT = "import sys; from guardrail.cli import main; sys.exit(main())"
"""What pip writes into the command ``guardrail``; the peers are started by such scripts too."""


def peers_environment() -> Path | None:
    """Return the folder with the peers' commands, installed on first use; None without them."""
    bin_dir = TOOLS / "bench-env" / "bin"
    if all((bin_dir / name).exists() for name in PEERS):
        return bin_dir
    venv.create(bin_dir.parent, with_pip=True)
    wanted = [f"{name}=={number}" for name, number in PEERS.items()]
    pip = [str(bin_dir / "python"), "-m", "pip", "install", "--quiet", *wanted]
    return bin_dir if subprocess.run(pip, check=False).returncode == 0 else None


def plan(count: int, mix: str = "mixed") -> Path:
    """Return the generated plan of ``count`` changes; one of an older generator is not taken."""
    source = b"".join((HERE / name).read_bytes() for name in ("generate.py", "bodies.py"))
    target = TOOLS / "bench" / f"{mix}-{count}-{hashlib.sha256(source).hexdigest()[:8]}.json"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(HERE / "generate.py"), str(count), str(target), mix]
        subprocess.run(command, check=True)
    return target


def commands(target: Path, peers: Path | None) -> dict[str, list[str]]:
    """Return what is measured on the plan ``target``, by name."""
    found = {GUARDRAIL: [sys.executable, "-c", SCRIPT, "check", str(target)]}
    if peers is not None:
        found["iacguard plan"] = [
            str(peers / "iacguard"),
            "plan",
            "--no-aws",
            "--ci",
            "--plan",
            str(target),
        ]
        found["readtheplan agent-gate"] = [str(peers / "readtheplan"), "agent-gate", str(target)]
        found["readtheplan analyze"] = [str(peers / "readtheplan"), "analyze", str(target)]
    return found


def load(target: Path) -> list[str]:
    """Return the command that only loads the plan."""
    code = "import json, sys\nwith open(sys.argv[1], 'rb') as f: json.load(f)"
    return [sys.executable, "-c", code, str(target)]


class Bench:
    """The conditions that all runs share: an empty directory, a short environment, an agent's mark."""

    def __init__(self, home: Path, peers: Path | None) -> None:
        self.peers = peers
        self.home = home
        self.env = {
            "PATH": os.defpath,
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "CLAUDECODE": "1",
        }

    def measure(self, wanted: Mapping[str, Sequence[str]], times: int) -> dict[str, Run]:
        """Return the medians of ``times`` interleaved runs of each command."""
        return interleaved(wanted, times=times, env=self.env, cwd=self.home, limit=LIMIT)

    def cold(self, times: int) -> dict[str, Run]:
        """Measure a start from nothing on twenty changes."""
        target = plan(20, "rebuild")
        click = {CLICK: [sys.executable, "-c", "import click"]}
        return self.measure(click | commands(target, self.peers), times)

    def large(self, count: int, times: int, *, with_peers: bool) -> dict[str, Run]:
        """Measure a plan of ``count`` changes beside the loading of the same file."""
        target = plan(count)
        return self.measure(
            {FLOOR: load(target)} | commands(target, self.peers if with_peers else None), times
        )


def warm(bench: Bench) -> str:
    """Return what one decision takes in a process that already holds the engine."""
    lines = ["| 20 changes | reading ms | deciding ms | all ms |", "|---|---:|---:|---:|"]
    for mix, name in (("mixed", "of every kind"), ("rebuild", "all replacements")):
        command = [sys.executable, str(HERE / "warm.py"), str(plan(20, mix)), "200"]
        done = subprocess.run(
            command, env=bench.env, cwd=bench.home, check=True, capture_output=True, text=True
        )
        read, decided = (float(seconds) * 1000 for seconds in done.stdout.split())
        lines.append(f"| {name} | {read:.2f} | {decided:.2f} | {read + decided:.2f} |")
    return "\n".join(lines)


def through_doors(bench: Bench, times: int) -> str:
    """Return what a call of every door takes."""
    found = doors.Doors(bench.home / "doors", plan(20, "rebuild"), bench.env)
    click = {CLICK: [sys.executable, "-c", "import click"]}
    runs = interleaved(
        click | found.commands(), times=times, env=found.env, cwd=found.work, limit=LIMIT
    )
    return page.doors(runs | doors.warm(found, turns=times, calls=10), CLICK)


def precision() -> str:
    """Return how many ordinary plans are asked about, and how many destructive ones pass."""
    command = [sys.executable, str(ROOT / "tests" / "precision" / "measure_precision.py")]
    env = {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, env=env, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()


def told(title: str, text: str) -> str:
    """Print one section and return it."""
    section = f"### {title}\n\n{text}"
    print(section, end="\n\n", flush=True)
    return section


def measured(bench: Bench, *, quick: bool) -> list[str]:
    """Run everything and return the sections of the page."""
    cold = bench.cold(7 if quick else 15)
    sections = [told("Cold start, 20 changes (ratios to import click)", page.table(cold, CLICK))]
    sections.append(told("Warm engine, one process", warm(bench)))
    grown: dict[int, Run] = {}
    for count in (1_000, 10_000) if quick else (1_000, 10_000, 50_000, 100_000):
        shown = count == (10_000 if quick else 50_000)
        runs = bench.large(count, 3, with_peers=shown)
        grown[count] = runs[GUARDRAIL]
        if shown:
            size = plan(count).stat().st_size / 1e6
            title = f"{count:,} changes, {size:.0f} MB (ratios to json.load)"
            sections.append(told(title, page.table(runs, FLOOR)))
    sections.append(told("Growth of guardrail check", page.growth(grown)))
    # Last: the clients of the warm doors make this process larger, and with it what it starts.
    through = through_doors(bench, 5 if quick else 21)
    return [*sections, told("Doors (ratios to import click)", through)]


def main() -> None:
    """Measure, print, and keep the result of a full run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 changes only")
    parser.add_argument("--precision", action="store_true", help="right and wrong verdicts only")
    options = parser.parse_args()
    kept = ROOT / "docs" / "benchmarks.md"
    told("Precision", counted := precision())
    if not options.quick:
        page.keep(kept, page.PRECISION, counted)
    if options.precision:
        return
    peers = peers_environment()
    versions = PEERS if peers else {}
    date = dt.datetime.now(tz=dt.UTC).date().isoformat()
    print(intro := page.machine(versions, date=date), end="\n\n", flush=True)
    with tempfile.TemporaryDirectory() as home:
        sections = measured(Bench(Path(home), peers), quick=options.quick)
    if not options.quick:
        page.keep(kept, page.SPEED, "\n\n".join([intro, *sections]))


if __name__ == "__main__":
    main()
