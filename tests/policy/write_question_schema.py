"""Write the published JSON Schema of the question anew, from the types that make one."""

import json
from pathlib import Path

import msgspec

from guardrail.policy.question import SCHEMA, Question

PUBLISHED = Path(__file__).parents[2] / "guardrail" / "policy" / "question.schema.json"


def schema() -> str:
    """Return the schema as it must be published."""
    (reference,), components = msgspec.json.schema_components([Question])
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **reference,
        "$defs": components,
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(schema())
