"""An installation of the guardrail in a folder, and its command line run in this process."""

import contextlib
import io
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from guardrail.approval.request import Request
from guardrail.cli import execute
from guardrail.cli.context import Context
from guardrail.report.brief import challenge
from guardrail.system.installation import Installation

AGENT = {"CLAUDECODE": "1"}

PROCESS = """
import sys
from pathlib import Path
from guardrail.cli import main
from guardrail.system.installation import Installation

folder = Path(sys.argv[1])
main(
    sys.argv[2:],
    installation=Installation(
        config=folder / "config", state=folder / "state", home=folder / "home"
    ),
)
"""


class Result(msgspec.Struct):
    """What one run of the command line came to."""

    code: int
    out: str
    err: str

    @property
    def decision(self) -> dict:
        return msgspec.json.decode(self.out)

    @property
    def rules(self) -> set[str]:
        return {finding["rule"] for finding in self.decision["findings"]}


class Installed:
    """One installation, private to one test."""

    def __init__(self, folder: Path, *, terraform: Path | None = None) -> None:
        self.folder = folder
        self.installation = Installation(
            config=folder / "config", state=folder / "state", home=folder / "home"
        )
        self.installation.config.mkdir(parents=True, mode=0o700)
        self.installation.home.mkdir(mode=0o700)
        if terraform is not None:
            self.settings(f'[terraform]\nbinary = "{terraform}"\n')

    def settings(self, text: str) -> None:
        """Write the trusted settings."""
        self.installation.settings.write_text(text)
        self.installation.settings.chmod(0o600)

    def run(
        self, *arguments: object, env: Mapping[str, str] | None = None, stdin: bytes = b""
    ) -> Result:
        """Run the command line with an agent's environment, or with `env`."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        context = Context(installation=self.installation, env=dict(AGENT if env is None else env))
        given = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
        before, sys.stdin = sys.stdin, given
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = execute([str(argument) for argument in arguments], context)
        finally:
            sys.stdin = before
        for stream in (out, err):
            stream.flush()
        return Result(
            code, out.buffer.getvalue().decode("utf-8"), err.buffer.getvalue().decode("utf-8")
        )

    def argv(self, *arguments: object) -> list[str]:
        """Return what runs the command line on this installation in a process of its own."""
        return [sys.executable, "-c", PROCESS, str(self.folder), *map(str, arguments)]

    def programs(self, **more: Path) -> Path:
        """Return a folder with `guardrail`, which is this installation's, and `more` programs."""
        folder = self.folder / "programs"
        folder.mkdir()
        words = " ".join(f"'{word}'" for word in self.argv())
        (folder / "guardrail").write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        (folder / "guardrail").chmod(0o755)
        for name, target in more.items():
            (folder / name).symlink_to(target)
        return folder

    def check(self, plan: object, *arguments: object, **rest) -> Result:
        """Run ``check`` with the decision as JSON."""
        return self.run("check", plan, "--format", "json", *arguments, **rest)

    def requests(self) -> list[Request]:
        """Return the requests that were written, oldest first."""
        files = sorted(self.installation.requests.glob("*.json"), key=lambda f: f.stat().st_mtime)
        return [msgspec.json.decode(file.read_bytes(), type=Request) for file in files]

    def trust(self, key: Path, *, person: str = "sam", level: str = "senior") -> None:
        """Enrol the owner of `key`."""
        if not self.installation.trust.exists():
            assert self.run("trust", "init").code == 0
        added = self.run("trust", "add", person, "--level", level, "--key", f"{key}.pub")
        assert added.code == 0, added.err

    def approve(self, request: Request, key: Path, *, reason: str = "") -> Path:
        """Sign `request` as a senior does, typing what the brief asks for."""
        environment, lost = challenge(request)
        token = self.folder / f"{request.request_id}.token"
        signed = self.run(
            "approve", request.request_id, "--key", key, "-o", token, "--reason", reason,
            stdin=f"{environment}\n{lost}\n".encode(),
        )  # fmt: skip
        assert signed.code == 0, signed.err
        return token
