"""Objects held against what the ledger remembers of their addresses: renamed, imported."""

import pytest

from guardrail.findings.identity import address_digest
from guardrail.findings.model import Kind

DATABASE = "aws_db_instance.main"
SCRATCH = "aws_db_instance.scratch"


@pytest.fixture
def seen(build):
    """Return a function from a kind, changes, prior objects and a history to one, or None."""

    def run(kind, changes, prior, history):
        plan = build.plan(changes, [build.resource(a, v) for a, v in prior.items()])
        found = build.findings(plan, history=history).observations
        return next((o for o in found if o.kind is kind), None)

    return run


@pytest.fixture
def strange(seen, remember):
    """Return a function from changes and prior objects to the one observation, or None."""

    def run(changes, prior, history=None):
        known = history or remember({DATABASE: {"id": "prod"}, SCRATCH: {"id": "scratch"}})
        return seen(Kind.IDENTITY_CHANGED, changes, prior, known)

    return run


def test_a_harmless_name_on_the_production_database(strange, build):
    lost = build.change(SCRATCH, "delete", before={"id": "prod"})
    found = strange([lost], {SCRATCH: {"id": "prod"}})
    assert (found.address, found.previous_address) == (SCRATCH, "")
    found = strange([lost, build.change(DATABASE, "create")], {SCRATCH: {"id": "prod"}})
    assert found.previous_address == DATABASE


def test_a_name_that_nobody_knew_on_the_production_database(strange, build):
    new = "aws_db_instance.temporary"
    found = strange([build.change(new, "delete", before={"id": "prod"})], {new: {"id": "prod"}})
    assert found.address == new


def test_a_known_name_on_something_that_nobody_knew(strange, build):
    lost = build.change(SCRATCH, "delete", before={"id": "new"})
    assert strange([lost], {SCRATCH: {"id": "new"}}).address == SCRATCH


def test_the_object_that_was_there_is_no_stranger(strange, build):
    lost = build.change(SCRATCH, "delete", before={"id": "scratch"})
    assert strange([lost], {SCRATCH: {"id": "scratch"}, DATABASE: {"id": "prod"}}) is None


def test_something_new_under_a_new_name_is_no_stranger(strange, build):
    new = "aws_db_instance.new"
    assert strange([build.change(new, "delete", before={"id": "n"})], {new: {"id": "n"}}) is None


def test_what_cannot_be_identified_is_no_stranger(strange, build):
    assert strange([build.change(SCRATCH, "delete", before={})], {SCRATCH: {}}) is None


def test_what_the_plan_moves_is_held_against_the_address_it_had(strange, build):
    def moved(before):
        lost = build.change(SCRATCH, "delete", before=before, previous_address=DATABASE)
        return strange([lost], {SCRATCH: before})

    assert moved({"id": "prod"}) is None
    assert moved({"id": "scratch"}).address == SCRATCH


def test_what_is_disarmed_counts_like_what_is_lost(strange, build):
    before = {"id": "prod", "deletion_protection": True}
    change = build.change(
        SCRATCH, "update", before=before, after={"id": "prod", "deletion_protection": False}
    )
    assert strange([change], {SCRATCH: before}).address == SCRATCH


def test_ordinary_churn_is_another_object_every_day(strange, build, remember):
    task = "aws_ecs_task_definition.t"
    lost = build.change(task, "delete create", before={"id": "t:2"})
    assert strange([lost], {task: {"id": "t:2"}}, remember({task: {"id": "t:1"}})) is None


def test_strangers_with_data_that_nothing_happens_to_are_counted(strange):
    found = strange([], {DATABASE: {"id": "scratch"}, SCRATCH: {"id": "prod"}})
    assert (found.address, found.count, found.data) == ("", 2, True)
    assert strange([], {DATABASE: {"id": "prod"}, SCRATCH: {"id": "scratch"}}) is None
    assert strange([], {"aws_vpc.v": {"id": "other"}}) is None


def test_things_without_data_that_nothing_happens_to_are_left_alone(strange, remember):
    assert strange([], {"aws_vpc.v": {"id": "b"}}, remember({"aws_vpc.v": {"id": "a"}})) is None


def test_a_key_of_for_each_stays_masked(strange, build, remember):
    old, new = 'aws_db_instance.t["acme"]', 'aws_db_instance.t["zeta"]'
    lost = build.change(new, "delete", before={"id": "1"})
    again = build.change(old, "create")
    found = strange([lost, again], {new: {"id": "1"}}, remember({old: {"id": "1"}}))
    assert "acme" not in found.previous_address
    assert found.previous_address != ""


# -- imported by an earlier plan -------------------------------------------------------------


@pytest.fixture
def imported(seen, remember):
    def run(change):
        history = remember((), imported=frozenset({address_digest(DATABASE)}))
        return seen(Kind.IMPORTED_AND_DELETED, [change], {change.address: {}}, history)

    return run


@pytest.mark.parametrize("action", ["delete", "delete create", "create delete"])
def test_what_an_earlier_plan_imported_is_deleted(imported, build, action):
    lost = build.change(DATABASE, action, before={}, replace_paths=("identifier",))
    found = imported(lost)
    assert (found.address, found.causes) == (DATABASE, ("identifier",))


def test_what_was_imported_is_known_after_a_move(imported, build):
    lost = build.change("aws_db_instance.b", "delete", before={}, previous_address=DATABASE)
    assert imported(lost).address == "aws_db_instance.b"


def test_letting_go_of_what_was_imported_only_takes_the_import_back(imported, build):
    assert imported(build.change(DATABASE, "forget", before={})) is None


def test_what_nobody_imported_is_an_ordinary_loss(imported, build):
    assert imported(build.change(SCRATCH, "delete", before={})) is None


def test_an_import_in_the_same_plan_is_told_once(build, remember):
    lost = build.change(DATABASE, "delete create", before={}, importing=True)
    history = remember((), imported=frozenset({address_digest(DATABASE)}))
    plan = build.plan([lost], [build.resource(DATABASE)])
    kinds = [o.kind for o in build.findings(plan, history=history).observations]
    assert kinds.count(Kind.IMPORTED_AND_DELETED) == 1
