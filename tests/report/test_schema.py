import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from guardrail.decision import Decision
from guardrail.report import json as json_report

SCHEMA = json.loads(
    (Path(json_report.__file__).parent / "decision.schema.json").read_text(encoding="ascii")
)


def example(root):
    page = (root / "docs" / "formats" / "decision.md").read_text(encoding="utf-8")
    return page.split("```json\n")[1].split("```")[0]


def structs(kind):
    """Every Struct that a decision is made of, by walking its fields' types."""
    found = {}

    def walk(info):
        match info:
            case msgspec.inspect.StructType():
                if info.cls not in found:
                    found[info.cls] = info
                    for field in info.fields:
                        walk(field.type)
            case msgspec.inspect.VarTupleType():
                walk(info.item_type)
            case msgspec.inspect.UnionType():
                for member in info.types:
                    walk(member)

    walk(msgspec.inspect.type_info(kind))
    return found


def objects(node, trail="$"):
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield trail, node
        for key, value in node.items():
            yield from objects(value, f"{trail}.{key}")


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("kind", ["blocked", "allowed", "approved"])
def test_a_rendered_decision_fits_the_schema(kind, make):
    jsonschema.validate(json.loads(json_report.render(getattr(make, kind)())), SCHEMA)


def test_the_example_of_the_page_fits_the_schema_and_the_program(root):
    text = example(root)
    jsonschema.validate(json.loads(text), SCHEMA)
    decision = msgspec.json.decode(text, type=Decision)
    assert json_report.render(decision) == text


def test_every_field_of_every_struct_is_in_the_schema_and_nothing_else():
    in_code = sorted(sorted(f.encode_name for f in i.fields) for i in structs(Decision).values())
    in_schema = sorted(sorted(node["properties"]) for _, node in objects(SCHEMA))
    assert in_code == in_schema


def test_every_word_of_every_enumeration_is_in_the_schema():
    words = set()
    for info in structs(Decision).values():
        for field in info.fields:
            if isinstance(field.type, msgspec.inspect.EnumType):
                words.add(tuple(sorted(member.value for member in field.type.cls)))
    text = json.dumps(SCHEMA)
    listed = {
        tuple(sorted(p["enum"]))
        for _, node in objects(SCHEMA)
        for p in node["properties"].values()
        if "enum" in p
    }
    assert words <= listed, text


def test_every_object_is_closed_and_complete_and_described():
    for trail, node in objects(SCHEMA):
        assert node["additionalProperties"] is False, trail
        assert sorted(node["required"]) == sorted(node["properties"]), trail
        assert node["description"], trail
