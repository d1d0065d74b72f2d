"""Tools that really run Terraform, in a stack of the pretend cloud, and a plan that rebuilds it."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from installed import AGENT, Installed
from pretend_cloud import Cloud
from terraform_workspace import Workspace


class Scene(msgspec.Struct):
    """A stack, what guards it, and what was really done."""

    stack: Workspace
    cloud: Cloud
    installed: Installed
    key: Path
    built: int
    tokens: Path
    ran: list[str] = []

    @property
    def options(self) -> Mapping[str, Any]:
        """What a guard of this scene is made with."""
        return {
            "directory": self.stack.directory,
            "installation": self.installed.installation,
            "env": dict(AGENT),
            "tokens": self.tokens,
        }

    @property
    def apply(self) -> str:
        return f"{self.stack.terraform} apply -auto-approve tfplan"

    def shell(self, command: str) -> str:
        """Run a command in the stack, as a tool of an agent would."""
        self.ran.append(command)
        done = subprocess.run(
            command, shell=True, cwd=self.stack.directory, env=self.stack.environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout

    def sign(self) -> str:
        """Let the senior sign the one request that waits, and return the token."""
        (request,) = self.installed.requests()
        return self.installed.approve(request, self.key).read_text().strip()

    def deliver(self) -> None:
        """Put the senior's token where the guard looks for it."""
        (request,) = self.installed.requests()
        token = self.sign()
        self.tokens.mkdir(exist_ok=True)
        (self.tokens / f"{request.request_id}.token").write_text(token)

    @property
    def destroyed(self) -> list[str]:
        """The types of what was deleted since the stack was built."""
        return [kind for what, kind in self.cloud.operations(since=self.built) if what == "delete"]


@pytest.fixture
def bare(cloud: Cloud, installed: Installed, keys: Path, tmp_path: Path) -> Scene:
    """Return a scene with nothing in it."""
    return Scene(
        stack=cloud.workspace(), cloud=cloud, installed=installed, key=keys / "sam",
        built=0, tokens=tmp_path / "tokens",
    )  # fmt: skip


@pytest.fixture
def scene(bare: Scene) -> Scene:
    """Return a production environment, and a saved plan that would rebuild it."""
    bare.installed.trust(bare.key)
    cloud, stack = bare.cloud, bare.stack
    stack.write({"main.tf": cloud.environment_hcl()}).apply()
    stack.write({"main.tf": cloud.environment_hcl(cidr="10.9.0.0/16", database="shop-v2")})
    stack.plan(out="tfplan")
    bare.built = len(cloud.log())
    return bare


@pytest.fixture
def broken(mocker) -> Callable[[], None]:
    """Return what breaks the judge of every guard."""
    return lambda: mocker.patch(
        "guardrail.agents.frameworks.guard.judge", side_effect=RuntimeError("hunter2")
    )


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
