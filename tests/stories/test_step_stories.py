"""Destruction in steps: each plan looks ordinary beside what came before it."""

import pytest
from installed import Installed
from pretend_cloud import Cloud

from guardrail.report.brief import render

pytestmark = pytest.mark.terraform

GROUPS = """
resource "aws_security_group" "g" {
  count = %d
  name  = "g${count.index}"
  tags  = { Environment = "production" }
}
"""
BUCKET = """
resource "aws_s3_bucket" "data" {
  bucket = "%s"
}
"""
IMPORT = """
import {
  to = aws_s3_bucket.data
  id = "acme-data"
}
"""
DATABASE_AND_KEY = """
resource "aws_kms_key" "main" {
  is_enabled = true
  tags       = { Environment = "production" }
}

resource "aws_db_instance" "main" {
  identifier = "prod"
  tags       = { Environment = aws_kms_key.main.is_enabled ? "production" : "none" }
}
"""


def without_database(hcl: str) -> str:
    start = hcl.index('resource "aws_db_instance"')
    return hcl[:start] + hcl[hcl.index("resource", start + 1) :]


def test_disarmed_by_one_plan_and_deleted_by_the_next_is_asked_about_twice(story, cloud: Cloud):
    story.done(cloud.environment_hcl())
    story.really()

    disarm = story.approved(cloud.environment_hcl(protected=False))
    assert "protection/disarmed" in disarm.rules
    assert story.really() == [("update", "aws_db_instance")]

    delete = story.ask(without_database(cloud.environment_hcl()))
    assert delete.code == 3
    assert "destruction/data_lost" in delete.rules
    assert story.really() == []
    assert "production-main" in cloud.objects()


def test_an_environment_destroyed_in_slices_is_seen_as_a_whole(story, cloud: Cloud, said):
    story.done(GROUPS % 12)
    story.really()
    for left in (10, 8):
        slice_ = story.approved(GROUPS % left)
        assert "environment/sliced" not in slice_.rules
        assert story.really() == [("delete", "aws_security_group")] * 2

    last = story.ask(GROUPS % 6)
    assert last.code == 3
    assert said(last, "environment/sliced") == (
        "2 lost now and 4 by earlier plans: "
        "6 of 12 managed resources of production are lost piece by piece"
    )
    assert story.really() == []
    assert len(cloud.objects()) == 8


def test_one_instance_replaced_every_day_for_a_week_is_no_slice(story, cloud: Cloud):
    story.done(GROUPS % 10)
    story.really()
    for _day in range(7):
        replaced = story.approved(None, "-replace=aws_security_group.g[3]")
        assert "environment/sliced" not in replaced.rules
        assert story.really() == [
            ("create", "aws_security_group"),
            ("delete", "aws_security_group"),
        ]
    assert len(cloud.objects()) == 10


def test_plans_of_five_different_ones_each_are_slices_from_half_of_forty_on(
    story, cloud: Cloud, installed: Installed
):
    story.done(GROUPS % 40)
    for plans, left in enumerate((35, 30, 25, 20, 15, 10), start=1):
        slice_ = story.approved(GROUPS % left)
        assert ("environment/sliced" in slice_.rules) is (plans >= 4), plans
        told = (
            f"5 lost now and {5 * plans - 5} by earlier plans: {5 * plans} of 40 managed resources"
        )
        assert (told in render(installed.requests()[-1])) is (plans >= 4)
    assert len(cloud.objects()) == 10


def test_after_an_approved_rebuild_a_single_deletion_is_no_slice_of_it(story, cloud: Cloud):
    story.done(GROUPS % 10)
    rebuilt = story.approved((GROUPS % 10).replace("g${", "new${"))
    assert "environment/rebuilt" in rebuilt.rules
    assert "environment/sliced" not in story.ask(GROUPS.replace("g${", "new${") % 9).rules


def test_imported_by_one_plan_and_replaced_by_the_next_is_a_live_object_that_goes(
    story, cloud: Cloud, said
):
    cloud.workspace("theirs").write({"main.tf": BUCKET % "acme-data"}).apply()
    story.really()
    assert story.done(IMPORT + BUCKET % "acme-data").rules == set()
    assert story.really() == []

    replaced = story.ask(BUCKET % "acme-renamed")
    assert replaced.code == 3
    assert "only just imported" in said(replaced, "destruction/imported_and_deleted")
    assert story.really() == []
    assert list(cloud.objects()) == ["acme-data"]


def test_a_database_and_its_key_in_one_plan_is_worse_than_either(story, cloud: Cloud, said):
    story.done(DATABASE_AND_KEY)
    story.really()
    gone = story.ask("")
    assert said(gone, "destruction/lost_together") == (
        "aws_db_instance.main is lost, and with it what it could be restored from: aws_kms_key.main"
    )
    assert story.really() == []
    assert len(cloud.objects()) == 2
