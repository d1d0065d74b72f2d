"""
What the pretend cloud can hold: one row a type, in the manner of the AWS provider.

``!`` after a name forces a replacement when the value changes, ``?`` before it
makes the attribute optional, ``*`` hides the value in Terraform's own output.
"""

TAGS = "?tags:map"

TYPES: dict[str, tuple[str, ...]] = {
    "aws_vpc": ("cidr_block!", TAGS),
    "aws_subnet": ("vpc_id!", "cidr_block!", "?availability_zone!", TAGS),
    "aws_security_group": ("name!", "?vpc_id!", "?description!", TAGS),
    "aws_instance": ("ami!", "?user_data!", "?subnet_id!", "?instance_type", TAGS),
    "aws_lb": ("name!", "?internal:bool!", TAGS),
    "aws_ecs_service": ("name!", "?desired_count:number", "?task_definition", TAGS),
    "aws_ecs_task_definition": ("family!", "container_definitions!", TAGS),
    "aws_db_instance": (
        "identifier!",
        "?engine!",
        "?instance_class",
        "?allocated_storage:number",
        "?storage_encrypted:bool!",
        "?deletion_protection:bool",
        "?skip_final_snapshot:bool",
        "?backup_retention_period:number",
        "?*password",
        TAGS,
    ),
    "aws_s3_bucket": ("bucket!", "?force_destroy:bool", TAGS),
    "aws_kms_key": (
        "?description",
        "?is_enabled:bool",
        "?deletion_window_in_days:number",
        "?enable_key_rotation:bool",
        TAGS,
    ),
    "aws_route53_zone": ("name!", "?force_destroy:bool", TAGS),
}

IDENTITY = {"aws_s3_bucket": "bucket", "aws_db_instance": "identifier"}
"""Types whose id is a name that the user chose: a second object of that name is refused."""

PREFIX = {
    "aws_vpc": "vpc",
    "aws_subnet": "subnet",
    "aws_security_group": "sg",
    "aws_instance": "i",
    "aws_route53_zone": "Z",
}
