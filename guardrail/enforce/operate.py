"""The works that no plan stands for: a state to push, and a command of Terraform to run."""

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from guardrail.decision import Decision
from guardrail.enforce.progress import Progress
from guardrail.errors import EnforcementError
from guardrail.ledger.interface import ApplyOutcome
from guardrail.system.files import Sealed
from guardrail.system.terraform import Terraform


class Place(Struct, frozen=True, kw_only=True):
    """Where an operation is done, and what it found there when it was decided."""

    directory: Path
    look: Callable[[Mapping[str, str]], str]
    """Returns the digest of what is found there now: what is selected, and the states it is about."""
    sha256: str
    """What it was."""

    def check(self, environment: Mapping[str, str]) -> None:
        """Raise :class:`EnforcementError` unless everything is still the same."""
        if self.look(environment) != self.sha256:
            raise EnforcementError(
                "the state changed after this was decided",
                hint="run the same command again: it is decided anew",
            )


class _Operation(Struct, frozen=True, kw_only=True):
    """What the works of operations share: where they are done."""

    place: Place

    @property
    def source(self) -> str:
        """Return what only an operation's decision names."""
        return "operation"

    def check_state(self, _terraform: Terraform, environment: Mapping[str, str]) -> None:
        """Raise :class:`EnforcementError` unless all is there still that it was decided for."""
        self.place.check(environment)


class Push(_Operation, frozen=True, kw_only=True):
    """A state that was judged, to be put in the place of the one it was made from."""

    state: Sealed
    options: tuple[str, ...]
    """Of ``terraform state push``."""

    def check_same(self, decision: Decision) -> None:
        """Raise :class:`EnforcementError` unless it is the very state that was decided."""
        if self.state.rehash() != decision.plan.json_sha256:
            raise EnforcementError("the state to push changed after it was decided")

    def run(
        self,
        terraform: Terraform,
        environment: Mapping[str, str],
        on_progress: Callable[[Progress], None],  # noqa: ARG002 - a push reports nothing
    ) -> ApplyOutcome:
        """Push, and return how that ended: Terraform takes no state that another one overtook."""
        code = terraform.supervise(
            ["state", "push", *self.options, self.state.path],
            env=environment,
            directory=self.place.directory,
            pass_fds=[self.state.fd],
            on_line=lambda _line: None,
        )
        return _outcome(code)


class Command(_Operation, frozen=True, kw_only=True):
    """One command of Terraform, with nothing left open."""

    arguments: tuple[str, ...]
    attached: bool
    """Whether whoever asks sees its output and answers its questions."""
    fingerprint: Callable[[], str]
    """Returns the digest of the command and of all that it reads, as they are now."""

    def check_same(self, decision: Decision) -> None:
        """Raise :class:`EnforcementError` unless command and configuration are what was decided."""
        if self.fingerprint() != decision.plan.sha256:
            raise EnforcementError("the configuration changed after this was decided")

    def run(
        self,
        terraform: Terraform,
        environment: Mapping[str, str],
        on_progress: Callable[[Progress], None],  # noqa: ARG002 - these report nothing that we read
    ) -> ApplyOutcome:
        """Run it, and return how that ended."""
        directory = self.place.directory
        if self.attached:
            return _outcome(terraform.attend(self.arguments, env=environment, directory=directory))
        code = terraform.supervise(
            self.arguments, env=environment, directory=directory, on_line=lambda _line: None
        )
        return _outcome(code)


def _outcome(code: int) -> ApplyOutcome:
    return {0: ApplyOutcome.APPLIED, 1: ApplyOutcome.FAILED}.get(code, ApplyOutcome.UNKNOWN)
