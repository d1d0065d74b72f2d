"""What becomes of an access request that is sent twice, too late, or about something else."""

from types import SimpleNamespace

import pytest

from guardrail.server.denials import EACH, MOST, Approved, Denial, Denials
from guardrail.server.messages import Submission, read_message, whole
from guardrail.server.problems import Problem
from guardrail.server.replies import rfc3339
from guardrail.server.requests import _bound
from guardrail.server.retries import EACH as KEYS
from guardrail.server.retries import KEPT_SECONDS, Retries

BODY = b'{"subject":{"type":"user","id":"a"},"n":1}'
SAME = b'{ "n": 1, "subject": {"id": "a", "type": "user"} }'
NOW = 1_800_000_000


@pytest.fixture
def retries() -> Retries:
    return Retries()


def sent(retries: Retries, key: str | None, body: bytes = BODY, *, caller="ci", now=NOW) -> str:
    """Submit once; return what was opened before, and open a request where nothing was."""
    with retries.attempt(caller, key, body, now) as attempt:
        before = attempt.request_id
        if not before:
            attempt.opened(f"request of {caller}", NOW + 60)
    return before


def code(error: pytest.ExceptionInfo[Problem]) -> tuple[int, str]:
    return error.value.status, error.value.code


def test_the_same_key_and_body_are_the_same_request(retries):
    assert sent(retries, "k-1") == ""
    assert sent(retries, "k-1", SAME) == "request of ci"
    assert sent(retries, '"k-1"') == "request of ci"
    assert sent(retries, "k-2") == ""
    assert sent(retries, None) == ""
    assert sent(retries, None) == ""


def test_a_key_is_its_callers_own(retries):
    sent(retries, "k-1")
    assert sent(retries, "k-1", b"{}", caller="other") == ""


def test_the_same_key_with_another_body_is_a_conflict(retries):
    sent(retries, "k-1")
    with pytest.raises(Problem) as caught:
        sent(retries, "k-1", BODY.replace(b"1}", b"2}"))
    assert code(caught) == (409, "duplicate_request")
    assert caught.value.urn.endswith("access-request:error:duplicate_request")


def test_a_first_one_that_is_under_way_is_waited_for(retries):
    with retries.attempt("ci", "k-1", BODY, NOW), pytest.raises(Problem) as caught:
        sent(retries, "k-1")
    assert code(caught) == (409, "in_progress")
    assert caught.value.headers == {"Retry-After": "1"}


def test_one_that_opened_nothing_is_forgotten(retries):
    def fail() -> None:
        with retries.attempt("ci", "k-1", BODY, NOW):
            raise Problem(400, "malformed", "no")

    with pytest.raises(Problem):
        fail()
    assert sent(retries, "k-1", b"{}") == ""


def test_keys_are_kept_for_a_day_after_the_request_and_not_without_end(retries):
    sent(retries, "k-1")
    assert sent(retries, "k-1", now=NOW + 59 + KEPT_SECONDS) == "request of ci"
    assert sent(retries, "k-1", b"{}", now=NOW + 60 + KEPT_SECONDS) == ""
    for number in range(KEYS):
        sent(retries, f"n-{number}")
    assert sent(retries, "k-1") == "", "the oldest made room"


@pytest.mark.parametrize("key", ["", " ", "a b", 'a"b', "x" * 201, "ä"])
def test_a_key_is_one_word(retries, key):
    with pytest.raises(Problem) as caught:
        sent(retries, key)
    assert code(caught) == (400, "malformed")


@pytest.fixture
def submission() -> Submission:
    body = b"""{"subject": {"type": "user", "id": "a"}, "action": {"name": "terraform.apply"},
        "resource": {"type": "terraform_plan", "id": "x", "properties": {"directory": "live"}},
        "denial": {"evaluation_id": "e", "expires_at": "%s"}}"""
    return read_message(body % rfc3339(NOW + 10).encode(), Submission)


@pytest.mark.parametrize(
    ("denied", "now", "expected"),
    [
        ({}, NOW, None),
        ({}, NOW + 10, (410, "expired_denial")),
        ({"caller": "other"}, NOW, (400, "invalid_denial_binding")),
        ({"asked": "something else"}, NOW, (400, "invalid_denial_binding")),
        ({"expires": NOW + 11}, NOW, (400, "invalid_denial_binding")),
        (None, NOW, (400, "invalid_denial_binding")),
    ],
)
def test_only_what_was_denied_lately_can_be_asked_for(submission, denied, now, expected):
    asked, denials = whole(submission), Denials()
    if denied is not None:
        known = {"caller": "ci", "asked": asked.digest(), "expires": NOW + 10}
        denials.note("e", Denial(**{**known, **denied}))
    room = SimpleNamespace(denials=denials, caller=SimpleNamespace(name="ci"))
    if expected is None:
        _bound(room, submission, asked, now)
        return
    with pytest.raises(Problem) as caught:
        _bound(room, submission, asked, now)
    assert code(caught) == expected
    assert caught.value.urn.endswith(expected[1])


def test_nobody_pushes_out_what_others_were_denied():
    denials = Denials()
    first = Denial(caller="ci", asked="", expires=NOW)
    denials.note("first", first)
    for number in range(EACH * 2):
        denials.note(f"{number}", Denial(caller="greedy", asked="", expires=NOW))
    assert denials.find("first", "ci") == first
    assert denials.find("0", "greedy") is None
    for number in range(MOST):
        denials.note(f"{number}", Denial(caller=f"caller {number}", asked="", expires=NOW))
    assert denials.find("first", "ci") is None, "the oldest of all made room"


def test_an_approval_that_was_handed_in_is_for_whoever_asked():
    denials = Denials()
    denials.hand_in("r", Approved(token=b"t", expires=NOW, callers=frozenset({"ci"})))
    assert denials.approval("r", "ci", NOW - 1).token == b"t"
    assert denials.approval("r", "other", NOW - 1) is None
    assert denials.approval("r", "ci", NOW) is None
    for number in range(MOST):
        denials.hand_in(f"{number}", Approved(token=b"", expires=NOW, callers=frozenset()))
    assert denials.approval("r", "ci", NOW - 1) is None, "the oldest made room"
