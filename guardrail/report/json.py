"""The report for programs: the published document ``guardrail.decision/v1``, whole."""

import msgspec

from guardrail.decision import Decision
from guardrail.report.escape import json_text


def render(decision: Decision) -> str:
    """Return the decision as indented JSON in printable ASCII, ending with a newline."""
    document = msgspec.json.format(msgspec.json.encode(decision), indent=2)
    return json_text(document) + "\n"
