"""A state held against what the ledger remembers: lost, exchanged, restored from a copy."""

import pytest

from guardrail.findings.model import Kind
from guardrail.plan.model import Mode
from guardrail.settings.model import Settings

STATE = {Kind.STATE_EMPTY, Kind.STATE_SWAPPED, Kind.STATE_ROLLED_BACK, Kind.DUPLICATED}


def vpcs(number: int, first: int = 0) -> list[str]:
    return [f"aws_vpc.v[{n}]" for n in range(first, first + number)]


@pytest.fixture
def seen(build):
    """Return a function from changes, prior objects and a history to what it observes."""

    def run(changes=(), prior=(), history=None, *, settings=None, **fields):
        prior = prior if isinstance(prior, dict) else {a: {"id": a} for a in prior}
        plan = build.plan(changes, [build.resource(a, v) for a, v in prior.items()], **fields)
        found = build.findings(plan, settings, history=history).observations
        return {o.kind: o for o in found if o.kind in STATE}

    return run


@pytest.fixture
def creates(build):
    return lambda addresses: [build.change(a, "create") for a in addresses]


# -- an empty state ------------------------------------------------------------------------


def test_a_stack_that_was_never_applied_has_nothing_to_miss(seen, creates):
    assert seen(creates(vpcs(6))) == {}


def test_everything_that_was_known_is_missing(seen, creates, remember):
    found = seen(creates(vpcs(6)), history=remember(vpcs(6)))
    assert found.keys() == {Kind.STATE_EMPTY, Kind.DUPLICATED}
    assert (found[Kind.STATE_EMPTY].count, found[Kind.STATE_EMPTY].managed) == (6, 6)
    assert (found[Kind.DUPLICATED].count, found[Kind.DUPLICATED].managed) == (6, 6)
    assert {o.address for o in found.values()} == {""}


def test_the_one_thing_that_was_known_is_missing(seen, creates, remember):
    assert seen(creates(["aws_vpc.new"]), history=remember(vpcs(1)))[Kind.STATE_EMPTY].count == 1


@pytest.mark.parametrize("prior", [vpcs(6), vpcs(4), vpcs(60)])
def test_a_state_that_has_most_of_it_is_whole(seen, remember, prior):
    assert seen(prior=prior, history=remember(vpcs(6))) == {}


def test_a_state_of_as_many_other_things_lacks_what_is_known(seen, remember):
    assert seen(prior=vpcs(6, 10), history=remember(vpcs(6)))[Kind.STATE_EMPTY].count == 6


def test_thresholds_come_from_the_settings(seen, remember):
    lax = Settings(rebuild_share=0.9, rebuild_minimum=3)
    assert seen(prior=vpcs(2), history=remember(vpcs(6)), settings=lax) == {}
    strict = Settings(rebuild_share=0.1, rebuild_minimum=1)
    assert Kind.STATE_EMPTY in seen(prior=vpcs(5), history=remember(vpcs(6)), settings=strict)


def test_an_empty_state_counts_where_nothing_changes_either(seen, remember):
    assert Kind.STATE_EMPTY in seen(history=remember(vpcs(3)))


def test_an_environment_that_was_destroyed_through_the_gate_is_no_lost_state(
    seen, creates, remember
):
    assert seen(creates(vpcs(6)), history=remember(())) == {}


def test_what_the_refresh_did_not_find_was_in_the_state(seen, build, creates, remember):
    drift = tuple(build.change(a, "delete", before={"id": a}) for a in vpcs(6))
    assert seen(creates(vpcs(6)), history=remember(vpcs(6)), drift=drift) == {}


def test_what_moves_is_known_by_the_address_it_had(seen, build, remember):
    after = [f"module.net.{a}" for a in vpcs(6)]
    moves = [
        build.change(new, "no-op", before={"id": old}, previous_address=old)
        for new, old in zip(after, vpcs(6), strict=True)
    ]
    assert seen(moves, after, remember(vpcs(6))) == {}


def test_what_was_renamed_in_the_state_is_still_there(seen, remember):
    renamed = {f"aws_vpc.renamed[{n}]": {"id": a} for n, a in enumerate(vpcs(6))}
    assert seen(prior=renamed, history=remember(vpcs(6))) == {}


def test_a_history_without_objects_counts(seen, remember):
    history = remember((), resources=6)
    assert seen(history=history)[Kind.STATE_EMPTY].count == 6
    assert seen(prior=vpcs(6), history=history) == {}


def test_data_sources_are_no_resources(seen, remember):
    found = seen(prior=["data.aws_ami.x"], history=remember((), resources=1))
    assert Kind.STATE_EMPTY in found


def test_where_nothing_is_left_the_workspace_tells_the_environment(build, remember):
    findings = build.findings(build.plan(), workspace="staging", history=remember(vpcs(3)))
    assert [o.environment for o in findings.observations] == ["staging"]


def test_the_strictest_environment_is_told(seen, build, remember):
    create = build.change("module.staging.aws_vpc.v", "create")
    assert seen([create], history=remember(vpcs(3)))[Kind.STATE_EMPTY].environment == "staging"
    assert seen(history=remember(vpcs(3)))[Kind.STATE_EMPTY].environment == "unknown"


# -- another state -------------------------------------------------------------------------


@pytest.fixture
def saved(build):
    return lambda lineage, serial=7: build.saved(Mode.NORMAL, lineage=lineage, serial=serial)


def test_another_lineage_is_another_state(seen, remember, saved):
    found = seen(prior=vpcs(3), history=remember(vpcs(3)), saved=saved("other"))
    assert found.keys() == {Kind.STATE_SWAPPED}
    assert not found[Kind.STATE_SWAPPED].sealed


@pytest.mark.parametrize("action", ["delete", "delete create", "forget"])
def test_what_another_state_loses_is_sealed(seen, build, remember, saved, action):
    lost = [build.change(a, action, before={"id": a}) for a in vpcs(2)]
    swapped = seen(lost, vpcs(3), remember(vpcs(3)), saved=saved("other"))[Kind.STATE_SWAPPED]
    assert swapped.sealed
    assert swapped.count == 2


def test_a_leftover_that_goes_is_lost_too(seen, build, remember, saved):
    lost = [build.change("aws_vpc.v[0]", "delete", before={}, deposed="0a")]
    found = seen(lost, vpcs(3), remember(vpcs(3)), saved=saved("other"))
    assert found[Kind.STATE_SWAPPED].sealed


def test_ordinary_churn_seals_nothing(seen, build, remember, saved):
    task = "aws_ecs_task_definition.t"
    lost = [build.change(task, "delete create", before={"id": "x"})]
    found = seen(lost, [*vpcs(3), task], remember(vpcs(3)), saved=saved("other"))
    assert not found[Kind.STATE_SWAPPED].sealed


@pytest.mark.parametrize(("ours", "theirs"), [("", "L"), ("L", ""), ("L", "L")])
def test_a_lineage_that_is_missing_or_the_same_is_no_other(seen, remember, saved, ours, theirs):
    history = remember(vpcs(3), lineage=theirs)
    assert seen(prior=vpcs(3), history=history, saved=saved(ours)) == {}


def test_an_older_serial_is_an_older_state(seen, remember, saved):
    def behind(serial):
        found = seen(prior=vpcs(3), history=remember(vpcs(3)), saved=saved("L", serial))
        return {kind: o.count for kind, o in found.items()}

    assert behind(5) == {Kind.STATE_ROLLED_BACK: 2}
    assert behind(7) == behind(9) == {}


# -- created a second time -----------------------------------------------------------------


def test_a_few_of_many_that_are_created_again(seen, creates, remember):
    history, left = remember(vpcs(20)), vpcs(17, 3)
    found = seen(creates(vpcs(3)), left, history)
    assert {kind: (o.count, o.managed) for kind, o in found.items()} == {Kind.DUPLICATED: (3, 20)}
    assert seen(creates(vpcs(2)), left, history) == {}


def test_new_things_are_no_duplicates(seen, creates, remember):
    assert seen(creates(vpcs(9, 20)), vpcs(20), remember(vpcs(20))) == {}


def test_what_was_gone_by_drift_may_be_created_again(seen, build, creates, remember):
    drift = tuple(build.change(a, "delete", before={}) for a in vpcs(3))
    assert seen(creates(vpcs(3)), vpcs(17, 3), remember(vpcs(20)), drift=drift) == {}


def test_an_address_that_something_moved_away_from_is_free(seen, build, creates, remember):
    new = [f"module.a.{a}" for a in vpcs(3)]
    moves = [
        build.change(n, "no-op", before={"id": o}, previous_address=o)
        for n, o in zip(new, vpcs(3), strict=True)
    ]
    assert seen([*moves, *creates(vpcs(3))], new, remember(vpcs(3))) == {}


def test_an_address_that_was_renamed_in_the_state_is_free(seen, creates, remember):
    renamed = {f"aws_vpc.old[{n}]": {"id": a} for n, a in enumerate(vpcs(3))}
    assert seen(creates(vpcs(3)), renamed, remember(vpcs(3))) == {}


def test_things_that_live_in_the_state_alone_have_no_second_copy(seen, creates, remember):
    again = [f"{kind}.x" for kind in ("random_id", "terraform_data", "tls_private_key")]
    assert seen(creates(again), vpcs(9), remember([*vpcs(9), *again])) == {}
