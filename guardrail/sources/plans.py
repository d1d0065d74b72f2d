"""
Where plans come from: a file, standard input, or an S3 object.

The bytes are copied once into a sealed place, hashed there, and everything that
follows (reading, showing, applying) works on that copy. The path that was given
is never opened a second time.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from guardrail.errors import MalformedPlanError, PlanError, UsageError
from guardrail.plan.mark import is_saved_plan
from guardrail.plan.model import Plan, Saved
from guardrail.plan.parse import parse_plan
from guardrail.sources.s3 import fetch, is_s3
from guardrail.system.files import Sealed, seal, seal_file

LIMIT = 1 << 30
"""The largest plan that is read, in bytes."""


class LoadedPlan(Struct, frozen=True, kw_only=True):
    """A plan, and the sealed bytes it was read from."""

    plan: Plan
    sealed: Sealed
    """What was given: the saved plan, or its JSON."""
    json_sha256: str
    """Digest of the plan's JSON as it was read."""

    @property
    def saved(self) -> Saved:
        """What the saved plan itself tells. Raises :class:`UsageError` where JSON was given."""
        if self.plan.saved is None:
            raise UsageError("the saved plan itself is needed, JSON was given")
        return self.plan.saved


def seal_plan(source: str, env: Mapping[str, str]) -> Sealed:
    """
    Copy the plan that ``source`` names into a sealed place: a path, ``-`` or ``s3://…``.

    Raises :class:`guardrail.errors.GuardrailError` for what is not a readable file
    of at most :data:`LIMIT` bytes.
    """
    if source == "-":
        data = sys.stdin.buffer.read(LIMIT + 1)
        if len(data) > LIMIT:
            raise PlanError(f"standard input holds more than {LIMIT} bytes")
        return seal(data)
    if is_s3(source):
        return seal(fetch(source, env, limit=LIMIT))
    return seal_file(Path(source), limit=LIMIT)


def load_json(sealed: Sealed) -> LoadedPlan:
    """Read sealed plan JSON. Nothing binds it to what apply would do."""
    plan = parse_plan(sealed.view(), ascii_only=sealed.ascii_only)
    return LoadedPlan(plan=plan, sealed=sealed, json_sha256=sealed.sha256)


def is_saved(sealed: Sealed) -> bool:
    """Whether the sealed bytes are a saved plan rather than JSON; empty input is refused."""
    if not sealed.view():
        raise MalformedPlanError(
            "the plan is empty",
            hint="make one with `terraform plan -out=tfplan`",
        )
    return is_saved_plan(sealed.view())
