"""What is deleted and, as the same thing, created under another address."""

import json
import re

import pytest
from msgspec import Struct
from pretend_cloud import PROVIDERS, Cloud
from terraform_workspace import Workspace

from guardrail.findings.model import Kind, Loss
from guardrail.plan.parse import parse_plan

APP = """
variable "size" {
  default = "small"
}
resource "terraform_data" "db" {
  input = "${var.size}-db"
}
resource "terraform_data" "web" {
  count = 2
  input = "${var.size}-web"
}
"""
OTHER = APP.replace('"db"', '"database"').replace('"web"', '"front"')
NESTED = 'module "app" {\n  source = "../app"\n}\n'
FILES = {"app/main.tf": APP, "other/main.tf": OTHER, "nested/main.tf": NESTED}


def call(name: str, source: str = "app", body: str = "") -> str:
    return f'module "{name}" {{\n  source = "./{source}"\n{body}\n}}\n'


def data(name: str, body: str = 'input = "x"') -> str:
    return f'resource "terraform_data" "{name}" {{\n{body}\n}}\n'


def each(name: str, *keys: str, value: str = '"x"') -> str:
    return data(name, f"for_each = toset({[*keys]!r})\ninput = {value}".replace("'", '"'))


class Renamed(Struct, frozen=True):
    before: str
    after: str
    moves: dict[str, str]
    """What the `moved` blocks to write name."""
    pairs: int
    keys: tuple[str, ...] = ()
    """The keys that `#1`, `#2`, … stand for."""


SPLIT = data("a") + data("b", 'input = "y"')
MADE = {
    "a renamed resource": Renamed(
        data("a"), data("b"), {"terraform_data.a": "terraform_data.b"}, 1
    ),
    "a renamed resource with many instances": Renamed(
        data("a", "count = 3"),
        data("b", "count = 3"),
        {"terraform_data.a": "terraform_data.b"},
        3,
    ),
    "a renamed module": Renamed(call("old"), call("new"), {"module.old": "module.new"}, 3),
    "a renamed module of many instances": Renamed(
        call("old", body="count = 2"),
        call("new", body="count = 2"),
        {"module.old": "module.new"},
        6,
    ),
    "a renamed module around another": Renamed(
        call("old", "nested"), call("new", "nested"), {"module.old": "module.new"}, 3
    ),
    "a renamed module among others": Renamed(
        call("keep") + call("old"),
        call("keep") + call("new"),
        {"module.old": "module.new"},
        3,
    ),
    "a module that becomes one of many": Renamed(
        call("app"), call("app", body="count = 1"), {"module.app": "module.app[0]"}, 3
    ),
    "a module under keys": Renamed(
        call("app"),
        call("app", body='for_each = toset(["k"])'),
        {"module.app": 'module.app["#1"]'},
        3,
        ("k",),
    ),
    "a module under another key": Renamed(
        call("app", body='for_each = toset(["k", "old"])'),
        call("app", body='for_each = toset(["k", "new"])'),
        {'module.app["#3"]': 'module.app["#2"]'},
        3,
        ("k", "new", "old"),
    ),
    "another source with other names": Renamed(
        call("app"),
        call("app", "other"),
        {
            "module.app.terraform_data.db": "module.app.terraform_data.database",
            "module.app.terraform_data.web": "module.app.terraform_data.front",
        },
        3,
    ),
    "another module with another source": Renamed(
        call("app"),
        call("new", "other"),
        {
            "module.app.terraform_data.db": "module.new.terraform_data.database",
            "module.app.terraform_data.web": "module.new.terraform_data.front",
        },
        3,
    ),
    "a resource into a module": Renamed(
        data("db", 'input = "small-db"') + data("web", 'count = 2\ninput = "small-web"'),
        call("app"),
        {
            "terraform_data.db": "module.app.terraform_data.db",
            "terraform_data.web": "module.app.terraform_data.web",
        },
        3,
    ),
    "a module around a module": Renamed(
        call("app"), call("outer", "nested"), {"module.app": "module.outer.module.app"}, 3
    ),
    "from count to for_each": Renamed(
        data("a", 'count = 2\ninput = "x"'),
        each("a", "k", "l"),
        {
            "terraform_data.a[0]": 'terraform_data.a["#1"]',
            "terraform_data.a[1]": 'terraform_data.a["#2"]',
        },
        2,
        ("k", "l"),
    ),
    "from one to for_each": Renamed(
        data("a"), each("a", "k"), {"terraform_data.a": 'terraform_data.a["#1"]'}, 1, ("k",)
    ),
    "another key": Renamed(
        each("a", "k", "old"),
        each("a", "k", "new"),
        {'terraform_data.a["#3"]': 'terraform_data.a["#2"]'},
        1,
        ("k", "new", "old"),
    ),
    "one module into two": Renamed(
        call("all", "split"),
        call("one", "one") + call("two", "two"),
        {
            "module.all.terraform_data.a": "module.one.terraform_data.a",
            "module.all.terraform_data.b": "module.two.terraform_data.b",
        },
        2,
    ),
    "a renamed module and a renamed resource in it": Renamed(
        call("old"),
        call("new", "half"),
        {
            "module.old": "module.new",
            "module.new.terraform_data.db": "module.new.terraform_data.database",
        },
        3,
    ),
    "one into a module that was there": Renamed(
        call("one", "one") + call("two", "two"),
        call("two", "split"),
        {"module.one.terraform_data.a": "module.two.terraform_data.a"},
        1,
    ),
}
FILES |= {
    "split/main.tf": SPLIT,
    "one/main.tf": data("a"),
    "two/main.tf": data("b", 'input = "y"'),
    "half/main.tf": APP.replace('"db"', '"database"'),
}


def moved(renamed: Renamed) -> str:
    def key(found: re.Match[str]) -> str:
        return f'"{renamed.keys[int(found[1]) - 1]}"'

    return "".join(
        re.sub(r'"#(\d+)"', key, f"moved {{\n  from = {source}\n  to = {target}\n}}\n")
        for source, target in renamed.moves.items()
    )


@pytest.mark.terraform
@pytest.mark.parametrize("name", MADE)
def test_a_rename_is_seen_and_silent_with_the_moved_blocks_it_names(
    name: str, workspace: Workspace, build
):
    renamed = MADE[name]
    workspace.write({**FILES, "main.tf": renamed.before}).init().apply()
    workspace.write(renamed.after).init()
    findings = build.findings(parse_plan(workspace.show_json(workspace.plan())))
    assert [o.kind for o in findings.observations] == [Kind.RECREATED] * renamed.pairs
    named = {o.move_from: o.move_to for o in findings.observations}
    assert named == renamed.moves
    workspace.write({"moved.tf": moved(renamed)})
    findings = build.findings(parse_plan(workspace.show_json(workspace.plan())))
    assert findings.observations == ()
    assert findings.counts.create == findings.counts.delete == 0
    assert findings.counts.moved


# -- plans made by hand -------------------------------------------------------------------

NAMED = {"aws_s3_bucket": "bucket", "aws_db_instance": "identifier", "aws_lb": "name"}


@pytest.fixture
def recreated(build):
    """Return a function from deleted and created objects to old → new address."""

    def run(gone: dict[str, object], made: dict[str, object], **fields) -> dict[str, str]:
        changes = [build.change(a, "delete", before=v, index=index(a)) for a, v in gone.items()]
        changes += [build.change(a, "create", after=v, index=index(a)) for a, v in made.items()]
        plan = build.plan(changes, [build.resource(a) for a in gone], **fields)
        observations = build.findings(plan).observations
        assert len(observations) == len(gone)
        return {o.address: o.becomes for o in observations if o.kind is Kind.RECREATED}

    return run


def index(address: str) -> str | int | None:
    found = re.search(r"\[([^\[\]]+)\]$", address)
    return None if found is None else json.loads(found[1])


@pytest.mark.parametrize(("kind", "attribute"), NAMED.items())
def test_one_name_is_one_thing_wherever_it_is(recreated, kind, attribute):
    gone = {f"{kind}.a": {attribute: "one", "size": 1}, f"{kind}.b": {attribute: "two"}}
    made = {f"module.m.{kind}.x": {attribute: "two"}, f"module.m.{kind}.y": {attribute: "one"}}
    assert recreated(gone, made) == {
        f"{kind}.a": f"module.m.{kind}.y",
        f"{kind}.b": f"module.m.{kind}.x",
    }


def test_a_name_inside_a_kubernetes_object_counts(recreated):
    def app(name: str, **more: str) -> dict[str, object]:
        return {"metadata": [{"name": name, "namespace": "n", **more}]}

    kind = "kubernetes_deployment"
    gone = {f"{kind}.a": app("one", uid="1"), f"{kind}.b": app("two", uid="2")}
    made = {f"{kind}.x": app("two"), f"{kind}.y": app("one")}
    assert recreated(gone, made) == {f"{kind}.a": f"{kind}.y", f"{kind}.b": f"{kind}.x"}


@pytest.mark.parametrize(
    ("gone", "made"),
    [
        ({"aws_s3_bucket.a": {"bucket": "one"}}, {"aws_s3_bucket.b": {"bucket": "two"}}),
        ({"module.a.aws_lb.this": {"name": "a"}}, {"module.b.aws_lb.this": {"name": "b"}}),
        ({'aws_sqs_queue.q["a"]': {"name": "a"}}, {'aws_sqs_queue.q["b"]': {"name": "b"}}),
        (
            {"module.a.aws_instance.web": {"ami": "ami-1", "instance_type": "t3.micro"}},
            {"module.b.aws_instance.jump": {"ami": "ami-2", "instance_type": "m5.large"}},
        ),
        (
            {"module.a.aws_instance.this": {"ami": "ami-1", "instance_type": "t3.micro"}},
            {"module.b.aws_instance.this": {"ami": "ami-2", "instance_type": "m5.large"}},
        ),
        ({"module.a.aws_vpc.a": {}}, {"module.b.aws_vpc.b": {}}),
        ({"aws_instance.a": {"ami": "ami-1"}}, {"aws_launch_template.a": {"ami": "ami-1"}}),
        ({"aws_vpc.a": {}, "aws_vpc.b": {}}, {"module.m.aws_vpc.c": {"cidr_block": "x"}}),
        ({"module.prod.aws_vpc.a": {}}, {"module.dev.aws_vpc.a": {}}),
        (
            {"module.prod.aws_s3_bucket.a": {"bucket": "x"}},
            {"module.dev.aws_s3_bucket.a": {"bucket": "x"}},
        ),
        (
            {"aws_lb.a": {"name": "a"}, "aws_lb.b": {"name": "b"}},
            {"aws_lb.c": {"name": "c"}, "aws_lb.d": {"name": "d"}},
        ),
    ],
)
def test_what_is_clearly_another_thing_is_a_deletion_and_a_creation(recreated, gone, made):
    assert recreated(gone, made) == {}


def test_thirty_in_another_module_are_thirty_pairs(recreated):
    gone = {f"module.a.aws_vpc.v[{n}]": {} for n in range(30)}
    made = {f"module.b.aws_vpc.w[{n}]": {} for n in range(30)}
    assert recreated(gone, made) == dict(zip(gone, made, strict=True))


def test_many_of_a_module_that_are_only_named_anew_are_one_rename(build, recreated):
    names = [f"{kind}.{name}" for kind in NAMED for name in ("a", "b")]
    gone = {f"module.one.{each}": {NAMED[each.split(".")[0]]: f"one-{each}"} for each in names}
    made = {f"module.two.{each}": {NAMED[each.split(".")[0]]: f"two-{each}"} for each in names}
    assert recreated(gone, made) == dict(zip(gone, made, strict=True))


def test_many_of_a_block_that_are_only_keyed_and_named_anew_are_one_rename(recreated):
    gone = {f'aws_lb.a["old-{n}"]': {"name": f"old-{n}"} for n in range(9)}
    made = {f'aws_lb.a["new-{n}"]': {"name": f"new-{n}"} for n in range(9)}
    assert len(recreated(gone, made)) == 9
    assert recreated(dict([*gone.items()][:2]), dict([*made.items()][:2])) == {}


def test_many_of_a_block_are_told_apart_by_their_environments(recreated):
    gone = {f'module.m["prod"].aws_lb.a[{n}]': {"name": f"prod-{n}"} for n in range(3)}
    made = {f'module.m["dev"].aws_lb.a[{n}]': {"name": f"dev-{n}"} for n in range(3)}
    assert recreated(gone, made) == {}


def test_each_created_object_is_used_once(recreated):
    gone = {f"module.m{n}.aws_lb.a": {"name": "same"} for n in range(3)}
    found = recreated(gone, {"module.x.aws_lb.a": {"name": "same"}})
    assert [*found.values()] == ["module.x.aws_lb.a"]


def test_the_same_configuration_under_the_same_name_goes_before_the_order(recreated):
    gone = {f"module.a.aws_vpc.{n}": {"cidr_block": f"10.{n}.0.0/16"} for n in "pqr"}
    made = {f"module.b.aws_vpc.{n}": {"cidr_block": f"10.{n}.0.0/16"} for n in "rqp"}
    assert recreated(gone, made) == {
        f"module.a.aws_vpc.{n}": f"module.b.aws_vpc.{n}" for n in "pqr"
    }


def test_another_provider_makes_another_thing(build):
    changes = [
        build.change("aws_vpc.a", "delete", before={"cidr_block": "x"}, provider="one"),
        build.change("aws_vpc.b", "create", after={"cidr_block": "x"}, provider="two"),
    ]
    assert [o.kind for o in build.observations(*changes)] == [Kind.DELETED]


@pytest.mark.parametrize(
    ("kind", "fields", "seen"),
    [
        ("aws_ecs_task_definition", {}, Kind.DELETED),
        ("aws_vpc", {"previous_address": "aws_vpc.older"}, Kind.DELETED),
        ("aws_vpc", {"deposed": "0a"}, Kind.DEPOSED_DELETED),
    ],
)
def test_churn_leftovers_and_what_moved_for_nothing_are_no_half_of_a_rename(
    build, kind, fields, seen
):
    changes = [
        build.change(f"{kind}.a", "delete", before={"family": "f"}, **fields),
        build.change(f"{kind}.b", "create", after={"family": "f"}),
    ]
    assert [o.kind for o in build.observations(*changes)] == [seen]


def test_what_is_not_known_yet_tells_nothing_apart(build):
    changes = [
        build.change("aws_lb.a", "delete", before={"name": "old", "internal": False}),
        build.change(
            "aws_lb.b",
            "create",
            after={"name": "shown all the same", "internal": False},
            after_unknown={"name": True},
        ),
    ]
    (observation,) = build.observations(*changes)
    assert observation.becomes == "aws_lb.b"


def test_a_pair_says_where_it_is_and_tells_no_key(build):
    changes = [
        build.change('module.prod.aws_db_instance.a["acme"]', "delete", before={"identifier": "d"}),
        build.change('aws_db_instance.b["zeta"]', "create", after={"identifier": "d"}),
    ]
    (observation,) = build.observations(*changes)
    assert (observation.environment, observation.data) == ("production", True)
    assert observation.becomes == 'aws_db_instance.b["#1"]'
    assert observation.move_from == 'module.prod.aws_db_instance.a["#1"]'
    assert observation.move_to == observation.becomes


def test_an_address_that_nobody_can_read_is_paired_and_not_shown(build):
    changes = [
        build.change("aws_lb.a[can ary", "delete", type="aws_lb", before={"name": "n"}),
        build.change("aws_lb.b[can ary", "create", type="aws_lb", after={"name": "n"}),
    ]
    (observation,) = build.observations(*changes)
    assert observation.kind is Kind.RECREATED
    shown = {observation.address, observation.becomes, observation.move_from, observation.move_to}
    assert shown == {"aws_lb (unreadable address)", "aws_lb (unreadable address) 2"}


@pytest.mark.parametrize("body", [None, [], "x", {"metadata": []}, {"metadata": ["x"]}])
def test_a_body_of_another_shape_tells_nothing(build, body):
    changes = [
        build.change("aws_lb.a", "delete", before=body),
        build.change("aws_lb.b", "create", after=body, after_unknown=True),
    ]
    assert [o.kind for o in build.observations(*changes)] == [Kind.RECREATED]


def test_a_module_that_something_stays_in_is_not_moved_as_a_whole(build):
    gone = [f"module.a.aws_vpc.v[{n}]" for n in range(2)]
    stays = build.resource("module.a.aws_lb.stays")
    plan = build.plan(
        [build.change(a, "delete", before={}) for a in gone]
        + [build.change(a.replace("module.a", "module.b"), "create", after={}) for a in gone],
        [*(build.resource(a) for a in gone), stays],
        planned=frozenset({stays.address}),
    )
    assert {(o.move_from, o.move_to) for o in build.findings(plan).observations} == {
        ("module.a.aws_vpc.v", "module.b.aws_vpc.v")
    }


def test_a_pair_is_a_rebuild_wherever_it_is_measured(build):
    gone = [f"module.prod.aws_vpc.v[{n}]" for n in range(4)]
    changes = [build.change(a, "delete", before={}) for a in gone]
    changes += [build.change(a.replace("prod.aws_vpc.v", "prod.aws_vpc.w"), "create") for a in gone]
    findings = build.findings(build.plan(changes, [build.resource(a) for a in gone]))
    (environment,) = findings.environments
    assert (environment.deleted, environment.lost) == (4, 4)
    assert environment.loss is Loss.REBUILT
    assert [d.address for d in findings.details] == gone


# -- in the pretend cloud -----------------------------------------------------------------


@pytest.mark.terraform
def test_an_environment_in_a_renamed_module_is_rebuilt_and_with_moved_it_is_silent(
    cloud: Cloud, installed
):
    inner = {"app/main.tf": PROVIDERS + cloud.environment_hcl()}
    workspace = cloud.workspace().write({**inner, "main.tf": call("old")}).init()
    workspace.apply()
    workspace.write(call("new")).init()
    result = installed.check(workspace.plan(), "--chdir", workspace.directory)
    assert result.code == 3
    assert result.rules == {"destruction/recreated", "environment/rebuilt"}
    remedies = {f["remedy"] for f in result.decision["findings"] if f["address"]}
    assert remedies == {"add a moved block from module.old to module.new"}
    workspace.write({"moved.tf": "moved {\n  from = module.old\n  to = module.new\n}\n"})
    result = installed.check(workspace.plan(), "--chdir", workspace.directory)
    assert (result.code, result.rules) == (0, set())
