"""The pipeline by itself: no file, no clock, no engine but one that says what it is told."""

from pathlib import Path

import msgspec
import pytest

from guardrail.approval.request import Binding, Facts, Request, Requester, Required
from guardrail.approval.trust_edit import create
from guardrail.case import Case, Offer
from guardrail.decision import Outcome, PlanRecord, StackRecord, Standing
from guardrail.errors import ApprovalError, MalformedAnswerError, RulesNotEvaluatedError
from guardrail.findings.model import Counts
from guardrail.findings.surroundings import Surroundings
from guardrail.gate import decide
from guardrail.origin.evidence import Origin, OriginKind
from guardrail.plan.parse import parse_plan
from guardrail.policy.bundle import Bundle
from guardrail.settings.model import Profile, Settings

RULE = "mine/rule"


class Says:
    """An engine that gives one answer, whatever is asked."""

    name = "says"

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked = b""

    def evaluate(self, question: bytes) -> bytes:
        self.asked = question
        return self.answer if isinstance(self.answer, bytes) else msgspec.json.encode(self.answer)

    def close(self) -> None:
        """Nothing was started."""


def finding(outcome: str, tier: int = 2) -> dict:
    return {
        "rule": RULE, "outcome": outcome, "tier": tier,
        "address": "a.b", "environment": "unknown", "message": "said", "remedy": "none",
    }  # fmt: skip


def answering(*outcomes: str) -> Says:
    return Says({"findings": [finding(each) for each in outcomes], "evaluated": [RULE]})


@pytest.fixture(scope="session")
def plan(root: Path):
    return parse_plan((root / "sample_plans" / "adds_a_tag" / "plan.json").read_bytes())


@pytest.fixture
def case(plan) -> Case:
    return Case(
        decision_id="0" * 32,
        plan=plan,
        plan_record=PlanRecord(source="json", sha256="", json_sha256="", terraform_version=""),
        stack=StackRecord(directory="/stack", workspace="", backend="", lineage="", serial=0),
        surroundings=Surroundings(workspace="default"),
        binding=None,
        origin=Origin(kind=OriginKind.AGENT, names=("claude-code",), evidence=()),
        settings=Settings(),
        bundle=Bundle(modules={}, packages=frozenset(), rules=frozenset({RULE}), sha256="f" * 64),
        standing=Standing.ADVISORY,
        unfinished=False,
        now=1,
    )


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        ((), Outcome.ALLOW),
        (("warn",), Outcome.ALLOW),
        (("warn", "require_approval"), Outcome.APPROVAL_REQUIRED),
        (("require_approval", "deny", "warn"), Outcome.DENY),
    ],
)
def test_the_strictest_verdict_wins(verdicts: tuple, outcome: Outcome, case: Case):
    decision = decide(case, answering(*verdicts))
    assert decision.outcome is decision.would_be is outcome
    assert (decision.approval.required is not None) is (outcome is Outcome.APPROVAL_REQUIRED)


@pytest.mark.parametrize("verdict", ["require_approval", "deny"])
def test_observing_allows_and_says_what_it_would_have_been(verdict: str, case: Case):
    observing = msgspec.structs.replace(case, settings=Settings(profile=Profile.OBSERVE))
    decision = decide(observing, answering(verdict))
    assert decision.outcome is Outcome.ALLOW
    assert decision.would_be is not Outcome.ALLOW


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"null",
        b'"<undefined>"',
        b"{}",
        b"[]",
        {"findings": [], "evaluated": [RULE], "more": 1},
        {"findings": [finding("maybe")], "evaluated": [RULE]},
        {"findings": [{"rule": RULE}], "evaluated": [RULE]},
        {"evaluated": [RULE]},
    ],
)
def test_what_is_not_an_answer_decides_nothing(answer: object, case: Case):
    with pytest.raises(MalformedAnswerError):
        decide(case, Says(answer))


def test_a_rule_that_did_not_answer_decides_nothing(case: Case):
    with pytest.raises(RulesNotEvaluatedError, match=RULE):
        decide(case, Says({"findings": [], "evaluated": []}))


def test_an_approval_of_json_counts_for_nothing(case: Case):
    offer = Offer(token=b"tfg1.", request=None, trust=create(expires=9))
    decision = decide(case, answering("require_approval"), [offer])
    assert decision.outcome is Outcome.APPROVAL_REQUIRED
    assert decision.approval.rejected[0].code == "unbound_plan"


def binding() -> Binding:
    return Binding(
        plan_sha256="a" * 64, plan_json_sha256="b" * 64, terraform_version="1.11.4",
        terraform_sha256="c" * 64, lockfile_sha256="", directory="/stack", backend="local",
        backend_sha256="d" * 64, workspace="default", lineage="", serial=0,
        policy_sha256="f" * 64, guardrail_version="0",
    )  # fmt: skip


def request(level: str = "senior") -> Request:
    return Request(
        request_id="1" * 32, nonce="2" * 64, created=1, expires=9,
        requester=Requester(origin="agent", agents=(), logins=()),
        required=Required(level=level, count=1), binding=binding(),
        facts=Facts(counts=Counts(), environments=(), findings=()),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (None, "unknown_request"),
        (request("engineer"), "wrong_request"),
        (request(), "malformed_token"),
    ],
)
def test_an_approval_that_fits_nothing_is_turned_down_and_named(
    known: Request | None, code: str, case: Case
):
    bound = msgspec.structs.replace(case, binding=binding())
    offer = Offer(token=b"tfg1.", request=known, trust=create(expires=9))
    decision = decide(bound, answering("require_approval"), [offer])
    assert decision.outcome is Outcome.APPROVAL_REQUIRED
    assert [each.code for each in decision.approval.rejected] == [code]


def test_what_the_ledger_turned_down_stays_turned_down(case: Case):
    refused = ApprovalError("already_used", "spent")
    offer = Offer(token=b"tfg1.", request=None, trust=create(expires=9), refused=refused)
    decision = decide(case, answering("require_approval"), [offer])
    assert [each.code for each in decision.approval.rejected] == ["already_used"]


def test_the_question_holds_no_value_of_the_plan(case: Case):
    engine = answering()
    decide(case, engine)
    question = msgspec.json.decode(engine.asked)
    assert question["schema"] == "guardrail.question/v1"
    assert question["origin"] == {"kind": "agent", "proven_human": False}
    assert b"before" not in engine.asked
    assert b"after" not in engine.asked
