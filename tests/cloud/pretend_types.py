"""
What the pretend cloud can hold: one row a type, in the manner of the AWS provider.

``!`` after a name forces a replacement when the value changes, ``?`` before it
makes the attribute optional, ``*`` hides the value in Terraform's own output. What
comes in blocks is in a table of its own.
"""

TAGS = "?tags:map"

TYPES: dict[str, tuple[str, ...]] = {
    "aws_vpc": ("cidr_block!", TAGS),
    "aws_subnet": ("vpc_id!", "cidr_block!", "?availability_zone!", TAGS),
    "aws_security_group": ("name!", "?vpc_id!", "?description!", TAGS),
    "aws_launch_template": ("name!", "?image_id", TAGS),
    "aws_autoscaling_group": (
        "name!",
        "min_size:number",
        "max_size:number",
        "?desired_capacity:number",
        "?launch_configuration",
    ),
    "aws_instance": ("ami!", "?user_data!", "?subnet_id!", "?instance_type", TAGS),
    "aws_lb": ("name!", "?internal:bool!", TAGS),
    "aws_ecs_service": ("name!", "?desired_count:number", "?task_definition", TAGS),
    "aws_ecs_task_definition": ("family!", "container_definitions!", TAGS),
    "aws_lambda_function": ("function_name!", "?handler", "?runtime", "?memory_size:number", TAGS),
    "aws_lambda_permission": ("statement_id!", "action!", "function_name!", "principal!"),
    "aws_db_instance": (
        "identifier!",
        "?engine!",
        "?engine_version",
        "?instance_class",
        "?allocated_storage:number",
        "?storage_encrypted:bool!",
        "?deletion_protection:bool",
        "?skip_final_snapshot:bool",
        "?delete_automated_backups:bool",
        "?backup_retention_period:number",
        "?*password",
        TAGS,
    ),
    "aws_db_snapshot": ("db_snapshot_identifier!", "db_instance_identifier!", TAGS),
    "aws_s3_bucket": ("bucket!", "?force_destroy:bool", TAGS),
    "aws_s3_bucket_policy": ("bucket!", "policy"),
    "aws_s3_bucket_versioning": ("bucket!",),
    "aws_s3_bucket_lifecycle_configuration": ("bucket!",),
    "aws_backup_vault": ("name!", "?kms_key_arn!", "?force_destroy:bool", TAGS),
    "aws_cloudwatch_log_group": ("name!", "?retention_in_days:number", TAGS),
    "aws_iam_role": ("name!", "assume_role_policy", TAGS),
    "aws_iam_role_policy": ("name!", "role!", "policy"),
    "aws_kms_key": (
        "?description",
        "?is_enabled:bool",
        "?deletion_window_in_days:number",
        "?enable_key_rotation:bool",
        TAGS,
    ),
    "aws_route53_zone": ("name!", "?force_destroy:bool", TAGS),
    "aws_route53_record": (
        "zone_id!",
        "name!",
        "type!",
        "?ttl:number",
        "?records:set",
        "?set_identifier",
    ),
}

BLOCKS: dict[str, dict[str, tuple[str, ...]]] = {
    "aws_security_group": {
        "ingress": ("from_port:number", "to_port:number", "protocol", "?cidr_blocks:list"),
        "egress": ("from_port:number", "to_port:number", "protocol", "?cidr_blocks:list"),
    },
    "aws_autoscaling_group": {"tag": ("key", "value", "propagate_at_launch:bool")},
    "aws_lambda_function": {"environment": ("?variables:map",)},
    "aws_route53_record": {"weighted_routing_policy": ("weight:number",)},
    "aws_s3_bucket_versioning": {"versioning_configuration": ("status",)},
    "aws_s3_bucket_lifecycle_configuration": {
        "rule": ("id", "status"),
        "rule.expiration": ("?days:number",),
    },
}
"""The blocks of a type, a block inside of another after a dot."""

IDENTITY = {
    "aws_s3_bucket": "bucket",
    "aws_db_instance": "identifier",
    "aws_lambda_function": "function_name",
}
"""Types whose id is a name that the user chose: a second object of that name is refused."""

PREFIX = {
    "aws_vpc": "vpc",
    "aws_subnet": "subnet",
    "aws_security_group": "sg",
    "aws_instance": "i",
    "aws_route53_zone": "Z",
}
