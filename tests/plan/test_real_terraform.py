"""Plans that a real Terraform makes here and now: each is read, and none looks edited."""

import json
import re
import shutil

import pytest
from terraform_workspace import Workspace, clean_environment

from guardrail.plan.join import join
from guardrail.plan.model import Action, Mode, Provisioner
from guardrail.plan.parse import parse_plan
from guardrail.plan.planfile import read_saved

pytestmark = pytest.mark.terraform

KEYS = ["a.b", 'q"uote', "br[ack]et", "new\nline", "", "日本語", "${x}", "back\\slash", "<b>&"]

COUNTED = """\
resource "terraform_data" "counted" {
  count = 3
  input = "x"
}
"""
KEYED = f"""\
resource "terraform_data" "keyed" {{
  for_each = toset(jsondecode({json.dumps(json.dumps(KEYS)).replace("${", "$${")}))
  input    = each.key
}}
"""
MODULE = """\
module "m" {
  source   = "./m"
  for_each = toset(["x.y[\\"z\\"]", "data.aws_x.y"])
}
"""
DATA = """\
data "terraform_remote_state" "other" {
  backend = "local"
  config  = { path = "${path.module}/other.tfstate" }
}
"""
OUTPUT = 'output "o" {\n  value = 12345678901234567890123\n}\n'
WHOLE = COUNTED + KEYED + MODULE + DATA + OUTPUT
INNER = {
    "m/main.tf": 'resource "terraform_data" "in" {\n  input = 9007199254740993\n}\n'
    'module "deep" {\n  source = "./deep"\n}\n' + DATA,
    "m/deep/main.tf": 'resource "terraform_data" "deep" {}\n' + DATA,
    "other.tfstate": '{"version":4,"serial":1,"lineage":"x","outputs":{},"resources":[]}',
    "m/other.tfstate": '{"version":4,"serial":1,"lineage":"x","outputs":{},"resources":[]}',
    "m/deep/other.tfstate": '{"version":4,"serial":1,"lineage":"x","outputs":{},"resources":[]}',
}
FORGET = """\
removed {
  from = terraform_data.counted
  lifecycle {
    destroy = false
  }
}
"""
REMOVE = FORGET.replace(
    "false\n  }",
    'true\n  }\n  provisioner "local-exec" {\n    when    = destroy\n    command = "true"\n  }',
)
FAILING = """\
resource "terraform_data" "counted" {
  count = 3
  input = "x"
  lifecycle {
    create_before_destroy = true
  }
  provisioner "local-exec" {
    command = "exit 1"
  }
}
"""
PREVENTED = COUNTED.replace(
    'input = "x"', 'input = "x"\n  lifecycle {\n    prevent_destroy = true\n  }'
)


@pytest.fixture(scope="session")
def applied(terraform, tmp_path_factory):
    """Return a workspace whose state holds everything that `WHOLE` describes."""
    folder = tmp_path_factory.mktemp("applied")
    workspace = Workspace(folder / "w", terraform, clean_environment(folder / "home"))
    workspace.write(INNER | {"main.tf": WHOLE}).init().apply()
    return workspace


@pytest.fixture
def site(applied, tmp_path):
    """Return a copy of that workspace."""
    shutil.copytree(applied.directory, tmp_path / "w")
    return Workspace(tmp_path / "w", applied.terraform, applied.environment)


def read(workspace, *arguments, check=True):
    """Plan, and return the plan as both readers see it."""
    path = workspace.plan(*arguments, check=check)
    return join(parse_plan(workspace.show_json(path)), read_saved(path.read_bytes()))


def count(plan, *actions):
    wanted = frozenset(map(Action, actions))
    return sum(change.actions == wanted for change in plan.changes)


PLANS = {
    "nothing": (WHOLE, [], {}),
    "targeted": (WHOLE, ["-target=terraform_data.counted[0]"], {}),
    "replaced by request": (WHOLE, ["-replace=terraform_data.counted[1]"], {"delete create": 1}),
    "destroyed": (WHOLE, ["-destroy"], {"delete": 3 + len(KEYS) + 4}),
    "destroyed in part": (WHOLE, ["-destroy", "-target=terraform_data.counted"], {"delete": 3}),
    "refreshed only": (WHOLE, ["-refresh-only"], {}),
    "not refreshed": (WHOLE, ["-refresh=false"], {}),
    "shrunk": (WHOLE.replace("count = 3", "count = 1"), [], {"delete": 2}),
    "shrunk in part": (
        WHOLE.replace("count = 3", "count = 1"),
        ["-target=terraform_data.counted[2]"],
        {"delete": 1},
    ),
    "module and data gone": (COUNTED + KEYED + OUTPUT, [], {"delete": 4}),
    "data gone": (COUNTED + KEYED + MODULE + OUTPUT, [], {}),
    "output gone": (COUNTED + KEYED + MODULE + DATA, [], {}),
    "all gone": ("", [], {"delete": 3 + len(KEYS) + 4}),
    "moved": (
        WHOLE.replace('"counted"', '"moved"')
        + "moved {\n  from = terraform_data.counted\n  to = terraform_data.moved\n}\n",
        [],
        {"no-op": 3},
    ),
    "renamed": (WHOLE.replace('"counted"', '"renamed"'), [], {"delete": 3, "create": 3}),
    "forgotten": (WHOLE.replace(COUNTED, FORGET), [], {"forget": 3}),
    "removed": (WHOLE.replace(COUNTED, REMOVE), [], {"delete": 3}),
    "grown and updated": (
        WHOLE.replace('count = 3\n  input = "x"', 'count = 4\n  input = "y"'),
        [],
        {"update": 3, "create": 1},
    ),
    "imported": (
        WHOLE + 'resource "terraform_data" "i" {}\n'
        'import {\n  to = terraform_data.i\n  id = "abc"\n}\n',
        [],
        {"no-op": 1},
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_as_terraform_made_it_is_consistent(site, name):
    text, arguments, expected = PLANS[name]
    plan = read(site.write(text), *arguments)
    assert plan.inconsistencies == ()
    assert len(plan.changes) == sum(expected.values())
    for actions, number in expected.items():
        assert count(plan, *actions.split()) == number


def test_odd_keys_and_large_numbers_come_through_exactly(site):
    plan = read(site, "-destroy")
    keyed = {change.index for change in plan.changes if change.name == "keyed"}
    assert keyed == set(KEYS)
    inner = next(change for change in plan.changes if change.name == "in")
    assert b"9007199254740993" in bytes(inner.before)
    assert inner.module in {'module.m["x.y[\\"z\\"]"]', 'module.m["data.aws_x.y"]'}
    assert {resource.module for resource in plan.prior if resource.mode == "managed"} == {
        "",
        'module.m["x.y[\\"z\\"]"]',
        'module.m["data.aws_x.y"]',
        'module.m["x.y[\\"z\\"]"].module.deep',
        'module.m["data.aws_x.y"].module.deep',
    }


def test_mode_targets_and_state_are_told_by_the_file(site):
    assert read(site, "-destroy").saved.mode is Mode.DESTROY
    assert read(site, "-refresh-only").saved.mode is Mode.REFRESH_ONLY
    saved = read(site, "-target=terraform_data.keyed").saved
    assert saved.targets == ("terraform_data.keyed",)
    state = site.state()
    assert (saved.lineage, saved.serial) == (state["lineage"], state["serial"])
    assert (saved.backend, saved.workspace) == ("local", "default")


def test_another_workspace_and_backend_path_show_in_the_file(workspace):
    backend = 'terraform {\n  backend "local" {\n    path = "one.tfstate"\n  }\n}\n'
    one = read(workspace.write(COUNTED + backend).init()).saved
    two = read(workspace.write(COUNTED + backend.replace("one", "two")).init("-reconfigure")).saved
    assert one.backend == two.backend == "local"
    assert one.backend_sha256 != two.backend_sha256
    workspace.run("workspace", "new", "other")
    assert (two.workspace, read(workspace).saved.workspace) == ("default", "other")


def test_what_only_hcl_says_is_found_in_the_file(site):
    plan = read(site.write(WHOLE.replace(COUNTED, REMOVE)))
    expected = Provisioner(resource="terraform_data.counted", type="local-exec")
    assert plan.saved.configured.removed_provisioners == (expected,)
    assert plan.configuration.provisioners == ()
    stopped = read(site.write(WHOLE.replace(COUNTED, PREVENTED.replace("= 3", "= 1"))), check=False)
    assert stopped.errored
    assert stopped.inconsistencies == ()
    assert stopped.saved.configured.prevent_destroy == ("terraform_data.counted",)


def test_tainted_and_deposed_objects_are_read_in_every_mode(site):
    site.write(FAILING).run(
        "apply", "-auto-approve", "-replace=terraform_data.counted[2]", check=False
    )
    plan = read(site)
    assert [change.deposed is not None for change in plan.changes].count(True) == 1
    assert plan.inconsistencies == ()
    for arguments in (["-destroy"], ["-target=terraform_data.counted[2]"], ["-refresh-only"]):
        assert read(site, *arguments).inconsistencies == ()
    assert read(site.write(FORGET)).inconsistencies == ()
    assert read(site.write("")).inconsistencies == ()


def test_destroying_data_sources_alone_is_consistent(workspace):
    other = {name: text for name, text in INNER.items() if name == "other.tfstate"}
    workspace.write(other | {"main.tf": DATA + OUTPUT}).init().apply()
    plan = read(workspace, "-destroy", "-target=data.terraform_remote_state.other")
    assert plan.inconsistencies == ()
    plan = read(workspace, "-destroy")
    assert plan.applyable
    assert plan.inconsistencies == ()


def test_every_edit_of_one_real_plan_is_seen_beside_its_file(site):
    path = site.write(WHOLE.replace("count = 3", "count = 1")).plan()
    shown = site.show_json(path)
    saved = read_saved(path.read_bytes())
    edits = (
        (rb'"actions":\["delete"\]', b'"actions":["no-op"]'),
        (rb'"actions":\["no-op"\]', b'"actions":["read"]'),
        (rb'"complete":true', b'"complete":false'),
        (rb'"terraform_version":"', b'"terraform_version":"0'),
    )
    assert join(parse_plan(shown), saved).inconsistencies == ()
    for pattern, replacement in edits:
        edited = re.sub(pattern, replacement, shown, count=1)
        assert edited != shown
        assert join(parse_plan(edited), saved).inconsistencies


@pytest.mark.slow
def test_a_newer_terraform_is_read_as_well(terraform_115, tmp_path):
    workspace = Workspace(tmp_path / "w", terraform_115, clean_environment(tmp_path / "home"))
    workspace.write(COUNTED + KEYED).init().apply()
    plan = read(workspace.write(COUNTED.replace("= 3", "= 1")))
    assert plan.inconsistencies == ()
    assert count(plan, "delete") == 2 + len(KEYS)
