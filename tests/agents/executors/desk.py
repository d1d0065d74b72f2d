"""Where a real executor works: an empty home, and no way out of this machine."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

DEAD = "http://127.0.0.1:9"
"""A port that nobody listens on: what wants to leave this machine ends there."""


APPLY = "touch ran; terraform apply -auto-approve"
"""A line that must be refused, and that leaves a mark where it runs all the same."""
REFUSED = "guardrail: BLOCKED - `terraform apply` needs a saved plan that was checked"
"""What the model must hear of it."""


class Ended(msgspec.Struct):
    """How a run of an executor ended."""

    code: int
    out: str
    err: str


class Desk(msgspec.Struct):
    """A repository, a home, a `guardrail` on the search path, and an executor that works there."""

    binary: Path
    home: Path
    project: Path
    bin: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a new user's shell would have, with every way out of the machine closed."""
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), DEAD)
        proxies |= {name.lower(): value for name, value in proxies.items()}
        here = "127.0.0.1,localhost"
        return {
            "HOME": str(self.home), "PATH": f"{self.bin}:{os.defpath}:/usr/local/bin",
            "LANG": "C.UTF-8", "TERM": "dumb", "SHELL": "/bin/bash",
            "TMPDIR": str(self.home / "tmp"), "NO_PROXY": here, "no_proxy": here, **proxies,
        }  # fmt: skip

    def run(
        self, *arguments: object, env: Mapping[str, str] | None = None, seconds: float = 120
    ) -> Ended:
        """Run the executor in the repository."""
        return self.sh(self.binary, *arguments, env=env, seconds=seconds)

    def sh(
        self, *argv: object, env: Mapping[str, str] | None = None, seconds: float = 120
    ) -> Ended:
        """Run a command in the repository."""
        done = subprocess.run(
            [str(each) for each in argv],
            cwd=self.project,
            env=self.environment | dict(env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def install(self, name: str, *options: str) -> None:
        """Wire the executor as its page says, and say yes; never for the machine."""
        assert "--managed" not in options
        done = self.sh("guardrail", "hook", "install", name, "--yes", *options)
        assert done.code == 0, done.err

    def seconds(self, file: str, old: str, new: str) -> None:
        """Let the executor wait for the hook for a shorter time than is installed."""
        path = self.project / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def hook(self, script: str) -> None:
        """Put a shell script in the place of `guardrail`: a hook that is broken on purpose."""
        program = self.bin / "guardrail"
        program.unlink(missing_ok=True)
        if script:
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)

    @property
    def ran(self) -> bool:
        """Whether `APPLY` was run."""
        return (self.project / "ran").exists()

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What the executor asked our hook so far."""
        return [json.loads(path.read_bytes()) for path in sorted(self.home.glob("question.*"))]


GUARDRAIL = """\
# Keeps what the hook is asked, and does what the real one does.
if [ "$1" = hook ] && [ "$2" != install ]; then
  asked=$(mktemp "{home}/question.$(date +%s%N).XXXX")
  cat > "$asked"
  exec < "$asked"
fi
exec {python} -c '
import sys
from pathlib import Path
from guardrail.cli import main
from guardrail.system.installation import Installation

sys.executable = "{bin}/python"
home = Path("{home}")
state = home / ".local/state/guardrail"
place = Installation(config=home / ".config/guardrail", state=state, home=home)
main(sys.argv[1:], installation=place)
' "$@"
"""
"""
What is installed as `guardrail`.

It takes itself for a program in the directory it lies in, and the desk's home for the user's:
the real one asks the password database, whatever HOME says.
"""
