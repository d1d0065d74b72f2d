"""Everything around a plan that findings depend on: where it is for, and what was before."""

from collections.abc import Mapping

from msgspec import Struct

from guardrail.findings.history import History


class Line(Struct, frozen=True, kw_only=True):
    """Where a block of the configuration begins."""

    file: str
    """Path relative to the configuration's directory."""
    line: int
    """Counted from 1."""


class Surroundings(Struct, frozen=True, kw_only=True):
    """What is known beside the plan; gathered by whoever does I/O."""

    workspace: str = ""
    """The workspace that the plan is for; ``default`` and empty say nothing."""
    directory: str = ""
    """The configuration's place relative to the top of its repository."""
    history: History | None = None
    """None for a stack that was never applied through the gate."""
    prevented_before: frozenset[str] = frozenset()
    """Resources (no instance keys) that said ``prevent_destroy`` at the base commit."""
    prevented_now: frozenset[str] | None = None
    """The same in the configuration of the plan; None where no HCL is at hand."""
    lines: Mapping[str, Line] = {}
    """Resource (no instance keys) → where its block is, before or after the change."""
