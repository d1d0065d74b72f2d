"""The smallest changes that make most of a plan harmless."""

import msgspec
import pytest
from pretend_cloud import PROVIDERS, Cloud
from terraform_workspace import Workspace

from guardrail.findings.losses.traced import Configured
from guardrail.findings.losses.undo import MOST, READ
from guardrail.findings.model import Way
from guardrail.plan.model import Configuration, Mode
from guardrail.plan.parse import parse_plan

LISTED = Configuration(
    blocks={
        "aws_vpc.v": msgspec.Raw(b"{}"),
        "aws_instance.one": msgspec.Raw(
            b'{"expressions": {"ami": {"references": ["var.odd key", "each.key", "var.ami"]}}}'
        ),
        "aws_instance.loop": msgspec.Raw(
            b'{"expressions": {"ami": {"references": ["aws_instance.loop.ami"]}}}'
        ),
        "aws_instance.broken": msgspec.Raw(b'{"expressions": []}'),
    }
)

MODULE = """
variable "name_prefix" {}
variable "cidr" {}
locals {
  tags = { Owner = var.name_prefix }
}
resource "aws_vpc" "main" {
  cidr_block = var.cidr
}
resource "aws_subnet" "app" {
  count      = 2
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.${count.index}.0/24"
}
resource "aws_db_instance" "main" {
  identifier = "${var.name_prefix}-db"
}
output "subnets" {
  value = aws_subnet.app[*].id
}
"""
ROOT = """
variable "prefix" {}
variable "network" {}
module "base" {
  source      = "./base"
  name_prefix = var.prefix
  cidr        = var.network
}
resource "aws_instance" "web" {
  for_each  = toset(["k"])
  ami       = "ami-1"
  subnet_id = module.base.subnets[0]
}
resource "aws_s3_bucket" "data" {
  for_each = { a = var.prefix }
  bucket   = each.value
}
"""


@pytest.fixture
def ways(build):
    """Return a function from a plan to its ways out as (way, subject, target, count)."""

    def run(plan) -> list[tuple[str, str, str, int]]:
        return [
            (str(each.way), each.subject, each.target, each.count)
            for each in build.findings(plan).undo
        ]

    return run


def replaced(build, addresses, *causes, **fields):
    changes = [
        build.change(a, "delete create", before={}, after={}, replace_paths=causes, **fields)
        for a in addresses
    ]
    return build.plan(changes, [build.resource(a) for a in addresses])


def test_one_attribute_that_forces_everything_is_one_change(build, ways):
    addresses = [f"module.m{n % 6}.aws_thing.t{n}" for n in range(34)]
    plan = replaced(build, addresses, "name_prefix")
    assert ways(plan) == [("keep_value", "name_prefix", "", 34)]


def test_an_attribute_of_one_resource_is_named_with_it(build, ways):
    plan = replaced(build, ['aws_vpc.a["secret"]', 'aws_vpc.a["other"]'], "cidr_block")
    assert ways(plan) == [("keep_value", "aws_vpc.a.cidr_block", "", 2)]


def test_what_several_changes_force_goes_away_with_none_of_them(build, ways):
    plan = replaced(build, ["aws_instance.a"], "ami", "user_data")
    assert ways(plan) == [
        ("keep_value", "aws_instance.a.ami", "", 0),
        ("keep_value", "aws_instance.a.user_data", "", 0),
    ]


def test_what_nothing_explains_has_no_way_out(build, ways):
    assert ways(replaced(build, ["aws_vpc.a"])) == []
    unknown = replaced(build, ["aws_vpc.a"], "cidr_block", after_unknown={"cidr_block": True})
    assert ways(unknown) == []
    assert ways(replaced(build, ["aws_vpc.a"], "cidr_block", after_unknown=True)) == []


def test_the_unexplained_belongs_to_the_only_root_there_is(build, ways):
    root = build.change("aws_vpc.a", "delete create", before={}, replace_paths=("cidr_block",))
    follows = build.change(
        "aws_subnet.s",
        "delete create",
        before={},
        replace_paths=("vpc_id",),
        after_unknown={"vpc_id": [{"x": True}]},
    )
    other = build.change("aws_lb.l", "delete create", before={}, replace_paths=("name",))
    assert ways(build.plan([root, follows])) == [("keep_value", "aws_vpc.a.cidr_block", "", 2)]
    assert [count for *_, count in ways(build.plan([root, follows, other]))] == [1, 1]


def test_a_reference_is_a_name_and_never_a_key(build, ways):
    plan = replaced(build, ["aws_instance.one"], "ami")
    (change,) = plan.changes
    plan = build.plan([change], configuration=LISTED)
    assert ways(plan) == [("keep_value", "var.ami", "", 1)]


@pytest.mark.parametrize("name", ["loop", "broken", "gone"])
def test_a_configuration_that_leads_nowhere_leaves_the_attribute(build, ways, name):
    (change,) = replaced(build, [f"aws_instance.{name}"], "ami").changes
    plan = build.plan([change], configuration=LISTED)
    assert ways(plan) == [("keep_value", f"aws_instance.{name}.ami", "", 1)]


def test_pairs_have_their_moved_block_and_the_most_effective_comes_first(build, ways):
    gone = [f"module.a.aws_vpc.v[{n}]" for n in range(3)]
    changes = [build.change(a, "delete", before={}) for a in gone]
    changes += [build.change(a.replace("module.a", "module.b"), "create") for a in gone]
    changes += [build.change("aws_lb.gone", "delete", before={})]
    assert ways(build.plan(changes)) == [
        ("add_moved", "module.a", "module.b", 3),
        ("keep_block", "aws_lb.gone", "", 1),
    ]


def test_a_pair_under_other_names_needs_more_than_a_moved_block(build, ways):
    gone = [f"module.a.aws_lb.{n}" for n in "xyz"]
    changes = [build.change(a, "delete", before={"name": f"old-{a}"}) for a in gone]
    changes += [
        build.change(a.replace("module.a", "module.b"), "create", after={"name": f"new-{a}"})
        for a in gone
    ]
    assert ways(build.plan(changes)) == [
        ("keep_value", "name", "", 0),
        ("add_moved", "module.a", "module.b", 0),
    ]


@pytest.mark.parametrize("actions", ["delete", "forget"])
def test_what_lost_its_block_gets_it_back_as_a_whole(build, ways, actions):
    addresses = ['module.a["x"].aws_vpc.v', 'module.a["y"].module.b.aws_lb.l[0]', "aws_lb.l"]
    assert ways(build.losing(addresses, actions)) == [
        ("keep_block", "module.a", "", 2),
        ("keep_block", "aws_lb.l", "", 1),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"planned": frozenset()},
        {"planned": frozenset({"x"}), "complete": False},
        {"planned": frozenset({"x"}), "mode": Mode.DESTROY},
        {"planned": frozenset({"x"}), "targets": ("aws_vpc.v",)},
    ],
)
def test_what_was_ordered_to_go_has_no_way_out(build, ways, fields):
    saved = build.saved(fields.pop("mode", Mode.NORMAL), targets=fields.pop("targets", ()))
    plan = build.losing(["aws_vpc.v[0]"], "delete", configuration=LISTED, saved=saved, **fields)
    assert ways(plan) == []


@pytest.mark.parametrize("address", ["aws_vpc.v", "aws_vpc.v[can ary"])
def test_what_goes_without_a_key_and_with_its_block_has_no_way_out(build, ways, address):
    plan = build.losing(
        [address], "delete", configuration=LISTED, planned=frozenset({"module.m.aws_lb.l"})
    )
    assert ways(plan) == []


def test_what_an_update_weakens_is_left_as_it_was(build, ways):
    def disarm(name: str, **attributes: object):
        after = dict.fromkeys(attributes, False)
        return build.change(f"aws_db_instance.{name}", "update", before=attributes, after=after)

    one = disarm("a", deletion_protection=True)
    assert ways(build.plan([one])) == [
        ("keep_argument", "aws_db_instance.a.deletion_protection", "", 1)
    ]
    other = disarm("b", deletion_protection=True)
    assert [subject for _, subject, *_ in ways(build.plan([one, other]))] == [
        "aws_db_instance.a.deletion_protection",
        "aws_db_instance.b.deletion_protection",
    ]
    instances = [disarm(f"c[{n}]", deletion_protection=True) for n in range(3)]
    assert ways(build.plan(instances)) == [
        ("keep_argument", "aws_db_instance.c.deletion_protection", "", 3)
    ]
    both = disarm("c", deletion_protection=True, delete_automated_backups=False)
    more = msgspec.structs.replace(
        both, after=msgspec.Raw(b'{"deletion_protection":false,"delete_automated_backups":true}')
    )
    assert ways(build.plan([more])) == [("keep_argument", "aws_db_instance.c", "", 1)]
    unread = msgspec.structs.replace(more, address="aws_db_instance.c[can ary")
    assert ways(build.plan([unread])) == []
    unread = msgspec.structs.replace(one, address="aws_db_instance.c[can ary")
    assert ways(build.plan([unread, other]))[1:] == []


def test_what_keeps_data_comes_before_what_spares_as_much_or_more(build, ways):
    stateless = [f"aws_instance.web[{n}]" for n in range(24)] + ["aws_lb.l"]
    plan = build.losing([*stateless, "aws_s3_bucket.b", "aws_db_instance.d"], "delete")
    assert ways(plan) == [
        ("keep_block", "aws_db_instance.d", "", 1),
        ("keep_block", "aws_s3_bucket.b", "", 1),
        ("keep_block", "aws_instance.web", "", 24),
        ("keep_block", "aws_lb.l", "", 1),
    ]


def test_what_spares_most_is_read_however_many_others_keep_data(build, ways):
    stateless = [f"aws_instance.web[{n}]" for n in range(24)]
    plan = build.losing([*stateless, *(f"aws_s3_bucket.b{n}" for n in range(6))], "delete")
    assert [subject for _, subject, *_ in ways(plan)][: READ + 1] == [
        "aws_s3_bucket.b0",
        "aws_s3_bucket.b1",
        "aws_instance.web",
        "aws_s3_bucket.b2",
    ]


def test_of_what_is_weakened_what_holds_data_comes_first(build, ways):
    stopped = {"before": {"desired_count": 3}, "after": {"desired_count": 0}}
    locked = {"before": {"deletion_protection": True}, "after": {"deletion_protection": False}}
    changes = [
        build.change("aws_ecs_service.a", "update", **stopped),
        build.change("aws_db_instance.z", "update", **locked),
        build.change("aws_lb.gone", "delete", before={}),
    ]
    assert [subject for _, subject, *_ in ways(build.plan(changes))] == [
        "aws_db_instance.z.deletion_protection",
        "aws_lb.gone",
        "aws_ecs_service.a.desired_count",
    ]


@pytest.mark.parametrize("actions", ["forget", "delete create"])
def test_data_is_kept_only_where_it_is_lost(build, ways, actions):
    stateless = ["aws_lb.l[0]", "aws_lb.l[1]"]
    lost = build.losing(stateless, "delete").changes
    kept = build.change("aws_s3_bucket.b", actions, before={}, replace_paths=("bucket",))
    first = ways(build.plan([*lost, kept]))[0]
    assert first[1] == ("aws_lb.l" if actions == "forget" else "aws_s3_bucket.b.bucket")


@pytest.mark.parametrize(("made", "target"), [("a", "a"), ("b", "b")])
def test_instances_that_only_get_other_keys_are_one_way(build, ways, made, target):
    before = {"instance_type": "m5.large", "ami": "ami-1"}
    changes = [build.change(f'aws_instance.a["k{n}"]', "delete", before=before) for n in range(3)]
    changes += [
        build.change(f'aws_instance.{made}["new-{n}"]', "create", after=before) for n in range(3)
    ]
    assert ways(build.plan(changes)) == [
        ("move_by_key", "aws_instance.a", f"aws_instance.{target}", 3)
    ]


def test_a_thing_that_is_imported_and_stripped_keeps_what_it_has(build, ways):
    stripped = build.change(
        "aws_lambda_function.f",
        "update",
        importing=True,
        before={"environment": [{"variables": {"A": "x"}}]},
        after={"environment": []},
    )
    assert ("keep_argument", "aws_lambda_function.f.environment", "", 1) in ways(
        build.plan([stripped])
    )


def test_ordinary_churn_and_a_harmless_plan_need_nothing(build, ways):
    assert ways(replaced(build, ["aws_ecs_task_definition.t"], "container_definitions")) == []
    assert ways(build.plan()) == []


def test_no_more_than_can_be_read_are_named(build, ways):
    addresses = [f"aws_vpc.v{n}" for n in range(MOST + 2)]
    assert len(ways(build.losing(addresses, "delete"))) == MOST


@pytest.mark.parametrize("depth", [5, 500])
def test_a_line_of_consequences_is_followed_as_far_as_it_is_read(build, depth):
    blocks = {
        f"aws_x.r{n}": msgspec.Raw(
            b'{"expressions": {"on": {"references": ["aws_x.r%d.id", "aws_x.r%d"]}}}'
            % (n - 1, n - 1)
        )
        for n in range(1, depth)
    }
    changes = [build.change("aws_x.r0", "delete create", before={}, replace_paths=("size",))]
    changes += [
        build.change(
            a, "delete create", before={}, replace_paths=("on",), after_unknown={"on": True}
        )
        for a in blocks
    ]
    plan = build.plan(changes, configuration=Configuration(blocks=blocks))
    (way,) = build.findings(plan).undo
    assert (way.way, way.subject, way.count) == (Way.KEEP_VALUE, "aws_x.r0.size", depth)


# -- with real Terraform ------------------------------------------------------------------


@pytest.mark.terraform
def test_a_value_is_traced_through_modules_outputs_and_keys(cloud: Cloud):
    workspace = cloud.workspace().write({"base/main.tf": PROVIDERS + MODULE, "main.tf": ROOT})
    variables = ("-var=prefix=acme", "-var=network=10.0.0.0/16")
    workspace.init()
    configured = Configured(parse_plan(workspace.show_json(workspace.plan(*variables))))
    assert configured.trace("module.base.aws_db_instance.main", "identifier").ends == (
        "var.prefix",
    )
    assert configured.trace("aws_s3_bucket.data", "bucket").ends == ("var.prefix",)
    trace = configured.trace("aws_instance.web", "subnet_id")
    assert trace.blocks == ("module.base.aws_subnet.app",)
    assert configured.trace("aws_instance.web", "ami").ends == ()
    repeated = configured.repetition("aws_s3_bucket.data")
    assert repeated is not None
    assert repeated.ends == ("var.prefix",)


@pytest.mark.terraform
def test_one_variable_at_the_root_takes_back_all_that_follows_from_it(cloud: Cloud, build):
    workspace = cloud.workspace().write({"base/main.tf": PROVIDERS + MODULE, "main.tf": ROOT})
    workspace.init().apply("-var=prefix=acme", "-var=network=10.0.0.0/16")
    for given, expected in (
        (("acme", "10.1.0.0/16"), [("var.network", 4)]),
        (("acme2", "10.0.0.0/16"), [("var.prefix", 2)]),
        (("acme2", "10.1.0.0/16"), [("var.prefix", 2), ("var.network", 4)]),
    ):
        saved = workspace.plan(f"-var=prefix={given[0]}", f"-var=network={given[1]}")
        found = build.findings(parse_plan(workspace.show_json(saved))).undo
        assert {each.way for each in found} == {Way.KEEP_VALUE}
        assert [(each.subject, each.count) for each in found] == expected


KEYED = 'resource "terraform_data" "a" {{\n  for_each = toset({})\n}}\n'
COUNTED = 'resource "terraform_data" "a" {{\n  count = {}\n}}\n'
CALLED = (
    'variable "keys" {{\n  default = {}\n}}\n'
    'module "m" {{\n  source   = "./m"\n  for_each = toset(var.keys)\n}}\n'
)


@pytest.mark.terraform
@pytest.mark.parametrize(
    ("before", "after", "subject"),
    [
        (KEYED.format('["a", "b"]'), KEYED.format('["a"]'), "terraform_data.a.for_each"),
        (COUNTED.format(3), COUNTED.format(2), "terraform_data.a.count"),
        (CALLED.format('["a", "b"]'), CALLED.format('["a"]'), "var.keys"),
    ],
)
def test_what_lost_its_key_gets_it_back_where_the_key_came_from(
    workspace: Workspace, build, before, after, subject
):
    inner = 'resource "terraform_data" "x" {\n  for_each = toset(["k"])\n}\n'
    workspace.write({"m/main.tf": inner, "main.tf": before}).init().apply()
    workspace.write(after)
    (way,) = build.findings(parse_plan(workspace.show_json(workspace.plan()))).undo
    assert (way.way, way.subject, way.count) == (Way.KEEP_VALUE, subject, 1)
