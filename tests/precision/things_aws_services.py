"""AWS functions, identities, keys, stores, messages and what watches them, as the provider shows them."""

import json

from things import assume, document, named, simple, statement
from things_aws import containers, ids, lifecycle

simple("aws_lambda_permission", "", "", lambda c, n: {
    "action": "lambda:InvokeFunction", "function_name": n, "principal": "apigateway.amazonaws.com",
    "source_arn": c.arn("execute-api", "abc/*"), "statement_id": f"allow-{n}"})  # fmt: skip
simple("aws_lambda_alias", "lambda", "function:{n}:live", lambda c, n: {
    "function_name": n, "function_version": "41", "name": "live", "routing_config": []})  # fmt: skip
simple("aws_lambda_layer_version", "lambda", "layer:{n}:12", lambda c, n: {
    "compatible_runtimes": ["python3.12"], "layer_name": n, "s3_bucket": "acme-artifacts", "s3_key":
    f"layers/{n}.zip", "skip_destroy": False, "source_code_hash": c.hexa(44)}, lambda c, n: {
    "created_date": "2026-10-01T08:00:00.000+0000", "layer_arn": c.arn("lambda", f"layer:{n}"),
    "version": "12"})  # fmt: skip
simple("aws_lambda_event_source_mapping", "lambda", "event-source-mapping:{id}", lambda c, n: {
    "batch_size": 10, "enabled": True, "event_source_arn": c.arn("sqs", n), "function_name": n})  # fmt: skip
simple("aws_api_gateway_rest_api", "apigateway", "/restapis/{id}", lambda c, n: {
    "body": c.hexa(60), "name": n, "tags": c.tags(n)}, lambda c, n: {"id": c.hexa(10)})  # fmt: skip
simple("aws_api_gateway_deployment", "", "", lambda c, n: {
    "rest_api_id": c.hexa(10), "triggers": {"redeployment": c.hexa(40)}}, lambda c, n: {
    "created_date": "2026-10-01T08:00:00Z", "id": c.hexa(6)})  # fmt: skip
simple("aws_api_gateway_stage", "apigateway", "/stages/{n}", lambda c, n: {
    "deployment_id": c.hexa(6), "rest_api_id": c.hexa(10), "stage_name": "live", "tags": c.tags(n)})  # fmt: skip
simple("aws_iam_role", "", "", lambda c, n: {
    "assume_role_policy": assume("ecs-tasks.amazonaws.com"), "force_detach_policies": False,
    "max_session_duration": 3600, "name": n, "path": "/", "tags": c.tags(n)}, lambda c, n: {
    "arn": f"arn:aws:iam::{c.account}:role/{n}", "create_date": "2026-01-01T00:00:00Z", "id": n,
    "unique_id": f"AROA{c.hexa(16).upper()}"})  # fmt: skip
simple("aws_iam_policy", "", "", lambda c, n: {
    "description": "", "name": n, "path": "/", "policy": document(
        statement(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::acme-{n}/*")), "tags": c.tags(n)},
    lambda c, n: {"arn": f"arn:aws:iam::{c.account}:policy/{n}", "attachment_count": 1, "id":
    f"arn:aws:iam::{c.account}:policy/{n}", "policy_id": f"ANPA{c.hexa(16).upper()}"})  # fmt: skip
simple("aws_iam_role_policy", "", "", lambda c, n: {
    "name": n, "policy": document(statement("sqs:SendMessage", c.arn("sqs", n))), "role": n},
    lambda c, n: {"id": f"{n}:{n}"})  # fmt: skip
simple("aws_iam_role_policy_attachment", "", "", lambda c, n: {
    "policy_arn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", "role": n})  # fmt: skip
simple("aws_iam_user", "", "", lambda c, n: {"force_destroy": False, "name": n, "path": "/",
        "tags": c.tags(n)}, lambda c, n: {"arn": f"arn:aws:iam::{c.account}:user/{n}", "id": n})  # fmt: skip
simple("aws_iam_user_group_membership", "", "", lambda c, n: {
    "groups": ["developers"], "user": n})  # fmt: skip
simple("aws_iam_instance_profile", "", "", lambda c, n: {"name": n, "role": n, "tags": c.tags(n)},
        lambda c, n: {"arn": f"arn:aws:iam::{c.account}:instance-profile/{n}", "id": n})  # fmt: skip
simple("aws_kms_key", "kms", "key/{id}", lambda c, n: {
    "deletion_window_in_days": 30, "description": n, "enable_key_rotation": False, "is_enabled": True,
    "key_usage": "ENCRYPT_DECRYPT", "multi_region": False, "policy": document(statement(
        "kms:*", "*", Principal={"AWS": f"arn:aws:iam::{c.account}:root"})), "tags": c.tags(n)},
    lambda c, n: {"id": c.uuid(), "key_id": c.uuid()})  # fmt: skip
simple("aws_kms_alias", "kms", "alias/{n}", lambda c, n: {
    "name": f"alias/{n}", "target_key_id": c.uuid()}, lambda c, n: {"target_key_arn":
    c.arn("kms", f"key/{c.uuid()}")})  # fmt: skip
simple("aws_s3_bucket_versioning", "", "", lambda c, n: {
    "bucket": f"acme-{n}", "expected_bucket_owner": "", "mfa": None, "versioning_configuration":
    [{"mfa_delete": "", "status": "Enabled"}]}, lambda c, n: {"id": f"acme-{n}"})  # fmt: skip
simple("aws_s3_bucket_lifecycle_configuration", "", "", lambda c, n: {
    "bucket": f"acme-{n}", "rule": [lifecycle(30)]}, lambda c, n: {"id": f"acme-{n}"})  # fmt: skip
simple("aws_s3_bucket_policy", "", "", lambda c, n: {
    "bucket": f"acme-{n}", "policy": document(statement("s3:GetObject", f"arn:aws:s3:::acme-{n}/*",
    Principal={"AWS": f"arn:aws:iam::{c.account}:role/{n}"}))}, lambda c, n: {"id": f"acme-{n}"})  # fmt: skip
simple("aws_s3_bucket_public_access_block", "", "", lambda c, n: {
    "block_public_acls": True, "block_public_policy": True, "bucket": f"acme-{n}",
    "ignore_public_acls": True, "restrict_public_buckets": True}, lambda c, n: {"id": f"acme-{n}"})  # fmt: skip
simple("aws_s3_bucket_object_lock_configuration", "", "", lambda c, n: {
    "bucket": f"acme-{n}", "object_lock_enabled": "Enabled", "rule": [{"default_retention": [
        {"days": 365, "mode": "GOVERNANCE", "years": 0}]}]}, lambda c, n: {"id": f"acme-{n}"})  # fmt: skip
simple("aws_s3_object", "", "", lambda c, n: {
    "bucket": "acme-config", "content_type": "application/json", "force_destroy": False, "key":
    f"{n}/config.json", "source_hash": c.hexa(32), "tags": c.tags()}, lambda c, n: {
    "etag": c.hexa(32), "id": f"{n}/config.json", "version_id": c.hexa(32)})  # fmt: skip
simple("aws_rds_cluster_instance", "rds", "db:{n}", lambda c, n: {
    "apply_immediately": False, "cluster_identifier": n, "engine": "aurora-postgresql", "identifier": n,
    "instance_class": "db.r6g.large", "tags": c.tags(n)}, named)  # fmt: skip
simple("aws_db_subnet_group", "rds", "subgrp:{n}", lambda c, n: {
    "name": n, "subnet_ids": ids(c, "subnet", 3), "tags": c.tags(n)}, named)  # fmt: skip
simple("aws_db_parameter_group", "rds", "pg:{n}", lambda c, n: {
    "family": "postgres16", "name": n, "parameter": [{"apply_method": "immediate", "name":
    "log_min_duration_statement", "value": "1000"}], "tags": c.tags(n)}, named)  # fmt: skip
simple("aws_db_snapshot", "rds", "snapshot:{n}", lambda c, n: {
    "db_instance_identifier": n, "db_snapshot_identifier": f"{n}-before-upgrade", "tags": c.tags(n)})  # fmt: skip
simple("aws_db_cluster_snapshot", "rds", "cluster-snapshot:{n}", lambda c, n: {
    "db_cluster_identifier": n, "db_cluster_snapshot_identifier": f"{n}-manual", "tags": c.tags(n)})  # fmt: skip
simple("aws_efs_file_system", "elasticfilesystem", "file-system/fs-{id}", lambda c, n: {
    "creation_token": n, "encrypted": True, "lifecycle_policy": [], "performance_mode":
    "generalPurpose", "tags": c.tags(n), "throughput_mode": "bursting"}, lambda c, n: {
    "id": f"fs-{c.hexa(17)}"})  # fmt: skip
simple("aws_efs_backup_policy", "", "", lambda c, n: {
    "backup_policy": [{"status": "ENABLED"}], "file_system_id": f"fs-{c.hexa(17)}"})  # fmt: skip
simple("aws_opensearch_domain", "es", "domain/{n}", lambda c, n: {
    "cluster_config": [{"dedicated_master_enabled": True, "instance_count": 3, "instance_type":
    "r6g.large.search", "zone_awareness_enabled": True}], "domain_name": n, "ebs_options":
    [{"ebs_enabled": True, "volume_size": 200, "volume_type": "gp3"}], "engine_version":
    "OpenSearch_2.11", "snapshot_options": [{"automated_snapshot_start_hour": 3}], "tags": c.tags(n)})  # fmt: skip
simple("aws_redshift_cluster", "redshift", "cluster:{n}", lambda c, n: {
    "automated_snapshot_retention_period": 7, "cluster_identifier": n, "cluster_type": "multi-node",
    "encrypted": True, "final_snapshot_identifier": f"{n}-final", "master_password": c.hexa(24),
    "node_type": "ra3.xlplus", "number_of_nodes": 3, "skip_final_snapshot": False, "tags": c.tags(n)},
    named)  # fmt: skip
simple("aws_msk_cluster", "kafka", "cluster/{n}/{id}", lambda c, n: {
    "broker_node_group_info": [{"instance_type": "kafka.m5.large", "storage_info": [
        {"ebs_storage_info": [{"volume_size": 500}]}]}], "cluster_name": n, "kafka_version": "3.6.0",
    "number_of_broker_nodes": 3, "tags": c.tags(n)})  # fmt: skip
simple("aws_kinesis_stream", "kinesis", "stream/{n}", lambda c, n: {
    "encryption_type": "KMS", "enforce_consumer_deletion": False, "name": n, "retention_period": 168,
    "shard_count": 4, "stream_mode_details": [{"stream_mode": "PROVISIONED"}], "tags": c.tags(n)})  # fmt: skip
simple("aws_sqs_queue", "sqs", "{n}", lambda c, n: {
    "delay_seconds": 0, "fifo_queue": False, "message_retention_seconds": 345600, "name": n,
    "policy": document(statement("sqs:SendMessage", c.arn("sqs", n))), "redrive_policy": "",
    "tags": c.tags(n), "visibility_timeout_seconds": 60}, lambda c, n: {
    "id": f"https://sqs.{c.region}.amazonaws.com/{c.account}/{n}"})  # fmt: skip
simple("aws_sns_topic", "sns", "{n}", lambda c, n: {"name": n, "tags": c.tags(n)}, lambda c, n: {
    "id": c.arn("sns", n), "owner": c.account})  # fmt: skip
simple("aws_sns_topic_subscription", "sns", "{n}:{id}", lambda c, n: {
    "endpoint": c.arn("sqs", n), "protocol": "sqs", "raw_message_delivery": False, "topic_arn":
    c.arn("sns", n)})  # fmt: skip
simple("aws_secretsmanager_secret", "secretsmanager", "secret:{n}-{id}", lambda c, n: {
    "description": n, "force_overwrite_replica_secret": False, "kms_key_id": "", "name": n,
    "recovery_window_in_days": 30, "tags": c.tags(n)})  # fmt: skip
simple("aws_secretsmanager_secret_version", "secretsmanager", "secret:{n}", lambda c, n: {
    "secret_id": c.arn("secretsmanager", f"secret:{n}"), "secret_string": c.hexa(32)}, lambda c, n: {
    "version_id": c.uuid(), "version_stages": ["AWSCURRENT"]})  # fmt: skip
simple("aws_ssm_parameter", "ssm", "parameter/{n}", lambda c, n: {
    "data_type": "text", "description": n, "name": f"/{c.team}/{n}", "overwrite": None, "tags":
    c.tags(n), "tier": "Standard", "type": "SecureString", "value": c.hexa(20)}, lambda c, n: {
    "id": f"/{c.team}/{n}", "version": 12})  # fmt: skip
simple("aws_cloudwatch_log_group", "logs", "log-group:/acme/{n}", lambda c, n: {
    "kms_key_id": "", "log_group_class": "STANDARD", "name": f"/acme/{n}", "retention_in_days": 30,
    "skip_destroy": False, "tags": c.tags(n)}, lambda c, n: {"id": f"/acme/{n}"})  # fmt: skip
simple("aws_cloudwatch_dashboard", "cloudwatch", "dashboard/{n}", lambda c, n: {
    "dashboard_body": json.dumps({"widgets": [{"type": "metric", "width": 12}]}), "dashboard_name": n},
    named)  # fmt: skip
simple("aws_cloudwatch_event_rule", "events", "rule/{n}", lambda c, n: {
    "description": n, "force_destroy": False, "name": n, "schedule_expression": "rate(1 hour)",
    "state": "ENABLED", "tags": c.tags(n)}, named)  # fmt: skip
simple("aws_cloudwatch_event_target", "", "", lambda c, n: {
    "arn": c.arn("lambda", f"function:{n}"), "rule": n, "target_id": n})  # fmt: skip
simple("aws_cloudtrail", "cloudtrail", "trail/{n}", lambda c, n: {
    "enable_log_file_validation": True, "enable_logging": True, "include_global_service_events": True,
    "is_multi_region_trail": True, "name": n, "s3_bucket_name": "acme-trail", "tags": c.tags(n)})  # fmt: skip
simple("aws_backup_vault", "backup", "backup-vault:{n}", lambda c, n: {
    "force_destroy": False, "name": n, "tags": c.tags(n)}, lambda c, n: {"id": n, "recovery_points": 214})  # fmt: skip
simple("aws_backup_plan", "backup", "backup-plan:{id}", lambda c, n: {
    "name": n, "rule": [{"completion_window": 180, "lifecycle": [{"cold_storage_after": 0,
    "delete_after": 35}], "rule_name": "daily", "schedule": "cron(0 3 * * ? *)", "target_vault_name":
    "main"}], "tags": c.tags(n)}, lambda c, n: {"version": c.hexa(20)})  # fmt: skip
simple("aws_backup_vault_lock_configuration", "", "", lambda c, n: {
    "backup_vault_name": n, "changeable_for_days": None, "max_retention_days": 1200,
    "min_retention_days": 7})  # fmt: skip
simple("aws_wafv2_web_acl", "wafv2", "regional/webacl/{n}", lambda c, n: {
    "default_action": [{"allow": [{}], "block": []}], "name": n, "rule": [{"name": "common",
    "priority": 1}], "scope": "REGIONAL", "tags": c.tags(n)}, lambda c, n: {"capacity": 700,
    "lock_token": c.uuid()})  # fmt: skip
simple("aws_sfn_state_machine", "states", "stateMachine:{n}", lambda c, n: {
    "definition": json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
    "name": n, "role_arn": f"arn:aws:iam::{c.account}:role/{n}", "tags": c.tags(n), "type":
    "STANDARD"}, lambda c, n: {"revision_id": c.uuid(), "status": "ACTIVE"})  # fmt: skip
simple("aws_batch_job_definition", "batch", "job-definition/{n}:8", lambda c, n: {
    "container_properties": containers(c, n), "deregister_on_new_revision": True, "name": n,
    "tags": c.tags(n), "type": "container"}, lambda c, n: {"revision": 8})  # fmt: skip
simple("aws_cognito_user_pool", "cognito-idp", "userpool/{id}", lambda c, n: {
    "deletion_protection": "ACTIVE", "mfa_configuration": "OPTIONAL", "name": n, "tags": c.tags(n)})  # fmt: skip
simple("aws_iam_policy_document", "", "", lambda c, n: {
    "statement": [{"actions": ["s3:GetObject"], "effect": "Allow", "resources": ["*"]}]}, lambda c, n: {
    "json": document(statement("s3:GetObject")), "minified_json": document(statement("s3:GetObject"))})  # fmt: skip
simple("aws_ami", "ec2", "image/ami-{id}", lambda c, n: {"most_recent": True, "owners": ["amazon"]},
        lambda c, n: {"id": f"ami-{c.hexa(17)}", "image_id": f"ami-{c.hexa(17)}"})  # fmt: skip
simple("aws_caller_identity", "", "", lambda c, n: {}, lambda c, n: {
    "account_id": c.account, "id": c.account})  # fmt: skip
