import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw, structs

from guardrail.findings.guards.protection import Rule, Thing
from guardrail.settings.model import EnvironmentClass, EnvironmentRule, ProtectedRule, Settings

ORDERS = "aws_db_instance.orders"
TAGGED = {"id": "db-1", "tags": {"Tier": "critical"}}
KEPT = {**TAGGED, "size": 1}


def listed(**fields):
    return ProtectedRule(name=fields.pop("name", "databases"), **fields)


def seen(build, plan, *rules, **fields):
    found = build.findings(plan, Settings(protected=rules, **fields)).observations
    return [each for each in found if each.kind == "protected"]


def words(build, plan, *rules, **fields):
    return [(each.address, *each.causes) for each in seen(build, plan, *rules, **fields)]


def one(build, address, actions, **fields):
    """Make a plan of one change of something that exists."""
    fields.setdefault("before", {"id": "i-1"})
    prior = build.resource(address, fields["before"])
    return build.plan([build.change(address, actions, **fields)], [prior])


@pytest.mark.parametrize(
    ("actions", "fields", "word"),
    [
        ("delete", {}, "deleted"),
        ("delete create", {}, "replaced"),
        ("create delete", {}, "replaced"),
        ("forget", {}, "forgotten"),
        ("delete", {"importing": True}, "deleted"),
        ("delete", {"deposed": "abcd1234"}, "deleted"),
    ],
)
def test_a_listed_thing_that_is_lost_is_seen(build, actions, fields, word):
    label = f"{ORDERS} (deposed)" if "deposed" in fields else ORDERS
    plan = one(build, ORDERS, actions, **fields)
    assert words(build, plan, listed(addresses=[ORDERS])) == [(label, word)]


def test_a_listed_thing_that_loses_its_protection_is_seen(build):
    before, after = {"deletion_protection": True}, {"deletion_protection": False}
    plan = one(build, ORDERS, "update", before=before, after=after)
    assert words(build, plan, listed(types=["aws_db_*"])) == [(ORDERS, "disarmed")]


def test_an_update_counts_only_where_the_rule_says_so(build):
    plan = one(build, ORDERS, "update", before=TAGGED, after=KEPT)
    assert words(build, plan, listed(addresses=[ORDERS])) == []
    assert words(build, plan, listed(addresses=[ORDERS], changes=True)) == [(ORDERS, "updated")]


@pytest.mark.parametrize("actions", ["create", "no-op", "read"])
def test_what_loses_nothing_is_silent(build, actions):
    plan = one(build, ORDERS, actions, before=None if actions == "create" else TAGGED)
    assert seen(build, plan, listed(types=["*"], changes=True)) == []


@pytest.mark.parametrize("pattern", [ORDERS, "aws_db_instance.renamed"])
def test_what_is_created_anew_elsewhere_is_found_under_both_addresses(build, pattern):
    values = {"identifier": "orders", "engine": "postgres"}
    plan = build.plan(
        [
            build.change(ORDERS, "delete", before=values),
            build.change("aws_db_instance.renamed", "create", after=values),
        ],
        [build.resource(ORDERS, values)],
    )
    assert words(build, plan, listed(addresses=[pattern])) == [(ORDERS, "recreated")]


def test_without_a_list_nothing_is_protected(build):
    assert seen(build, one(build, ORDERS, "delete")) == []


def test_even_ordinary_churn_can_be_listed(build):
    plan = one(build, "null_resource.n", "delete create")
    assert words(build, plan, listed(types=["null_resource"])) == [("null_resource.n", "replaced")]


class TestAddresses:
    @pytest.mark.parametrize(
        "pattern",
        [
            'module.shop["eu"].aws_db_instance.orders["main"]',
            "module.shop.aws_db_instance.orders",
            'module.shop["eu"].aws_db_instance.orders',
            "module.shop",
            'module.shop["eu"]',
            "*.aws_db_instance.orders",
            "module.*",
            "module.sho?",
            'module.shop["*"]',
        ],
    )
    def test_a_pattern_finds_a_thing_by_its_parts(self, build, pattern):
        address = 'module.shop["eu"].aws_db_instance.orders["main"]'
        assert len(seen(build, one(build, address, "delete"), listed(addresses=[pattern]))) == 1

    @pytest.mark.parametrize(
        "pattern",
        ["aws_db_instance.order", "Aws_db_instance.orders", "module.shop", "orders", "*.orders[0]"],
    )
    def test_a_pattern_finds_no_more_than_it_says(self, build, pattern):
        assert seen(build, one(build, ORDERS, "delete"), listed(addresses=[pattern])) == []

    def test_a_key_is_matched_and_never_shown(self, build):
        plan = one(build, f'{ORDERS}["customer-7"]', "delete")
        found = seen(build, plan, listed(addresses=['*"customer-7"*']))
        assert [each.address for each in found] == [f'{ORDERS}["#1"]']
        assert "customer" not in repr(found)

    @pytest.mark.parametrize("pattern", [ORDERS, "aws_db_instance.old"])
    def test_the_old_and_the_new_address_count(self, build, pattern):
        change = build.change(ORDERS, "delete", before={}, previous_address="aws_db_instance.old")
        plan = build.plan([change], [build.resource(ORDERS)])
        assert words(build, plan, listed(addresses=[pattern])) == [(ORDERS, "deleted")]


class TestTheListItself:
    """What would take a thing off the list, so that the next plan could lose it."""

    def test_a_move_off_the_list_is_seen(self, build):
        plan = one(build, "aws_db_instance.other", "no-op", previous_address=ORDERS, after={})
        found = words(build, plan, listed(addresses=[ORDERS]))
        assert found == [("aws_db_instance.other", "released")]

    def test_a_move_within_the_list_is_silent(self, build):
        plan = one(build, f"{ORDERS}[0]", "no-op", previous_address=ORDERS, after={})
        assert seen(build, plan, listed(addresses=[ORDERS])) == []

    def test_a_move_of_what_is_listed_otherwise_is_silent(self, build):
        fields = {"before": TAGGED, "after": TAGGED, "previous_address": ORDERS}
        plan = one(build, "aws_db_instance.other", "no-op", **fields)
        assert seen(build, plan, listed(addresses=[ORDERS], tags=["tier=critical"])) == []

    @pytest.mark.parametrize("after", [{"id": "db-1"}, {"tags": {"Tier": "low"}}, {"tags": None}])
    def test_a_tag_that_goes_is_seen(self, build, after):
        plan = one(build, ORDERS, "update", before=TAGGED, after=after)
        assert words(build, plan, listed(tags=["tier=critical"])) == [(ORDERS, "released")]

    def test_a_tag_that_may_go_is_seen(self, build):
        fields = {"after": {"id": "db-1"}, "after_unknown": {"tags": True}}
        plan = one(build, ORDERS, "update", before=TAGGED, **fields)
        assert words(build, plan, listed(tags=["tier=critical"])) == [(ORDERS, "released")]

    def test_a_new_name_is_seen(self, build):
        before, after = {"name": "orders-prod"}, {"name": "orders"}
        plan = one(build, ORDERS, "update", before=before, after=after)
        assert words(build, plan, listed(identifiers=["*-prod"])) == [(ORDERS, "released")]

    def test_a_first_tag_is_no_change_of_something_listed(self, build):
        plan = one(build, ORDERS, "update", before={"id": "db-1"}, after=TAGGED)
        assert seen(build, plan, listed(tags=["tier=critical"], changes=True)) == []


class TestTags:
    @pytest.mark.parametrize(
        "before",
        [
            {"tags": {"Tier": "critical"}},
            {"tags_all": {"TIER": "critical"}},
            {"labels": {"tier": "critical"}},
            {"effective_labels": {"tier": "critical"}},
            {"metadata": [{"labels": {"tier": "critical"}}]},
            {"metadata": [{"annotations": {"tier": "critical"}}]},
            {"tag": [{"key": "Tier", "value": "critical"}]},
        ],
    )
    @pytest.mark.parametrize("pattern", ["tier=critical", "Tier=crit*", "*=critical"])
    def test_a_tag_is_found_wherever_a_provider_keeps_it(self, build, before, pattern):
        plan = one(build, ORDERS, "delete", before=before)
        assert len(seen(build, plan, listed(tags=[pattern]))) == 1

    @pytest.mark.parametrize("pattern", ["tier=Critical", "tier=", "iti=*", "tier=critical=x"])
    def test_another_tag_is_none(self, build, pattern):
        plan = one(build, ORDERS, "delete", before=TAGGED)
        assert seen(build, plan, listed(tags=[pattern])) == []

    @pytest.mark.parametrize(
        "before", [{"tags": ["x"]}, {"tags": "tier=critical"}, {"metadata": 1}]
    )
    def test_tags_of_another_shape_say_nothing(self, build, before):
        assert seen(build, one(build, ORDERS, "delete", before=before), listed(tags=["*=*"])) == []

    def test_tags_as_they_were_before_drift_count(self, build):
        plan = one(build, ORDERS, "delete", before={"id": "db-1"})
        drift = build.change(ORDERS, "update", before=TAGGED, after={"id": "db-1"})
        plan = structs.replace(plan, drift=(drift,))
        assert len(seen(build, plan, listed(tags=["tier=critical"]))) == 1

    def test_the_tags_of_what_comes_in_its_place_count(self, build):
        plan = one(build, ORDERS, "delete create", before={"id": "db-1"}, after=TAGGED)
        assert len(seen(build, plan, listed(tags=["tier=critical"]))) == 1


@pytest.mark.parametrize(
    "before",
    [
        {"id": "Orders-1"},
        {"arn": "orders-1"},
        {"name": "orders-1"},
        {"bucket": "orders-1"},
        {"self_link": "orders-1"},
        {"metadata": [{"name": "orders-1"}]},
    ],
)
def test_a_thing_is_found_by_what_its_provider_calls_it(build, before):
    rule = listed(identifiers=["ORDERS-*"])
    assert len(seen(build, one(build, "aws_x.y", "delete", before=before), rule)) == 1
    assert seen(build, one(build, "aws_x.y", "delete", before={"size": "orders-1"}), rule) == []


class TestNarrowing:
    def test_types_and_environments_narrow(self, build):
        plan = one(build, ORDERS, "delete", before={"tags": {"environment": "staging"}})
        for fields, count in [
            ({"types": ["aws_db_*"]}, 1),
            ({"types": ["aws_s3_*"]}, 0),
            ({"environments": ["staging"]}, 1),
            ({"environments": ["prod*"]}, 0),
        ]:
            assert len(seen(build, plan, listed(addresses=["*"], **fields))) == count
            assert len(seen(build, plan, listed(**fields))) == count

    def test_any_of_what_names_a_thing_is_enough(self, build):
        rule = listed(addresses=["a.b"], tags=["tier=critical"], identifiers=["none"])
        assert len(seen(build, one(build, ORDERS, "delete", before=TAGGED), rule)) == 1

    def test_what_belongs_nowhere_belongs_to_production(self, build):
        plan = one(build, ORDERS, "delete")
        assert len(seen(build, plan, listed(environments=["prod*"]))) == 1
        assert seen(build, plan, listed(environments=["staging"])) == []
        live = EnvironmentRule(name="live", environment_class=EnvironmentClass.PRODUCTION)
        assert len(seen(build, plan, listed(environments=["live"]), environments=(live,))) == 1


class TestTheStrictestRule:
    def test_one_that_denies_wins_wherever_it_stands(self, build):
        rules = [listed(name=name, types=["*"], deny=name == "b") for name in "abc"]
        (found,) = seen(build, one(build, ORDERS, "delete"), *rules)
        assert (found.sealed, found.detail) == (True, "b")

    def test_one_that_is_not_broken_does_not(self, build):
        plan = one(build, ORDERS, "update", before=TAGGED, after=KEPT)
        rules = [listed(types=["*"], deny=True), listed(name="all", types=["*"], changes=True)]
        (found,) = seen(build, plan, *rules)
        assert (found.sealed, found.detail, found.causes) == (False, "all", ("updated",))

    @pytest.mark.parametrize("name", ["Databases", "our databases", "a.b", "x_y", "ü"])
    def test_a_name_is_shown_only_if_it_is_a_plain_word(self, build, name):
        (found,) = seen(build, one(build, ORDERS, "delete"), listed(name=name, types=["*"]))
        assert found.detail == ""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=st.text(max_size=30), pattern=st.text(max_size=30), values=st.binary(max_size=40))
def test_no_pattern_and_no_plan_makes_it_fail(address, pattern, values):
    rule = listed(
        addresses=[pattern], tags=[pattern], identifiers=[pattern], environments=[pattern]
    )
    thing = Thing(addresses=[address], kind="x", environment=address, values=[Raw(values)])
    Rule(rule, Settings()).covers(thing)


@given(st.text(alphabet='ab.[]"*?!', min_size=1, max_size=12))
def test_every_address_is_found_by_itself(address):
    thing = Thing(addresses=[address], kind="x", environment="", values=[])
    assert Rule(listed(addresses=[address]), Settings()).covers(thing)
