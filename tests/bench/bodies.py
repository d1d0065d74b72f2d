"""Bodies of AWS resources as a provider fills them in: about a kilobyte each, computed parts included."""

import json
import random

TYPES = (
    "aws_instance",
    "aws_security_group",
    "aws_iam_role",
    "aws_subnet",
    "aws_lambda_function",
    "aws_cloudwatch_log_group",
    "aws_s3_bucket",
    "aws_db_instance",
)
FORCING = {
    "aws_instance": "ami",
    "aws_security_group": "name",
    "aws_iam_role": "name",
    "aws_subnet": "cidr_block",
    "aws_lambda_function": "function_name",
    "aws_cloudwatch_log_group": "name",
    "aws_s3_bucket": "bucket",
    "aws_db_instance": "identifier",
}
"""The attribute that forces a replacement of each type."""


def body(kind: str, name: str, environment: str, seed: int) -> dict[str, object]:
    """Return the attributes of one resource; the same arguments give the same attributes."""
    draw = random.Random(seed)
    tags = {
        "Name": name,
        "environment": environment,
        "team": draw.choice(("payments", "search", "identity", "platform")),
        "cost-center": str(draw.randrange(1000, 9999)),
    }
    common = {
        "arn": f"arn:aws:service:eu-central-1:{draw.randrange(10**11, 10**12)}:{name}",
        "id": f"{kind.removeprefix('aws_')}-{draw.getrandbits(68):017x}",
        "tags": tags,
        "tags_all": {**tags, "managed-by": "terraform"},
    }
    return {**common, FORCING[kind]: name, **_PARTS[kind](draw)}


def _instance(draw: random.Random) -> dict[str, object]:
    return {
        "associate_public_ip_address": False,
        "availability_zone": "eu-central-1a",
        "cpu_options": [{"amd_sev_snp": "", "core_count": 2, "threads_per_core": 2}],
        "disable_api_termination": False,
        "ebs_optimized": True,
        "instance_state": "running",
        "instance_type": draw.choice(("t3.micro", "m6i.large", "c6i.xlarge")),
        "metadata_options": [{"http_endpoint": "enabled", "http_tokens": "required"}],
        "private_ip": f"10.0.{draw.randrange(256)}.{draw.randrange(256)}",
        "root_block_device": [
            {
                "delete_on_termination": True,
                "device_name": "/dev/xvda",
                "encrypted": True,
                "iops": 3000,
                "volume_id": f"vol-{draw.getrandbits(68):017x}",
                "volume_size": 40,
                "volume_type": "gp3",
            }
        ],
        "user_data": f"{draw.getrandbits(160):040x}",
        "vpc_security_group_ids": [f"sg-{draw.getrandbits(68):017x}" for _ in range(2)],
    }


def _security_group(draw: random.Random) -> dict[str, object]:
    def rule(port: int) -> dict[str, object]:
        return {
            "cidr_blocks": [f"10.{draw.randrange(256)}.0.0/16"],
            "description": "from the service mesh",
            "from_port": port,
            "ipv6_cidr_blocks": [],
            "protocol": "tcp",
            "security_groups": [],
            "self": False,
            "to_port": port,
        }

    return {
        "description": "service",
        "egress": [rule(443)],
        "ingress": [rule(port) for port in (443,)],
        "name_prefix": "",
        "owner_id": str(draw.randrange(10**11, 10**12)),
        "revoke_rules_on_delete": False,
        "vpc_id": f"vpc-{draw.getrandbits(68):017x}",
    }


def _policy(draw: random.Random, statements: int) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetObject", "s3:ListBucket", "kms:Decrypt"],
                    "Resource": f"arn:aws:s3:::bucket-{draw.getrandbits(48):012x}/*",
                }
                for _ in range(statements)
            ],
        }
    )


def _iam_role(draw: random.Random) -> dict[str, object]:
    return {
        "assume_role_policy": _policy(draw, 1),
        "create_date": "2026-01-01T00:00:00Z",
        "force_detach_policies": False,
        "inline_policy": [{"name": "read", "policy": _policy(draw, 1)}],
        "managed_policy_arns": [],
        "max_session_duration": 3600,
        "path": "/",
        "unique_id": f"AROA{draw.getrandbits(64):016X}",
    }


def _subnet(draw: random.Random) -> dict[str, object]:
    return {
        "assign_ipv6_address_on_creation": False,
        "availability_zone": "eu-central-1b",
        "availability_zone_id": "euc1-az3",
        "customer_owned_ipv4_pool": "",
        "enable_dns64": False,
        "enable_lni_at_device_index": 0,
        "ipv6_cidr_block": "",
        "ipv6_cidr_block_association_id": "",
        "ipv6_native": False,
        "map_customer_owned_ip_on_launch": False,
        "map_public_ip_on_launch": False,
        "outpost_arn": "",
        "owner_id": str(draw.randrange(10**11, 10**12)),
        "private_dns_hostname_type_on_launch": "ip-name",
        "vpc_id": f"vpc-{draw.getrandbits(68):017x}",
    }


def _lambda(draw: random.Random) -> dict[str, object]:
    return {
        "architectures": ["arm64"],
        "environment": [
            {"variables": {f"SETTING_{i}": f"{draw.getrandbits(64):016x}" for i in range(3)}}
        ],
        "ephemeral_storage": [{"size": 512}],
        "handler": "app.handler",
        "last_modified": "2026-01-01T00:00:00.000+0000",
        "layers": [],
        "logging_config": [{"log_format": "JSON", "application_log_level": "INFO"}],
        "memory_size": 512,
        "role": f"arn:aws:iam::{draw.randrange(10**11, 10**12)}:role/service",
        "runtime": "python3.12",
        "source_code_hash": f"{draw.getrandbits(256):064x}",
        "timeout": 30,
        "tracing_config": [{"mode": "Active"}],
        "vpc_config": [{"subnet_ids": [f"subnet-{draw.getrandbits(68):017x}" for _ in range(3)]}],
    }


def _log_group(draw: random.Random) -> dict[str, object]:
    return {
        "kms_key_id": f"arn:aws:kms:eu-central-1:{draw.randrange(10**11, 10**12)}:key/main",
        "log_group_class": "STANDARD",
        "name_prefix": "",
        "retention_in_days": 30,
        "skip_destroy": False,
    }


def _bucket(draw: random.Random) -> dict[str, object]:
    return {
        "acceleration_status": "",
        "bucket_domain_name": f"b-{draw.getrandbits(32):08x}.s3.amazonaws.com",
        "cors_rule": [],
        "force_destroy": False,
        "hosted_zone_id": "Z21DNDUVLTQW6Q",
        "lifecycle_rule": [
            {"enabled": True, "id": f"rule-{i}", "prefix": "logs/", "expiration": [{"days": 90}]}
            for i in range(1)
        ],
        "object_lock_enabled": False,
        "policy": _policy(draw, 1),
        "region": "eu-central-1",
        "server_side_encryption_configuration": [
            {"rule": [{"bucket_key_enabled": True, "sse_algorithm": "aws:kms"}]}
        ],
        "versioning": [{"enabled": True, "mfa_delete": False}],
    }


def _database(draw: random.Random) -> dict[str, object]:
    return {
        "address": f"db-{draw.getrandbits(40):010x}.eu-central-1.rds.amazonaws.com",
        "allocated_storage": 200,
        "auto_minor_version_upgrade": True,
        "backup_retention_period": 14,
        "backup_window": "03:00-04:00",
        "ca_cert_identifier": "rds-ca-rsa2048-g1",
        "db_subnet_group_name": "private",
        "deletion_protection": True,
        "engine": "postgres",
        "engine_version_actual": "16.3",
        "instance_class": draw.choice(("db.r6g.large", "db.t4g.medium")),
        "iops": 3000,
        "kms_key_id": f"arn:aws:kms:eu-central-1:{draw.randrange(10**11, 10**12)}:key/db",
        "maintenance_window": "sun:04:00-sun:05:00",
        "monitoring_interval": 60,
        "multi_az": True,
        "parameter_group_name": "postgres16",
        "password": f"{draw.getrandbits(96):024x}",
        "port": 5432,
        "skip_final_snapshot": False,
        "storage_encrypted": True,
        "vpc_security_group_ids": [f"sg-{draw.getrandbits(68):017x}"],
    }


_PARTS = {
    "aws_instance": _instance,
    "aws_security_group": _security_group,
    "aws_iam_role": _iam_role,
    "aws_subnet": _subnet,
    "aws_lambda_function": _lambda,
    "aws_cloudwatch_log_group": _log_group,
    "aws_s3_bucket": _bucket,
    "aws_db_instance": _database,
}
