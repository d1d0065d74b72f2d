"""
The generated parts of the docs: compared with the program, or with ``--write`` written anew.

A part lies between ``<!-- begin:NAME -->`` and ``<!-- end:NAME -->``. ``make docs-check`` fails
where a part differs from what the program says; ``make docs`` puts it right.
"""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from guardrail.cli import execute
from guardrail.cli.context import EXIT_CODES, Context
from guardrail.decision import Outcome
from guardrail.errors import GuardrailError, UsageError
from guardrail.findings.observe import observe
from guardrail.findings.surroundings import Surroundings
from guardrail.origin.evidence import Origin, OriginKind
from guardrail.plan.parse import parse_plan
from guardrail.policy.question import ask, to_json
from guardrail.settings.model import Settings
from guardrail.system.installation import Installation

ROOT = Path(__file__).parent.parent


def console(*arguments: str) -> str:
    """Return what the command line prints for `arguments`."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        installation = Installation(config=home / "config", state=home / "state", home=home)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            execute(arguments, Context(installation=installation, env={}))
    return out.getvalue()


def help_of(*command: str) -> str:
    """Return a command's help as a code block."""
    return (
        f"```text\n$ guardrail {' '.join((*command, '--help'))}\n{console(*command, '--help')}```"
    )


def exit_codes() -> str:
    """Return the table of exit codes."""
    rows = [
        (EXIT_CODES[Outcome.ALLOW], "allowed"),
        (EXIT_CODES[Outcome.DENY], "denied"),
        (UsageError.exit_code, "usage: the command line does not fit"),
        (EXIT_CODES[Outcome.APPROVAL_REQUIRED], "approval required"),
        (GuardrailError.exit_code, "could not decide; nothing ran"),
    ]
    lines = [f"| {code} | {meaning} |" for code, meaning in sorted(rows)]
    return "\n".join(["| exit | meaning |", "|---|---|", *lines])


def samples() -> str:
    """Return the table of sample plans."""
    lines = ["| situation | outcome | exit |", "|---|---|---|"]
    for path in sorted((ROOT / "sample_plans").glob("*/expected.json")):
        if path.parent.name != "malformed":
            said = json.loads(path.read_text())
            name = path.parent.name
            lines.append(
                f"| [{name.replace('_', ' ')}](sample_plans/{name}/README.md) "
                f"| {said['outcome'].replace('_', ' ')} | {said['exit']} |"
            )
    return "\n".join(lines)


def rules() -> str:
    """Return the list of built-in rules."""
    lines = ["| rule | what it finds |", "|---|---|"]
    for path in sorted((ROOT / "rego" / "guardrail" / "rules").glob("*/*/*.rego")):
        if path.name.endswith("_test.rego"):
            continue
        rule = f"{path.parent.parent.name}/{path.parent.name}"
        title = re.search(r"^# title: (.+)$", path.read_text(), re.MULTILINE)
        assert title, f"{path} has no title"
        lines.append(f"| [`{rule}`](docs/rules/{rule}.md) | {title[1]} |")
    return "\n".join(lines)


def demo() -> str:
    """Return what the demo prints, its temporary folder named DEMO."""
    done = subprocess.run(
        [sys.executable, "-m", "guardrail", "demo"],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"the demo did not reach its end:\n{done.stdout[-1500:]}{done.stderr}")
    told = re.sub(r"/[^ ]*/guardrail-demo-\w+", "DEMO", done.stdout).strip()
    seen = [line for line in told.splitlines() if not line.startswith("  could not be looked at")]
    return "```text\n$ make demo\n" + "\n".join(seen) + "\n```"


def question() -> str:
    """Return the question about a sample plan, as the rules see it."""
    plan = parse_plan(
        (ROOT / "sample_plans" / "replaces_the_production_database" / "plan.json").read_bytes()
    )
    settings = Settings()
    findings = observe(plan, settings, Surroundings())
    origin = Origin(kind=OriginKind.AGENT, names=("claude-code",), evidence=())
    asked = to_json(ask(plan, findings, origin, settings, workspace="", unfinished=False))
    return f"```json\n{json.dumps(json.loads(asked), indent=2)}\n```"


CHANGING = [
    (re.compile(r"\b[0-9a-f]{8,}\b"), "HEX"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "TIME"),
    (re.compile(r"HEX-[0-9a-f-]+"), "UUID"),
    (re.compile(r"terraform \d+\.\d+\.\d+"), "terraform VERSION"),
    (re.compile(r"serial \d+"), "serial NUMBER"),
    (re.compile(r"(asked by|Who asks:|none of them proven:) .*"), r"\1 SOMEBODY"),
    (re.compile(r"^  \w+ \((ancestor|process|file), .*\n", re.MULTILINE), ""),
]
"""What differs from run to run and from machine to machine in an otherwise equal text."""


def comparable(text: str) -> str:
    """Return `text` without what changes from run to run."""
    for pattern, word in CHANGING:
        text = pattern.sub(word, text)
    return text


PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {
        "demo": demo,
        "help": help_of,
        "check-help": lambda: help_of("check"),
        "apply-help": lambda: help_of("apply"),
        "exit-codes": exit_codes,
        "samples": samples,
        "rules": rules,
    },
    "docs/policies.md": {"question": question},
}


def renewed(text: str, parts: dict[str, Callable[[], str]]) -> str:
    """Return `text` with every part as the program says it now."""
    for name, make in parts.items():
        pattern = re.compile(rf"(<!-- begin:{name} -->\n).*?(<!-- end:{name} -->)", re.DOTALL)
        assert pattern.search(text), f"the part {name} is missing"
        text = pattern.sub(lambda found, make=make: f"{found[1]}{make()}\n{found[2]}", text)
    return text


def main() -> int:
    """Compare or write; return 1 where something differs."""
    different = []
    for name, parts in PARTS.items():
        path = ROOT / name
        now, then = renewed(path.read_text(), parts), path.read_text()
        if comparable(now) == comparable(then):
            continue
        if "--write" in sys.argv:
            path.write_text(now)
        else:
            different.append(name)
    for name in different:
        print(f"{name} differs from the program: run `make docs`", file=sys.stderr)
    return bool(different)


if __name__ == "__main__":
    sys.exit(main())
