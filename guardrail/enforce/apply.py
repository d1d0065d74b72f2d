"""The work of applying the very bytes of a saved plan that were decided."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from guardrail.decision import Decision
from guardrail.enforce.progress import Progress, read_progress
from guardrail.enforce.target import check_target, read_target
from guardrail.errors import EnforcementError
from guardrail.ledger.interface import ApplyOutcome
from guardrail.plan.model import Saved
from guardrail.system.files import Sealed
from guardrail.system.terraform import Terraform


class Apply(Struct, frozen=True, kw_only=True):
    """One saved plan to apply; the work of :mod:`guardrail.enforce.procedure`."""

    saved: Saved
    sealed: Sealed
    directory: Path

    @property
    def source(self) -> str:
        """Return what only a saved plan's decision names."""
        return "saved"

    def check_same(self, decision: Decision) -> None:
        """Raise :class:`EnforcementError` unless the sealed bytes are those that were decided."""
        if self.sealed.rehash() != decision.plan.sha256:
            raise EnforcementError("the sealed plan changed after it was decided")

    def check_state(self, terraform: Terraform, environment: Mapping[str, str]) -> None:
        """Raise :class:`EnforcementError` unless the directory's state is the plan's."""
        check_target(self.saved, read_target(terraform, env=environment, directory=self.directory))

    def run(
        self,
        terraform: Terraform,
        environment: Mapping[str, str],
        on_progress: Callable[[Progress], None],
    ) -> ApplyOutcome:
        """Apply the sealed bytes, and return how that ended."""
        finished = False

        def hear(line: bytes) -> None:
            nonlocal finished
            progress = read_progress(line)
            if progress is not None:
                finished = finished or progress.event == "summary"
                # Nobody who listens may end the wait for Terraform, and with it the record of its end.
                with suppress(Exception):
                    on_progress(progress)

        code = terraform.supervise(
            ["apply", "-input=false", "-json", self.sealed.path],
            env=environment,
            directory=self.directory,
            pass_fds=[self.sealed.fd],
            on_line=hear,
        )
        if code == 0 and finished:
            return ApplyOutcome.APPLIED
        return ApplyOutcome.FAILED if code == 1 else ApplyOutcome.UNKNOWN
