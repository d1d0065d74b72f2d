"""A state that is not what the last apply left: nothing happens in the cloud until a senior looks."""

import shutil

import pytest
from pretend_cloud import Cloud

pytestmark = pytest.mark.terraform

GROUPS = """
resource "aws_security_group" "g" {
  count = %d
  name  = "g${count.index}"
  tags  = { Environment = "production" }
}
"""
DATABASES = """
resource "aws_db_instance" "main" {
  identifier = "%s"
  tags       = { Environment = "production" }
}
"""
SCRATCH = """
resource "aws_db_instance" "scratch" {
  identifier = "%s"
  tags       = { Environment = "production" }
}
"""


def test_a_lost_state_does_not_build_production_twice(story, cloud: Cloud, said):
    story.done(cloud.environment_hcl())
    story.really()
    kept = story.state.rename(story.state.with_suffix(".kept"))

    lost = story.ask()
    assert lost.code == 3
    assert lost.rules == {"state/state_empty", "state/duplicated"}
    assert "8 of 8" in said(lost, "state/state_empty")
    assert story.really() == []
    assert len(cloud.objects()) == 8

    kept.rename(story.state)
    assert story.done().rules == set()
    assert story.really() == []


def test_an_emptied_state_cannot_be_made_the_known_one_by_a_plan_that_does_nothing(story, said):
    story.done(GROUPS % 3)
    story.really()
    story.state.unlink()

    nothing = story.ask("")
    assert nothing.code == 3
    assert nothing.rules == {"state/state_empty"}

    again = story.ask(GROUPS % 3)
    assert "state/duplicated" in again.rules
    assert story.really() == []


def test_a_state_that_was_swapped_in_destroys_nothing(story, cloud: Cloud, said):
    old = cloud.workspace("old-laptop").write({"main.tf": cloud.environment_hcl("staging")})
    old.apply()
    story.done(GROUPS % 3)
    story.really()
    shutil.copy(old.directory / "terraform.tfstate", story.state)

    denied = story.ask(None, "-destroy")
    assert denied.code == 1
    assert "state/state_swapped" in denied.rules
    assert "8 of its resources" in said(denied, "state/state_swapped")
    assert story.really() == []
    assert len(cloud.objects()) == 11

    asked = story.approved(cloud.environment_hcl("staging"))
    assert asked.rules == {"state/state_swapped", "state/state_empty"}
    assert story.really() == []

    known = story.ask(None, "-destroy")
    assert known.code == 3
    assert "state/state_swapped" not in known.rules
    assert story.really() == []


def test_an_older_state_is_told_from_the_newest(story, cloud: Cloud):
    story.done(GROUPS % 6)
    old = shutil.copy(story.state, story.state.with_suffix(".old"))
    story.done(GROUPS % 7)
    story.really()
    new = story.state.rename(story.state.with_suffix(".new"))
    shutil.copy(old, story.state)

    asked = story.ask()
    assert asked.code == 3
    assert asked.rules == {"state/state_rolled_back"}
    assert story.really() == []

    new.replace(story.state)
    assert story.done(GROUPS % 8).rules == set()
    assert story.really() == [("create", "aws_security_group")]


def test_a_harmless_name_on_the_production_database_is_seen_through(story, cloud: Cloud, said):
    story.done(DATABASES % "prod" + SCRATCH % "scratch")
    story.really()
    for old, new in (("main", "x"), ("scratch", "main"), ("x", "scratch")):
        story.stack.run("state", "mv", f"aws_db_instance.{old}", f"aws_db_instance.{new}")

    cleanup = story.ask(DATABASES % "scratch")
    assert cleanup.code == 3
    assert "state/identity_changed" in cleanup.rules
    (told,) = (
        each["message"]
        for each in cleanup.decision["findings"]
        if each["rule"] == "state/identity_changed" and each["address"]
    )
    assert told == (
        "aws_db_instance.scratch is another object than after the last apply: "
        "it was aws_db_instance.main then"
    )
    assert story.really() == []
    assert "prod" in cloud.objects()


def test_a_refresh_under_another_account_forgets_nothing(story, cloud: Cloud):
    story.done(cloud.environment_hcl())
    story.really()
    before = story.state.read_bytes()
    other = cloud.provider_hcl().replace(str(cloud.directory), f"{cloud.directory}-other")
    providers = story.stack.directory / "providers.tf"
    providers.write_text(providers.read_text().replace(cloud.provider_hcl(), other))

    asked = story.ask(None, "-refresh-only")
    assert asked.code == 3
    assert "state/state_lost" in asked.rules
    assert story.state.read_bytes() == before
    assert story.really() == []


def test_destroyed_through_the_gate_and_built_again_is_asked_about_once(story):
    story.done(GROUPS % 3)
    story.really()
    asked = story.approved(None, "-destroy")
    assert "environment/destroyed" in asked.rules
    assert story.really() == [("delete", "aws_security_group")] * 3
    assert story.done(GROUPS % 3).rules == set()
    assert story.really() == [("create", "aws_security_group")] * 3


def test_destroyed_behind_the_gate_and_built_again_is_asked_about(story):
    story.done(GROUPS % 3)
    story.stack.destroy()
    story.really()
    assert story.ask().rules == {"state/state_empty", "state/duplicated"}
    assert story.really() == []


def test_everyday_work_on_a_known_stack_is_silent(story, cloud: Cloud):
    story.done(GROUPS % 6)
    assert story.done(GROUPS % 7, "-target=aws_security_group.g[6]").rules == {"plan/targeted"}
    assert story.done(None, "-refresh=false").rules == set()
    moved = """
moved {
  from = aws_security_group.g
  to   = aws_security_group.h
}
"""
    renamed = (GROUPS % 7).replace('"g" {', '"h" {')
    assert story.done(renamed + moved).rules == set()
    cloud.lose(next(iter(cloud.objects())))
    assert story.done(renamed).rules == set()
    assert story.really() == [("create", "aws_security_group")] * 8
