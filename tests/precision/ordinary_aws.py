"""What platform teams do to AWS every day; none of it needs a senior."""

import json
from typing import Any

from sites import Site
from steps import Step, adopt, create, delete, keep, replace, update
from things import assume, document, statement
from things_aws import containers, ids, ingress, lifecycle

ALARM = "aws_cloudwatch_metric_alarm"
TASK = "aws_ecs_task_definition"


def image(s: Site) -> str:
    return containers(s.context, s.service, "1.42.0")


def tags(**more: str) -> Any:
    return lambda s: {**s.context.tags(s.service), **more}


def policy(*actions: str) -> Any:
    return lambda s: document(
        statement(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::acme-{s.service}/*"),
        *(statement(action, s.context.arn("sqs", s.service)) for action in actions),
    )


def renamed(kind: str, old: str, new: str) -> Step:
    """Rename a block with a ``moved``."""
    return lambda s: s.moved(s.have(f"{kind}.{new}"), f"{kind}.{old}")


def keyed(kind: str, *keys: str) -> Step:
    """Turn ``count`` into ``for_each`` with a ``moved`` for each."""

    def step(s: Site) -> None:
        for i, key in enumerate(keys):
            s.moved(s.have(f'{kind}.pool["{key}"]'), f"{kind}.pool[{i}]")

    return step


def module_renamed(*kinds: str) -> Step:
    """Rename a module with a ``moved``, and take its new version."""

    def step(s: Site) -> None:
        s.call("storefront", "app.terraform.io/acme/service/aws")
        for kind in kinds:
            s.moved(s.have(f"module.storefront.{kind}.this"), f"module.shop.{kind}.this")

    return step


def drifted(kind: str, **old: Any) -> Step:
    return lambda s: s.drift(s.keep(kind), old)


def output(name: str, old: Any, new: Any) -> Step:
    return lambda s: s.output(name, old, new)


DEPLOY_ECS: list[Step] = [
    replace(TASK, "container_definitions", {"container_definitions": image}),
    update("aws_ecs_service", unknown=["task_definition"], refs={"task_definition": TASK}),
]
NEW_CODE = {"source_code_hash": "q9Zt0lFYd4", "s3_key": "orders/9f31c2a.zip"}
PUBLISHED = ("last_modified", "qualified_arn", "qualified_invoke_arn", "version")

ROWS: list[tuple[str, list[Step]]] = [
    ("deploy", DEPLOY_ECS),
    ("deploy", [replace(TASK, "container_definitions", {"container_definitions": image}, first=True),
                update("aws_ecs_service", unknown=["task_definition"]),
                update(ALARM, {"threshold": 85})]),
    ("deploy", [update("aws_lambda_function", NEW_CODE, unknown=PUBLISHED),
                update("aws_lambda_alias", unknown=["function_version"])]),
    ("deploy", [update("aws_lambda_function", {"environment.0.variables": {
        "LOG_LEVEL": "debug", "QUEUE": "orders", "STAGE": "production", "FEATURE_X": "on"}},
        unknown=["last_modified", "version"])]),
    ("deploy", [update("aws_lambda_function", {"runtime": "python3.13", "memory_size": 1024, "timeout": 60},
                  unknown=PUBLISHED)]),
    ("deploy", [replace("aws_lambda_layer_version", "source_code_hash", {"source_code_hash": "aB3"}),
                update("aws_lambda_function", unknown=["layers"], had={"layers": ["arn:aws:lambda:l:12"]})]),
    ("deploy", [replace("aws_api_gateway_deployment", "triggers", {"triggers.redeployment": "77ab"},
                  first=True),
                update("aws_api_gateway_rest_api", {"body": "77ab"}),
                update("aws_api_gateway_stage", unknown=["deployment_id"])]),
    ("deploy", [update("aws_sfn_state_machine", {"definition": json.dumps({"StartAt": "B"})},
                  unknown=["revision_id"])]),
    ("deploy", [replace("aws_batch_job_definition", "container_properties", {"container_properties": image})]),
    ("deploy", [update("aws_s3_object", {"source_hash": "8712cc"}, unknown=["etag", "version_id"])]),
    ("launch template", [update("aws_launch_template", {"image_id": "ami-0aa11bb22cc33dd44"},
                           unknown=["latest_version", "default_version"]),
                         update("aws_autoscaling_group", unknown=["launch_template.0.version"])]),
    ("launch template", [replace("aws_launch_configuration", "image_id", {"image_id": "ami-0aa1"}, first=True),
                         update("aws_autoscaling_group", unknown=["launch_configuration"],
                           had={"launch_configuration": "orders-2026", "launch_template": []})]),
    ("scale up", [update("aws_ecs_service", {"desired_count": 9})]),
    ("scale up", [update("aws_autoscaling_group", {"desired_capacity": 6, "max_size": 12})]),
    ("scale up", [update("aws_eks_node_group", {"scaling_config.0.desired_size": 6,
                                           "scaling_config.0.max_size": 12})]),
    ("scale down", [update("aws_ecs_service", {"desired_count": 4})]),
    ("scale down", [update("aws_autoscaling_group", {"desired_capacity": 3})]),
    ("scale down", [update("aws_dynamodb_table", {"read_capacity": 30, "write_capacity": 15})]),
    ("autoscaling bounds", [update("aws_appautoscaling_target", {"min_capacity": 6, "max_capacity": 20})]),
    ("autoscaling bounds", [update("aws_appautoscaling_target", {"min_capacity": 2, "max_capacity": 10}),
                            update("aws_appautoscaling_policy", {
                                "target_tracking_scaling_policy_configuration.0.target_value": 70})]),
    ("tags", [update("aws_db_instance", {"tags": tags(CostCenter="4711")})]),
    ("tags", [update("aws_s3_bucket", {"tags": tags(DataClass="internal")}),
              update("aws_kms_key", {"tags": tags(DataClass="internal")}),
              update("aws_ecs_service", {"tags": tags(CostCenter="4711")}),
              update("aws_lb_target_group", {"tags": tags(CostCenter="4711")})]),
    ("tags", [update(kind, {"tags": tags(Team="commerce", Owner="commerce@acme.example")}) for kind in (
        "aws_vpc", "aws_subnet", "aws_rds_cluster", "aws_dynamodb_table", "aws_sqs_queue",
        "aws_route53_zone", "aws_eks_cluster")]),
    ("new service", [
        create("aws_iam_role"), create("aws_iam_role_policy", refs={"role": "aws_iam_role"}, unknown=["role"]),
        create("aws_cloudwatch_log_group"), create(TASK, unknown=["execution_role_arn", "task_role_arn"],
                                         refs={"task_role_arn": "aws_iam_role"}),
        create("aws_lb_target_group"), create("aws_lb_listener_rule", unknown=["action.0.target_group_arn"]),
        create("aws_ecs_service", unknown=["task_definition"]), create("aws_security_group"), create(ALARM),
        create("aws_route53_record", {"ttl": 60}), create("aws_ecr_repository")]),
    ("new service", [
        create("aws_iam_role", {"assume_role_policy": assume("lambda.amazonaws.com")}),
        create("aws_lambda_function", unknown=["role"]), create("aws_cloudwatch_log_group"),
        create("aws_lambda_permission", unknown=["function_name"]), create("aws_sqs_queue"),
        create("aws_lambda_event_source_mapping", unknown=["event_source_arn"]),
        create("aws_cloudwatch_event_rule"), create("aws_cloudwatch_event_target", unknown=["arn"]), create(ALARM)]),
    ("new service", [create("aws_s3_bucket"), create("aws_s3_bucket_versioning", unknown=["bucket"]),
                     create("aws_s3_bucket_public_access_block", unknown=["bucket"]),
                     create("aws_s3_bucket_lifecycle_configuration", unknown=["bucket"]),
                     create("aws_s3_bucket_policy", unknown=["bucket", "policy"])]),
    ("new service", [create("random_password"), create("aws_db_subnet_group"), create("aws_security_group"),
                     create("aws_db_parameter_group"), create("aws_db_instance", unknown=["password"]),
                     create("aws_secretsmanager_secret"),
                     create("aws_secretsmanager_secret_version", unknown=["secret_id", "secret_string"])]),
    ("new service", [create("aws_dynamodb_table", {"point_in_time_recovery": [{"enabled": False}],
                                              "deletion_protection_enabled": False}),
                     create("aws_sns_topic"), create("aws_sns_topic_subscription", unknown=["topic_arn"])]),
    ("security group", [update("aws_security_group", {"ingress": lambda s: [
        ingress(443, "10.0.0.0/8", text="internal"), ingress(8080, "10.0.0.0/16", text="mesh"),
        ingress(9090, "10.4.0.0/16", text="metrics")]})]),
    ("security group", [update("aws_security_group", {"ingress": lambda s: [
        ingress(443, "10.0.0.0/8", text="internal"), ingress(8443, "10.0.0.0/16", text="mesh")]})]),
    ("security group", [create("aws_vpc_security_group_ingress_rule", {"cidr_ipv4": "10.9.0.0/16"})]),
    ("security group", [update("aws_vpc_security_group_ingress_rule", {"cidr_ipv4": "10.9.0.0/16"})]),
    ("security group", [replace("aws_security_group_rule", "cidr_blocks",
                          {"cidr_blocks": ["10.0.0.0/8", "10.200.0.0/16"]})]),
    ("network", [create("aws_subnet", {"cidr_block": "10.0.240.0/24"}),
                 create("aws_route_table_association", unknown=["subnet_id"])]),
    ("network", [update("aws_route_table", {"route": [
        {"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1", "gateway_id": "", "transit_gateway_id": ""},
        {"cidr_block": "10.90.0.0/16", "nat_gateway_id": "", "gateway_id": "",
         "transit_gateway_id": "tgw-1"}]}, had={"route": [
             {"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1", "gateway_id": "",
              "transit_gateway_id": ""}]})]),
    ("network", [create("aws_route", {"destination_cidr_block": "10.90.0.0/16", "transit_gateway_id":
                                 "tgw-0c1", "nat_gateway_id": ""})]),
    ("network", [create("aws_vpc_endpoint", {"service_name": "com.amazonaws.eu-central-1.s3",
                                        "vpc_endpoint_type": "Gateway"})]),
    ("dns", [update("aws_route53_record", {"ttl": 60})]),
    ("dns", [create("aws_route53_record", {"type": "TXT", "records": ["v=spf1 include:mail.example ~all"]}),
             create("aws_route53_record", {"type": "CNAME", "records": ["acme.azurefd.net"]}, name="cdn")]),
    ("dns", [update("aws_route53_record", {"weighted_routing_policy.0.weight": 70}, had={
        "weighted_routing_policy": [{"weight": 90}], "set_identifier": "blue"}),
        update("aws_route53_record", {"weighted_routing_policy.0.weight": 30}, had={
            "weighted_routing_policy": [{"weight": 10}], "set_identifier": "green"}, name="green")]),
    ("listener", [create("aws_lb_listener_rule", {"priority": 41}), create("aws_lb_target_group")]),
    ("listener", [update("aws_lb_listener_rule", {"condition": [{"host_header": [
        {"values": ["orders.acme.example", "www.acme.example"]}], "path_pattern": []}]})]),
    ("listener", [update("aws_lb_target_group", {"health_check.0.path": "/ready", "deregistration_delay": "30"}),
                  update("aws_lb", {"idle_timeout": 120})]),
    ("certificate", [create("aws_acm_certificate"), create("aws_route53_record", {"type": "CNAME"}, name="validation",
                                                 unknown=["name", "records"]),
                     create("aws_acm_certificate_validation", unknown=["certificate_arn"])]),
    ("certificate", [update("aws_lb_listener", {"ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06"}),
                     create("aws_lb_listener_certificate", {"certificate_arn": "arn:aws:acm:1"})]),
    ("moved", [module_renamed("aws_ecs_service", TASK, "aws_iam_role", "aws_lb_target_group",
                              "aws_db_instance", "aws_s3_bucket")]),
    ("moved", [module_renamed("aws_lambda_function", "aws_iam_role", "aws_dynamodb_table"),
               update("aws_lambda_function", {"memory_size": 1024}, unknown=PUBLISHED)]),
    ("moved", [renamed("aws_db_instance", "db", "primary"), renamed("aws_s3_bucket", "b", "assets")]),
    ("moved", [keyed("aws_subnet", "a", "b", "c"), keyed("aws_instance", "web-1", "web-2")]),
    ("import", [adopt("aws_s3_bucket"), adopt("aws_dynamodb_table")]),
    ("import", [adopt("aws_db_instance", None, {"tags": tags(Adopted="2026")}),
                adopt("aws_security_group", None, {"tags": tags(Adopted="2026")})]),
    ("import", [adopt("aws_ecs_service", None, {"tags": tags(ManagedBy="terraform", Adopted="yes")}),
                adopt("aws_lambda_function", None, {"tags": tags(Adopted="yes")})]),
    ("output", [output("endpoint", "a.example", "b.example"), keep("aws_lambda_function")]),
    ("output", [output("queue_url", None, "https://sqs.example/q"), keep("aws_sqs_queue")]),
    ("drift", [drifted("aws_autoscaling_group", desired_capacity=2), drifted("aws_ecs_service")]),
    ("drift", [lambda s: s.vanish(s.keep(ALARM)), drifted("aws_lambda_function", timeout=3)]),
    ("churn", [replace("null_resource", "triggers", {"triggers.hash": "77"}),
               replace("time_static", "triggers", {"triggers.version": "42"}),
               replace("random_id", "keepers", {"keepers.image": "1.42.0"}), *DEPLOY_ECS]),
    ("churn", [replace("local_file", "content", {"content": "77"}), replace("time_sleep", "triggers",
                                                                {"triggers.version": "42"}),
               update("terraform_data", {"input": "42"}, unknown=["output"])]),
    ("churn", [replace("aws_lambda_permission", "source_arn", {"source_arn": "arn:aws:execute-api:2"}),
               replace("aws_lambda_permission", "function_name", name="events", unknown=["function_name"])]),
    ("churn", [replace("archive_file", "source_dir", {"source_dir": "./src/new"}),
               update("aws_lambda_function", unknown=["source_code_hash", *PUBLISHED])]),
    ("churn removed", [delete("null_resource"), delete("time_sleep"), delete("local_file")]),
    ("provider upgrade", [update("aws_lambda_function", unknown=["arn", "invoke_arn", "last_modified"]),
                          update("aws_cloudfront_distribution", unknown=["etag", "last_modified_time"]),
                          update("aws_iam_role", {"inline_policy": []})]),
    ("provider upgrade", [update("aws_s3_bucket", unknown=["tags_all"]), update("aws_db_instance", {
        "upgrade_storage_config": None, "region": "eu-central-1"}, unknown=["latest_restorable_time"]),
        update("aws_sqs_queue", {"region": "eu-central-1"}), update("aws_lb", {"region": "eu-central-1"})]),
    ("engine upgrade", [update("aws_db_instance", {"engine_version": "16.4"},
                          unknown=["engine_version_actual"])]),
    ("engine upgrade", [update("aws_rds_cluster", {"engine_version": "15.8"}, unknown=[
        "engine_version_actual"]), update("aws_elasticache_replication_group", {"engine_version": "7.1"},
                                     unknown=["engine_version_actual"])]),
    ("engine upgrade", [update("aws_eks_cluster", {"version": "1.31"}, unknown=["platform_version"]),
                        update("aws_eks_node_group", {"version": "1.31", "release_version": "1.31.1-2024"}),
                        update("aws_eks_addon", {"addon_version": "v1.19.0-eksbuild.1"})]),
    ("engine upgrade", [update("aws_opensearch_domain", {"engine_version": "OpenSearch_2.13"}),
                        update("aws_msk_cluster", {"kafka_version": "3.7.0"})]),
    ("instance class", [update("aws_db_instance", {"instance_class": "db.r6g.xlarge"})]),
    ("instance class", [update("aws_instance", {"instance_type": "m6i.xlarge"}, unknown=["public_ip"]),
                        update("aws_elasticache_replication_group", {"node_type": "cache.r6g.xlarge"})]),
    ("storage", [update("aws_db_instance", {"allocated_storage": 400, "max_allocated_storage": 1000,
                                       "iops": 12000})]),
    ("storage", [update("aws_ebs_volume", {"size": 400}), update("aws_instance", {
        "root_block_device.0.volume_size": 80})]),
    ("storage", [update("aws_opensearch_domain", {"ebs_options.0.volume_size": 400,
                                             "cluster_config.0.instance_count": 6}),
                 update("aws_kinesis_stream", {"shard_count": 8, "retention_period": 336})]),
    ("retention", [update("aws_db_instance", {"backup_retention_period": 30}), update("aws_rds_cluster", {
        "backup_retention_period": 35}), update("aws_cloudwatch_log_group", {"retention_in_days": 90})]),
    ("retention", [update("aws_backup_plan", {"rule.0.lifecycle.0.delete_after": 90}, unknown=["version"]),
                   update("aws_elasticache_replication_group", {"snapshot_retention_limit": 14})]),
    ("protection on", [update("aws_db_instance", {"deletion_protection": True, "skip_final_snapshot": False},
                         had={"deletion_protection": False, "skip_final_snapshot": True}),
                       update("aws_lb", {"enable_deletion_protection": True},
                         had={"enable_deletion_protection": False})]),
    ("protection on", [update("aws_dynamodb_table", {"deletion_protection_enabled": True,
                                                "point_in_time_recovery": [{"enabled": True}]},
                         had={"deletion_protection_enabled": False,
                              "point_in_time_recovery": [{"enabled": False}]}),
                       update("aws_s3_bucket", {"force_destroy": False}, had={"force_destroy": True})]),
    ("versioning on", [update("aws_s3_bucket_versioning", {"versioning_configuration.0.status": "Enabled"},
                         had={"versioning_configuration": [{"mfa_delete": "", "status": "Suspended"}]})]),
    ("lifecycle", [update("aws_s3_bucket_lifecycle_configuration", {"rule": [
        lifecycle(30), {**lifecycle(365, prefix="logs/", key="logs"), "transition": [
            {"days": 30, "storage_class": "STANDARD_IA"}]}]}),
                   update("aws_ecr_lifecycle_policy", {"policy": json.dumps({"rules": [
                       {"rulePriority": 1, "selection": {"countNumber": 50}}]})})]),
    ("secret rotation", [update("aws_ssm_parameter", {"value": "n3w"}, unknown=["version"])]),
    ("secret rotation", [replace("random_password", "keepers", {"keepers.rotation": "2026-11"}),
                         update("aws_db_instance", unknown=["password"], refs={"password": "random_password"})]),
    ("secret rotation", [replace("aws_secretsmanager_secret_version", "secret_string",
                           {"secret_string": "n3w"})]),
    ("policy", [update("aws_iam_policy", {"policy": policy("sqs:SendMessage", "sqs:ReceiveMessage")})]),
    ("policy", [update("aws_iam_role_policy", {"policy": policy("sqs:SendMessage")}),
                update("aws_sqs_queue", {"policy": policy("sqs:SendMessage")})]),
    ("policy", [lambda s: s.read("data.aws_iam_policy_document.this", unknown=["statement.0.resources"]),
                update("aws_s3_bucket_policy", unknown=["policy"])]),
    ("policy", [update("aws_s3_bucket_policy", {"policy": lambda s: document(
        statement("s3:GetObject", f"arn:aws:s3:::acme-{s.service}/*", Principal={"AWS":
                  f"arn:aws:iam::{s.context.account}:role/{s.service}"}),
        {"Effect": "Deny", "Action": "s3:*", "Principal": "*", "Resource": [
            f"arn:aws:s3:::acme-{s.service}", f"arn:aws:s3:::acme-{s.service}/*"],
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}})})]),
    ("kms rotation", [update("aws_kms_key", {"enable_key_rotation": True}),
                      update("aws_kms_alias", had={"target_key_id": "1"}, unknown=["target_key_arn"])]),
    ("alarms", [update(ALARM, {"threshold": 90, "evaluation_periods": 5}), create(ALARM, name="latency")]),
    ("alarms", [update(ALARM, {"alarm_actions": ["arn:aws:sns:1", "arn:aws:sns:2"]})]),
    ("dashboard", [update("aws_cloudwatch_dashboard", {"dashboard_body": '{"widgets":[]}'})]),
    ("budget", [update("aws_budgets_budget", {"limit_amount": "7500.0"})]),
    ("people", [create("aws_iam_user"), create("aws_iam_user_group_membership"),
                create("aws_iam_role_policy_attachment")]),
    ("people", [update("aws_iam_role", {"max_session_duration": 7200}), create("aws_iam_role", name="ci")]),
    ("people", [update("aws_iam_user_group_membership", {"groups": ["developers", "oncall"]})]),
    ("data reads", [lambda s: s.data("data.aws_ami.base"), lambda s: s.data("data.tls_certificate.oidc"),
                    lambda s: s.data("data.http.ranges"), update("aws_launch_template", {
                        "image_id": "ami-0aa1"}, unknown=["latest_version"])]),
    ("cdn", [update("aws_cloudfront_distribution", {"http_version": "http2and3", "ordered_cache_behavior":
               lambda s: [{"allowed_methods": ["GET", "HEAD"], "cache_policy_id": "1", "compress": True,
                           "path_pattern": path, "target_origin_id": s.service,
                           "viewer_protocol_policy": "redirect-to-https"}
                          for path in ("/static/*", "/images/*")]}, unknown=["etag"])]),
    ("waf", [update("aws_wafv2_web_acl", {"rule": [{"name": "common", "priority": 1},
                                              {"name": "rate", "priority": 2}]}, unknown=["lock_token"])]),
    ("new capacity", [create("aws_rds_cluster_instance", {"instance_class": "db.r6g.large"}, name="reader"),
                      update("aws_rds_cluster", {"serverlessv2_scaling_configuration.0.max_capacity": 32}),
                      update("aws_msk_cluster", {"number_of_broker_nodes": 6})]),
    ("wider", [update("aws_autoscaling_group", {"vpc_zone_identifier": lambda s: ids(s.context, "subnet", 4)},
                 had={"vpc_zone_identifier": ["subnet-1", "subnet-2", "subnet-3"]})]),
    ("no changes", [keep("aws_lambda_function"), keep("aws_db_instance")]),
]  # fmt: skip
