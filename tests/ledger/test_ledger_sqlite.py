"""What the ledger remembers, and that an approval is spent once whoever asks."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import guardrail
from guardrail.errors import AlreadySpentError, ApprovalError, FileError, LedgerError
from guardrail.ledger.interface import CLOCK_SKEW, Begun, Ledger, Rejection
from guardrail.ledger.sqlite import SqliteLedger

NOW = 1767225600
DAY = 24 * 3600
PLAN = "6f" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Ledger:
    made = SqliteLedger(path)
    made.open_request("request", b"{}", NOW, NOW + DAY)
    return made


def burn(ledger: Ledger, **changes: str | int) -> None:
    claim = {
        "jti": "token",
        "request_id": "request",
        "plan_sha256": PLAN,
        "claim_id": "claim",
        "at": NOW,
    }
    ledger.burn(**{**claim, **changes})  # type: ignore[arg-type]


# -- requests ----------------------------------------------------------------------------


def test_a_request_is_kept_as_it_was(ledger: Ledger) -> None:
    assert ledger.request("request") == b"{}"
    assert ledger.request("another") is None


def test_a_request_opened_again_is_the_same(ledger: Ledger) -> None:
    ledger.open_request("request", b"{}", NOW, NOW + DAY)

    assert ledger.open_requests(NOW) == (b"{}",)


def test_another_request_under_the_same_id_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="another request has the same id"):
        ledger.open_request("request", b"{ }", NOW, NOW + DAY)
    assert ledger.request("request") == b"{}"


def test_only_requests_that_wait_are_listed_oldest_first(ledger: Ledger) -> None:
    for number, name in enumerate(["burnt", "rejected", "late", "early"]):
        ledger.open_request(name, name.encode(), NOW + 9 - number, NOW + DAY)
    ledger.open_request("expired", b"expired", NOW, NOW + 1)
    burn(ledger, request_id="burnt")
    ledger.reject("rejected", person="sam", at=NOW)

    assert ledger.open_requests(NOW + 1) == (b"{}", b"early", b"late")
    assert ledger.open_requests(NOW + DAY) == ()


# -- spending (attack rows 66 to 72) -----------------------------------------------------


def test_66_the_same_token_is_good_once(ledger: Ledger) -> None:
    assert not ledger.spent("request")
    burn(ledger)

    assert ledger.spent("request")
    with pytest.raises(AlreadySpentError) as caught:
        burn(ledger, claim_id="second claim")
    assert caught.value.code == "already_used"


def test_69_a_second_token_for_a_spent_request_is_refused(ledger: Ledger) -> None:
    burn(ledger)

    with pytest.raises(AlreadySpentError):
        burn(ledger, jti="second token", claim_id="second claim")


def test_a_token_spent_on_one_request_is_no_good_for_another(ledger: Ledger) -> None:
    ledger.open_request("another", b"[]", NOW, NOW + DAY)
    burn(ledger)

    for claim in ("claim", "second claim"):
        with pytest.raises(AlreadySpentError):
            burn(ledger, request_id="another", claim_id=claim)
    assert not ledger.spent("another"), "both or neither"


def test_70_the_same_claim_may_ask_again_after_a_lost_reply(ledger: Ledger) -> None:
    burn(ledger)
    burn(ledger, at=NOW + 1)

    with pytest.raises(AlreadySpentError):
        burn(ledger, plan_sha256="7a" * 32)


def test_70_a_burn_that_was_stored_but_not_confirmed_is_never_good_twice(
    path: Path, ledger: Ledger, mocker
) -> None:
    mocker.patch("guardrail.ledger.database.write_private", side_effect=FileError("no reply"))
    with pytest.raises(LedgerError, match="no reply"):
        burn(ledger)
    mocker.stopall()

    with pytest.raises(AlreadySpentError):
        burn(SqliteLedger(path), claim_id="second claim")
    burn(ledger)


def test_two_tokens_of_one_claim_are_both_spent(ledger: Ledger) -> None:
    ledger.open_request("another", b"[]", NOW, NOW + DAY)
    burn(ledger)
    burn(ledger, jti="second token")

    with pytest.raises(AlreadySpentError):
        burn(ledger, jti="second token", request_id="another")


def test_72_an_approval_for_a_request_that_the_ledger_never_kept_is_refused(
    ledger: Ledger,
) -> None:
    with pytest.raises(LedgerError, match="a request that is not in the ledger"):
        burn(ledger, request_id="another")


@pytest.mark.parametrize("name", ["jti", "claim_id"])
def test_nothing_without_an_id_is_burnt(ledger: Ledger, name: str) -> None:
    with pytest.raises(LedgerError, match="without an id"):
        burn(ledger, **{name: ""})


@pytest.mark.parametrize("change", [{"at": 10**30}, {"jti": "\ud800"}])
def test_what_the_ledger_cannot_hold_is_refused(ledger: Ledger, change: dict) -> None:
    with pytest.raises(LedgerError, match="cannot hold such a number or text"):
        burn(ledger, **change)
    assert not ledger.spent("request")


# -- rejections --------------------------------------------------------------------------


def test_a_rejection_stays_and_the_first_one_counts(ledger: Ledger) -> None:
    assert ledger.rejection("request") is None
    ledger.reject("request", person="sam", at=NOW, jti="no")
    ledger.reject("request", person="kim", at=NOW + 1)

    assert ledger.rejection("request") == Rejection(person="sam", at=NOW, jti="no")


def test_63_a_rejected_request_is_never_spent(ledger: Ledger) -> None:
    ledger.reject("request", person="sam", at=NOW)

    with pytest.raises(ApprovalError) as caught:
        burn(ledger)
    assert caught.value.code == "rejected_by_senior"
    assert not ledger.spent("request")


# -- applies (attack row 75) -------------------------------------------------------------


def begin(ledger: Ledger, apply_id: str = "apply", stack: str = "live#prod") -> None:
    ledger.begin_apply(
        apply_id=apply_id, stack=stack, plan_sha256=PLAN, request_id="request", at=NOW
    )


BEGUN = Begun(apply_id="apply", stack="live#prod", plan_sha256=PLAN, request_id="request", at=NOW)


def test_an_apply_is_unfinished_until_its_end_is_known(ledger: Ledger) -> None:
    assert ledger.unfinished("live#prod") == ()
    begin(ledger)

    assert ledger.unfinished("live#prod") == (BEGUN,)
    assert ledger.unfinished("live#test") == ()
    ledger.end_apply("apply", "applied", NOW + 60)
    assert ledger.unfinished("live#prod") == ()


def test_an_apply_without_a_request_can_begin(ledger: Ledger) -> None:
    ledger.begin_apply(apply_id="a", stack="s", plan_sha256=PLAN, request_id=None, at=NOW)

    assert ledger.unfinished("s")[0].request_id is None


def test_75_a_stack_with_an_unfinished_apply_is_closed_until_it_is_settled(
    ledger: Ledger,
) -> None:
    begin(ledger)
    with pytest.raises(LedgerError, match="nobody saw its end"):
        begin(ledger, "second")
    ledger.end_apply("apply", "unknown", NOW + 60)
    assert ledger.unfinished("live#prod") == (BEGUN,)

    ledger.settle("apply", "failed", person="sam", why="the state was not moved", at=NOW + 90)

    assert ledger.unfinished("live#prod") == ()
    begin(ledger, "second")


def test_another_stack_is_not_closed(ledger: Ledger) -> None:
    begin(ledger)
    begin(ledger, "second", "live#test")


def test_an_apply_begins_once(ledger: Ledger) -> None:
    begin(ledger)
    ledger.end_apply("apply", "failed", NOW)

    with pytest.raises(LedgerError, match="began before"):
        begin(ledger)


def test_an_end_can_be_told_again_but_not_changed(ledger: Ledger) -> None:
    begin(ledger)
    ledger.end_apply("apply", "failed", NOW)
    ledger.end_apply("apply", "failed", NOW + 1)

    with pytest.raises(LedgerError, match="ended otherwise before"):
        ledger.end_apply("apply", "applied", NOW)
    with pytest.raises(LedgerError, match="did not begin here"):
        ledger.end_apply("another", "applied", NOW)


def test_only_an_unfinished_apply_is_settled(ledger: Ledger) -> None:
    begin(ledger)
    ledger.end_apply("apply", "applied", NOW)

    for apply_id in ("apply", "another"):
        with pytest.raises(LedgerError, match="no unfinished apply"):
            ledger.settle(apply_id, "failed", person="sam", why="", at=NOW)


def test_an_apply_ends_in_known_words_only(ledger: Ledger) -> None:
    begin(ledger)

    with pytest.raises(LedgerError, match="applied, failed, unknown"):
        ledger.end_apply("apply", "not_started", NOW)
    with pytest.raises(LedgerError, match="applied, failed"):
        ledger.settle("apply", "unknown", person="sam", why="", at=NOW)


# -- trust and time (attack rows 61 and 79) ----------------------------------------------


def test_61_the_highest_trust_version_is_remembered(ledger: Ledger) -> None:
    assert ledger.seen_trust_version() == 0
    for version in (3, 2, 3):
        ledger.note_trust_version(version)

    assert ledger.seen_trust_version() == 3


@pytest.mark.parametrize("back", [0, 1, CLOCK_SKEW])
def test_a_clock_set_back_a_little_is_borne(ledger: Ledger, back: int) -> None:
    ledger.note_time(NOW + DAY)

    ledger.note_time(NOW + DAY - back)
    burn(ledger, at=NOW + DAY - back)


def test_79_a_clock_set_back_is_found_by_every_use_of_an_approval(ledger: Ledger) -> None:
    ledger.note_time(NOW + DAY)
    past = NOW + DAY - CLOCK_SKEW - 1

    for use in (
        lambda: ledger.note_time(past),
        lambda: burn(ledger, at=past),
        lambda: ledger.open_request("another", b"[]", past, past + DAY),
    ):
        with pytest.raises(LedgerError, match="the clock went back by 301 seconds"):
            use()
    assert not ledger.spent("request")


def test_82_a_time_before_1970_is_refused(path: Path) -> None:
    with pytest.raises(LedgerError, match="the clock went back"):
        SqliteLedger(path).note_time(-1)


# -- several processes (attack rows 67 to 69, 74) ----------------------------------------


def python(script: str, *arguments: object) -> subprocess.Popen[bytes]:
    """Start a Python process that can import this package."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={"PYTHONPATH": str(Path(guardrail.__file__).parent.parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


CLAIMS = """
import sys
from pathlib import Path
from guardrail.errors import AlreadySpentError
from guardrail.ledger.sqlite import SqliteLedger
path, process, first, last, tokens = Path(sys.argv[1]), *map(int, sys.argv[2:])
ledger = SqliteLedger(path)
print("ready", flush=True)
sys.stdin.readline()
for number in range(first, last):
    try:
        ledger.burn(
            jti=f"token {number % tokens}", request_id="request", plan_sha256="6f" * 32,
            claim_id=f"claim {number}", at=1767225600,
        )
    except AlreadySpentError:
        print("lost")
    else:
        print("won")
"""


@pytest.mark.slow
@pytest.mark.parametrize("tokens", [1, 2], ids=["67 one token", "69 two tokens for one request"])
@pytest.mark.usefixtures("ledger")
def test_of_two_hundred_parallel_claims_exactly_one_wins(path: Path, tokens: int) -> None:
    bounds = [round(200 * number / 16) for number in range(17)]
    racers = [
        python(CLAIMS, path, number, bounds[number], bounds[number + 1], tokens)
        for number in range(16)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == b"ready\n"
    results: Counter[str] = Counter()
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write(b"go\n")
        racer.stdin.flush()
    for racer in racers:
        results.update(racer.communicate()[0].decode().split())

    assert results == {"won": 1, "lost": 199}


def test_68_of_two_ledgers_on_one_file_exactly_one_burns(path: Path, ledger: Ledger) -> None:
    burn(SqliteLedger(path))

    with pytest.raises(AlreadySpentError):
        burn(ledger, claim_id="second claim")


OPENS = """
import sys
from pathlib import Path
from guardrail.ledger.sqlite import SqliteLedger
print("ready", flush=True)
sys.stdin.readline()
ledger = SqliteLedger(Path(sys.argv[1]))
ledger.open_request(sys.argv[2], b"{}", 1767225600, 1767229200)
"""


def test_processes_that_make_the_ledger_at_the_same_time_share_one(path: Path) -> None:
    makers = [python(OPENS, path, f"request {number}") for number in range(6)]
    for maker in makers:
        assert maker.stdout is not None
        maker.stdout.readline()
    for maker in makers:
        maker.communicate(b"go\n")
        assert maker.returncode == 0

    assert len(SqliteLedger(path).open_requests(NOW)) == 6
    assert sorted(os.listdir(path.parent)) == ["ledger.sqlite", "ledger.sqlite.mark"]


BURNS = """
import sys
from pathlib import Path
from guardrail.ledger.sqlite import SqliteLedger
ledger = SqliteLedger(Path(sys.argv[1]))
for number in range(10_000):
    name = f"{sys.argv[2]}.{number}"
    ledger.open_request(name, b"{}", 1767225600, 1767229200)
    ledger.burn(
        jti=name, request_id=name, plan_sha256="6f" * 32, claim_id=name, at=1767225600
    )
    print(name, flush=True)
"""


@pytest.mark.slow
def test_74_what_was_burnt_before_a_kill_stays_burnt(path: Path) -> None:
    told: list[str] = []
    for round_number in range(8):
        burner = python(BURNS, path, round_number)
        assert burner.stdout is not None
        assert burner.stdin is not None
        with burner.stdout, burner.stdin:
            told += [burner.stdout.readline().decode() for _ in range(3 + round_number)]
            burner.send_signal(signal.SIGKILL)
            told += burner.stdout.read().decode().splitlines(keepends=True)
            burner.wait()

    ledger = SqliteLedger(path)
    names = [name.removesuffix("\n") for name in told if name.endswith("\n")]
    assert len(names) >= 52
    assert all(ledger.spent(name) for name in names)
    with pytest.raises(AlreadySpentError):
        burn(ledger, jti=names[0], request_id=names[0])
