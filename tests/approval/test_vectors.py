"""The vectors in ``tests/vectors/approval``, and the table of codes in the specification."""

import json
import re
import runpy
from pathlib import Path

import pytest

from guardrail.approval.keys import Presence
from guardrail.approval.request import read_request
from guardrail.approval.trust import read_trust
from guardrail.approval.verify import verify
from guardrail.errors import ApprovalError

TOP = Path(__file__).parents[2]
VECTORS = sorted((TOP / "tests" / "vectors" / "approval").glob("*.json"))
SPECIFICATION = (TOP / "docs" / "formats" / "token.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^\| \d+ \|.*\| (.*) \|$", SPECIFICATION, re.MULTILINE)
CODES = {code for cell in STEPS for code in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_vector_is_judged_as_it_says(path):
    vector = json.loads(path.read_bytes())
    assert vector["expect"] in CODES | {"approve", "reject"}, "unknown expectation"
    request = read_request(vector["request"].encode())
    try:
        verdict = verify(
            vector["token"].encode(),
            request=request,
            binding=request.binding,
            facts=request.facts,
            trust=read_trust(vector["trust"].encode(), now=vector["now"], seen_version=0),
            now=vector["now"],
            max_seconds=vector["max_seconds"],
            presence=Presence(vector["presence"]),
        ).verdict.value
    except ApprovalError as error:
        verdict = error.code
    assert verdict == vector["expect"]


def test_the_vectors_are_what_the_script_writes():
    files = runpy.run_path(str(Path(__file__).with_name("write_vectors.py")))["vectors"]()
    assert sorted(files) == VECTORS
    for path, text in files.items():
        assert path.read_text(encoding="utf-8") == text, "run tests/approval/write_vectors.py"


def test_the_specification_names_every_code_and_no_other():
    found = set()
    for path in (TOP / "guardrail" / "approval").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'ApprovalError\(\s*"(\w+)"', source))
        found |= set(re.findall(r'\(\s*"((?:wrong|stale)_\w+)", "', source))
    assert found - {"malformed_request"} == CODES


def test_the_steps_of_the_specification_are_the_steps_of_the_code():
    source = (TOP / "guardrail" / "approval" / "verify.py").read_text(encoding="utf-8")
    numbers = [str(n) for n in range(1, len(STEPS) + 1)]
    assert re.findall(r"# \((\d+)\)", source) == numbers
    assert re.findall(r"^(\d+)\. ", source, re.MULTILINE) == numbers
