"""
Updates and creations that destroy, disarm or cut off in words that are not the usual ones.

Beside them stands what looks like it, and stays silent.
"""

import json

from made_plan import Json, plan, thing
from situation_table import Situation, situation

DISARMED = "protection/disarmed"
DISRUPTED = "destruction/disrupted"


def _updated(kind: str, before: Json, after: Json) -> Json:
    return plan(thing(f"{kind}.x", "update", before, after), thing(f"{kind}.y"))


def _created(kind: str, after: Json, **entry: Json) -> Json:
    return plan(thing("aws_vpc.kept"), thing(f"{kind}.x", "create", after, **entry))


def _statements(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _images(number: int, status: str) -> str:
    kept = {"countNumber": number, "countType": "imageCountMoreThan", "tagStatus": status}
    return json.dumps({"rules": [{"rulePriority": 1, "selection": kept}]})


def _administered(account: int) -> Json:
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    return {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}


DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}
READABLE = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
UNREADABLE = {"Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}
TEMPLATE = (
    '{"Resources": {"A": {"Type": "AWS::RDS::DBInstance"}, "B": {"Type": "AWS::SQS::Queue"}}}'
)
LESS = '{"Resources": {"B": {"Type": "AWS::SQS::Queue"}}}'

UPDATES: dict[str, tuple[str, str, Json, Json]] = {
    "a stack whose template drops a database": (
        DISRUPTED,
        "aws_cloudformation_stack",
        {"template_body": TEMPLATE},
        {"template_body": LESS},
    ),
    "a deployment that becomes complete": (
        DISRUPTED,
        "azurerm_resource_group_template_deployment",
        {"deployment_mode": "Incremental"},
        {"deployment_mode": "Complete"},
    ),
    "a table that is dropped by a statement": (
        DISRUPTED,
        "google_spanner_database",
        {"ddl": ["CREATE TABLE a (i INT64) PRIMARY KEY (i)"]},
        {"ddl": ["CREATE TABLE a (i INT64) PRIMARY KEY (i)", "drop  table a"]},
    ),
    "a database that is overwritten by a backup": (
        DISRUPTED,
        "google_sql_database_instance",
        {"restore_backup_context": []},
        {"restore_backup_context": [{"backup_run_id": 7}]},
    ),
    "replicas in the values of a chart": (
        DISRUPTED,
        "helm_release",
        {"values": ["web:\n  replicaCount: 3\n"]},
        {"values": ["web:\n  replicaCount: 0 # later\n"]},
    ),
    "replicas in the values of a chart, as JSON": (
        DISRUPTED,
        "helm_release",
        {"values": ['{"web":{"replicas":3}}']},
        {"values": ['{"web":{"replicas":0}}']},
    ),
    "replicas set for a chart": (
        DISRUPTED,
        "helm_release",
        {"set": []},
        {"set": [{"name": "replicaCount", "value": "0"}]},
    ),
    "replicas set for a part of a chart": (
        DISRUPTED,
        "helm_release",
        {"set": [{"name": "web.replicaCount", "type": None, "value": "3"}]},
        {"set": [{"name": "web.replicaCount", "type": None, "value": "0"}]},
    ),
    "replicas by another word for none": (
        DISRUPTED,
        "kubectl_manifest",
        {"yaml_body": "spec: {replicas: 3}"},
        {"yaml_body": "spec: {replicas: !!int '0x0'}"},
    ),
    "a default route to a machine": (
        DISRUPTED,
        "aws_route",
        {"destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"},
        {"nat_gateway_id": "", "network_interface_id": "eni-1"},
    ),
    "replicas in a manifest that is a text": (
        DISRUPTED,
        "kubectl_manifest",
        {"yaml_body": "spec:\n  replicas: 3\n"},
        {"yaml_body": "spec:\n  replicas: 0"},
    ),
    "pools without nodes, and one more of them": (
        DISRUPTED,
        "google_container_cluster",
        {"node_pool": [{"node_count": 3}]},
        {"node_pool": [{"node_count": 0}, {"node_count": 0}]},
    ),
    "a table whose items expire": (
        DISARMED,
        "aws_dynamodb_table",
        {"ttl": [{"enabled": False, "attribute_name": ""}]},
        {"ttl": [{"enabled": True, "attribute_name": "created_at"}]},
    ),
    "a key in the hands of another account": (
        DISRUPTED,
        "aws_kms_key",
        {"policy": _statements(_administered(1))},
        {"policy": _statements(_administered(2))},
    ),
    "a bucket that nobody can read": (
        DISRUPTED,
        "aws_s3_bucket_policy",
        {"policy": _statements(READABLE)},
        {"policy": _statements(READABLE, UNREADABLE)},
    ),
    "images that expire by a document in a text": (
        DISRUPTED,
        "aws_ecr_lifecycle_policy",
        {"policy": _images(100, "any")},
        {"policy": _images(1, "any")},
    ),
    "a database under another name": (
        DISRUPTED,
        "aws_db_instance",
        {"identifier": "orders"},
        {"identifier": "gone"},
    ),
    "a replica that is cut off": (
        DISRUPTED,
        "aws_db_instance",
        {"replicate_source_db": "a"},
        {"replicate_source_db": ""},
    ),
    "a topic that keeps nothing, by a key with a dot": (
        DISARMED,
        "kafka_topic",
        {"config": {"retention.ms": "604800000"}},
        {"config": {"retention.ms": "1"}},
    ),
    "purge protection in the body of an Azure resource": (
        DISARMED,
        "azapi_resource",
        {"body": {"properties": {"enablePurgeProtection": True}}},
        {"body": {"properties": {"enablePurgeProtection": False}}},
    ),
    "purge protection in a body that is a text": (
        DISARMED,
        "azapi_resource",
        {"body": '{"properties":{"enablePurgeProtection":true}}'},
        {"body": '{"properties":{}}'},
    ),
    "backups of another provider for the same cloud": (
        DISARMED,
        "awscc_rds_db_instance",
        {"backup_retention_period": 7},
        {"backup_retention_period": 0},
    ),
    "a disk that is taken off": (
        DISRUPTED,
        "google_compute_instance",
        {"attached_disk": [{"source": "a"}, {"source": "b"}]},
        {"attached_disk": [{"source": "a"}]},
    ),
}

CREATIONS: dict[str, tuple[str, Json]] = {
    "a route table of others": (
        "aws_default_route_table",
        {"default_route_table_id": "rtb-1", "route": []},
    ),
    "a policy that denies everything": ("aws_iam_policy", {"policy": _statements(DENY)}),
    "an organization's policy that denies everything": (
        "aws_organizations_policy",
        {"content": _statements(DENY)},
    ),
    "a schedule that deletes": (
        "aws_scheduler_schedule",
        {"target": [{"arn": "arn:aws:scheduler:::aws-sdk:rds:deleteDBInstance"}]},
    ),
    "a job that deletes": (
        "google_cloud_scheduler_job",
        {"http_target": [{"http_method": "DELETE"}]},
    ),
    "commands on machines": ("aws_ssm_association", {"name": "AWS-RunShellScript"}),
    "a deployment of everything there may be": (
        "azurerm_resource_group_template_deployment",
        {"deployment_mode": "Complete"},
    ),
    "a firewall for the whole site": (
        "cloudflare_ruleset",
        {"rules": [{"action": "block", "expression": "true"}]},
    ),
    "a state that belongs to another stack": (
        "aws_s3_object",
        {"bucket": "states", "key": "prod/terraform.tfstate"},
    ),
    "an alarm that deletes machines": (
        "aws_cloudwatch_metric_alarm",
        {"alarm_actions": ["arn:aws:automate:eu-west-1:ec2:terminate"]},
    ),
    "an address that is taken away": (
        "aws_eip_association",
        {"allocation_id": "eipalloc-1", "allow_reassociation": True},
    ),
    "a file that decides about the next plan": (
        "local_file",
        {"filename": "/root/.config/guardrail/settings.toml"},
    ),
}

SILENT: dict[str, tuple[str, Json, Json]] = {
    "a template with more in it": (
        "aws_cloudformation_stack",
        {"template_body": LESS},
        {"template_body": TEMPLATE},
    ),
    "a statement that adds a column": (
        "google_spanner_database",
        {"ddl": ["CREATE TABLE a"]},
        {"ddl": ["CREATE TABLE a", "ALTER TABLE a ADD COLUMN b INT64"]},
    ),
    "fewer images, and some": (
        "aws_ecr_lifecycle_policy",
        {"policy": _images(100, "any")},
        {"policy": _images(30, "any")},
    ),
    "a chart that scales up": (
        "helm_release",
        {"values": ["replicaCount: 0\n"]},
        {"values": ["replicaCount: 3\n"]},
    ),
    "a chart with a lower limit of none": (
        "helm_release",
        {"values": ["a: 1\n"]},
        {"values": ["a: 1\nminReplicas: 0\n"]},
    ),
    "a pool without nodes beside the others": (
        "google_container_cluster",
        {"node_pool": [{"node_count": 3}]},
        {"node_pool": [{"node_count": 3}, {"node_count": 0}]},
    ),
    "a key that a role administers": (
        "aws_kms_key",
        {"policy": _statements(_administered(1))},
        {"policy": _statements(_administered(1), _administered(2))},
    ),
}

SITUATIONS: dict[str, Situation] = {
    **{
        name: situation("BLOCK", _updated(kind, before, after), rule)
        for name, (rule, kind, before, after) in UPDATES.items()
    },
    **{
        name: situation("BLOCK", _created(kind, after), DISRUPTED)
        for name, (kind, after) in CREATIONS.items()
    },
    **{
        name: situation("ALLOW", _updated(kind, before, after))
        for name, (kind, before, after) in SILENT.items()
    },
    "a file of the configuration": situation(
        "ALLOW", _created("local_file", {"filename": "./build/kubeconfig"})
    ),
    "a network's own rules, written down": situation(
        "ALLOW",
        _created(
            "aws_default_network_acl",
            {"default_network_acl_id": "acl-1", "ingress": [{"action": "allow"}]},
        ),
    ),
    "a route table of a new network": situation(
        "ALLOW",
        _created("aws_default_route_table", {}, unknown={"default_route_table_id": True}),
    ),
}
