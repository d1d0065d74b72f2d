"""Any order of burning, crashing, rejecting and clock changes keeps one burn per request."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from guardrail.errors import AlreadySpentError, ApprovalError, LedgerError
from guardrail.ledger.interface import CLOCK_SKEW
from guardrail.ledger.sqlite import SqliteLedger

REQUESTS = st.sampled_from(["r0", "r1", "r2"])
TOKENS = st.sampled_from(["t0", "t1", "t2", "t3"])
CLAIMS = st.sampled_from(["c0", "c1", "c2"])


class LostReplyError(Exception):
    """The process died, or its reply was lost, after the ledger had stored it."""


class LedgerMachine(RuleBasedStateMachine):
    """The model: which claim burnt each request and token, who was rejected, the highest time."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.ledger = SqliteLedger(self.folder / "ledger.sqlite")
        self.opened: set[str] = set()
        self.rejected: set[str] = set()
        self.requests: dict[str, str] = {}
        self.tokens: dict[str, tuple[str, str]] = {}
        self.now = self.highest = 1_000_000
        self.ledger.note_time(self.now)

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(request=REQUESTS)
    def open(self, request: str) -> None:
        try:
            self.ledger.open_request(request, request.encode(), self.now, self.now + 10**6)
        except LedgerError:
            assert self.clock_is_wrong()
        else:
            assert not self.clock_is_wrong()
            self.opened.add(request)
            self.highest = max(self.highest, self.now)

    @rule(request=REQUESTS, token=TOKENS, claim=CLAIMS, lost=st.booleans())
    def burn(self, request: str, token: str, claim: str, lost: bool) -> None:
        good = (
            request in self.opened
            and request not in self.rejected
            and not self.clock_is_wrong()
            and self.requests.get(request, claim) == claim
            and self.tokens.get(token, (request, claim)) == (request, claim)
        )
        ledger = SqliteLedger(self.folder / "ledger.sqlite")
        if lost:
            ledger._database._note = self.lose
        try:
            ledger.burn(jti=token, request_id=request, plan_sha256="p", claim_id=claim, at=self.now)
        except (AlreadySpentError, ApprovalError, LedgerError):
            assert not good
            return
        except LostReplyError:
            # Nobody heard of it, and it counts all the same.
            self.crash()
        assert good
        self.requests[request], self.tokens[token] = claim, (request, claim)
        self.highest = max(self.highest, self.now)

    def lose(self, _generation: int) -> None:
        raise LostReplyError

    @rule(request=REQUESTS)
    def reject(self, request: str) -> None:
        self.ledger.reject(request, person="sam", at=self.now)
        self.rejected.add(request)

    @rule()
    def crash(self) -> None:
        self.ledger = SqliteLedger(self.folder / "ledger.sqlite")

    @rule(seconds=st.integers(-2 * CLOCK_SKEW, 2 * CLOCK_SKEW))
    def set_clock(self, seconds: int) -> None:
        self.now += seconds

    def clock_is_wrong(self) -> bool:
        return self.now < self.highest - CLOCK_SKEW

    @invariant()
    def every_request_is_burnt_by_one_claim_at_most(self) -> None:
        for request in ("r0", "r1", "r2"):
            assert self.ledger.spent(request) is (request in self.requests)
            assert (self.ledger.rejection(request) is not None) is (request in self.rejected)
        connection = sqlite3.connect(self.folder / "ledger.sqlite")
        rows = connection.execute("SELECT request_id, claim_id FROM burnt_tokens").fetchall()
        connection.close()
        assert len({request for request, _ in rows}) == len(set(rows))


LedgerMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
TestLedgerMachine = pytest.mark.slow(LedgerMachine.TestCase)
