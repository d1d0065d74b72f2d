"""Plans that a CI job left in S3: ``s3://bucket/key`` or ``s3://bucket/key?versionId=…``."""

from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from guardrail.errors import PlanError, UsageError

SCHEME = "s3://"


def is_s3(source: str) -> bool:
    """Whether ``source`` names an S3 object."""
    return source.startswith(SCHEME)


def fetch(source: str, env: Mapping[str, str], *, limit: int) -> bytes:
    """
    Return the object that ``source`` names.

    Credentials and region come from boto3's usual places; ``limit`` is the
    largest size in bytes. Raises :class:`PlanError` when the object can't be had,
    without repeating what the service said.
    """
    bucket, key, version = _parse(source)
    import boto3  # noqa: PLC0415 (slow to import, and only S3 plans need it)
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    asked = {"Bucket": bucket, "Key": key} | ({"VersionId": version} if version else {})
    try:
        client = boto3.client("s3", endpoint_url=env.get("AWS_ENDPOINT_URL_S3"))
        answer = client.get_object(**asked)
        if answer["ContentLength"] > limit:
            raise PlanError(f"the S3 object is larger than {limit} bytes")
        body: bytes = answer["Body"].read(limit + 1)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        raise PlanError(f"the plan could not be read from S3: {code}") from None
    # Of boto3's too: an endpoint of the environment that is no URL.
    except (BotoCoreError, ValueError) as error:
        raise PlanError(f"the plan could not be read from S3: {type(error).__name__}") from None
    return body


def _parse(source: str) -> tuple[str, str, str | None]:
    try:
        parts = urlsplit(source)
    except ValueError:
        raise UsageError("an S3 plan is named as s3://bucket/key, with a plain name") from None
    key = unquote(parts.path.removeprefix("/"))
    versions = parse_qs(parts.query).get("versionId", [])
    if not parts.netloc or not key or len(versions) > 1:
        raise UsageError(
            "an S3 plan is named as s3://bucket/key or s3://bucket/key?versionId=ID",
        )
    return parts.netloc, key, versions[0] if versions else None
