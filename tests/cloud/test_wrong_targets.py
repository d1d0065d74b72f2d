"""Plans that real Terraform makes for another environment, or for more, than somebody meant."""

from installed import Installed, Result
from pretend_cloud import PROVIDERS, Cloud

MACHINE = """\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = { Environment = "%s" }
}

resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/24"
  tags       = { Environment = "%s" }
}
"""


def told(result: Result, rule: str) -> list[tuple[str, int, str]]:
    found = [each for each in result.decision["findings"] if each["rule"] == rule]
    return [(each["address"], each["tier"], each["outcome"]) for each in found]


def planned(cloud: Cloud, installed: Installed, tags: str, *arguments: str) -> Result:
    """Return the verdict on `arguments` in the workspace staging over things with `tags`."""
    place = cloud.workspace()
    place.run("workspace", "new", "staging")
    place.write(MACHINE % (tags, tags)).apply()
    return installed.check(place.plan(*arguments), "--chdir", place.directory)


def test_d21_a_tear_down_of_staging_that_hits_production_is_denied(cloud, installed):
    result = planned(cloud, installed, "production", "-destroy")
    assert result.code == 1
    assert told(result, "target/wrong_target") == [("aws_subnet.app", 4, "deny")]
    assert "the tags say production, the workspace says staging" in result.out


def test_a_tear_down_of_staging_that_hits_staging_asks_as_ever(cloud, installed):
    result = planned(cloud, installed, "staging", "-destroy")
    assert result.code == 3
    assert not told(result, "target/wrong_target")
    assert "plan/pulled_in" not in result.rules


def test_settings_that_name_both_texts_settle_it(cloud, installed):
    named = '[environments.shop]\nclass = "nonproduction"\n'
    named += 'workspaces = ["staging"]\ntags = ["production"]\n'
    installed.settings(installed.installation.settings.read_text() + named)
    result = planned(cloud, installed, "production", "-destroy")
    assert result.code == 3
    assert not told(result, "target/wrong_target")


def test_d23_what_a_target_pulls_in_is_named(cloud, installed):
    result = planned(cloud, installed, "staging", "-destroy", "-target=aws_vpc.main")
    assert result.code == 3
    assert told(result, "plan/pulled_in") == [("aws_subnet.app", 2, "require_approval")]


def test_a_target_that_stands_alone_pulls_nothing_in(cloud, installed):
    result = planned(cloud, installed, "staging", "-destroy", "-target=aws_subnet.app")
    assert result.code == 3
    assert "plan/pulled_in" not in result.rules


def test_a_provider_that_points_elsewhere_than_at_the_last_apply_is_told(cloud, installed):
    place = cloud.workspace()
    region = 'region = "%s"\n}\n'
    block = cloud.provider_hcl().removesuffix("}\n") + region
    place.write(MACHINE % ("staging", "staging") + block % "eu-west-1")
    (place.directory / "providers.tf").write_text(PROVIDERS)
    plan = place.plan()
    applied = installed.run("apply", plan, "--chdir", place.directory)
    assert applied.code == 0, applied.err
    more = 'resource "aws_vpc" "more" {\n  cidr_block = "10.1.0.0/16"\n}\n'
    place.write(MACHINE % ("staging", "staging") + more + block % "us-east-1")
    result = installed.check(place.plan(), "--chdir", place.directory)
    assert told(result, "target/retargeted") == [("", 3, "require_approval")]
    assert "than at the last apply (region)" in result.out
    place.write(MACHINE % ("staging", "staging") + more + block % "eu-west-1")
    result = installed.check(place.plan(), "--chdir", place.directory)
    assert result.code == 0
