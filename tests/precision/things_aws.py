"""AWS as the provider shows it (version 5)."""

import json

from things import SECRETS, TEMPLATES, Context, Json


def ids(c: Context, kind: str, count: int) -> list[str]:
    return [f"{kind}-{c.hexa(17)}" for _ in range(count)]


def ingress(port: int, *cidrs: str, text: str = "") -> Json:
    return {
        "cidr_blocks": list(cidrs), "description": text, "from_port": port, "ipv6_cidr_blocks": [],
        "prefix_list_ids": [], "protocol": "tcp", "security_groups": [], "self": False, "to_port": port,
    }  # fmt: skip


EGRESS = {
    "cidr_blocks": ["0.0.0.0/0"], "description": "", "from_port": 0, "ipv6_cidr_blocks": [],
    "prefix_list_ids": [], "protocol": "-1", "security_groups": [], "self": False, "to_port": 0,
}  # fmt: skip


def containers(c: Context, n: str, version: str = "1.41.0") -> str:
    image = f"{c.account}.dkr.ecr.{c.region}.amazonaws.com/{n}:{version}"
    return json.dumps([{
        "cpu": 512, "environment": [{"name": "LOG_LEVEL", "value": "info"}], "essential": True,
        "image": image, "memory": 1024, "name": n, "portMappings": [{"containerPort": 8080}],
    }])  # fmt: skip


def instance(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "ami": f"ami-{c.hexa(17)}", "associate_public_ip_address": False,
        "disable_api_stop": False, "disable_api_termination": True, "ebs_optimized": True,
        "iam_instance_profile": n, "instance_type": "m6i.large",
        "metadata_options": [{"http_endpoint": "enabled", "http_tokens": "required"}],
        "monitoring": True, "root_block_device": [{
            "delete_on_termination": True, "encrypted": True, "iops": 3000, "volume_size": 40,
            "volume_type": "gp3"}],
        "subnet_id": f"subnet-{c.hexa(17)}", "tags": c.tags(n), "user_data": c.hexa(40),
        "user_data_replace_on_change": False,
        "vpc_security_group_ids": ids(c, "sg", 1),
    }, {
        "arn": c.arn("ec2", f"instance/i-{c.hexa(17)}"), "id": f"i-{c.hexa(17)}",
        "instance_state": "running", "primary_network_interface_id": f"eni-{c.hexa(17)}",
        "private_ip": f"10.0.3.{c.draw.randrange(4, 250)}", "public_ip": "",
    }  # fmt: skip


def database(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "allocated_storage": 200, "apply_immediately": False, "auto_minor_version_upgrade": False,
        "backup_retention_period": 14, "backup_window": "03:00-04:00",
        "ca_cert_identifier": "rds-ca-rsa2048-g1", "copy_tags_to_snapshot": True,
        "db_name": n.replace("-", "_"), "db_subnet_group_name": "private",
        "delete_automated_backups": False, "deletion_protection": True,
        "enabled_cloudwatch_logs_exports": ["postgresql"], "engine": "postgres",
        "engine_version": "16.3", "final_snapshot_identifier": f"{n}-final",
        "iam_database_authentication_enabled": False, "identifier": n,
        "instance_class": "db.r6g.large", "iops": 3000, "kms_key_id": c.arn("kms", f"key/{c.uuid()}"),
        "maintenance_window": "sun:04:00-sun:05:00", "max_allocated_storage": 500,
        "monitoring_interval": 60, "multi_az": True, "parameter_group_name": "postgres16",
        "password": c.hexa(24), "performance_insights_enabled": True,
        "performance_insights_retention_period": 7, "port": 5432, "publicly_accessible": False,
        "skip_final_snapshot": False, "storage_encrypted": True, "storage_type": "gp3",
        "tags": c.tags(n), "username": "owner", "vpc_security_group_ids": ids(c, "sg", 1),
    }, {
        "address": f"{n}.c{c.hexa(11)}.{c.region}.rds.amazonaws.com", "arn": c.arn("rds", f"db:{n}"),
        "endpoint": f"{n}.c{c.hexa(11)}.{c.region}.rds.amazonaws.com:5432",
        "engine_version_actual": "16.3", "hosted_zone_id": "Z1RLNUO7B9Q6NB",
        "id": f"db-{c.hexa(26).upper()}", "latest_restorable_time": "2026-11-23T09:40:00Z",
        "resource_id": f"db-{c.hexa(26).upper()}", "status": "available",
    }  # fmt: skip


def cluster(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "apply_immediately": False, "backup_retention_period": 14, "cluster_identifier": n,
        "copy_tags_to_snapshot": True, "database_name": "app", "db_subnet_group_name": "private",
        "deletion_protection": True, "enabled_cloudwatch_logs_exports": ["postgresql"],
        "engine": "aurora-postgresql", "engine_mode": "provisioned", "engine_version": "15.6",
        "final_snapshot_identifier": f"{n}-final", "master_password": c.hexa(24),
        "master_username": "owner", "port": 5432, "preferred_backup_window": "02:00-03:00",
        "serverlessv2_scaling_configuration": [{"max_capacity": 16, "min_capacity": 2}],
        "skip_final_snapshot": False, "storage_encrypted": True, "tags": c.tags(n),
    }, {
        "arn": c.arn("rds", f"cluster:{n}"), "cluster_resource_id": f"cluster-{c.hexa(20).upper()}",
        "endpoint": f"{n}.cluster-c{c.hexa(11)}.{c.region}.rds.amazonaws.com",
        "engine_version_actual": "15.6", "id": n,
        "reader_endpoint": f"{n}.cluster-ro-c{c.hexa(11)}.{c.region}.rds.amazonaws.com",
    }  # fmt: skip


def function(c: Context, n: str) -> tuple[Json, Json]:
    arn = c.arn("lambda", f"function:{n}")
    return {
        "architectures": ["arm64"], "environment": [{"variables": {
            "LOG_LEVEL": "info", "QUEUE": n, "STAGE": c.environment}}],
        "function_name": n, "handler": "app.handler", "layers": [], "memory_size": 512,
        "package_type": "Zip", "publish": True, "reserved_concurrent_executions": -1,
        "role": f"arn:aws:iam::{c.account}:role/{n}", "runtime": "python3.12",
        "s3_bucket": "acme-artifacts", "s3_key": f"{n}/{c.hexa(7)}.zip",
        "source_code_hash": c.hexa(44), "tags": c.tags(n), "timeout": 30,
        "tracing_config": [{"mode": "Active"}], "vpc_config": [],
    }, {
        "arn": arn, "id": n, "invoke_arn": arn, "last_modified": "2026-10-01T08:00:00.000+0000",
        "qualified_arn": f"{arn}:41", "qualified_invoke_arn": f"{arn}:41",
        "source_code_size": 81234, "version": "41",
    }  # fmt: skip


def bucket(c: Context, n: str) -> tuple[Json, Json]:
    name = f"acme-{n}-{c.hexa(6)}"
    return {"bucket": name, "force_destroy": False, "object_lock_enabled": False, "tags": c.tags(n)}, {
        "arn": f"arn:aws:s3:::{name}", "bucket_domain_name": f"{name}.s3.amazonaws.com",
        "bucket_regional_domain_name": f"{name}.s3.{c.region}.amazonaws.com", "cors_rule": [],
        "grant": [], "hosted_zone_id": "Z21DNDUVLTQW6Q", "id": name, "lifecycle_rule": [],
        "logging": [], "policy": "", "region": c.region, "request_payer": "BucketOwner",
        "versioning": [{"enabled": True, "mfa_delete": False}], "website": [],
    }  # fmt: skip


def service(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "cluster": c.arn("ecs", "cluster/main"), "deployment_circuit_breaker": [
            {"enable": True, "rollback": True}],
        "deployment_maximum_percent": 200, "deployment_minimum_healthy_percent": 100,
        "desired_count": 6, "enable_execute_command": False, "force_delete": None,
        "health_check_grace_period_seconds": 60, "launch_type": "FARGATE",
        "load_balancer": [{"container_name": n, "container_port": 8080, "elb_name": "",
                           "target_group_arn": c.arn("elasticloadbalancing", f"targetgroup/{n}")}],
        "name": n, "network_configuration": [{"assign_public_ip": False,
            "security_groups": ids(c, "sg", 1), "subnets": ids(c, "subnet", 3)}],
        "platform_version": "LATEST", "scheduling_strategy": "REPLICA", "tags": c.tags(n),
        "task_definition": c.arn("ecs", f"task-definition/{n}:41"), "wait_for_steady_state": False,
    }, {"id": c.arn("ecs", f"service/main/{n}"), "iam_role": "/aws-service-role/ecs"}  # fmt: skip


def task(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "container_definitions": containers(c, n), "cpu": "512",
        "execution_role_arn": f"arn:aws:iam::{c.account}:role/{n}-execution", "family": n,
        "memory": "1024", "network_mode": "awsvpc", "requires_compatibilities": ["FARGATE"],
        "skip_destroy": False, "tags": c.tags(n), "task_role_arn": f"arn:aws:iam::{c.account}:role/{n}",
        "track_latest": False, "volume": [],
    }, {
        "arn": c.arn("ecs", f"task-definition/{n}:41"),
        "arn_without_revision": c.arn("ecs", f"task-definition/{n}"), "id": n, "revision": 41,
    }  # fmt: skip


def group(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "default_cooldown": 300, "desired_capacity": 4, "force_delete": False,
        "health_check_type": "ELB", "launch_template": [
            {"id": f"lt-{c.hexa(17)}", "name": n, "version": "7"}],
        "max_size": 8, "min_size": 2, "name": n, "protect_from_scale_in": False,
        "suspended_processes": [], "tag": [{"key": c.tag_key, "propagate_at_launch": True,
                                            "value": c.environment}],
        "target_group_arns": [], "termination_policies": [], "vpc_zone_identifier": ids(c, "subnet", 3),
    }, {"arn": c.arn("autoscaling", f"autoScalingGroup:{c.uuid()}:{n}"), "id": n}  # fmt: skip


def alarm(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "actions_enabled": True, "alarm_actions": [c.arn("sns", "alerts")], "alarm_name": n,
        "comparison_operator": "GreaterThanThreshold", "datapoints_to_alarm": 0,
        "dimensions": {"ServiceName": n}, "evaluation_periods": 3, "metric_name": "CPUUtilization",
        "namespace": "AWS/ECS", "ok_actions": [], "period": 60, "statistic": "Average",
        "tags": c.tags(n), "threshold": 80, "treat_missing_data": "missing",
    }, {"arn": c.arn("cloudwatch", f"alarm:{n}"), "id": n}  # fmt: skip


def dynamo(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "attribute": [{"name": "pk", "type": "S"}], "billing_mode": "PROVISIONED",
        "deletion_protection_enabled": True, "global_secondary_index": [], "hash_key": "pk",
        "name": n, "point_in_time_recovery": [{"enabled": True}], "range_key": None,
        "read_capacity": 40, "replica": [], "server_side_encryption": [{"enabled": True}],
        "stream_enabled": False, "table_class": "STANDARD", "tags": c.tags(n),
        "ttl": [{"attribute_name": "", "enabled": False}], "write_capacity": 20,
    }, {"arn": c.arn("dynamodb", f"table/{n}"), "id": n, "stream_arn": ""}  # fmt: skip


def record(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "alias": [], "allow_overwrite": None, "health_check_id": "", "name": f"{n}.acme.example",
        "records": [f"10.0.8.{c.draw.randrange(4, 250)}"], "set_identifier": "", "ttl": 300,
        "type": "A", "weighted_routing_policy": [], "zone_id": "Z0848211NLZ2TQ7P1",
    }, {"fqdn": f"{n}.acme.example", "id": f"Z0848211NLZ2TQ7P1_{n}.acme.example_A"}  # fmt: skip


def distribution(c: Context, n: str) -> tuple[Json, Json]:
    behaviour = {
        "allowed_methods": ["GET", "HEAD"], "cache_policy_id": c.uuid(), "compress": True,
        "target_origin_id": n, "viewer_protocol_policy": "redirect-to-https",
    }  # fmt: skip
    return {
        "aliases": [f"{n}.acme.example"], "comment": n, "default_cache_behavior": [behaviour],
        "enabled": True, "http_version": "http2", "is_ipv6_enabled": True,
        "ordered_cache_behavior": [{**behaviour, "path_pattern": "/static/*"}],
        "origin": [{"domain_name": f"origin.{n}.acme.example", "origin_id": n}],
        "price_class": "PriceClass_100", "retain_on_delete": False, "tags": c.tags(n),
        "web_acl_id": "",
    }, {
        "arn": f"arn:aws:cloudfront::{c.account}:distribution/E{c.hexa(13).upper()}",
        "domain_name": f"d{c.hexa(13)}.cloudfront.net", "etag": f"E{c.hexa(12).upper()}",
        "id": f"E{c.hexa(13).upper()}", "last_modified_time": "2026-10-01 08:00:00 +0000 UTC",
        "status": "Deployed",
    }  # fmt: skip


def eks(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "access_config": [{"authentication_mode": "API_AND_CONFIG_MAP"}],
        "deletion_protection": True, "enabled_cluster_log_types": ["api", "audit"], "name": n,
        "role_arn": f"arn:aws:iam::{c.account}:role/{n}", "tags": c.tags(n), "version": "1.30",
        "vpc_config": [{"endpoint_private_access": True, "endpoint_public_access": False,
                        "public_access_cidrs": [], "subnet_ids": ids(c, "subnet", 3)}],
    }, {
        "arn": c.arn("eks", f"cluster/{n}"), "endpoint": f"https://{c.hexa(32).upper()}.eks.amazonaws.com",
        "id": n, "platform_version": "eks.14", "status": "ACTIVE",
    }  # fmt: skip


def nodes(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "ami_type": "AL2023_x86_64_STANDARD", "capacity_type": "ON_DEMAND", "cluster_name": "main",
        "force_update_version": None, "instance_types": ["m6i.xlarge"], "labels": {},
        "node_group_name": n, "node_role_arn": f"arn:aws:iam::{c.account}:role/nodes",
        "release_version": "1.30.4-20241011", "scaling_config": [
            {"desired_size": 4, "max_size": 8, "min_size": 2}],
        "subnet_ids": ids(c, "subnet", 3), "tags": c.tags(n), "taint": [],
        "update_config": [{"max_unavailable": 1, "max_unavailable_percentage": 0}], "version": "1.30",
    }, {"arn": c.arn("eks", f"nodegroup/main/{n}/{c.uuid()}"), "id": f"main:{n}", "status": "ACTIVE"}  # fmt: skip


def cache(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "apply_immediately": False, "at_rest_encryption_enabled": True,
        "auto_minor_version_upgrade": "true", "automatic_failover_enabled": True,
        "description": n, "engine": "redis", "engine_version": "7.0",
        "final_snapshot_identifier": f"{n}-final", "multi_az_enabled": True,
        "node_type": "cache.r6g.large", "num_cache_clusters": 3, "port": 6379,
        "replication_group_id": n, "snapshot_retention_limit": 7, "snapshot_window": "03:00-04:00",
        "tags": c.tags(n), "transit_encryption_enabled": True,
    }, {"arn": c.arn("elasticache", f"replicationgroup:{n}"), "engine_version_actual": "7.0.7", "id": n}  # fmt: skip


def lifecycle(days: int, *, prefix: str = "tmp/", key: str = "expire-tmp") -> Json:
    return {
        "abort_incomplete_multipart_upload": [], "expiration": [{"days": days}],
        "filter": [{"prefix": prefix}], "id": key, "noncurrent_version_expiration": [],
        "status": "Enabled", "transition": [],
    }  # fmt: skip


def budget(c: Context, n: str) -> tuple[Json, Json]:
    return {
        "budget_type": "COST", "limit_amount": "5000.0", "limit_unit": "USD", "name": n,
        "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL",
                          "subscriber_email_addresses": ["finops@acme.example"], "threshold": 80,
                          "threshold_type": "PERCENTAGE"}],
        "tags": c.tags(n), "time_unit": "MONTHLY",
    }, {"arn": f"arn:aws:budgets::{c.account}:budget/{n}", "id": f"{c.account}:{n}"}  # fmt: skip


TEMPLATES.update({
    "aws_instance": instance,
    "aws_db_instance": database,
    "aws_rds_cluster": cluster,
    "aws_docdb_cluster": cluster,
    "aws_neptune_cluster": cluster,
    "aws_lambda_function": function,
    "aws_s3_bucket": bucket,
    "aws_ecs_service": service,
    "aws_ecs_task_definition": task,
    "aws_autoscaling_group": group,
    "aws_cloudwatch_metric_alarm": alarm,
    "aws_dynamodb_table": dynamo,
    "aws_route53_record": record,
    "aws_cloudfront_distribution": distribution,
    "aws_eks_cluster": eks,
    "aws_eks_node_group": nodes,
    "aws_elasticache_replication_group": cache,
    "aws_budgets_budget": budget,
})  # fmt: skip

SECRETS.update({
    "aws_db_instance": ("password",),
    "aws_rds_cluster": ("master_password",),
    "aws_redshift_cluster": ("master_password",),
    "aws_secretsmanager_secret_version": ("secret_string",),
    "aws_ssm_parameter": ("value",),
})  # fmt: skip
