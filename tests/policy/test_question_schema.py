import json

import jsonschema
import msgspec
from questions import every_question
from write_question_schema import PUBLISHED, schema


def test_the_published_schema_is_the_one_of_the_types():
    assert PUBLISHED.read_text() == schema()


def test_every_question_keeps_to_its_schema():
    published = jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text()))
    for name, question in every_question():
        assert not list(published.iter_errors(msgspec.json.decode(question))), name
