"""Updates and creations that stop, cut off or redirect what goes on existing."""

import re

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw

from guardrail.findings.address import is_identifier
from guardrail.findings.catalog.disruptions import When, read_rows
from guardrail.findings.model import Kind
from guardrail.findings.updates.disruption import disrupted
from guardrail.findings.updates.expressions import Expressions
from guardrail.findings.updates.takeover import Takeovers
from guardrail.plan.model import Configuration

ROWS = read_rows()
IDS = [f"{row.types[0]}-{row.attribute}-{row.when}" for row in ROWS]
ALLOW = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "kms:*"}
DENIED = {
    "denied_principals": ["principalSet://goog/public:all"],
    "denied_permissions": ["storage.googleapis.com/objects.get"],
}
DENY = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}


def policy(*statements):
    return msgspec.json.encode({"Version": "2012-10-17", "Statement": statements}).decode()


def bindings(*members):
    return msgspec.json.encode({"bindings": [{"role": "r", "members": members}]}).decode()


def nested(row, value):
    """Return an object with ``value`` at the row's attribute, and all that the row asks beside it."""
    *steps, last = row.attribute.split(".")
    block = {name: accepted[0] for name, accepted in row.where.items()}
    block |= {name: limit - 1 for name, limit in row.below.items()} | {last: value}
    for step in reversed(steps):
        block = {step: [block]}
    return block


TEXTS = (
    "AWS::RDS::DBInstance",
    '{"type": "Microsoft.Sql/servers"}',
    "arn:aws:scheduler:::aws-sdk:rds:deleteDBInstance",
    '{"TargetTablePrepMode": "DROP_AND_CREATE"}',
    "DROP TABLE orders",
    "spec:\n  replicas: 0\n",
    "spec: {suspend: true}",
    "/root/.ssh/authorized_keys",
    '{"name":"web.replicaCount","type":"","value":"0"}',
    "production/network.tfstate",
    "arn:aws:automate:eu-west-1:ec2:terminate",
)


def found(row):
    """Return a text in which the row's pattern is found."""
    return next(text for text in TEXTS if re.search(row.pattern, text))


def harm(row):
    """Return a value that the row is about losing, and one that it is about coming to."""
    match row.when:
        case When.ZERO:
            return 4, 0
        case When.EMPTY:
            return [{"any": "thing"}], []
        case When.GONE:
            return row.values[0], "other"
        case When.BECOMES:
            bad = row.values[0]
            return (not bad) if isinstance(bad, bool) else "other", bad
        case When.SET:
            return "old", "new"
        case When.MORE:
            return "nothing", found(row)
        case When.FEWER:
            return found(row), "nothing"
        case When.ELSEWHERE:
            return ["old.example", "older.example"], ["new.example"]
        case When.OLDER:
            return "14.7", "13.9"
        case When.SMALLER:
            return 100, 20
        case When.DENIES | When.CREATED:
            if row.policy == "bindings":
                return bindings("user:a"), bindings()
            if row.policy == "denial":
                return [{**DENIED, "denied_principals": ["principal:a"]}], [DENIED]
            return policy(ALLOW), policy(ALLOW, DENY)


UPDATES = [(row, name) for row, name in zip(ROWS, IDS, strict=True) if row.when is not When.CREATED]


@pytest.fixture
def look(build):
    def run(kind, before, after, unknown=None, actions="update", blocks=None, others=(), **fields):
        change = build.change(
            f"{kind}.x", actions, before=before, after=after, after_unknown=unknown or {}, **fields
        )
        written = {name: Raw(msgspec.json.encode(block)) for name, block in (blocks or {}).items()}
        plan = build.plan([change, *others], configuration=Configuration(blocks=written))
        return dict(disrupted(change, Expressions(plan), Takeovers(plan)))

    return run


def test_every_row_names_its_source_and_what_happens():
    assert len(ROWS) >= 250
    for row in ROWS:
        assert row.source.strip(), row
        assert row.detail.strip(), row
        assert row.types, row
        asked = (row.attribute, *row.where, *row.below, *row.instead)
        assert all(is_identifier(step) for path in asked for step in path.split(".")), row
        assert bool(row.pattern) is (row.when in {When.MORE, When.FEWER}), row
        assert bool(row.values) is (row.when in {When.BECOMES, When.GONE}), row
        assert (row.policy is not None) is (row.when is When.DENIES), row


def test_no_row_is_there_twice():
    seen = [(kind, r.attribute, r.when, r.pattern, str(r.where)) for r in ROWS for kind in r.types]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("row", [row for row, _ in UPDATES], ids=[name for _, name in UPDATES])
def test_what_a_row_is_about_is_seen_in_each_of_its_types(look, row):
    before, after = (nested(row, value) for value in harm(row))
    for kind in row.types:
        assert row.attribute in look(kind, before, after).get(row.detail, ()), kind


@pytest.mark.parametrize("row", [row for row, _ in UPDATES], ids=[name for _, name in UPDATES])
def test_the_way_back_and_standing_still_are_ordinary(look, row):
    before, after = (nested(row, value) for value in harm(row))
    for kind in row.types:
        if row.when not in {When.ELSEWHERE, When.SET}:
            assert row.detail not in look(kind, after, before), kind
        assert look(kind, before, before) == {}
        assert look(kind, after, after) == {}


@pytest.mark.parametrize("row", [row for row, _ in UPDATES], ids=[name for _, name in UPDATES])
def test_an_object_that_cannot_be_read_afterwards_is_the_worst(look, row):
    before = nested(row, harm(row)[0])
    assert row.detail in look(row.types[0], before, None)
    assert row.detail in look(row.types[0], before, {}, unknown=True)


@pytest.mark.parametrize("row", [r for r in ROWS if r.creates], ids=str)
def test_a_creation_does_the_same_to_what_exists(look, row):
    after = nested(row, harm(row)[1])
    assert row.detail in look(row.types[0], None, after, actions="create")
    assert look(row.types[0], None, nested(row, harm(row)[0]), actions="create") == {}
    assert look(row.types[0], None, {}, {row.attribute: True}, actions="create") == {}


@pytest.mark.parametrize("row", [r for r in ROWS if r.when is When.CREATED], ids=str)
def test_a_creation_that_replaces_what_exists_is_seen_where_it_names_it(look, row):
    kind = row.types[0]
    assert row.detail in look(kind, None, {row.attribute: "known"}, actions="create")
    assert look(kind, None, {}, {row.attribute: True}, actions="create") == {}
    assert look(kind, {row.attribute: "a"}, {row.attribute: "b"}) == {}


@pytest.mark.parametrize("when", [When.ZERO, When.BECOMES, When.OLDER, When.SMALLER])
def test_a_number_or_flag_that_is_not_known_is_the_worst_where_the_block_sets_it(look, when):
    for row in (r for r in ROWS if r.when is when and "." not in r.attribute and not r.where):
        before, unknown = nested(row, harm(row)[0]), {row.attribute: True}
        kind = row.types[0]
        expressions = {row.attribute: {"references": ["var.a"]}}
        blocks = {f"{kind}.x": {"expressions": expressions}}
        assert row.detail in look(kind, before, {}, unknown)
        assert row.detail in look(kind, before, {}, unknown, blocks=blocks)
        computed = {f"{kind}.x": {"expressions": {}}}
        assert look(kind, before, {}, unknown, blocks=computed) == {}


@pytest.mark.parametrize("when", [When.EMPTY, When.GONE, When.DENIES])
def test_rules_and_policies_that_are_not_known_are_ordinary(look, when):
    for row in (r for r in ROWS if r.when is when):
        before = nested(row, harm(row)[0])
        head, *rest = row.attribute.split(".")
        unknown = {head: [{rest[0]: True}]} if len(rest) == 1 else {head: True}
        assert row.detail not in look(row.types[0], before, {}, unknown), row


RECORD = "aws_route53_record"
ADDRESSES = {"type": "A", "records": ["192.0.2.1"]}


def test_a_name_whose_target_is_not_known_points_elsewhere_only_where_something_is_created(
    look, build
):
    unknown = {"records": True}
    made = build.change("aws_eip.new", "create")
    changed = build.change("aws_instance.old", "update")

    def says(*references, others):
        expressions = {"records": {"references": list(references)}}
        blocks = {f"{RECORD}.x": {"expressions": expressions}}
        return bool(look(RECORD, ADDRESSES, {"type": "A"}, unknown, blocks=blocks, others=others))

    assert not says("aws_instance.old.public_ip", "aws_instance.old", others=[changed])
    assert says("aws_eip.new.public_ip", "aws_eip.new", others=[changed, made])
    assert not says("aws_instance.old.public_ip", others=[changed, made])
    assert says("module.edge.address", others=[made])
    assert not says("module.edge.address", others=[changed])
    assert look(RECORD, ADDRESSES, {"type": "A"}, unknown, others=[made])
    assert not look(RECORD, ADDRESSES, {"type": "A"}, unknown, others=[changed])


EVERYDAY = {
    "a deploy": ("aws_ecs_service", {"task_definition": "web:41"}, {"task_definition": "web:42"}),
    "fewer tasks": ("aws_ecs_service", {"desired_count": 6}, {"desired_count": 4}),
    "a minimum of none": (
        "aws_autoscaling_group",
        {"min_size": 2, "max_size": 6, "desired_capacity": 2},
        {"min_size": 0, "max_size": 6, "desired_capacity": 2},
    ),
    "no count for a service that scales": (
        "kubernetes_manifest",
        {"manifest": {"spec": {"replicas": 3}}},
        {"manifest": {"spec": {}}},
    ),
    "a new image": (
        "kubernetes_deployment_v1",
        {"spec": [{"replicas": "3", "template": [{"spec": [{"container": [{"image": "a:1"}]}]}]}]},
        {"spec": [{"replicas": "3", "template": [{"spec": [{"container": [{"image": "a:2"}]}]}]}]},
    ),
    "another time to live": (RECORD, {**ADDRESSES, "ttl": 300}, {**ADDRESSES, "ttl": 60}),
    "one more address": (RECORD, ADDRESSES, {"type": "A", "records": ["192.0.2.1", "192.0.2.2"]}),
    "one of two addresses": (
        RECORD,
        {"type": "A", "records": ["192.0.2.1", "192.0.2.2"]},
        {"type": "A", "records": ["192.0.2.1", "192.0.2.3"]},
    ),
    "a name in other letters": (
        RECORD,
        {"type": "CNAME", "records": ["Old.example."]},
        {"type": "CNAME", "records": ["old.example"]},
    ),
    "a text record": (
        RECORD,
        {"type": "TXT", "records": ["v=spf1 -all"]},
        {"type": "TXT", "records": ["v=spf1 include:x -all"]},
    ),
    "a canary": (
        RECORD,
        {"weighted_routing_policy": [{"weight": 90}]},
        {"weighted_routing_policy": [{"weight": 10}]},
    ),
    "another range in a rule": (
        "aws_security_group",
        {"ingress": [{"cidr_blocks": ["10.0.0.0/8"], "from_port": 443}]},
        {"ingress": [{"cidr_blocks": ["10.1.0.0/16"], "from_port": 443}]},
    ),
    "one rule fewer": (
        "aws_security_group",
        {"ingress": [{"from_port": 443}, {"from_port": 22}]},
        {"ingress": [{"from_port": 443}]},
    ),
    "one variable fewer": (
        "aws_lambda_function",
        {"environment": [{"variables": {"A": "1", "B": "2"}}]},
        {"environment": [{"variables": {"A": "1"}}]},
    ),
    "variables from a map": (
        "kubernetes_deployment",
        {"spec": [{"template": [{"spec": [{"container": [{"env": [{"name": "A"}]}]}]}]}]},
        {
            "spec": [
                {"template": [{"spec": [{"container": [{"env": [], "env_from": [{"p": "x"}]}]}]}]}
            ]
        },
    ),
    "a redirect to https": (
        "aws_lb_listener",
        {"default_action": [{"type": "forward", "target_group_arn": "arn:a"}]},
        {"default_action": [{"type": "redirect", "target_group_arn": ""}]},
    ),
    "a newer engine": ("aws_db_instance", {"engine_version": "14.7"}, {"engine_version": "15.3"}),
    "an engine by its major version": (
        "aws_db_instance",
        {"engine_version": "14.7"},
        {"engine_version": "14"},
    ),
    "another family of machines": (
        "aws_db_instance",
        {"instance_class": "db.r5.xlarge", "allocated_storage": 100},
        {"instance_class": "db.r6g.xlarge", "allocated_storage": 200},
    ),
    "access policies to roles": (
        "azurerm_key_vault",
        {"access_policy": [{"object_id": "a"}], "rbac_authorization_enabled": False},
        {"access_policy": [], "rbac_authorization_enabled": True},
    ),
    "a storage account for one network": (
        "azurerm_storage_account",
        {"network_rules": [{"default_action": "Allow"}]},
        {"network_rules": [{"default_action": "Deny", "virtual_network_subnet_ids": ["s"]}]},
    ),
    "no public access": (
        "azurerm_storage_account",
        {"public_network_access_enabled": True},
        {"public_network_access_enabled": False},
    ),
    "the last rule denies": (
        "azurerm_network_security_group",
        {"security_rule": [{"access": "Allow", "priority": 100}]},
        {
            "security_rule": [
                {"access": "Allow", "priority": 100},
                {
                    "access": "Deny",
                    "priority": 4096,
                    "protocol": "*",
                    "source_address_prefix": "*",
                    "destination_port_range": "*",
                },
            ]
        },
    ),
    "traffic to a new revision": (
        "google_cloud_run_service",
        {"traffic": [{"percent": 100, "revision_name": "a"}]},
        {
            "traffic": [
                {"percent": 50, "revision_name": "a"},
                {"percent": 50, "revision_name": "b"},
            ]
        },
    ),
    "only encrypted transport": (
        "aws_s3_bucket_policy",
        {"policy": policy(ALLOW)},
        {
            "policy": policy(
                ALLOW, {**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
            )
        },
    ),
    "a public bucket that is closed": (
        "aws_s3_bucket_public_access_block",
        {"block_public_acls": False},
        {"block_public_acls": True},
    ),
    "a version of the pods": (
        "kubernetes_service_v1",
        {"spec": [{"selector": {"app": "web", "version": "blue"}}]},
        {"spec": [{"selector": {"app": "web", "version": "green"}}]},
    ),
}


@pytest.mark.parametrize("name", EVERYDAY)
def test_what_engineers_do_every_day_is_silent(look, name):
    assert look(*EVERYDAY[name]) == {}


EVERYDAY_CREATIONS = {
    "a validated certificate": (
        RECORD,
        {"allow_overwrite": True, "type": "CNAME", "records": ["_x.acm-validations.aws."]},
        {},
    ),
    "a certificate that is made as well": (
        RECORD,
        {"allow_overwrite": True},
        {"type": True, "name": True, "records": True},
    ),
    "the last rule of a network": (
        "azurerm_network_security_rule",
        {
            "access": "Deny",
            "priority": 4096,
            "protocol": "*",
            "source_address_prefix": "*",
            "destination_port_range": "*",
        },
        {},
    ),
    "the last rule of a project": (
        "google_compute_firewall",
        {"deny": [{"protocol": "all"}], "source_ranges": ["0.0.0.0/0"], "priority": 65534},
        {},
    ),
    "a policy that denies a part": (
        "aws_iam_policy",
        {"policy": policy({**DENY, "Action": "s3:Delete*"})},
        {},
    ),
    "a service that does not run yet": ("aws_ecs_service", {"desired_count": 0}, {}),
    "a policy for a bucket that is made as well": ("aws_s3_bucket_policy", {}, {"policy": True}),
}


@pytest.mark.parametrize("name", EVERYDAY_CREATIONS)
def test_what_engineers_create_every_day_is_silent(look, name):
    kind, after, unknown = EVERYDAY_CREATIONS[name]
    assert look(kind, None, after, unknown, actions="create") == {}


def test_a_rule_ahead_of_the_others_that_denies_everything_is_seen(look):
    rule = {"deny": [{"protocol": "all"}], "source_ranges": ["0.0.0.0/0"], "priority": 1000}
    assert look("google_compute_firewall", None, rule, actions="create")


def test_a_service_without_a_count_runs_nothing(look):
    assert look("aws_ecs_service", {"desired_count": 6}, {"desired_count": None})


def test_one_of_several_that_stops_is_seen(look):
    def pools(*counts):
        return {"node_pool": [{"node_count": count} for count in counts]}

    assert look("google_container_cluster", pools(3, 3), pools(3, 0))
    assert not look("google_container_cluster", pools(3), pools(3, 0))
    assert not look("google_container_cluster", pools(3, 0), pools(3))


def test_one_name_server_fewer_is_another_delegation(look):
    before = {"type": "NS", "records": ["a.ns.", "b.ns."]}
    assert look(RECORD, before, {"type": "NS", "records": ["a.ns.", "c.ns."]}) == {
        "its zone is delegated elsewhere": ("records",)
    }
    assert not look(RECORD, before, {"type": "NS", "records": ["a.ns.", "b.ns.", "c.ns."]})


def test_an_address_that_becomes_an_alias_points_elsewhere(look):
    after = {"type": "A", "records": [], "alias": [{"name": "lb.example."}]}
    assert look(RECORD, ADDRESSES, after) == {"its name points elsewhere": ("records",)}
    assert look(RECORD, after, ADDRESSES) == {"its name points elsewhere": ("alias.name",)}


def test_a_target_that_is_not_known_yet_among_known_ones_is_no_way_out(look, build):
    made = build.change("aws_eip.new", "create")
    after, unknown = {"type": "A", "records": [None]}, {"records": [True]}
    assert look(RECORD, ADDRESSES, after, unknown, others=[made])


def test_a_map_with_one_unknown_value_is_not_empty(look):
    before = {"environment": [{"variables": {"A": "1"}}]}
    after, mask = (
        {"environment": [{"variables": {}}]},
        {"environment": [{"variables": {"A": True}}]},
    )
    assert not look("aws_lambda_function", before, after, mask)


@pytest.mark.parametrize("actions", ["no-op", "read", "delete", "delete create", "forget"])
def test_only_updates_and_creations_disrupt(look, actions):
    assert (
        look("aws_ecs_service", {"desired_count": 2}, {"desired_count": 0}, actions=actions) == {}
    )


def test_a_type_that_no_row_names_is_not_even_read(build, look):
    change = build.change("made_up.x", "update")
    change = msgspec.structs.replace(change, before=Raw(b"{"), after=Raw(b"{"))
    plan = build.plan([change])
    assert disrupted(change, Expressions(plan), Takeovers(plan)) == {}


def test_a_condition_on_what_is_nowhere_to_be_found_is_about_nothing_set(look):
    quiet = {"access": "Deny", "priority": 100, "protocol": "*"}
    assert look("azurerm_network_security_rule", None, quiet, actions="create") == {}


def test_each_thing_that_happens_is_one_observation(build):
    change = build.change(
        "aws_autoscaling_group.web",
        "update",
        before={"desired_capacity": 4, "max_size": 8, "target_group_arns": ["arn:secret"]},
        after={"desired_capacity": 0, "max_size": 0, "target_group_arns": []},
    )
    found = [o for o in build.observations(change) if o.kind is Kind.DISRUPTED]
    assert {o.detail: o.causes for o in found} == {
        "runs nothing any more": ("desired_capacity", "max_size"),
        "nothing can reach it any more": ("target_group_arns",),
    }
    assert all(o.address == "aws_autoscaling_group.web" for o in found)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["secret-value", "", "0", "Deny", '{"Statement": [{"Effect": "Deny"}]}']),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["env", "records", "policy", "type", "k"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_no_body_whatsoever_raises_or_lets_a_value_out(build, data):
    row = data.draw(st.sampled_from(ROWS))
    heads = sorted({p.partition(".")[0] for p in (row.attribute, *row.where, *row.instead)})
    body = st.dictionaries(st.sampled_from(heads), JSON) | JSON
    before, after, mask = data.draw(body), data.draw(body), data.draw(body)
    for actions in ("update", "create"):
        change = build.change(
            f"{row.types[0]}.x", actions, before=before, after=after, after_unknown=mask
        )
        observations = build.observations(change)
        assert "secret-value" not in repr(observations)


def test_an_observation_says_whether_data_is_behind_it(build):
    change = build.change(
        "aws_db_instance.db",
        "update",
        before={"engine_version": "15.2"},
        after={"engine_version": "14.9"},
    )
    (observation,) = build.observations(change)
    assert (observation.kind, observation.data) == (Kind.DISRUPTED, True)
    assert observation.causes == ("engine_version",)
