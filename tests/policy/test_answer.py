import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.errors import MalformedAnswerError, PolicyError, RulesNotEvaluatedError
from guardrail.policy.answer import Verdict, read_answer

FINDING = {
    "rule": "a/b",
    "outcome": "deny",
    "tier": 4,
    "address": "",
    "environment": "",
    "message": "m",
    "remedy": "",
}


def said(*findings: object, evaluated: object = ("a/b",)) -> bytes:
    return msgspec.json.encode({"findings": findings, "evaluated": evaluated})


def finding(**changes: object) -> dict[str, object]:
    return {**FINDING, **changes}


def test_the_worst_finding_comes_first():
    tiers = [1, 4, 2, 3]
    raw = said(*(finding(tier=tier) for tier in tiers))
    assert [each.tier for each in read_answer(raw, {"a/b"}).findings] == [4, 3, 2, 1]


def test_findings_of_one_tier_have_one_order():
    parts = [finding(address=address) for address in "cab"]
    assert read_answer(said(*parts), set()) == read_answer(said(*reversed(parts)), set())


def test_an_outcome_is_a_verdict():
    assert read_answer(said(finding()), set()).findings[0].outcome is Verdict.DENY


def test_more_rules_than_expected_are_welcome():
    assert read_answer(said(evaluated=["a/b", "c/d"]), {"a/b"}).evaluated == {"a/b", "c/d"}


def test_a_loaded_rule_without_a_report_is_no_answer():
    with pytest.raises(RulesNotEvaluatedError, match="c/d"):
        read_answer(said(), {"a/b", "c/d"})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"{}",
        b'"<undefined>"',
        b"[]",
        b'{"findings": []}',
        b'{"evaluated": []}',
        b'{"findings": {}, "evaluated": []}',
        b'{"findings": [], "evaluated": [], "more": 1}',
        said(finding(outcome="allow")),
        said(finding(outcome="Deny")),
        said(finding(outcome=None)),
        said(finding(tier="4")),
        said(finding(address=None)),
        said(finding(more="x")),
        said({name: value for name, value in FINDING.items() if name != "outcome"}),
        said() + said(),
        b"\xff",
    ],
)
def test_anything_else_is_malformed(raw: bytes):
    with pytest.raises(MalformedAnswerError) as error:
        read_answer(raw, set())
    assert error.value.__suppress_context__


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_pass_by_accident(raw: bytes):
    with pytest.raises(PolicyError):
        read_answer(raw, {"a/b"})
