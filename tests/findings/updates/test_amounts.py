"""Versions and sizes that go back or down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrail.findings.updates.amounts import is_older, is_smaller

OLDER = [
    ("14.7", "13.9"),
    ("14.7", "14.2"),
    ("8.0.mysql_aurora.3.04.0", "8.0.mysql_aurora.3.02.0"),
    ("8.0.mysql_aurora.3.04.0", "5.7.mysql_aurora.2.11.1"),
    ("POSTGRES_15", "POSTGRES_14"),
    ("MYSQL_8_0", "MYSQL_5_7"),
    ("OpenSearch_2.11", "OpenSearch_2.9"),
    ("1.30", "1.9"),
    (15, 14),
]


@pytest.mark.parametrize(("before", "after"), OLDER)
def test_a_version_goes_back(before, after):
    assert is_older(before, after)
    assert not is_older(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("14.7", "14"),
        ("14", "14.7"),
        ("Elasticsearch_7.10", "OpenSearch_1.3"),
        ("14.7", None),
        (None, "13"),
        ("latest", "13"),
        ("14.7", "14.7-r1"),
    ],
)
def test_what_says_less_or_something_else_does_not_go_back(before, after):
    assert not is_older(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (100, 20),
        ("10Gi", "5Gi"),
        ("db.r5.2xlarge", "db.r5.xlarge"),
        ("db.r5.12xlarge", "db.r5.2xlarge"),
        ("db.r5.xlarge", "db.t3.medium"),
        ("cache.r6g.large", "cache.t4g.micro"),
        ("r6g.large.search", "t3.small.search"),
        ("GP_Standard_D4s_v3", "GP_Standard_D2s_v3"),
        ("GP_Gen5_8", "GP_Gen5_4"),
        ("S3", "S1"),
        ("db-custom-4-15360", "db-custom-2-7680"),
        ("db-n1-standard-8", "db-n1-standard-4"),
    ],
)
def test_a_size_goes_down(before, after):
    assert is_smaller(before, after)
    assert not is_smaller(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("db.r5.large", "db.r6g.large"),
        ("db.m5.large", "db.r5.large"),
        ("GP_Standard_D4s_v3", "MO_Standard_E4s_v3"),
        ("db.r5.large", "db.serverless"),
        (100, 100),
        (True, False),
        (100, None),
        (None, 100),
    ],
)
def test_another_shape_or_the_same_size_is_not_down(before, after):
    assert not is_smaller(before, after)


@given(st.text() | st.integers() | st.none() | st.lists(st.text()), st.text() | st.floats())
def test_nothing_whatsoever_raises(before, after):
    assert is_older(before, after) in {True, False}
    assert is_smaller(before, after) in {True, False}
