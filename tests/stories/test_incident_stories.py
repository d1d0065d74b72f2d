"""What people type in a hurry: it goes through the gate as well, or shows in the next plan."""

import pytest
from installed import Installed
from pretend_cloud import Cloud

pytestmark = pytest.mark.terraform

GROUPS = """
resource "aws_security_group" "g" {
  count = %d
  name  = "g${count.index}"
  tags  = { Environment = "production" }
}
"""


def test_a_destroy_without_a_plan_is_planned_by_the_gate_and_waits(
    story, cloud: Cloud, installed: Installed
):
    story.done(cloud.environment_hcl())
    story.really()

    here = ("--chdir", story.stack.directory, "--format", "json")
    asked = installed.run("apply", "--destroy", *here)
    assert asked.code == 3
    assert {"environment/destroyed", "destruction/data_lost"} <= asked.rules
    assert story.really() == []
    assert len(cloud.objects()) == 8


def test_what_was_taken_out_of_the_state_is_not_built_twice(story, cloud: Cloud):
    story.done(GROUPS % 4)
    story.really()
    for number in range(4):
        story.stack.run("state", "rm", f"aws_security_group.g[{number}]")

    again = story.ask(GROUPS % 4)
    assert again.code == 3
    assert "state/duplicated" in again.rules
    assert story.really() == []
    assert len(cloud.objects()) == 4
