"""AWS as the provider shows it (version 5)."""

import json
from typing import Any

from things import SECRETS, TEMPLATES, Context, Json, assume, document, statement


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


def _simple(kind: str, service_: str, path: str, config: Any, computed: Any = None) -> None:
    """Add a type whose identifier and ARN follow from its label."""

    def template(c: Context, n: str) -> tuple[Json, Json]:
        more = computed(c, n) if computed else {}
        arn = {"arn": c.arn(service_, path.format(n=n, id=c.hexa(17)))} if service_ else {}
        return config(c, n), {**arn, **more}

    TEMPLATES[kind] = template


def _named(c: Context, n: str) -> Json:
    return {"id": n}


_ROLE = "service-role"
_simple("aws_vpc", "ec2", "vpc/vpc-{id}", lambda c, n: {
    "cidr_block": "10.0.0.0/16", "enable_dns_hostnames": True, "enable_dns_support": True,
    "instance_tenancy": "default", "tags": c.tags(n)}, lambda c, n: {
    "default_route_table_id": f"rtb-{c.hexa(17)}", "id": f"vpc-{c.hexa(17)}", "main_route_table_id":
    f"rtb-{c.hexa(17)}", "owner_id": c.account})  # fmt: skip
_simple("aws_subnet", "ec2", "subnet/subnet-{id}", lambda c, n: {
    "availability_zone": f"{c.region}a", "cidr_block": f"10.0.{c.draw.randrange(1, 250)}.0/24",
    "map_public_ip_on_launch": False, "tags": c.tags(n), "vpc_id": f"vpc-{c.hexa(17)}"},
    lambda c, n: {"id": f"subnet-{c.hexa(17)}", "owner_id": c.account})  # fmt: skip
_simple("aws_route_table", "ec2", "route-table/rtb-{id}", lambda c, n: {
    "propagating_vgws": [], "route": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id":
    f"nat-{c.hexa(17)}", "gateway_id": "", "transit_gateway_id": ""}], "tags": c.tags(n),
    "vpc_id": f"vpc-{c.hexa(17)}"}, lambda c, n: {"id": f"rtb-{c.hexa(17)}"})  # fmt: skip
_simple("aws_route", "", "", lambda c, n: {
    "destination_cidr_block": "0.0.0.0/0", "gateway_id": "", "nat_gateway_id": f"nat-{c.hexa(17)}",
    "route_table_id": f"rtb-{c.hexa(17)}", "transit_gateway_id": "", "vpc_peering_connection_id": ""},
    lambda c, n: {"id": f"r-rtb-{c.hexa(17)}", "origin": "CreateRoute", "state": "active"})  # fmt: skip
_simple("aws_route_table_association", "", "", lambda c, n: {
    "route_table_id": f"rtb-{c.hexa(17)}", "subnet_id": f"subnet-{c.hexa(17)}"})  # fmt: skip
_simple("aws_internet_gateway", "ec2", "internet-gateway/igw-{id}", lambda c, n: {
    "tags": c.tags(n), "vpc_id": f"vpc-{c.hexa(17)}"})  # fmt: skip
_simple("aws_nat_gateway", "", "", lambda c, n: {
    "allocation_id": f"eipalloc-{c.hexa(17)}", "subnet_id": f"subnet-{c.hexa(17)}",
    "tags": c.tags(n)}, lambda c, n: {"public_ip": "52.14.11.7"})  # fmt: skip
_simple("aws_eip", "ec2", "elastic-ip/{id}", lambda c, n: {"domain": "vpc", "tags": c.tags(n)},
        lambda c, n: {"id": f"eipalloc-{c.hexa(17)}", "public_ip": "52.14.11.7"})  # fmt: skip
_simple("aws_security_group", "ec2", "security-group/sg-{id}", lambda c, n: {
    "description": f"{n} traffic", "egress": [dict(EGRESS)], "ingress": [
        ingress(443, "10.0.0.0/8", text="internal"), ingress(8080, "10.0.0.0/16", text="mesh")],
    "name": n, "revoke_rules_on_delete": False, "tags": c.tags(n), "vpc_id": f"vpc-{c.hexa(17)}"},
    lambda c, n: {"id": f"sg-{c.hexa(17)}", "owner_id": c.account})  # fmt: skip
_simple("aws_security_group_rule", "", "", lambda c, n: {
    "cidr_blocks": ["10.0.0.0/8"], "description": n, "from_port": 443, "protocol": "tcp",
    "security_group_id": f"sg-{c.hexa(17)}", "self": False, "to_port": 443, "type": "ingress"},
    lambda c, n: {"id": f"sgrule-{c.draw.randrange(10**9)}", "security_group_rule_id": ""})  # fmt: skip
_simple("aws_vpc_security_group_ingress_rule", "ec2", "security-group-rule/sgr-{id}", lambda c, n: {
    "cidr_ipv4": "10.0.0.0/8", "description": n, "from_port": 443, "ip_protocol": "tcp",
    "security_group_id": f"sg-{c.hexa(17)}", "tags": c.tags(n), "to_port": 443},
    lambda c, n: {"security_group_rule_id": f"sgr-{c.hexa(17)}"})  # fmt: skip
_simple("aws_lb", "elasticloadbalancing", "loadbalancer/app/{n}/{id}", lambda c, n: {
    "drop_invalid_header_fields": True, "enable_deletion_protection": True, "idle_timeout": 60,
    "internal": False, "load_balancer_type": "application", "name": n, "security_groups":
    ids(c, "sg", 1), "subnets": ids(c, "subnet", 3), "tags": c.tags(n)}, lambda c, n: {
    "dns_name": f"{n}-{c.hexa(9)}.{c.region}.elb.amazonaws.com", "zone_id": "Z215JYRZR1TBD5"})  # fmt: skip
_simple("aws_lb_listener", "elasticloadbalancing", "listener/app/main/{id}", lambda c, n: {
    "certificate_arn": c.arn("acm", f"certificate/{c.uuid()}"), "default_action": [
        {"order": 1, "target_group_arn": c.arn("elasticloadbalancing", f"targetgroup/{n}"),
         "type": "forward"}], "load_balancer_arn": c.arn("elasticloadbalancing", "loadbalancer/app/main"),
    "port": 443, "protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "tags": c.tags(n)})  # fmt: skip
_simple("aws_lb_listener_rule", "elasticloadbalancing", "listener-rule/app/main/{id}", lambda c, n: {
    "action": [{"order": 1, "target_group_arn": c.arn("elasticloadbalancing", f"targetgroup/{n}"),
                "type": "forward"}],
    "condition": [{"host_header": [{"values": [f"{n}.acme.example"]}], "path_pattern": []}],
    "listener_arn": c.arn("elasticloadbalancing", "listener/app/main"), "priority":
    c.draw.randrange(1, 900), "tags": c.tags(n)})  # fmt: skip
_simple("aws_lb_target_group", "elasticloadbalancing", "targetgroup/{n}/{id}", lambda c, n: {
    "deregistration_delay": "60", "health_check": [{"enabled": True, "interval": 15, "matcher": "200",
    "path": "/healthz", "timeout": 5, "unhealthy_threshold": 3}], "name": n, "port": 8080,
    "protocol": "HTTP", "tags": c.tags(n), "target_type": "ip", "vpc_id": f"vpc-{c.hexa(17)}"})  # fmt: skip
_simple("aws_acm_certificate", "acm", "certificate/{id}", lambda c, n: {
    "domain_name": f"{n}.acme.example", "key_algorithm": "RSA_2048", "subject_alternative_names": [],
    "tags": c.tags(n), "validation_method": "DNS"}, lambda c, n: {
    "domain_validation_options": [{"domain_name": f"{n}.acme.example"}], "status": "ISSUED"})  # fmt: skip
_simple("aws_acm_certificate_validation", "", "", lambda c, n: {
    "certificate_arn": c.arn("acm", f"certificate/{c.uuid()}")})  # fmt: skip
_simple("aws_route53_zone", "route53", "hostedzone/{id}", lambda c, n: {
    "comment": "Managed by Terraform", "force_destroy": False, "name": f"{n}.acme.example",
    "tags": c.tags(n)}, lambda c, n: {"id": f"Z{c.hexa(14).upper()}", "name_servers":
    [f"ns-{i}.awsdns.example" for i in range(4)], "zone_id": f"Z{c.hexa(14).upper()}"})  # fmt: skip
_simple("aws_ecs_cluster", "ecs", "cluster/{n}", lambda c, n: {"name": n, "setting": [
    {"name": "containerInsights", "value": "enabled"}], "tags": c.tags(n)})  # fmt: skip
_simple("aws_ecr_repository", "ecr", "repository/{n}", lambda c, n: {
    "force_delete": False, "image_scanning_configuration": [{"scan_on_push": True}],
    "image_tag_mutability": "IMMUTABLE", "name": n, "tags": c.tags(n)}, lambda c, n: {"id": n,
    "registry_id": c.account})  # fmt: skip
_simple("aws_ecr_lifecycle_policy", "", "", lambda c, n: {"policy": json.dumps({"rules": [
    {"rulePriority": 1, "selection": {"tagStatus": "untagged", "countNumber": 30}}]}),
    "repository": n})  # fmt: skip
_simple("aws_eks_addon", "eks", "addon/main/{n}", lambda c, n: {
    "addon_name": n, "addon_version": "v1.18.1-eksbuild.1", "cluster_name": "main",
    "resolve_conflicts_on_update": "OVERWRITE", "tags": c.tags(n)}, lambda c, n: {"id": f"main:{n}"})  # fmt: skip
_simple("aws_ebs_volume", "ec2", "volume/vol-{id}", lambda c, n: {
    "availability_zone": f"{c.region}a", "encrypted": True, "final_snapshot": True, "iops": 3000,
    "size": 200, "tags": c.tags(n), "throughput": 125, "type": "gp3"})  # fmt: skip
_simple("aws_ebs_snapshot", "ec2", "snapshot/snap-{id}", lambda c, n: {
    "description": n, "tags": c.tags(n), "volume_id": f"vol-{c.hexa(17)}"})  # fmt: skip
_simple("aws_launch_template", "ec2", "launch-template/lt-{id}", lambda c, n: {
    "image_id": f"ami-{c.hexa(17)}", "instance_type": "m6i.large", "name": n, "tags": c.tags(n),
    "update_default_version": True, "user_data": c.hexa(60)}, lambda c, n: {
    "default_version": 7, "id": f"lt-{c.hexa(17)}", "latest_version": 7})  # fmt: skip
_simple("aws_launch_configuration", "autoscaling", "launchConfiguration:{n}", lambda c, n: {
    "image_id": f"ami-{c.hexa(17)}", "instance_type": "m5.large", "name_prefix": f"{n}-",
    "user_data": c.hexa(40)}, lambda c, n: {"name": f"{n}-2026{c.hexa(18)}"})  # fmt: skip
_simple("aws_appautoscaling_target", "application-autoscaling", "scalable-target/{id}", lambda c, n: {
    "max_capacity": 12, "min_capacity": 4, "resource_id": f"service/main/{n}", "role_arn":
    f"arn:aws:iam::{c.account}:role/{_ROLE}", "scalable_dimension": "ecs:service:DesiredCount",
    "service_namespace": "ecs"}, lambda c, n: {"id": f"service/main/{n}"})  # fmt: skip
_simple("aws_appautoscaling_policy", "autoscaling", "scalingPolicy:{n}", lambda c, n: {
    "name": n, "policy_type": "TargetTrackingScaling", "resource_id": f"service/main/{n}",
    "target_tracking_scaling_policy_configuration": [{"scale_in_cooldown": 300, "target_value": 60}]})  # fmt: skip
_simple("aws_lambda_permission", "", "", lambda c, n: {
    "action": "lambda:InvokeFunction", "function_name": n, "principal": "apigateway.amazonaws.com",
    "source_arn": c.arn("execute-api", "abc/*"), "statement_id": f"allow-{n}"})  # fmt: skip
_simple("aws_lambda_alias", "lambda", "function:{n}:live", lambda c, n: {
    "function_name": n, "function_version": "41", "name": "live", "routing_config": []})  # fmt: skip
_simple("aws_lambda_layer_version", "lambda", "layer:{n}:12", lambda c, n: {
    "compatible_runtimes": ["python3.12"], "layer_name": n, "s3_bucket": "acme-artifacts", "s3_key":
    f"layers/{n}.zip", "skip_destroy": False, "source_code_hash": c.hexa(44)}, lambda c, n: {
    "created_date": "2026-10-01T08:00:00.000+0000", "layer_arn": c.arn("lambda", f"layer:{n}"),
    "version": "12"})  # fmt: skip
_simple("aws_lambda_event_source_mapping", "lambda", "event-source-mapping:{id}", lambda c, n: {
    "batch_size": 10, "enabled": True, "event_source_arn": c.arn("sqs", n), "function_name": n})  # fmt: skip
_simple("aws_api_gateway_rest_api", "apigateway", "/restapis/{id}", lambda c, n: {
    "body": c.hexa(60), "name": n, "tags": c.tags(n)}, lambda c, n: {"id": c.hexa(10)})  # fmt: skip
_simple("aws_api_gateway_deployment", "", "", lambda c, n: {
    "rest_api_id": c.hexa(10), "triggers": {"redeployment": c.hexa(40)}}, lambda c, n: {
    "created_date": "2026-10-01T08:00:00Z", "id": c.hexa(6)})  # fmt: skip
_simple("aws_api_gateway_stage", "apigateway", "/stages/{n}", lambda c, n: {
    "deployment_id": c.hexa(6), "rest_api_id": c.hexa(10), "stage_name": "live", "tags": c.tags(n)})  # fmt: skip
_simple("aws_iam_role", "", "", lambda c, n: {
    "assume_role_policy": assume("ecs-tasks.amazonaws.com"), "force_detach_policies": False,
    "max_session_duration": 3600, "name": n, "path": "/", "tags": c.tags(n)}, lambda c, n: {
    "arn": f"arn:aws:iam::{c.account}:role/{n}", "create_date": "2026-01-01T00:00:00Z", "id": n,
    "unique_id": f"AROA{c.hexa(16).upper()}"})  # fmt: skip
_simple("aws_iam_policy", "", "", lambda c, n: {
    "description": "", "name": n, "path": "/", "policy": document(
        statement(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::acme-{n}/*")), "tags": c.tags(n)},
    lambda c, n: {"arn": f"arn:aws:iam::{c.account}:policy/{n}", "attachment_count": 1, "id":
    f"arn:aws:iam::{c.account}:policy/{n}", "policy_id": f"ANPA{c.hexa(16).upper()}"})  # fmt: skip
_simple("aws_iam_role_policy", "", "", lambda c, n: {
    "name": n, "policy": document(statement("sqs:SendMessage", c.arn("sqs", n))), "role": n},
    lambda c, n: {"id": f"{n}:{n}"})  # fmt: skip
_simple("aws_iam_role_policy_attachment", "", "", lambda c, n: {
    "policy_arn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", "role": n})  # fmt: skip
_simple("aws_iam_user", "", "", lambda c, n: {"force_destroy": False, "name": n, "path": "/",
        "tags": c.tags(n)}, lambda c, n: {"arn": f"arn:aws:iam::{c.account}:user/{n}", "id": n})  # fmt: skip
_simple("aws_iam_user_group_membership", "", "", lambda c, n: {
    "groups": ["developers"], "user": n})  # fmt: skip
_simple("aws_iam_instance_profile", "", "", lambda c, n: {"name": n, "role": n, "tags": c.tags(n)},
        lambda c, n: {"arn": f"arn:aws:iam::{c.account}:instance-profile/{n}", "id": n})  # fmt: skip
_simple("aws_kms_key", "kms", "key/{id}", lambda c, n: {
    "deletion_window_in_days": 30, "description": n, "enable_key_rotation": False, "is_enabled": True,
    "key_usage": "ENCRYPT_DECRYPT", "multi_region": False, "policy": document(statement(
        "kms:*", "*", Principal={"AWS": f"arn:aws:iam::{c.account}:root"})), "tags": c.tags(n)},
    lambda c, n: {"id": c.uuid(), "key_id": c.uuid()})  # fmt: skip
_simple("aws_kms_alias", "kms", "alias/{n}", lambda c, n: {
    "name": f"alias/{n}", "target_key_id": c.uuid()}, lambda c, n: {"target_key_arn":
    c.arn("kms", f"key/{c.uuid()}")})  # fmt: skip
_simple("aws_s3_bucket_versioning", "", "", lambda c, n: {
    "bucket": f"acme-{n}", "expected_bucket_owner": "", "mfa": None, "versioning_configuration":
    [{"mfa_delete": "", "status": "Enabled"}]}, lambda c, n: {"id": f"acme-{n}"})  # fmt: skip
_simple("aws_s3_bucket_lifecycle_configuration", "", "", lambda c, n: {
    "bucket": f"acme-{n}", "rule": [lifecycle(30)]}, lambda c, n: {"id": f"acme-{n}"})  # fmt: skip
_simple("aws_s3_bucket_policy", "", "", lambda c, n: {
    "bucket": f"acme-{n}", "policy": document(statement("s3:GetObject", f"arn:aws:s3:::acme-{n}/*",
    Principal={"AWS": f"arn:aws:iam::{c.account}:role/{n}"}))}, lambda c, n: {"id": f"acme-{n}"})  # fmt: skip
_simple("aws_s3_bucket_public_access_block", "", "", lambda c, n: {
    "block_public_acls": True, "block_public_policy": True, "bucket": f"acme-{n}",
    "ignore_public_acls": True, "restrict_public_buckets": True}, lambda c, n: {"id": f"acme-{n}"})  # fmt: skip
_simple("aws_s3_bucket_object_lock_configuration", "", "", lambda c, n: {
    "bucket": f"acme-{n}", "object_lock_enabled": "Enabled", "rule": [{"default_retention": [
        {"days": 365, "mode": "GOVERNANCE", "years": 0}]}]}, lambda c, n: {"id": f"acme-{n}"})  # fmt: skip
_simple("aws_s3_object", "", "", lambda c, n: {
    "bucket": "acme-config", "content_type": "application/json", "force_destroy": False, "key":
    f"{n}/config.json", "source_hash": c.hexa(32), "tags": c.tags()}, lambda c, n: {
    "etag": c.hexa(32), "id": f"{n}/config.json", "version_id": c.hexa(32)})  # fmt: skip
_simple("aws_rds_cluster_instance", "rds", "db:{n}", lambda c, n: {
    "apply_immediately": False, "cluster_identifier": n, "engine": "aurora-postgresql", "identifier": n,
    "instance_class": "db.r6g.large", "tags": c.tags(n)}, _named)  # fmt: skip
_simple("aws_db_subnet_group", "rds", "subgrp:{n}", lambda c, n: {
    "name": n, "subnet_ids": ids(c, "subnet", 3), "tags": c.tags(n)}, _named)  # fmt: skip
_simple("aws_db_parameter_group", "rds", "pg:{n}", lambda c, n: {
    "family": "postgres16", "name": n, "parameter": [{"apply_method": "immediate", "name":
    "log_min_duration_statement", "value": "1000"}], "tags": c.tags(n)}, _named)  # fmt: skip
_simple("aws_db_snapshot", "rds", "snapshot:{n}", lambda c, n: {
    "db_instance_identifier": n, "db_snapshot_identifier": f"{n}-before-upgrade", "tags": c.tags(n)})  # fmt: skip
_simple("aws_db_cluster_snapshot", "rds", "cluster-snapshot:{n}", lambda c, n: {
    "db_cluster_identifier": n, "db_cluster_snapshot_identifier": f"{n}-manual", "tags": c.tags(n)})  # fmt: skip
_simple("aws_efs_file_system", "elasticfilesystem", "file-system/fs-{id}", lambda c, n: {
    "creation_token": n, "encrypted": True, "lifecycle_policy": [], "performance_mode":
    "generalPurpose", "tags": c.tags(n), "throughput_mode": "bursting"}, lambda c, n: {
    "id": f"fs-{c.hexa(17)}"})  # fmt: skip
_simple("aws_efs_backup_policy", "", "", lambda c, n: {
    "backup_policy": [{"status": "ENABLED"}], "file_system_id": f"fs-{c.hexa(17)}"})  # fmt: skip
_simple("aws_opensearch_domain", "es", "domain/{n}", lambda c, n: {
    "cluster_config": [{"dedicated_master_enabled": True, "instance_count": 3, "instance_type":
    "r6g.large.search", "zone_awareness_enabled": True}], "domain_name": n, "ebs_options":
    [{"ebs_enabled": True, "volume_size": 200, "volume_type": "gp3"}], "engine_version":
    "OpenSearch_2.11", "snapshot_options": [{"automated_snapshot_start_hour": 3}], "tags": c.tags(n)})  # fmt: skip
_simple("aws_redshift_cluster", "redshift", "cluster:{n}", lambda c, n: {
    "automated_snapshot_retention_period": 7, "cluster_identifier": n, "cluster_type": "multi-node",
    "encrypted": True, "final_snapshot_identifier": f"{n}-final", "master_password": c.hexa(24),
    "node_type": "ra3.xlplus", "number_of_nodes": 3, "skip_final_snapshot": False, "tags": c.tags(n)},
    _named)  # fmt: skip
_simple("aws_msk_cluster", "kafka", "cluster/{n}/{id}", lambda c, n: {
    "broker_node_group_info": [{"instance_type": "kafka.m5.large", "storage_info": [
        {"ebs_storage_info": [{"volume_size": 500}]}]}], "cluster_name": n, "kafka_version": "3.6.0",
    "number_of_broker_nodes": 3, "tags": c.tags(n)})  # fmt: skip
_simple("aws_kinesis_stream", "kinesis", "stream/{n}", lambda c, n: {
    "encryption_type": "KMS", "enforce_consumer_deletion": False, "name": n, "retention_period": 168,
    "shard_count": 4, "stream_mode_details": [{"stream_mode": "PROVISIONED"}], "tags": c.tags(n)})  # fmt: skip
_simple("aws_sqs_queue", "sqs", "{n}", lambda c, n: {
    "delay_seconds": 0, "fifo_queue": False, "message_retention_seconds": 345600, "name": n,
    "policy": document(statement("sqs:SendMessage", c.arn("sqs", n))), "redrive_policy": "",
    "tags": c.tags(n), "visibility_timeout_seconds": 60}, lambda c, n: {
    "id": f"https://sqs.{c.region}.amazonaws.com/{c.account}/{n}"})  # fmt: skip
_simple("aws_sns_topic", "sns", "{n}", lambda c, n: {"name": n, "tags": c.tags(n)}, lambda c, n: {
    "id": c.arn("sns", n), "owner": c.account})  # fmt: skip
_simple("aws_sns_topic_subscription", "sns", "{n}:{id}", lambda c, n: {
    "endpoint": c.arn("sqs", n), "protocol": "sqs", "raw_message_delivery": False, "topic_arn":
    c.arn("sns", n)})  # fmt: skip
_simple("aws_secretsmanager_secret", "secretsmanager", "secret:{n}-{id}", lambda c, n: {
    "description": n, "force_overwrite_replica_secret": False, "kms_key_id": "", "name": n,
    "recovery_window_in_days": 30, "tags": c.tags(n)})  # fmt: skip
_simple("aws_secretsmanager_secret_version", "secretsmanager", "secret:{n}", lambda c, n: {
    "secret_id": c.arn("secretsmanager", f"secret:{n}"), "secret_string": c.hexa(32)}, lambda c, n: {
    "version_id": c.uuid(), "version_stages": ["AWSCURRENT"]})  # fmt: skip
_simple("aws_ssm_parameter", "ssm", "parameter/{n}", lambda c, n: {
    "data_type": "text", "description": n, "name": f"/{c.team}/{n}", "overwrite": None, "tags":
    c.tags(n), "tier": "Standard", "type": "SecureString", "value": c.hexa(20)}, lambda c, n: {
    "id": f"/{c.team}/{n}", "version": 12})  # fmt: skip
_simple("aws_cloudwatch_log_group", "logs", "log-group:/acme/{n}", lambda c, n: {
    "kms_key_id": "", "log_group_class": "STANDARD", "name": f"/acme/{n}", "retention_in_days": 30,
    "skip_destroy": False, "tags": c.tags(n)}, lambda c, n: {"id": f"/acme/{n}"})  # fmt: skip
_simple("aws_cloudwatch_dashboard", "cloudwatch", "dashboard/{n}", lambda c, n: {
    "dashboard_body": json.dumps({"widgets": [{"type": "metric", "width": 12}]}), "dashboard_name": n},
    _named)  # fmt: skip
_simple("aws_cloudwatch_event_rule", "events", "rule/{n}", lambda c, n: {
    "description": n, "force_destroy": False, "name": n, "schedule_expression": "rate(1 hour)",
    "state": "ENABLED", "tags": c.tags(n)}, _named)  # fmt: skip
_simple("aws_cloudwatch_event_target", "", "", lambda c, n: {
    "arn": c.arn("lambda", f"function:{n}"), "rule": n, "target_id": n})  # fmt: skip
_simple("aws_cloudtrail", "cloudtrail", "trail/{n}", lambda c, n: {
    "enable_log_file_validation": True, "enable_logging": True, "include_global_service_events": True,
    "is_multi_region_trail": True, "name": n, "s3_bucket_name": "acme-trail", "tags": c.tags(n)})  # fmt: skip
_simple("aws_backup_vault", "backup", "backup-vault:{n}", lambda c, n: {
    "force_destroy": False, "name": n, "tags": c.tags(n)}, lambda c, n: {"id": n, "recovery_points": 214})  # fmt: skip
_simple("aws_backup_plan", "backup", "backup-plan:{id}", lambda c, n: {
    "name": n, "rule": [{"completion_window": 180, "lifecycle": [{"cold_storage_after": 0,
    "delete_after": 35}], "rule_name": "daily", "schedule": "cron(0 3 * * ? *)", "target_vault_name":
    "main"}], "tags": c.tags(n)}, lambda c, n: {"version": c.hexa(20)})  # fmt: skip
_simple("aws_backup_vault_lock_configuration", "", "", lambda c, n: {
    "backup_vault_name": n, "changeable_for_days": None, "max_retention_days": 1200,
    "min_retention_days": 7})  # fmt: skip
_simple("aws_wafv2_web_acl", "wafv2", "regional/webacl/{n}", lambda c, n: {
    "default_action": [{"allow": [{}], "block": []}], "name": n, "rule": [{"name": "common",
    "priority": 1}], "scope": "REGIONAL", "tags": c.tags(n)}, lambda c, n: {"capacity": 700,
    "lock_token": c.uuid()})  # fmt: skip
_simple("aws_sfn_state_machine", "states", "stateMachine:{n}", lambda c, n: {
    "definition": json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
    "name": n, "role_arn": f"arn:aws:iam::{c.account}:role/{n}", "tags": c.tags(n), "type":
    "STANDARD"}, lambda c, n: {"revision_id": c.uuid(), "status": "ACTIVE"})  # fmt: skip
_simple("aws_batch_job_definition", "batch", "job-definition/{n}:8", lambda c, n: {
    "container_properties": containers(c, n), "deregister_on_new_revision": True, "name": n,
    "tags": c.tags(n), "type": "container"}, lambda c, n: {"revision": 8})  # fmt: skip
_simple("aws_cognito_user_pool", "cognito-idp", "userpool/{id}", lambda c, n: {
    "deletion_protection": "ACTIVE", "mfa_configuration": "OPTIONAL", "name": n, "tags": c.tags(n)})  # fmt: skip
_simple("aws_iam_policy_document", "", "", lambda c, n: {
    "statement": [{"actions": ["s3:GetObject"], "effect": "Allow", "resources": ["*"]}]}, lambda c, n: {
    "json": document(statement("s3:GetObject")), "minified_json": document(statement("s3:GetObject"))})  # fmt: skip
_simple("aws_ami", "ec2", "image/ami-{id}", lambda c, n: {"most_recent": True, "owners": ["amazon"]},
        lambda c, n: {"id": f"ami-{c.hexa(17)}", "image_id": f"ami-{c.hexa(17)}"})  # fmt: skip
_simple("aws_caller_identity", "", "", lambda c, n: {}, lambda c, n: {
    "account_id": c.account, "id": c.account})  # fmt: skip

SECRETS.update({
    "aws_db_instance": ("password",),
    "aws_rds_cluster": ("master_password",),
    "aws_redshift_cluster": ("master_password",),
    "aws_secretsmanager_secret_version": ("secret_string",),
    "aws_ssm_parameter": ("value",),
})  # fmt: skip
