"""The state names and knows its objects exactly as the next plan does, and tells nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pretend_cloud import Cloud
from terraform_workspace import Workspace

from guardrail.errors import EnforcementError
from guardrail.findings.address import parse_address
from guardrail.findings.identity import address_digest, identity_digest
from guardrail.plan.parse import parse_plan
from guardrail.plan.statefile import instance_key
from guardrail.sources.state import read_state
from guardrail.system.terraform import open_terraform, pull_state

ODD = [
    "plain", "two words", 'quo"te', "back\\slash", "line\nfeed", "tab\tstop\r", "a.b[0]", "é̂", "日本",
    "${x}", "$${x}", "%{x}", "$", "%", "$%{", "{", "\u0000", "\u0001\u007f", "\u00a0", "\u2028",
    "\u202e", "\U0001f600", "\U0001fae8", "\U000e0001", "\u0378", "",
]  # fmt: skip

CONFIGURATION = """\
locals {
  keys = toset(jsondecode(file("keys.json")))
}

resource "terraform_data" "each" {
  for_each = local.keys
}

resource "terraform_data" "count" {
  count = 2
}

data "terraform_remote_state" "not_ours" {
  backend = "local"
  config  = { path = "${path.module}/other.tfstate" }
}

module "m" {
  source   = "./m"
  for_each = local.keys
  key      = each.key
}
"""

MODULE = """\
variable "key" {}

resource "terraform_data" "single" {}

resource "terraform_data" "each" {
  for_each = toset([var.key])
}
"""

EMPTY = '{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}}'


def state(*resources: dict, **changes: object) -> bytes:
    body = {"version": 4, "lineage": "x", "serial": 7, "resources": resources, "outputs": {}}
    return json.dumps({**body, **changes}).encode()


def resource(*instances: dict, **changes: object) -> dict:
    body = {"mode": "managed", "type": "t", "name": "n", "instances": instances, "provider": "p"}
    return {**body, **changes}


def of_the_next_plan(workspace: Workspace) -> dict[str, str]:
    plan = parse_plan(workspace.show_json(workspace.plan()))
    return {
        address_digest(each.address): identity_digest(each.type, each.values) or ""
        for each in plan.prior
        if each.mode == "managed"
    }


@pytest.mark.terraform
def test_odd_keys_are_written_as_terraform_writes_them(workspace: Workspace):
    workspace.write(
        {"main.tf": CONFIGURATION, "m/main.tf": MODULE, "keys.json": json.dumps(ODD),
         "other.tfstate": EMPTY.replace("{}}", '{}, "resources": []}')}
    ).init().apply()  # fmt: skip
    plan = parse_plan(workspace.show_json(workspace.plan()))

    pulled = workspace.run("state", "pull").stdout.encode()
    written = {
        (f"{each['module']}." if "module" in each else "")
        + f"{each['type']}.{each['name']}{instance_key(instance.get('index_key'))}"
        for each in json.loads(pulled)["resources"]
        for instance in each["instances"]
        if each["mode"] == "managed"
    }
    planned = {each.address for each in plan.prior if each.mode == "managed"}
    # Terraform was built with a younger Unicode than Python 3.11: it can print a few more.
    assert {a for a in written if "\\U0001fae8" not in a} <= planned
    assert len(written) == len(planned) == 3 * len(ODD) + 2
    found = read_state(pulled)
    assert found.objects == of_the_next_plan(workspace)
    assert "" not in found.objects.values()
    assert (found.lineage, found.serial) == (
        workspace.state()["lineage"],
        workspace.state()["serial"],
    )


@pytest.mark.terraform
def test_the_cloud_objects_of_a_state_are_those_of_the_next_plan(cloud: Cloud):
    workspace = cloud.workspace().write(cloud.environment_hcl())
    workspace.apply()
    with open_terraform(str(workspace.terraform), None, "") as terraform:
        printed = pull_state(terraform, env=workspace.environment, directory=workspace.directory)
    found = read_state(printed)
    assert found.objects == of_the_next_plan(workspace)
    assert len(set(found.objects.values())) == 8


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_written_key_is_read_back_as_one_step(key: str):
    address = parse_address(f"a.b{instance_key(key)}")
    assert address is not None
    assert address.resource is not None
    assert address.resource.key is not None


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_where_nothing_is_printed_there_is_no_state(data: bytes):
    assert read_state(data).lineage == ""
    assert read_state(data).objects == {}


def test_data_and_deposed_objects_are_left_out_and_tainted_ones_are_not():
    found = read_state(
        state(
            resource({"attributes": {"id": "1"}}, mode="data"),
            resource(
                {"index_key": 0, "attributes": {"id": "1"}, "status": "tainted"},
                {"index_key": 0, "attributes": {"id": "2"}, "deposed": "00000001"},
            ),
        )
    )
    assert list(found.objects) == [address_digest("t.n[0]")]


def test_an_object_of_an_old_state_has_its_identity_too():
    old = read_state(state(resource({"attributes_flat": {"id": "7", "tags.%": "0"}})))
    new = read_state(state(resource({"attributes": {"id": 7}})))
    assert old.objects == new.objects
    assert "" not in old.objects.values()


def test_an_object_without_an_identity_is_known_by_its_address():
    found = read_state(state(resource({"attributes": {"manifest": {}}}), resource({}, name="m")))
    assert found.objects == {address_digest("t.n"): "", address_digest("t.m"): ""}


def test_no_instances_at_all_are_none():
    assert read_state(state(resource(), {**resource(), "instances": None})).objects == {}
    assert read_state(state(resources=None)).objects == {}


@pytest.mark.parametrize(
    "data",
    [
        b"no state", b"\xff", b"[" * 100_000, b"[]", b"{}", b'{"version": 4}',
        state(lineage=None), state(serial="7"), state(resources={}), state(resource(mode="ephemeral")),
        state(resource(type=None)), state(resource({"index_key": 1.5})), state(resource({"index_key": []})),
        state(resource({"attributes": {"id": "canary"}, "deposed": 1})),
    ],
)  # fmt: skip
def test_what_is_no_state_is_an_error_without_a_value(data: bytes):
    with pytest.raises(EnforcementError, match="expected a state") as caught:
        read_state(data)
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_state_of_another_version_is_an_error():
    with pytest.raises(EnforcementError, match="version 4"):
        read_state(state(version=5))
