"""A story: one stack behind one gate, told plan by plan, with the log of what really happened."""

from collections.abc import Callable
from pathlib import Path

import pytest
from installed import Installed, Result
from pretend_cloud import Cloud
from terraform_workspace import Workspace

TAGS = '{ Environment = "production" }'


class Story:
    """A stack in the pretend cloud that an agent changes through the gate alone."""

    def __init__(self, cloud: Cloud, stack: Workspace, installed: Installed, keys: Path) -> None:
        self.cloud = cloud
        self.stack = stack
        self._installed = installed
        self._key = keys / "sam"
        self._seen = 0
        installed.trust(self._key)

    def ask(self, hcl: str | None = None, *arguments: str) -> Result:
        """Plan what `hcl` says now, and try to apply it."""
        if hcl is not None:
            self.stack.write({"main.tf": hcl})
        return self._apply(self.stack.plan(*arguments, out="story.tfplan"))

    def approved(self, hcl: str | None = None, *arguments: str) -> Result:
        """Do the same with a senior's approval; returns what was said when it was asked for."""
        asked = self.ask(hcl, *arguments)
        assert asked.code == 3, asked.out + asked.err
        token = self._installed.approve(self._installed.requests()[-1], self._key)
        applied = self._apply(self.stack.directory / "story.tfplan", "--token", token)
        assert applied.code == 0, applied.out + applied.err
        return asked

    def done(self, hcl: str | None = None, *arguments: str) -> Result:
        """Do the same where nobody has to be asked."""
        result = self.ask(hcl, *arguments)
        assert result.code == 0, result.out + result.err
        return result

    def really(self) -> list[tuple[str, str]]:
        """Return what was done in the cloud since this was last asked: operation and type."""
        seen, self._seen = self._seen, len(self.cloud.log())
        return self.cloud.operations(since=seen)

    @property
    def state(self) -> Path:
        """The file with the stack's state."""
        return self.stack.directory / "terraform.tfstate"

    def _apply(self, plan: Path, *arguments: object) -> Result:
        here = ("--chdir", self.stack.directory, "--format", "json")
        return self._installed.run("apply", plan, *here, *arguments)


@pytest.fixture
def story(cloud: Cloud, installed: Installed, keys: Path) -> Story:
    """Return a story that has not begun: an empty stack, and a senior called sam."""
    return Story(cloud, cloud.workspace(), installed, keys)


@pytest.fixture
def said() -> Callable[[Result, str], str]:
    """Return a function from a result and a rule to that rule's one message."""

    def message(result: Result, rule: str) -> str:
        (finding,) = (each for each in result.decision["findings"] if each["rule"] == rule)
        return finding["message"]

    return message
