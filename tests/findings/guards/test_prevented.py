"""What said prevent_destroy and no longer does, whatever the plan does to it."""

import pytest
from msgspec import Raw

from guardrail.findings.history import History
from guardrail.findings.model import Kind
from guardrail.plan.model import Configuration

DB, WEB = "aws_db_instance.main", "aws_instance.web"


@pytest.fixture
def disarmed(build):
    """Return the observations about a plan of some prior objects and changes."""

    def run(prior, *changes, **around):
        fields = {name: around.pop(name) for name in ("configuration",) if name in around}
        plan = build.plan(changes, [build.resource(address) for address in prior], **fields)
        found = build.findings(plan, **around).observations
        return [each for each in found if each.kind is Kind.DISARMED]

    return run


def said(*addresses):
    return frozenset(addresses)


def test_a_resource_that_no_longer_says_it_is_named_once_with_what_it_holds(disarmed):
    (found,) = disarmed(
        [f"{DB}[0]", f"{DB}[1]", WEB], prevented_before=said(DB, WEB), prevented_now=said(WEB)
    )
    assert (found.address, found.type, found.data) == (DB, "aws_db_instance", True)
    assert found.causes == ("prevent_destroy",)
    assert found.holds


def test_its_environment_is_that_of_its_strictest_instance(build):
    prior = [
        build.resource(f"{DB}[0]", {"tags": {"environment": "staging"}}),
        build.resource(f"{DB}[1]", {"tags": {"environment": "production"}}),
    ]
    findings = build.findings(
        build.plan((), prior), prevented_before=said(DB), prevented_now=said()
    )
    assert [each.environment for each in findings.observations] == ["production"]


def test_what_still_says_it_or_never_did_is_silent(disarmed):
    assert disarmed([DB, WEB], prevented_before=said(DB), prevented_now=said(DB)) == []
    assert disarmed([DB, WEB], prevented_before=said(), prevented_now=said(DB)) == []


def test_what_is_gone_already_is_silent(disarmed):
    assert disarmed([WEB], prevented_before=said(DB), prevented_now=said()) == []


def test_the_ledger_remembers_what_no_commit_says(disarmed):
    history = History(lineage="l", serial=1, resources=1, prevented=said(DB))
    assert len(disarmed([DB], history=history, prevented_now=said())) == 1
    assert disarmed([DB], history=history, prevented_now=said(DB)) == []


def test_a_block_that_the_plan_does_not_have_says_nothing(disarmed, build):
    around = {"prevented_before": said(DB), "prevented_now": said(DB)}
    without = Configuration(blocks={WEB: Raw(b"{}")})
    with_it = Configuration(blocks={DB: Raw(b"{}")})
    assert len(disarmed([DB, WEB], configuration=without, **around)) == 1
    assert disarmed([DB, WEB], configuration=with_it, **around) == []


def test_a_move_takes_it_along_or_loses_it(disarmed, build):
    new = "module.data.aws_db_instance.primary"
    move = build.change(new, "no-op", previous_address=DB)
    around = {"prevented_before": said(DB)}
    assert disarmed([new], move, prevented_now=said(new), **around) == []
    (lost,) = disarmed([new], move, prevented_now=said(), **around)
    assert lost.address == DB


def test_of_instances_that_move_apart_one_that_loses_it_is_enough(disarmed, build):
    moves = [
        build.change(f"aws_db_instance.{new}", "no-op", previous_address=f"{DB}[{at}]")
        for at, new in enumerate("ab")
    ]
    prior = ["aws_db_instance.a", "aws_db_instance.b"]
    around = {"prevented_before": said(DB)}
    assert len(disarmed(prior, *moves, prevented_now=said("aws_db_instance.a"), **around)) == 1
    assert disarmed(prior, *moves, prevented_now=said(*prior), **around) == []


@pytest.mark.parametrize(
    ("actions", "count"),
    [("delete", 1), ("delete create", 1), ("update", 0), ("forget", 0), ("no-op", 0)],
)
def test_where_nothing_tells_what_is_said_now_a_deletion_does(disarmed, build, actions, count):
    change = build.change(DB, actions, before={}, after={})
    history = History(lineage="l", serial=1, resources=1, prevented=said(DB))
    assert len(disarmed([DB], change, history=history)) == count
    assert len(disarmed([DB], change, prevented_before=said(DB))) == count


def test_keys_of_modules_do_not_show(disarmed):
    address = 'module.tenant["acme"].aws_db_instance.main'
    (found,) = disarmed(
        [address], prevented_before=said("module.tenant.aws_db_instance.main"), prevented_now=said()
    )
    assert found.address == "module.tenant.aws_db_instance.main"


def test_odd_names_are_no_resource(disarmed):
    assert disarmed([DB], prevented_before=said("", "odd", "a.b.c"), prevented_now=said()) == []
