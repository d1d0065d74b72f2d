"""Code from elsewhere, and plans for another account, region or environment than meant."""

from made_plan import PROVIDERS, plan, thing
from situation_table import Situation, situation

EXTERNAL = "effects/external_data"
FOREIGN = "effects/foreign_source"
RETARGETED = "target/retargeted"
WRONG = "target/wrong_target"
DELETED = "destruction/resource_deleted"

PRODUCTION = {"tags": {"Environment": "production"}}
STAGING = {"tags": {"Environment": "staging"}}
PLACES = """
[environments.production]
class = "production"
accounts = ["111122223333"]
regions = ["eu-*"]
"""
SOURCES = """
[sources]
providers = ["registry.terraform.io/hashicorp/*"]
modules = ["terraform-aws-modules/*"]
"""
QUIET = '[quiet]\nchurn = ["acme_job_*", "aws_db_*"]\n'
KEPT = thing("aws_vpc.kept")


def _read(kind: str) -> dict:
    read = thing(f"data.{kind}.x", "read", mode="data")
    read["change"]["after"] = {}
    return read


def _ran(kind: str) -> dict:
    """Return a state that a data source was read into while Terraform planned."""
    read = {
        "address": f"data.{kind}.x",
        "mode": "data",
        "type": kind,
        "name": "x",
        "provider_name": "registry.terraform.io/hashicorp/external",
        "schema_version": 0,
        "values": {"id": "x", "program": ["sh", "-c", "hunter2"]},
    }
    return {"format_version": "1.0", "values": {"root_module": {"resources": [read]}}}


def _arn(account: str = "111122223333", region: str = "eu-west-1", **values) -> dict:
    return PRODUCTION | {"arn": f"arn:aws:ec2:{region}:{account}:vpc/x"} | values


def _provider(**expressions) -> dict:
    """Return a configuration whose AWS provider has `expressions` and makes ``aws_vpc.x``."""
    block = {"address": "aws_vpc.x", "mode": "managed", "type": "aws_vpc", "name": "x"}
    provider = {"name": "aws", "full_name": PROVIDERS["aws"], "expressions": expressions}
    return {
        "provider_config": {"aws": provider},
        "root_module": {"resources": [{**block, "provider_config_key": "aws"}]},
    }


def _module(source: str) -> dict:
    return {"root_module": {"module_calls": {"network": {"source": source, "module": {}}}}}


MADE = thing("module.prod.aws_vpc.x", "create")

SITUATIONS: dict[str, Situation] = {
    "a program that apply runs": situation("BLOCK", plan(_read("external")), EXTERNAL),
    "a request that apply sends": situation("BLOCK", plan(_read("http")), EXTERNAL),
    "a data source that apply reads": situation("ALLOW", plan(_read("aws_ami"))),
    "a program that planning has run": situation(
        "ALLOW", plan(prior_state=_ran("external")), EXTERNAL, says="ran while"
    ),
    "a lookup that planning has made": situation("ALLOW", plan(prior_state=_ran("http"))),
    "a foreign provider": situation(
        "BLOCK",
        plan(thing("evil_thing.x", "create")),
        FOREIGN,
        says="example.com/acme/other",
        settings=SOURCES,
    ),
    "a foreign provider that nobody forbids": situation(
        "ALLOW", plan(thing("evil_thing.x", "create"))
    ),
    "an allowed provider": situation("ALLOW", plan(MADE), settings=SOURCES),
    "what is built in": situation(
        "ALLOW", plan(thing("terraform_data.x", "create")), settings=SOURCES
    ),
    "a foreign module": situation(
        "BLOCK", plan(KEPT, configuration=_module("evil/network/aws")), FOREIGN, settings=SOURCES
    ),
    "a local module": situation(
        "ALLOW", plan(KEPT, configuration=_module("./network")), settings=SOURCES
    ),
    "D22: a change in another account": situation(
        "REFUSE",
        plan(thing("aws_vpc.x", "update", _arn("999999999999"), {"cidr_block": "10.0.0.0/8"})),
        RETARGETED,
        says="outside what the settings list for production",
        settings=PLACES,
    ),
    "D22: a provider of another region": situation(
        "REFUSE",
        plan(
            thing("aws_vpc.x", "delete create", PRODUCTION),
            configuration=_provider(region={"constant_value": "us-east-1"}),
        ),
        RETARGETED,
        settings=PLACES,
    ),
    "D22: a provider that is held to another account": situation(
        "REFUSE",
        plan(
            thing("aws_vpc.x", "update", PRODUCTION, {"cidr_block": "10.0.0.0/8"}),
            configuration=_provider(allowed_account_ids={"constant_value": ["999999999999"]}),
        ),
        RETARGETED,
        settings=PLACES,
    ),
    "a change in the right account": situation(
        "ALLOW",
        plan(
            thing("aws_vpc.x", "update", _arn(), {"enable_dns_support": True}),
            configuration=_provider(region={"constant_value": "eu-west-1"}),
        ),
        settings=PLACES,
    ),
    "a creation in the right region": situation(
        "ALLOW",
        plan(MADE, configuration=_provider(region={"constant_value": "eu-west-1"})),
        settings=PLACES,
    ),
    "a disagreement about what is lost": situation(
        "BLOCK",
        plan(thing("module.prod.aws_instance.x", "delete", STAGING), KEPT),
        WRONG,
        says="the tags say staging, the module says production",
    ),
    "a disagreement about what is changed": situation(
        "ALLOW", plan(thing("module.prod.aws_instance.x", "update", STAGING, {"ami": "y"}), KEPT)
    ),
    "ordinary churn by the settings": situation(
        "ALLOW", plan(thing("acme_job_run.x", "delete"), KEPT), settings=QUIET
    ),
    "ordinary churn that holds data": situation(
        "BLOCK", plan(thing("aws_db_instance.x", "delete"), KEPT), settings=QUIET
    ),
    "ordinary churn that nobody named": situation(
        "BLOCK", plan(thing("acme_job_run.x", "delete"), KEPT), DELETED
    ),
}
