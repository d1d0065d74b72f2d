"""Plans from S3, on a real endpoint on loopback."""

import contextlib
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from guardrail.errors import PlanError, UsageError
from guardrail.sources.s3 import fetch, is_s3

PLAN = b'{"format_version":"1.2"}'


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def env(endpoint: str, monkeypatch) -> dict[str, str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return {"AWS_ENDPOINT_URL_S3": endpoint}


@pytest.fixture
def client(env: dict[str, str]):
    client = boto3.client("s3", endpoint_url=env["AWS_ENDPOINT_URL_S3"])
    with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(
            Bucket="plans", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
    client.put_bucket_versioning(Bucket="plans", VersioningConfiguration={"Status": "Enabled"})
    return client


def test_the_object_that_was_named_is_read(client, env: dict[str, str]):
    first = client.put_object(Bucket="plans", Key="a b/plan.json", Body=PLAN)
    client.put_object(Bucket="plans", Key="a b/plan.json", Body=b"later")
    assert fetch("s3://plans/a%20b/plan.json", env, limit=100) == b"later"
    version = first["VersionId"]
    assert fetch(f"s3://plans/a%20b/plan.json?versionId={version}", env, limit=100) == PLAN


def test_what_is_not_there_or_too_large_is_refused(client, env: dict[str, str]):
    client.put_object(Bucket="plans", Key="plan", Body=PLAN)
    with pytest.raises(PlanError, match="larger than 3 bytes"):
        fetch("s3://plans/plan", env, limit=3)
    with pytest.raises(PlanError, match="NoSuchKey"):
        fetch("s3://plans/missing", env, limit=100)
    with pytest.raises(PlanError, match="NoSuchBucket"):
        fetch("s3://nowhere/missing", env, limit=100)


def test_an_endpoint_that_does_not_answer_is_an_error(env: dict[str, str], mocker):
    mocker.patch.dict("os.environ", {"AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true"})
    with pytest.raises(PlanError, match="EndpointConnectionError"):
        fetch("s3://plans/plan", {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}, limit=100)


@pytest.mark.parametrize(
    "name", ["s3://", "s3://bucket", "s3:///key", "s3://b/k?versionId=1&versionId=2"]
)
def test_a_name_that_is_not_one_object_is_a_usage_error(name: str):
    assert is_s3(name)
    with pytest.raises(UsageError):
        fetch(name, {}, limit=100)
