import msgspec
import pytest

from guardrail.policy.advice import MOST, next_steps
from guardrail.policy.answer import Finding, Verdict


def finding(outcome, remedy):
    return Finding(
        rule="a/b",
        outcome=outcome,
        tier=2,
        address="x.y",
        environment="prod",
        message="m",
        remedy=remedy,
    )


FINDINGS = (
    finding(Verdict.DENY, "plan again"),
    finding(Verdict.REQUIRE_APPROVAL, "add a moved block"),
    finding(Verdict.REQUIRE_APPROVAL, "add a moved block"),
    finding(Verdict.REQUIRE_APPROVAL, ""),
    finding(Verdict.WARN, "look twice"),
)


def test_a_blocked_plan_names_the_request_that_a_senior_approves():
    allowed, _ = next_steps(FINDINGS, strictest=Verdict.REQUIRE_APPROVAL, request="abc")
    assert allowed[0] == "ask a senior engineer to run: guardrail approve abc"


def test_remedies_come_once_and_only_those_of_what_stands_in_the_way():
    allowed, _ = next_steps(FINDINGS, strictest=Verdict.REQUIRE_APPROVAL, request="abc")
    assert allowed[1] == "add a moved block"
    assert allowed.count("add a moved block") == 1
    assert "look twice" not in allowed


def test_an_operation_is_released_by_its_token_and_taken_back_by_no_configuration():
    state = msgspec.structs.replace(
        finding(Verdict.REQUIRE_APPROVAL, "write a removed block"), rule="state/unplanned"
    )
    allowed, prohibited = next_steps(
        (*FINDINGS, state),
        strictest=Verdict.REQUIRE_APPROVAL,
        request="abc",
        operation="state rm",
    )
    assert allowed == (
        "ask a senior engineer to run: guardrail approve abc",
        "with the token they give you run: guardrail terraform --token FILE state rm …",
        "write a removed block",
    )
    assert prohibited


def test_a_long_list_of_remedies_is_cut_and_counted():
    many = [finding(Verdict.REQUIRE_APPROVAL, f"keep value {i}") for i in range(MOST + 4)]
    allowed, _ = next_steps(many, strictest=Verdict.REQUIRE_APPROVAL, request="abc")
    assert allowed[1 : MOST + 1] == tuple(f"keep value {i}" for i in range(MOST))
    assert allowed[MOST + 1] == "follow 4 more remedies: each finding has its own"


def test_without_a_request_no_approval_command_is_made_up():
    allowed, _ = next_steps((), strictest=Verdict.REQUIRE_APPROVAL, request=None)
    assert not any("guardrail approve" in step for step in allowed)


def test_what_no_approval_opens_never_sends_anyone_to_a_senior():
    allowed, _ = next_steps(FINDINGS, strictest=Verdict.DENY, request="abc")
    assert allowed[0] == "plan again"
    assert not any("senior" in step for step in allowed)


@pytest.mark.parametrize("strictest", [Verdict.DENY, Verdict.REQUIRE_APPROVAL])
def test_a_stopped_agent_is_told_which_ways_around_are_forbidden(strictest):
    _, prohibited = next_steps((), strictest=strictest, request=None)
    text = " ".join(prohibited)
    for word in ("terraform", "settings", "trust", "policies", "signs", "approval"):
        assert word in text


@pytest.mark.parametrize("strictest", [None, Verdict.WARN])
def test_an_allowed_plan_forbids_nothing_and_keeps_the_advice_of_its_warnings(strictest):
    assert next_steps(FINDINGS, strictest=strictest, request=None) == (("look twice",), ())
