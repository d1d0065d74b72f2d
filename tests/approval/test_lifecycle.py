"""A company that signs, revokes, demotes and waits: what is accepted is what the model says."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from msgspec.structs import replace

from guardrail.approval import trust_edit
from guardrail.approval.statement import ApprovalVerdict
from guardrail.errors import ApprovalError

PEOPLE = ("alice", "bob", "jane", "petra")
RANK = {"engineer": 0, "senior": 1, "principal": 2}


class Company(RuleBasedStateMachine):
    """Every rule changes the world or checks a token in it."""

    kit = None

    @initialize()
    def begin(self):
        self.now = self.kit.now
        self.trust = self.kit.trust
        self.levels = {p.id: p.level for p in self.trust.persons}
        self.revoked = set()
        self.requests = [self.kit.request]
        self.tokens = []

    @rule(person=st.sampled_from(PEOPLE), level=st.sampled_from(sorted(RANK)))
    def ask(self, person, level):
        number = len(self.requests)
        request = replace(
            self.kit.request,
            request_id=f"{number:032x}",
            nonce=f"{number:064x}",
            expires=self.now + 5000,
        )
        request = self.kit.with_requester(self.kit.with_required(request, level), person)
        self.requests.append(request)

    @rule(
        person=st.sampled_from(PEOPLE),
        which=st.integers(0, 100),
        minutes=st.integers(1, 90),
        verdict=st.sampled_from(ApprovalVerdict),
        skew=st.integers(-200, 200),
    )
    def sign(self, person, which, minutes, verdict, skew):
        request = self.requests[which % len(self.requests)]
        if self.now + skew >= request.expires:
            return
        token = self.kit.token(
            person, request, now=self.now + skew, minutes=minutes, verdict=verdict
        )
        made = self.now + skew
        ends = min(made + 60 * minutes, request.expires)
        self.tokens.append((token, person, request, made, ends, verdict))

    @rule(person=st.sampled_from(PEOPLE))
    def revoke(self, person):
        mark = self.kit.keys[person].public.fingerprint
        if person not in self.revoked:
            self.trust = trust_edit.revoke_key(self.trust, fingerprint=mark, now=self.now)
            self.revoked.add(person)

    @rule(person=st.sampled_from(PEOPLE), level=st.sampled_from(sorted(RANK)))
    def change_level(self, person, level):
        persons = tuple(
            replace(p, level=level) if p.id == person else p for p in self.trust.persons
        )
        self.trust = replace(self.trust, persons=persons, version=self.trust.version + 1)
        self.levels[person] = level

    @rule(seconds=st.integers(0, 2000))
    def wait(self, seconds):
        self.now += seconds

    @precondition(lambda self: self.tokens)
    @rule(which=st.integers(0, 100), other=st.integers(0, 100) | st.none())
    def use(self, which, other):
        token, person, meant, made, ends, verdict = self.tokens[which % len(self.tokens)]
        request = meant if other is None else self.requests[other % len(self.requests)]
        required = request.required.level
        good = (
            request == meant
            and made <= self.now + 60
            and self.now < ends
            and ends - made <= 3600
            and person not in self.revoked
            and RANK[self.levels[person]] >= RANK[required]
            and (verdict is ApprovalVerdict.REJECT or person not in request.requester.logins)
        )
        world = {"request": request, "trust": self.trust, "now": self.now}
        if good:
            approval = self.kit.check(token, **world)
            assert (approval.person, approval.verdict) == (person, verdict)
            assert approval.level == self.levels[person]
        else:
            with pytest.raises(ApprovalError):
                self.kit.check(token, **world)


def test_what_is_accepted_is_what_the_model_says(kit):
    machine = type("CompanyWithKeys", (Company,), {"kit": kit})
    test = machine.TestCase
    test.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
    test("runTest").runTest()
