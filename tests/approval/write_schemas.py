"""Write the published schemas of request and statement from the types that read them."""

import json
from pathlib import Path
from typing import Any

import msgspec

from guardrail.approval.request import Request
from guardrail.approval.statement import Statement

FOLDER = Path(__file__).parents[2] / "guardrail" / "approval"
DOCUMENTS = {"request": Request, "statement": Statement}


def closed(schema: Any) -> Any:
    """
    Return ``schema`` where no object may have further members, and each has all it can have.

    Descriptions stay behind: they are other rooms' docstrings, and what they say is in docs/formats.
    """
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    left_out = {
        name for name in ("default", "description") if isinstance(schema.get(name), str | int)
    }
    parts = {name: closed(part) for name, part in schema.items() if name not in left_out}
    if "properties" in schema:
        parts |= {"additionalProperties": False, "required": list(schema["properties"])}
    return parts


def schemas() -> dict[Path, str]:
    """Return the text of each schema by the path it belongs at."""
    texts = {}
    for name, document in DOCUMENTS.items():
        head = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:guardrail:{name}:v1",
            "description": f"See docs/formats/{'token' if name == 'statement' else name}.md.",
        }
        text = json.dumps(head | closed(msgspec.json.schema(document)), indent=2)
        texts[FOLDER / f"{name}.schema.json"] = text + "\n"
    return texts


if __name__ == "__main__":
    for path, text in schemas().items():
        path.write_text(text, encoding="utf-8")
