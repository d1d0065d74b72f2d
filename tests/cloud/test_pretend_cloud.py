import json

import pytest
from pretend_cloud import Cloud, prepare

pytestmark = pytest.mark.terraform

REPLACEABLE = """\
resource "aws_instance" "web" {
  ami = "%s"
  lifecycle {
    create_before_destroy = true
  }
}
"""

BLOCKS = """\
resource "aws_security_group" "shop" {
  name = "shop"

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = "logs"

  rule {
    id     = "old"
    status = "Enabled"

    expiration {
      days = %d
    }
  }
}
"""


def actions(plan: bytes) -> dict[str, list[str]]:
    return {
        each["address"]: each["change"]["actions"] for each in json.loads(plan)["resource_changes"]
    }


def test_creating_an_environment_really_creates_it(cloud: Cloud):
    workspace = cloud.workspace().write(cloud.environment_hcl())
    workspace.apply()
    assert cloud.operations() == [
        ("create", "aws_db_instance"),
        ("create", "aws_instance"),
        ("create", "aws_instance"),
        ("create", "aws_route53_zone"),
        ("create", "aws_s3_bucket"),
        ("create", "aws_subnet"),
        ("create", "aws_subnet"),
        ("create", "aws_vpc"),
    ]
    assert len(cloud.objects()) == len(workspace.addresses()) == 8


def test_a_plan_alone_changes_nothing(cloud: Cloud):
    workspace = cloud.workspace().write(cloud.environment_hcl())
    plan = workspace.plan()
    assert set(map(tuple, actions(workspace.show_json(plan)).values())) == {("create",)}
    assert cloud.log() == []
    assert cloud.objects() == {}
    assert workspace.state() == {}


def test_replacing_the_database_deletes_it_and_creates_another(cloud: Cloud):
    workspace = cloud.workspace().write(cloud.environment_hcl())
    workspace.apply()
    before = len(cloud.log())
    plan = workspace.write(cloud.environment_hcl(database="other")).plan()
    assert cloud.log()[before:] == []
    workspace.apply(str(plan))
    assert cloud.log()[before:] == [
        {"operation": "delete", "type": "aws_db_instance", "id": "production-main"},
        {"operation": "create", "type": "aws_db_instance", "id": "other"},
    ]


def test_another_network_replaces_everything_inside_it_and_disarming_is_an_update(cloud: Cloud):
    workspace = cloud.workspace().write(cloud.environment_hcl())
    workspace.apply()
    workspace.write(cloud.environment_hcl(cidr="10.1.0.0/16", protected=False))
    planned = actions(workspace.show_json(workspace.plan()))
    replaced = {address for address, each in planned.items() if each == ["delete", "create"]}
    assert replaced == {
        "aws_vpc.main",
        *(f"aws_subnet.app[{n}]" for n in range(2)),
        *(f"aws_instance.web[{n}]" for n in range(2)),
    }
    assert planned["aws_db_instance.main"] == ["update"]


def test_destroying_leaves_nothing(cloud: Cloud):
    workspace = cloud.workspace().write('resource "aws_kms_key" "main" {}')
    workspace.apply()
    workspace.destroy()
    assert cloud.operations() == [("create", "aws_kms_key"), ("delete", "aws_kms_key")]
    assert cloud.objects() == {}


def test_a_delete_that_fails_leaves_a_deposed_object_that_the_next_plan_deletes(cloud: Cloud):
    workspace = cloud.workspace().write(REPLACEABLE % "ami-1")
    workspace.apply()
    cloud.fail_next_delete("aws_instance")
    failed = workspace.write(REPLACEABLE % "ami-2").apply(check=False)
    assert failed.returncode == 1
    assert len(cloud.objects()) == 2
    plan = workspace.plan()
    changes = json.loads(workspace.show_json(plan))["resource_changes"]
    assert [each["change"]["actions"] for each in changes if "deposed" in each] == [["delete"]]
    workspace.apply(str(plan))
    assert len(cloud.objects()) == 1


def test_an_object_lost_outside_terraform_is_seen_as_drift(cloud: Cloud):
    workspace = cloud.workspace().write(cloud.environment_hcl())
    workspace.apply()
    cloud.lose("production-main")
    plan = json.loads(workspace.show_json(workspace.plan()))
    assert [each["address"] for each in plan["resource_drift"]] == ["aws_db_instance.main"]


def test_a_live_object_can_be_imported_and_a_name_cannot_be_taken_twice(cloud: Cloud):
    bucket = 'resource "aws_s3_bucket" "%s" {\n  bucket = "acme"\n}\n'
    cloud.workspace("first").write(bucket % "mine").apply()
    second = cloud.workspace("second").write(bucket % "yours")
    assert "exists already" in second.apply(check=False).stderr
    second.write(
        bucket % "yours" + 'import {\n  to = aws_s3_bucket.yours\n  id = "acme"\n}\n'
    ).apply()
    assert second.addresses() == ["aws_s3_bucket.yours"]
    assert cloud.operations() == [("create", "aws_s3_bucket")]


def test_what_is_in_blocks_is_kept_and_changed_in_place(cloud: Cloud):
    workspace = cloud.workspace().write(BLOCKS % 90)
    workspace.apply()
    same = actions(workspace.show_json(workspace.plan()))
    assert set(map(tuple, same.values())) == {("no-op",)}
    workspace.write(BLOCKS % 1).apply()
    (rule,) = (
        each["values"]["rule"] for each in cloud.objects().values() if "rule" in each["values"]
    )
    assert [each["expiration"] for each in rule] == [[{"days": 1}]]
    assert cloud.operations()[-1] == ("update", "aws_s3_bucket_lifecycle_configuration")


def test_ids_repeat_from_one_account_to_the_next(cloud_template, tmp_path):
    accounts = [Cloud(tmp_path / name, cloud_template) for name in ("one", "two")]
    for account in accounts:
        account.workspace().write(
            'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n'
        ).apply()
    first, second = (list(account.objects()) for account in accounts)
    assert first == second


@pytest.mark.slow
def test_the_second_terraform_works_on_the_same_cloud(terraform_115, tmp_path):
    cloud = Cloud(tmp_path, prepare(tmp_path, terraform_115))
    cloud.workspace().write('resource "aws_kms_key" "main" {}').apply()
    assert cloud.operations() == [("create", "aws_kms_key")]
