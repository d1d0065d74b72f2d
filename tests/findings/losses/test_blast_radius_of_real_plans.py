"""The dependency graph of a real Terraform: what its state and its configuration really say."""

import pytest
from terraform_workspace import Workspace, clean_environment

from guardrail.findings.observe import observe
from guardrail.findings.surroundings import Surroundings
from guardrail.plan.parse import parse_plan
from guardrail.settings.model import Settings

pytestmark = pytest.mark.terraform

FILES = {
    "main.tf": """\
locals {
  net = terraform_data.net.id
}
resource "terraform_data" "net" {
  input = "a"
}
resource "terraform_data" "many" {
  for_each         = toset(["x", "y"])
  triggers_replace = terraform_data.net.id
}
module "service" {
  source     = "./service"
  for_each   = toset(["k].[", "l"])
  net        = local.net
  depends_on = [terraform_data.many]
}
resource "terraform_data" "one" {
  input = module.service["l"].out
}
resource "terraform_data" "last" {
  depends_on = [module.service, terraform_data.one]
}
""",
    "service/main.tf": """\
variable "net" {}
resource "terraform_data" "a" {
  input = var.net
}
module "inner" {
  source = "./inner"
  count  = 2
  given  = terraform_data.a.id
}
output "out" {
  value = module.inner[0].out
}
""",
    "service/inner/main.tf": """\
variable "given" {}
resource "terraform_data" "i" {
  input = var.given
}
output "out" {
  value = terraform_data.i.id
}
""",
}


@pytest.fixture(scope="module")
def workspace(terraform, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    place = tmp_path_factory.mktemp("stack")
    workspace = Workspace(place, terraform, clean_environment(home)).write(FILES).init()
    workspace.apply()
    return workspace


def told(workspace, *arguments):
    plan = parse_plan(workspace.show_json(workspace.plan(*arguments)))
    observations = observe(plan, Settings(), Surroundings()).observations
    return {each.address: each for each in observations}


def test_a_destroyed_stack_tells_what_stood_on_each_thing(workspace):
    found = told(workspace, "-destroy")
    assert {address: each.dependents for address, each in found.items()} == {
        "terraform_data.net": 10,
        'terraform_data.many["#1"]': 8,
        'terraform_data.many["#2"]': 8,
        'module.service["#1"].terraform_data.a': 4,
        'module.service["#2"].terraform_data.a': 4,
        'module.service["#1"].module.inner[0].terraform_data.i': 2,
        'module.service["#1"].module.inner[1].terraform_data.i': 2,
        'module.service["#2"].module.inner[0].terraform_data.i': 2,
        'module.service["#2"].module.inner[1].terraform_data.i': 2,
        "terraform_data.one": 1,
        "terraform_data.last": 0,
    }
    assert found["terraform_data.net"].chain == (
        "terraform_data.net",
        "terraform_data.many",
        "...",
        "terraform_data.one",
        "terraform_data.last",
    )


def test_what_goes_with_its_block_is_known_from_the_state_and_what_stays_stands_on_it_no_more(
    workspace,
):
    lone = workspace.copy(workspace.directory.parent / "lone")
    lone.write('resource "terraform_data" "last" {}\n')
    assert told(lone)["terraform_data.net"].dependents == 9
