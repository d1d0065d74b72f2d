"""Where changed things live, against where the settings say their environment lives."""

import msgspec
import pytest
from msgspec import Raw

from guardrail.findings.model import Kind, Observation
from guardrail.plan.model import Configuration
from guardrail.settings.model import EnvironmentClass, EnvironmentRule, Settings

AWS = "registry.terraform.io/hashicorp/aws"
PLACED = Settings(
    environments=(
        EnvironmentRule(
            name="production",
            environment_class=EnvironmentClass.PRODUCTION,
            accounts=("111122223333", "acme-prod-*", "0000-SUB"),
            regions=("eu-*", "West Europe", "europe-west?"),
        ),
    )
)


def arn(account: str = "111122223333", region: str = "eu-west-1") -> dict:
    return {"arn": f"arn:aws:ec2:{region}:{account}:vpc/vpc-1"}


def configuration(source: str = AWS, key: str = "aws", **expressions: object) -> Configuration:
    body = {"full_name": source, "expressions": expressions}
    block = {"provider_config_key": key}
    return Configuration(
        providers={key: Raw(msgspec.json.encode(body))},
        blocks={"module.prod.aws_vpc.a": Raw(msgspec.json.encode(block))},
    )


def told(build, change, settings: Settings = PLACED, **fields) -> list[Observation]:
    found = build.findings(build.plan([change], **fields), settings).observations
    return [each for each in found if each.kind is Kind.RETARGETED]


def vpc(build, actions: str = "update", kind: str = "aws_vpc", **fields):
    return build.change(f"module.prod.{kind}.a", actions, **fields)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_vpc", arn()),
        ("aws_iam_role", {"arn": "arn:aws:iam::111122223333:role/x"}),
        ("aws_s3_bucket", {"arn": "arn:aws:s3:::acme"}),
        ("aws_iam_policy", {"arn": "arn:aws:iam::aws:policy/ReadOnly"}),
        ("aws_vpc", {"arn": 1, "region": ["x"]}),
        ("aws_guardduty_member", {"account_id": "999999999999"}),
        ("google_compute_network", {"project": "acme-prod-1", "zone": "europe-west1-b"}),
        ("google_dns_managed_zone", {"project": "projects/acme-prod-1", "location": "global"}),
        ("azurerm_subnet", {"id": "/subscriptions/0000-sub/x", "location": "westeurope"}),
        ("dx_thing", {"location": "elsewhere", "project": "other"}),
    ],
)
@pytest.mark.parametrize("actions", ["update", "delete", "create"])
def test_what_lives_where_its_environment_does_is_silent(build, kind, values, actions):
    side = "after" if actions == "create" else "before"
    assert not told(build, vpc(build, actions, kind, **{side: values}))


@pytest.mark.parametrize(
    ("kind", "values", "causes"),
    [
        ("aws_vpc", arn("999999999999"), ("account",)),
        ("aws_vpc", arn(region="us-east-1"), ("region",)),
        ("aws_vpc", arn("999999999999", "us-east-1"), ("account", "region")),
        ("aws_vpc", {"region": "us-east-1"}, ("region",)),
        ("google_compute_network", {"project": "acme-dev-1"}, ("account",)),
        ("google_compute_disk", {"zone": "us-central1-a"}, ("region",)),
        ("azurerm_subnet", {"id": "/subscriptions/other/x"}, ("account",)),
        ("azurerm_subnet", {"location": "North Europe"}, ("region",)),
    ],
)
@pytest.mark.parametrize("actions", ["update", "delete", "delete create", "forget"])
def test_what_lives_elsewhere_is_sealed(build, kind, values, causes, actions):
    (found,) = told(build, vpc(build, actions, kind, before=values))
    assert (found.causes, found.sealed) == (causes, True)
    assert found.environment == "production"
    assert found.address == f"module.prod.{kind}.a"


def test_where_something_is_created_counts(build):
    changed = vpc(build, "create", "google_compute_network", after={"project": "acme-dev-1"})
    (found,) = told(build, changed)
    assert found.sealed


@pytest.mark.parametrize(
    ("expressions", "causes"),
    [
        ({"region": {"constant_value": "us-east-1"}}, ("region",)),
        ({"allowed_account_ids": {"constant_value": ["999999999999"]}}, ("account",)),
        (
            {"assume_role": [{"role_arn": {"constant_value": "arn:aws:iam::999999999999:role/x"}}]},
            ("account",),
        ),
    ],
)
@pytest.mark.parametrize("actions", ["create", "delete"])
def test_what_says_nothing_lives_where_its_provider_points_at(build, expressions, causes, actions):
    configured = configuration(**expressions)
    (found,) = told(build, vpc(build, actions), configuration=configured)
    assert found.causes == causes


def test_a_block_that_is_gone_is_managed_by_the_only_provider_of_its_source(build):
    configured = configuration(region={"constant_value": "us-east-1"})
    gone = build.change("module.prod.aws_subnet.b", "delete", provider=AWS)
    assert told(build, gone, configuration=configured)


def test_an_object_knows_better_than_its_provider(build):
    configured = configuration(region={"constant_value": "us-east-1"})
    assert not told(build, vpc(build, before=arn()), configuration=configured)


def test_a_provider_that_manages_nothing_of_it_does_not_matter(build):
    configured = configuration(key="aws.peer", region={"constant_value": "us-east-1"})
    other = build.change("module.prod.aws_subnet.b", "create", provider="other")
    assert not told(build, other, configuration=configured)


def test_who_the_caller_is_counts_whatever_the_objects_say(build):
    data = build.resource("data.aws_caller_identity.me", {"account_id": "999999999999"})
    block = Raw(b'{"provider_config_key":"aws"}')
    configured = Configuration(
        blocks={"module.prod.aws_vpc.a": block, "data.aws_caller_identity.me": block}
    )
    changed = vpc(build, before=arn())
    (found,) = told(build, changed, prior=[data], configuration=configured)
    assert found.causes == ("account",)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(
            environments=(
                EnvironmentRule(
                    name="production",
                    environment_class=EnvironmentClass.PRODUCTION,
                    accounts=("1",),
                    trusted=False,
                ),
            )
        ),
    ],
)
def test_nothing_is_told_where_the_installation_does_not_say(build, settings):
    assert not told(build, vpc(build, before=arn("999999999999")), settings)


def test_another_environment_and_what_does_not_change_do_not_matter(build):
    away = arn("999999999999")
    assert not told(build, build.change("module.dev.aws_vpc.a", "delete", before=away))
    moved = vpc(build, "no-op", before=away, previous_address="aws_vpc.a")
    assert not told(build, moved)
    assert told(build, vpc(build, "no-op", before=away, importing=True))


def test_no_value_is_in_what_is_told(build):
    (found,) = told(build, vpc(build, before=arn("999999999999", "us-east-1")))
    text = msgspec.json.encode(found)
    assert b"9999" not in text
    assert b"us-east" not in text
