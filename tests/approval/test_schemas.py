"""The published schemas say what the readers do."""

import json
import runpy
from pathlib import Path

import jsonschema
import msgspec
import pytest

from guardrail.approval.statement import Statement, read_statement
from guardrail.approval.trust import Person, Trust, TrustedKey, write_trust

SCRIPT = Path(__file__).with_name("write_schemas.py")
SCHEMAS = {path.name: text for path, text in runpy.run_path(str(SCRIPT))["schemas"]().items()}
FOLDER = Path(__file__).parents[2] / "guardrail" / "approval"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_published_schema_is_current(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == SCHEMAS[name], (
        "run `python tests/approval/write_schemas.py`"
    )


def test_every_document_fits_its_schema(kit):
    documents = {
        "request": msgspec.to_builtins(kit.request),
        "statement": json.loads(kit.payload()),
        "trust": json.loads(write_trust(kit.trust)),
    }
    for name, document in documents.items():
        schema = json.loads((FOLDER / f"{name}.schema.json").read_bytes())
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(json.loads(json.dumps(document)), schema)


def test_the_trust_schema_names_the_members_of_the_types():
    schema = json.loads((FOLDER / "trust.schema.json").read_bytes())
    for members, document in (
        (schema["properties"], Trust),
        (schema["$defs"]["person"]["properties"], Person),
        (schema["$defs"]["key"]["properties"], TrustedKey),
    ):
        assert list(members) == [field.encode_name for field in msgspec.structs.fields(document)]


def test_a_statement_holds_no_level_and_no_right(kit):
    def names(schema):
        if isinstance(schema, dict):
            yield from schema.get("properties", {})
            for part in schema.values():
                yield from names(part)

    found = set(names(json.loads(SCHEMAS["statement.schema.json"])))
    assert not found & {"level", "role", "admin", "scopes"}
    assert isinstance(read_statement(kit.payload()), Statement)
