"""What this process's own variables, and files that only agents' machines carry, give away."""

import os
from collections.abc import Mapping

from guardrail.origin.evidence import Evidence
from guardrail.origin.match import match_environment, match_files
from guardrail.origin.signals import Signals


def environment_evidence(env: Mapping[str, str], signals: Signals) -> tuple[Evidence, ...]:
    """Return what the variables ``env`` and the files of the table give away."""
    there = (row.path for row in signals.files if os.path.lexists(row.path))
    return (*match_environment(env, signals), *match_files(there, signals))
