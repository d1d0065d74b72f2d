"""Measurements as Markdown tables, kept between markers of ``docs/benchmarks.md``."""

import os
import platform
import re
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from measure import Run

SPEED, PRECISION = "bench", "precision"
"""The parts of the page that are written here, each between two markers of its name."""
PACKAGES = ("msgspec", "jiter", "gordon-to-regorus", "click")


def table(runs: Mapping[str, Run], against: str) -> str:
    """Return ``runs`` as a table with each measure as a ratio to that of ``against``."""
    base = runs[against]
    lines = [
        "| command | CPU s | wall s | peak MB | CPU | wall | peak | exit |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, run in runs.items():
        ratios = (run.cpu / base.cpu, run.wall / base.wall, run.peak / base.peak)
        measured = f"{run.cpu:.3f} | {run.wall:.3f} | {run.peak:.0f}"
        code = "killed" if run.code < 0 else str(run.code)
        lines.append(
            f"| {name} | {measured} | {' | '.join(f'{r:.2f} x' for r in ratios)} | {code} |"
        )
    return "\n".join(lines)


def doors(runs: Mapping[str, Run], against: str) -> str:
    """Return the doors in ``runs`` as a table, with ratios to ``against``."""
    base = runs[against]
    lines = ["| call | CPU ms | wall ms | CPU | wall | exit |", "|---|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {name} | {run.cpu * 1e3:.1f} | {run.wall * 1e3:.1f} | {run.cpu / base.cpu:.2f} x "
        f"| {run.wall / base.wall:.2f} x | {run.code} |"
        for name, run in runs.items()
    ]
    return "\n".join(lines)


def growth(runs: Mapping[int, Run]) -> str:
    """Return the time and memory for each number of changes, and per thousand of them."""
    lines = ["| changes | wall s | ms per 1,000 changes | peak MB |", "|---:|---:|---:|---:|"]
    lines += [
        f"| {count:,} | {run.wall:.2f} | {run.wall * 1e6 / count:.1f} | {run.peak:.0f} |"
        for count, run in runs.items()
    ]
    return "\n".join(lines)


def machine(peers: Mapping[str, str], *, date: str) -> str:
    """Return on what the measurements were made, in one paragraph."""
    packages = {name: version(name) for name in PACKAGES} | dict(peers)
    versions = ", ".join(f"{name} {number}" for name, number in packages.items())
    python = ".".join(map(str, sys.version_info[:3]))
    load = os.getloadavg()[0]
    return (
        f"{date}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores "
        f"(load {load:.1f} at the start), Python {python}, {versions}."
    )


def keep(page: Path, part: str, text: str) -> None:
    """Replace what stands between the markers of ``part`` on ``page`` with ``text``."""
    begin, end = f"<!-- {part}:begin -->", f"<!-- {part}:end -->"
    old = page.read_text(encoding="utf-8")
    marked = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    page.write_text(marked.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", old), encoding="utf-8")
